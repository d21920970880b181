//! Photos, in and out.

use chassis::{Refusal, refusal::Fields};
use proto::catalogue::v1 as wire;
use sha2::{Digest as _, Sha256};

use super::read::{all, keep};
use crate::domain::{
    photo::{LARGE, MAX_PHOTOS, Photo, PhotoId, Picture, SMALL},
    value,
};

const ALT: usize = 200;

/// A photo that comes in, named by its bytes.
///
/// # Errors
/// What is no picture, words that are too long.
pub fn photo(photo: wire::Photo) -> Result<(Photo, Picture, Picture), Refusal> {
    let mut fields = Fields::default();
    let f = &mut fields;
    let alt = keep(f, "alt", value::optional_line(&photo.alt, ALT));
    let mut picture = |size: Option<wire::PhotoSize>, side| {
        let size = size.unwrap_or_default();
        let picture = Picture::new((size.width, size.height), size.jpeg.into(), side);
        keep(f, "photo", picture)
    };
    let (large, small) = (picture(photo.large, LARGE), picture(photo.small, SMALL));
    let read = || {
        let (large, small) = (large?, small?);
        let mut hash = Sha256::new();
        hash.update(&large.jpeg);
        hash.update(&small.jpeg);
        let photo = Photo {
            id: PhotoId(hash.finalize().into()),
            alt: alt?,
            large: large.size,
            small: small.size,
        };
        Some((photo, large, small))
    };
    all(fields, read())
}

/// Which photo.
///
/// # Errors
/// *not found* for what names none.
pub fn photo_id(text: &str) -> Result<PhotoId, Refusal> {
    PhotoId::parse(text).ok_or_else(|| Refusal::not_found("ảnh này", "photo"))
}

/// The order that is wished, with the words.
///
/// # Errors
/// Too many, ids that are none, words that are too long.
pub fn wished_photos(photos: &[wire::Photo]) -> Result<Vec<(PhotoId, String)>, Refusal> {
    let mut fields = Fields::default();
    if photos.len() > MAX_PHOTOS {
        fields.refuse(
            "photos",
            format!("Tối đa {MAX_PHOTOS} ảnh."),
            format!("At most {MAX_PHOTOS} photos."),
        );
    }
    let mut wished = Vec::new();
    for (at, photo) in photos.iter().enumerate().take(MAX_PHOTOS) {
        let id = PhotoId::parse(&photo.photo_id);
        if id.is_none() {
            fields.refuse(
                format!("photos[{at}].photo_id"),
                "Mã không hợp lệ.",
                "Not an id of this kind.",
            );
        }
        let field = format!("photos[{at}].alt");
        let alt = keep(&mut fields, &field, value::optional_line(&photo.alt, ALT));
        wished.extend(id.zip(alt));
    }
    all(fields, Some(wished))
}

/// A photo as it is told.
#[must_use]
pub fn shown_photo(photo: &Photo) -> wire::Photo {
    let size = |(width, height): (u32, u32)| wire::PhotoSize {
        width,
        height,
        ..wire::PhotoSize::default()
    };
    wire::Photo {
        photo_id: photo.id.to_string(),
        alt: photo.alt.clone(),
        large: Some(size(photo.large)),
        small: Some(size(photo.small)),
    }
}

/// Photos as they are told, in order.
#[must_use]
pub fn photos(photos: &[Photo]) -> wire::Photos {
    wire::Photos {
        photos: photos.iter().map(shown_photo).collect(),
    }
}
