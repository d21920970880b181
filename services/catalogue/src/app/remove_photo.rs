//! A keeper or an organiser takes a photo away from a product.

use chassis::rpc::Asked;
use proto::catalogue::v1::{self as contract, RemovePhoto};

use super::{add_photo::replace, lock_product, may};
use crate::{Ctx, domain::photo::Photo, error::Error, wire};

/// Takes a photo away; one that is not there is gone already.
///
/// # Errors
/// Who may not.
pub async fn remove_photo(ctx: Ctx, asked: Asked<RemovePhoto>) -> Result<contract::Photos, Error> {
    let id = wire::product_id(&asked.request.product_id)?;
    let photo = wire::photo_id(&asked.request.photo_id)?;
    let mut tx = ctx.begin().await?;
    let listing = lock_product(&mut tx, id).await?;
    may::must_keep(&asked.actor, listing.producer.id)?;
    let before = listing.photos;
    let after: Vec<Photo> = before
        .iter()
        .filter(|there| there.id != photo)
        .cloned()
        .collect();
    replace(&ctx, tx, id, &before, &after).await
}
