//! Shows a variant's stock and its ledger to those who keep it.

use chassis::{Refusal, id::VariantId, page::Page, rpc::Asked};
use proto::{
    catalogue::v1::{ShowStock, StockAccount},
    common::v1::PageRequest,
};

use super::may;
use crate::{
    Ctx,
    error::Error,
    store,
    wire::{self, Seen},
};

/// The stock and a page of the ledger, newest first.
///
/// # Errors
/// Who may not; a page that cannot be; a variant that is not there.
pub async fn show_stock(ctx: Ctx, asked: Asked<ShowStock>) -> Result<StockAccount, Error> {
    let id = wire::variant_id(&asked.request.variant_id)?;
    let request = asked.request.page.unwrap_or_default();
    // The ledger's cursor is the number of an entry.
    let before = match request.cursor.as_str() {
        "" => None,
        cursor => Some(cursor.parse().map_err(|_| {
            Refusal::field(
                "cursor",
                "Con trỏ trang không hợp lệ.",
                "Not a cursor of this list.",
            )
        })?),
    };
    let limit = Page::<VariantId>::read(Some(PageRequest {
        limit: request.limit,
        cursor: String::new(),
    }))?
    .limit;
    let mut conn = ctx.db.acquire().await?;
    let (listing, variant) = store::listing::of_variant(&mut conn, id).await?;
    may::must_keep(&asked.actor, listing.producer.id)?;
    let entries = store::stock::entries(&mut conn, id, before, limit).await?;
    let is_full = i64::try_from(entries.len()).is_ok_and(|count| count == limit);
    let last = entries.last().filter(|_| is_full);
    Ok(StockAccount {
        variant: Some(wire::variant(&variant, Seen::ByKeeper)),
        next_cursor: last.map(|last| last.entry.to_string()).unwrap_or_default(),
        entries: entries.into_iter().map(wire::entry).collect(),
    })
}
