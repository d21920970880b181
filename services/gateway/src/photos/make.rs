//! One photo made anew: decoded within limits, turned upright, in two sizes, as JPEG on white.
//!
//! Nothing of the file survives but what it shows: no place where it was taken, no thumbnail, no script, no second
//! file behind the first. The content says what it is, never its name or what it is called on its way.

use std::io::Cursor;

use chassis::{Refusal, refusal::Fields};
use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::jpeg::JpegEncoder, metadata::Orientation,
};

/// The most that a file may have.
pub(crate) const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most that a picture may have, in pixels; a phone's best are 50 million, its usual 12.
const MOST_PIXELS: u64 = 40_000_000;
/// The most that a side may have.
const MOST_SIDE: u32 = 20_000;
/// What a decoder may take, bytes.
const MEMORY: u64 = 256 * 1024 * 1024;
/// The longer side of the large picture, for a page of its own.
const LARGE: u32 = 1200;
/// The longer side of the small picture, for a list.
const SMALL: u32 = 320;
/// The most that one picture may have on the bus, bytes.
const MOST_ENCODED: usize = 600 * 1024;
/// Tried in this order until a picture fits.
const QUALITIES: [u8; 6] = [82, 70, 50, 30, 15, 5];

/// A photo in both sizes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) large: Picture,
    pub(crate) small: Picture,
}

/// One size of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) jpeg: Vec<u8>,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum PhotoRefused {
    /// Nothing of these three.
    #[error("not a JPEG, PNG or WebP picture")]
    NotAPhoto,
    /// More than is decoded.
    #[error("more than 40 million pixels")]
    TooManyPixels,
    /// Cut off or broken.
    #[error("broken or not whole")]
    Broken,
}

impl From<PhotoRefused> for Refusal {
    fn from(refused: PhotoRefused) -> Self {
        let (code, vi, en) = match refused {
            PhotoRefused::NotAPhoto => (
                "not_a_photo",
                "Tệp không phải ảnh JPEG, PNG hoặc WebP.",
                "The file is not a JPEG, PNG or WebP picture.",
            ),
            PhotoRefused::TooManyPixels => (
                "too_many_pixels",
                "Ảnh lớn hơn 40 triệu điểm ảnh hoặc 20.000 điểm một chiều; hãy thu nhỏ rồi gửi lại.",
                "The picture has more than 40 million pixels or 20,000 a side; make it smaller and send it again.",
            ),
            PhotoRefused::Broken => (
                "photo_broken",
                "Ảnh bị hỏng hoặc chưa tải lên đủ.",
                "The picture is broken or did not arrive whole.",
            ),
        };
        let mut fields = Fields::default();
        fields.refuse("photo", vi, en);
        Self {
            code: code.into(),
            vi: vi.into(),
            en: en.into(),
            ..fields.into_refusal()
        }
    }
}

/// Makes a photo of a file.
pub(super) fn make(file: &[u8]) -> Result<Made, PhotoRefused> {
    let picture = decode(file)?;
    let large = flat(&within(&picture, LARGE));
    let small = flat(&within(&picture, SMALL));
    drop(picture);
    Ok(Made {
        large: encode(&large)?,
        small: encode(&small)?,
    })
}

fn decode(file: &[u8]) -> Result<DynamicImage, PhotoRefused> {
    let Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) =
        image::guess_format(file)
    else {
        return Err(PhotoRefused::NotAPhoto);
    };
    // The decoder paints grey what is missing of a JPEG, and says nothing.
    if format == ImageFormat::Jpeg && !jpeg_ends(file) {
        return Err(PhotoRefused::Broken);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| why(&error))?;
    // What the header promises is believed before anything is decoded: a few bytes may unfold to gigabytes.
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || decoder.total_bytes() > MEMORY {
        return Err(PhotoRefused::TooManyPixels);
    }
    if pixels == 0 {
        return Err(PhotoRefused::Broken);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| why(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn why(error: &ImageError) -> PhotoRefused {
    match error {
        ImageError::Limits(_) => PhotoRefused::TooManyPixels,
        _ => PhotoRefused::Broken,
    }
}

/// Does the picture have its end? Segments are walked up to the scan; in it an end marker stands only at the end.
fn jpeg_ends(file: &[u8]) -> bool {
    let mut at = 2;
    while let (Some(0xFF), Some(kind)) = (file.get(at).copied(), file.get(at + 1).copied()) {
        match kind {
            // Fill.
            0xFF => at += 1,
            0xDA => return file[at..].windows(2).any(|two| two == [0xFF, 0xD9]),
            // Markers without a length.
            0x01 | 0xD0..=0xD8 => at += 2,
            _ => {
                let (Some(high), Some(low)) = (file.get(at + 2), file.get(at + 3)) else {
                    return false;
                };
                at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
            }
        }
    }
    false
}

/// Not larger than a square of this side; never made larger than it is.
fn within(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width() <= side && picture.height() <= side {
        picture.clone()
    } else {
        picture.thumbnail(side, side)
    }
}

/// On white: JPEG knows nothing that can be seen through.
fn flat(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let clear = picture.to_rgba8();
    let mut solid = RgbImage::new(clear.width(), clear.height());
    for (from, to) in clear.pixels().zip(solid.pixels_mut()) {
        let alpha = u32::from(from[3]);
        for channel in 0..3 {
            let mixed = (u32::from(from[channel]) * alpha + 255 * (255 - alpha) + 127) / 255;
            to[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    solid
}

fn encode(picture: &RgbImage) -> Result<Picture, PhotoRefused> {
    let mut jpeg = Vec::new();
    for quality in QUALITIES {
        jpeg.clear();
        JpegEncoder::new_with_quality(&mut jpeg, quality)
            .encode_image(picture)
            .map_err(|error| why(&error))?;
        if jpeg.len() <= MOST_ENCODED {
            break;
        }
    }
    Ok(Picture {
        width: picture.width(),
        height: picture.height(),
        jpeg,
    })
}

#[cfg(test)]
mod tests;
