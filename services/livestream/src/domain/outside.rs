//! Comments of other platforms, as those say them.
//!
//! The first is Meta's page webhook: `entry[].changes[]` of field `feed` or `live_videos`, whose value is
//! `{item: "comment", verb: "add", …}`. Edits and deletions there change nothing here: a claim is what was written first.

use chassis::phone::Phone;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The one source so far.
pub const FACEBOOK: &str = "facebook";
/// A room counts as silent when nothing came for so many seconds while live.
pub const SILENT_AFTER: i64 = 60;

/// A comment as its platform tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its id there.
    pub external_id: String,
    /// The post or the live video that it stands under.
    pub post_id: String,
    /// The author's id there.
    pub author_external_id: String,
    /// The author's name there.
    pub author_name: String,
    /// As typed.
    pub text: String,
    /// When, by the platform.
    pub written_at: DateTime<Utc>,
}

/// What a delivery holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// New comments, in the delivery's order.
    pub comments: Vec<Incoming>,
    /// Changes that are no new comment.
    pub ignored: u32,
}

#[derive(Deserialize)]
struct Page {
    object: String,
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    field: String,
    value: serde_json::Value,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "Meta's names")]
struct Comment {
    item: String,
    verb: String,
    comment_id: String,
    post_id: String,
    // Missing when the author's privacy or the app's rights hide it.
    from: Option<From>,
    #[serde(default)]
    message: String,
    created_time: i64,
}

#[derive(Deserialize)]
struct From {
    id: String,
    #[serde(default)]
    name: String,
}

/// Reads a delivery of Meta.
///
/// # Errors
/// When it is no page webhook.
pub fn from_meta(body: &[u8]) -> Result<Delivery, serde_json::Error> {
    let page: Page = serde_json::from_slice(body)?;
    let mut delivery = Delivery::default();
    for change in page.entry.into_iter().flat_map(|entry| entry.changes) {
        let of_page =
            page.object == "page" && matches!(change.field.as_str(), "feed" | "live_videos");
        match serde_json::from_value(change.value).ok().and_then(incoming) {
            Some(comment) if of_page => delivery.comments.push(comment),
            _ => delivery.ignored += 1,
        }
    }
    Ok(delivery)
}

fn incoming(comment: Comment) -> Option<Incoming> {
    let new = comment.item == "comment" && comment.verb == "add";
    if !new || comment.comment_id.is_empty() || comment.post_id.is_empty() {
        return None;
    }
    let from = comment.from.filter(|from| !from.id.is_empty());
    let (author_external_id, author_name) = match from {
        Some(from) => (from.id, from.name),
        // Nobody can be made out: each such comment is somebody of its own.
        None => (format!("comment:{}", comment.comment_id), String::new()),
    };
    // PostgreSQL keeps no NUL.
    let clean = |text: String| text.replace('\0', "");
    Some(Incoming {
        written_at: DateTime::from_timestamp(comment.created_time, 0)?,
        external_id: clean(comment.comment_id),
        post_id: clean(comment.post_id),
        author_external_id: clean(author_external_id),
        author_name: clean(author_name),
        text: clean(comment.message),
    })
}

/// The last phone number in a text.
#[must_use]
pub fn phone_in(text: &str) -> Option<Phone> {
    let in_numbers = |letter: char| letter.is_ascii_digit() || " .-+()".contains(letter);
    text.split(|letter: char| !in_numbers(letter))
        .filter_map(|run| {
            let words: Vec<&str> = run.split(' ').filter(|word| !word.is_empty()).collect();
            // "2 0912 345 678": the quantity before it is not part of it. No number has more than six groups.
            (0..words.len()).find_map(|from| {
                (from + 1..=words.len().min(from + 6))
                    .rev()
                    .find_map(|to| Phone::parse(&words[from..to].join(" ")).ok())
            })
        })
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(value: &str) -> String {
        format!(
            r#"{{"object":"page","entry":[{{"id":"1","time":1,"changes":[{{"field":"feed","value":{value}}}]}}]}}"#
        )
    }

    #[test]
    fn a_new_comment_is_read_and_the_rest_counted() {
        let body = delivery(
            r#"{"item":"comment","verb":"add","comment_id":"9_1","post_id":"1_9","from":{"id":"7","name":"Lan"},"message":"chốt A01","created_time":1790000000}"#,
        );
        let read = from_meta(body.as_bytes()).unwrap();
        assert_eq!(
            (read.comments[0].external_id.as_str(), read.ignored),
            ("9_1", 0)
        );
        for other in [
            r#"{"item":"comment","verb":"remove","comment_id":"9_1","post_id":"1_9","created_time":1}"#,
            r#"{"item":"reaction","verb":"add"}"#,
            "7",
        ] {
            let read = from_meta(delivery(other).as_bytes()).unwrap();
            assert_eq!((read.comments.len(), read.ignored), (0, 1), "{other}");
        }
        assert!(from_meta(b"[]").is_err());
    }

    #[test]
    fn the_last_phone_is_found_beside_codes_and_quantities() {
        for (text, phone) in [
            ("chốt A05 x2 0912 345 678 nhé", Some("+84912345678")),
            ("A05 2 0912.345.678", Some("+84912345678")),
            ("0912345678 à không 0987654321", Some("+84987654321")),
            ("A05 x 2", None),
            ("", None),
        ] {
            assert_eq!(phone_in(text).as_ref().map(Phone::e164), phone, "{text}");
        }
    }
}
