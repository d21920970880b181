//! A keeper or an organiser adds a photo to a product, or a scan to a certificate.

use chassis::{Refusal, id::ProductId, rpc::Asked};
use proto::catalogue::v1::{self as contract, AddPhoto};

use super::{day_of, lock_product, may, say};
use crate::{
    Ctx,
    domain::photo::{MAX_PHOTOS, Photo},
    error::Error,
    store, wire,
};

/// Adds a photo as the last of a product's; or makes it a certificate's scan, in place of the one before. The same
/// photo again changes nothing.
///
/// # Errors
/// Who may not; a product that has eight; what is no picture.
pub async fn add_photo(ctx: Ctx, asked: Asked<AddPhoto>) -> Result<contract::Photos, Error> {
    let AddPhoto {
        product_id,
        certificate_id,
        photo,
    } = asked.request;
    let certificate = match certificate_id.as_str() {
        "" => None,
        id => Some(wire::certificate_id(id)?),
    };
    let (photo, large, small) = wire::photo(photo.unwrap_or_default())?;
    let mut tx = ctx.begin().await?;
    let id: ProductId = match certificate {
        None => wire::product_id(&product_id)?,
        Some(id) => store::certificate::product_of(&mut tx, id)
            .await?
            .ok_or(Error::NoSuchCertificate)?,
    };
    let listing = lock_product(&mut tx, id).await?;
    may::must_keep(&asked.actor, listing.producer.id)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let shown = if let Some(certificate) = certificate {
        let mut certificates = listing.certificates.iter();
        let before = certificates
            .find(|one| one.id == certificate)
            .and_then(|one| one.scan.clone());
        if before.as_ref() == Some(&photo) {
            return Ok(wire::photos(&[photo]));
        }
        store::photo::keep(&mut tx, photo.id, &large, &small, now).await?;
        store::photo::scan(&mut tx, certificate, &photo).await?;
        let gone: Vec<_> = before.iter().map(|photo| photo.id).collect();
        store::photo::forget(&mut tx, &gone).await?;
        vec![photo]
    } else {
        let mut photos = listing.photos;
        if photos.iter().any(|there| there.id == photo.id) {
            return Ok(wire::photos(&photos));
        }
        if photos.len() == MAX_PHOTOS {
            return Err(full());
        }
        store::photo::keep(&mut tx, photo.id, &large, &small, now).await?;
        photos.push(photo);
        store::photo::place(&mut tx, id, &photos).await?;
        photos
    };
    say::all_changed(&mut tx, &ctx.clock, &[id], day_of(now)).await?;
    ctx.commit(tx).await?;
    Ok(wire::photos(&shown))
}

fn full() -> Error {
    Refusal::conflict(
        "photos_full",
        format!("Tối đa {MAX_PHOTOS} ảnh mỗi sản phẩm; hãy xoá bớt."),
        format!("At most {MAX_PHOTOS} photos a product; take one away first."),
    )
    .into()
}

/// A product's photos as they are to be from now on.
pub(super) async fn replace(
    ctx: &Ctx,
    mut tx: chassis::service::Tx,
    id: ProductId,
    before: &[Photo],
    photos: &[Photo],
) -> Result<contract::Photos, Error> {
    if before != photos {
        let today = day_of(ctx.clock.db_now(&mut tx).await?);
        store::photo::place(&mut tx, id, photos).await?;
        let gone: Vec<_> = before
            .iter()
            .filter(|there| photos.iter().all(|photo| photo.id != there.id))
            .map(|photo| photo.id)
            .collect();
        store::photo::forget(&mut tx, &gone).await?;
        say::all_changed(&mut tx, &ctx.clock, &[id], today).await?;
        ctx.commit(tx).await?;
    }
    Ok(wire::photos(photos))
}
