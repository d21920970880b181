//! A keeper or an organiser takes a product off the list. Its stock stays where it is.

use chassis::{outbox, rpc::Asked};
use proto::catalogue::v1::{self as contract, ProductWithdrawn, WithdrawProduct};

use super::{day_of, lock_product, may, say};
use crate::{
    Ctx,
    domain::words::ProductState,
    error::Error,
    store,
    wire::{self, Seen},
};

/// Withdraws a product; again changes nothing.
///
/// # Errors
/// Who may not; no reason; a product that is not there.
pub async fn withdraw_product(
    ctx: Ctx,
    asked: Asked<WithdrawProduct>,
) -> Result<contract::Product, Error> {
    let id = wire::product_id(&asked.request.product_id)?;
    let reason = wire::reason(&asked.request.reason)?;
    let mut tx = ctx.begin().await?;
    let mut listing = lock_product(&mut tx, id).await?;
    may::must_keep(&asked.actor, listing.producer.id)?;
    let today = day_of(ctx.clock.db_now(&mut tx).await?);
    if listing.product.state == ProductState::Listed {
        store::product::withdraw(&mut tx, id).await?;
        listing.product.state = ProductState::Withdrawn;
        let event = ProductWithdrawn {
            product_id: id.to_string(),
            reason,
        };
        outbox::say(&mut tx, &ctx.clock, &say::aggregate(id), &event).await?;
        ctx.commit(tx).await?;
    }
    Ok(wire::listing(&listing, Seen::ByKeeper, today))
}
