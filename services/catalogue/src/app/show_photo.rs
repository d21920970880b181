//! Shows a picture to anybody who knows its hash.

use chassis::{Refusal, rpc::Asked};
use proto::catalogue::v1::{self as contract, ShowPhoto};

use crate::{Ctx, error::Error, store, wire};

/// Shows a picture. The hash is the key: photos of what is not public are in no public list.
///
/// # Errors
/// There is none.
pub async fn show_photo(ctx: Ctx, asked: Asked<ShowPhoto>) -> Result<contract::PhotoBytes, Error> {
    let id = wire::photo_id(&asked.request.photo_id)?;
    let mut conn = ctx.db.acquire().await?;
    let jpeg = store::photo::picture(&mut conn, id, asked.request.large).await?;
    let jpeg = jpeg.ok_or_else(|| Refusal::not_found("ảnh này", "photo"))?;
    Ok(contract::PhotoBytes { jpeg: jpeg.into() })
}
