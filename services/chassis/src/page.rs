//! Keyset pages: newest first, the cursor is the last id seen.

use proto::common::v1::PageRequest;

use crate::{id::Id, refusal::Refusal};

/// A checked page request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<I> {
    /// 1 to 100.
    pub limit: i64,
    /// Only what comes after this id in the list's order.
    pub after: Option<I>,
}

impl<I: Id> Page<I> {
    /// Checks a page request; none means the first fifty.
    ///
    /// # Errors
    /// A limit over 100, a cursor that is not one of ours.
    pub fn read(request: Option<PageRequest>) -> Result<Self, Refusal> {
        let request = request.unwrap_or_default();
        let limit = match request.limit {
            0 => 50,
            limit @ 1..=100 => i64::from(limit),
            _ => return Err(Refusal::field("limit", "Từ 1 đến 100.", "1 to 100.")),
        };
        let after = match request.cursor.as_str() {
            "" => None,
            cursor => Some(cursor.parse().map_err(|_| {
                Refusal::field(
                    "cursor",
                    "Con trỏ trang không hợp lệ.",
                    "Not a cursor of this list.",
                )
            })?),
        };
        Ok(Self { limit, after })
    }

    /// The cursor of the next page: none when this one was not full.
    pub fn next(&self, ids: impl ExactSizeIterator<Item = I>) -> String {
        let full = i64::try_from(ids.len()).is_ok_and(|count| count == self.limit);
        if full {
            ids.last().map(|id| id.to_string()).unwrap_or_default()
        } else {
            String::new()
        }
    }
}
