//! A keeper or an organiser puts a product's photos in order, and says what they show.

use chassis::{Refusal, rpc::Asked};
use proto::catalogue::v1::{self as contract, ArrangePhotos};

use super::{add_photo::replace, lock_product, may};
use crate::{Ctx, domain::photo::arrange, error::Error, wire};

/// Puts all photos of a product in the order of the request.
///
/// # Errors
/// Who may not; photos that are not those of the product, each once.
pub async fn arrange_photos(
    ctx: Ctx,
    asked: Asked<ArrangePhotos>,
) -> Result<contract::Photos, Error> {
    let id = wire::product_id(&asked.request.product_id)?;
    let wished = wire::wished_photos(&asked.request.photos)?;
    let mut tx = ctx.begin().await?;
    let listing = lock_product(&mut tx, id).await?;
    may::must_keep(&asked.actor, listing.producer.id)?;
    let before = listing.photos;
    let after =
        arrange(&before, wished).map_err(|fault| Refusal::field("photos", fault.vi, fault.en))?;
    replace(&ctx, tx, id, &before, &after).await
}
