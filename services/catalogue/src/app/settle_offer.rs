//! An offer is over: what it sold is sold, the rest is on hand again.

use chassis::{id::OfferId, inbox::Heard, outbox};
use proto::{catalogue::v1::StockReturned, orders::v1::OfferSettled};

use super::say;
use crate::{
    Ctx,
    error::Error,
    store::{self, stock::Change},
    wire,
};

/// Takes an offer's units out of what is allotted.
///
/// # Errors
/// An offer that was given nothing; figures that do not agree with what it was given. Both become dead letters.
pub async fn settle_offer(ctx: Ctx, heard: Heard<OfferSettled>) -> Result<(), Error> {
    let said = &heard.event;
    let offer: OfferId = wire::heard_id(&said.offer_id)?;
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let (sold, given_back) = (said.units_sold, said.units_given_back);
    if (sold, given_back) == (0, 0) {
        // Orders settled before it heard of any units; those that it hears of later come back by themselves.
        ctx.commit(tx).await?;
        return Ok(());
    }
    let held = store::allotment::must_lock(&mut tx, offer, &said.variant_id).await?;
    let mut allotment = held.allotment;
    if allotment.is_settled() && (sold, given_back) == (allotment.units_sold, allotment.given_back)
    {
        // Said again in other words.
        ctx.commit(tx).await?;
        return Ok(());
    }
    let by = allotment
        .settle(sold, given_back)
        .map_err(|source| Error::Impossible {
            offer: offer.to_string(),
            source,
        })?;
    let at = ctx.clock.db_now(&mut tx).await?;
    store::allotment::account(&mut tx, offer, &allotment).await?;
    let key = format!("settled:{}", heard.head.id);
    let change = Change {
        variant: held.variant,
        by,
        offer: Some(offer),
        proposal: None,
        note: String::new(),
        key,
    };
    store::stock::apply_one(&mut tx, change, at).await?;
    let event = StockReturned {
        offer_id: offer.to_string(),
        variant_id: held.variant.to_string(),
        units_returned: given_back,
        units_sold: sold,
    };
    outbox::say(&mut tx, &ctx.clock, &format!("offer:{offer}"), &event).await?;
    let (listing, variant) = store::listing::of_variant(&mut tx, held.variant).await?;
    ctx.commit(tx).await?;
    say::stock(&ctx.feeds, &listing, &variant);
    Ok(())
}
