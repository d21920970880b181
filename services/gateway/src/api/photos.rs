//! Photos of products and pictures of certificates: sent in, put in order, shown.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chassis::{
    id::{CertificateId, ProductId},
    refusal::Refusal,
};
use proto::catalogue::v1::{AddPhoto, Photo, PhotoSize, RemovePhoto, ShowPhoto};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Lists},
    json::{Json, Path, Query, body},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    photos::{MOST_BYTES, Picture},
    wire::photos::{PhotoQuery, Photos, PhotosBody},
};

/// The address is the hash of what is there.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const JPEG: HeaderValue = HeaderValue::from_static("image/jpeg");

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(add, arrange))
        .routes(routes!(remove))
        .routes(routes!(scan))
        .routes(routes!(show))
}

/// Add a photo to a product, as the last of at most eight. The producer's keepers; organisers.
///
/// The body is the file itself: JPEG, PNG or WebP by its content, at most 8 MB and 40 million pixels. It is made anew
/// in two sizes; where and with what it was taken is not kept. The same photo again changes nothing.
#[utoipa::path(
    post, path = "/v1/products/{id}/photos", tag = "photos",
    params(("id" = String, Path, description = "The product"), PhotoQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "Added", body = Photos), Refused),
)]
async fn add(
    asker: Asker<Lists>,
    Path(id): Path<ProductId>,
    Query(query): Query<PhotoQuery>,
    request: Request,
) -> Answer<(StatusCode, Json<Photos>)> {
    let photo = read(&asker, query, request).await?;
    let photos = asker
        .ask(AddPhoto {
            product_id: id.to_string(),
            photo: Some(photo),
            ..AddPhoto::default()
        })
        .await?;
    Ok((StatusCode::CREATED, Json(photos.into())))
}

/// Put a product's photos in order, and say what they show: all of them. The producer's keepers; organisers.
#[utoipa::path(
    put, path = "/v1/products/{id}/photos", tag = "photos", request_body = PhotosBody,
    params(("id" = String, Path, description = "The product")),
    responses((status = 200, body = Photos), Refused),
)]
async fn arrange(
    asker: Asker<Lists>,
    Path(id): Path<ProductId>,
    Json(body): Json<PhotosBody>,
) -> Answer<Json<Photos>> {
    Ok(Json(
        asker.ask(body.into_wire(id.to_string())).await?.into(),
    ))
}

/// Take a photo away from a product. The producer's keepers; organisers.
#[utoipa::path(
    delete, path = "/v1/products/{id}/photos/{photo_id}", tag = "photos",
    params(("id" = String, Path, description = "The product"), ("photo_id" = String, Path, description = "The photo")),
    responses((status = 200, body = Photos), Refused),
)]
async fn remove(
    asker: Asker<Lists>,
    Path((id, photo_id)): Path<(ProductId, String)>,
) -> Answer<Json<Photos>> {
    let request = RemovePhoto {
        product_id: id.to_string(),
        photo_id,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Add a picture of a certificate's paper, in place of the one before. The producer's keepers; organisers.
///
/// The body is the file itself, as for a product's photos.
#[utoipa::path(
    put, path = "/v1/certificates/{id}/scan", tag = "photos",
    params(("id" = String, Path, description = "The certificate"), PhotoQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 200, description = "The scan, alone", body = Photos), Refused),
)]
async fn scan(
    asker: Asker<Lists>,
    Path(id): Path<CertificateId>,
    Query(query): Query<PhotoQuery>,
    request: Request,
) -> Answer<Json<Photos>> {
    let photo = read(&asker, query, request).await?;
    let request = AddPhoto {
        certificate_id: id.to_string(),
        photo: Some(photo),
        ..AddPhoto::default()
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Show a picture: JPEG, its longer side at most 320 or 1200 pixels.
#[utoipa::path(
    get, path = "/v1/photos/{photo_id}/{side}", tag = "photos", security((), ("bearer" = []), ("cookie" = [])),
    params(("photo_id" = String, Path, description = "The photo"), ("side" = String, Path, description = "`320` or `1200`")),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), Refused),
)]
async fn show(
    asker: Asker<Anybody>,
    Path((photo_id, side)): Path<(String, String)>,
) -> Answer<Response> {
    let large = match side.as_str() {
        "1200" => true,
        "320" => false,
        _ => return Err(Refusal::not_found("ảnh này", "photo").into()),
    };
    let photos = &asker.ctx.photos;
    let jpeg = if let Some(known) = photos.known(&photo_id, large) {
        known
    } else {
        let shown = asker
            .ask(ShowPhoto {
                photo_id: photo_id.clone(),
                large,
            })
            .await?;
        let jpeg = shown.jpeg;
        photos.remember(photo_id, large, jpeg.clone());
        jpeg
    };
    Ok((
        [
            (header::CONTENT_TYPE, JPEG),
            (header::CACHE_CONTROL, FOR_GOOD),
        ],
        jpeg,
    )
        .into_response())
}

/// Reads a file and makes a photo of it. A place is taken first: many large bodies at once would fill the memory.
async fn read(asker: &Asker<Lists>, query: PhotoQuery, request: Request) -> Answer<Photo> {
    let place = asker.ctx.photos.enter()?;
    let file = body(request.into_body(), MOST_BYTES).await?;
    let made = asker.ctx.photos.make(file).await?;
    drop(place);
    let size = |picture: Picture| PhotoSize {
        width: picture.width,
        height: picture.height,
        jpeg: picture.jpeg.into(),
    };
    Ok(Photo {
        photo_id: String::new(),
        alt: query.alt.unwrap_or_default(),
        large: Some(size(made.large)),
        small: Some(size(made.small)),
    })
}
