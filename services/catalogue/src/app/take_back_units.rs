//! Sold units came back: on hand again, or written off.

use chassis::{id::OfferId, inbox::Heard};
use proto::orders::v1::UnitsReturned;

use super::say;
use crate::{
    Ctx,
    error::Error,
    store::{self, stock::Change},
    wire,
};

/// Takes units out of what is sold.
///
/// # Errors
/// An offer that was given nothing or has not sold so many. Both become dead letters.
pub async fn take_back_units(ctx: Ctx, heard: Heard<UnitsReturned>) -> Result<(), Error> {
    let said = &heard.event;
    let offer: OfferId = wire::heard_id(&said.offer_id)?;
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let held = store::allotment::must_lock(&mut tx, offer, &said.variant_id).await?;
    let mut allotment = held.allotment;
    let by = allotment
        .take_back(said.units, said.restock)
        .map_err(|source| Error::Impossible {
            offer: offer.to_string(),
            source,
        })?;
    let at = ctx.clock.db_now(&mut tx).await?;
    store::allotment::account(&mut tx, offer, &allotment).await?;
    let key = format!("returned:{}", heard.head.id);
    let note = said.order_id.clone();
    let change = Change {
        variant: held.variant,
        by,
        offer: Some(offer),
        proposal: None,
        note,
        key,
    };
    store::stock::apply_one(&mut tx, change, at).await?;
    let (listing, variant) = store::listing::of_variant(&mut tx, held.variant).await?;
    ctx.commit(tx).await?;
    say::stock(&ctx.feeds, &listing, &variant);
    Ok(())
}
