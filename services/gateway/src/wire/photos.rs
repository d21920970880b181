//! Photos over HTTP: where they are, never what they are made of.

use proto::catalogue::v1 as catalogue;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A photo of a product, or a picture of a certificate; JPEG in two sizes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Photo {
    /// The hash of its bytes: another photo has another.
    photo_id: String,
    /// What it shows, for who cannot see it.
    alt: String,
    large: PhotoSize,
    small: PhotoSize,
}

/// One size of a photo.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoSize {
    /// For good: what is there never changes.
    #[schema(
        example = "/v1/photos/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/1200"
    )]
    url: String,
    width: u32,
    height: u32,
}

impl From<catalogue::Photo> for Photo {
    fn from(photo: catalogue::Photo) -> Self {
        let id = photo.photo_id;
        let size = |size: Option<catalogue::PhotoSize>, side: &str| {
            let size = size.unwrap_or_default();
            PhotoSize {
                url: format!("/v1/photos/{id}/{side}"),
                width: size.width,
                height: size.height,
            }
        };
        Self {
            large: size(photo.large, "1200"),
            small: size(photo.small, "320"),
            alt: photo.alt,
            photo_id: id,
        }
    }
}

/// The photos of a product, in order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Photos {
    photos: Vec<Photo>,
}

impl From<catalogue::Photos> for Photos {
    fn from(photos: catalogue::Photos) -> Self {
        Self {
            photos: photos.photos.into_iter().map(Into::into).collect(),
        }
    }
}

/// What is said of a photo that comes in.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhotoQuery {
    /// What it shows, for who cannot see it; at most 200 characters.
    pub(crate) alt: Option<String>,
}

/// A photo in its place, with its words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacedPhotoBody {
    photo_id: String,
    #[serde(default)]
    alt: Option<String>,
}

/// All photos of a product, in their new order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhotosBody {
    photos: Vec<PlacedPhotoBody>,
}

impl PhotosBody {
    /// As the bus takes it.
    pub(crate) fn into_wire(self, product_id: String) -> catalogue::ArrangePhotos {
        let photos = self.photos.into_iter().map(|photo| catalogue::Photo {
            photo_id: photo.photo_id,
            alt: photo.alt.unwrap_or_default(),
            ..catalogue::Photo::default()
        });
        catalogue::ArrangePhotos {
            product_id,
            photos: photos.collect(),
        }
    }
}
