//! Shows a product, to each reader what they may see.

use chassis::rpc::Asked;
use proto::catalogue::v1::{self as contract, ShowProduct};

use super::{day_of, may};
use crate::{Ctx, error::Error, store, wire};

/// Shows a product. One that was withdrawn is shown still: people have bought it.
///
/// # Errors
/// When it is not there, or its producer may not sell and the asker does not keep it.
pub async fn show_product(ctx: Ctx, asked: Asked<ShowProduct>) -> Result<contract::Product, Error> {
    let id = wire::product_id(&asked.request.product_id)?;
    let mut conn = ctx.db.acquire().await?;
    let listing = store::listing::one(&mut conn, id).await?;
    let producer = listing.producer.id;
    if !listing.is_public() && !may::keeps(&asked.actor, producer) {
        return Err(Error::NoSuchProduct);
    }
    let today = day_of(ctx.clock.db_now(&mut conn).await?);
    Ok(wire::listing(
        &listing,
        may::seen(&asked.actor, producer),
        today,
    ))
}
