//! Photos of products and scans of certificates: what is told of them, and how they stand in order.

use std::fmt;

use super::fault::Fault;

/// The most photos of one product.
pub const MAX_PHOTOS: usize = 8;
/// The most that one picture may have, bytes.
pub const MAX_BYTES: usize = 1_000_000;
/// The longer side of a large picture.
pub const LARGE: u32 = 1200;
/// The longer side of a small picture.
pub const SMALL: u32 = 320;

/// The hash of a photo's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoId(pub [u8; 32]);

impl PhotoId {
    /// Reads 64 hexadecimal digits, in small letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let mut id = [0; 32];
        for (byte, two) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(two[0])? << 4 | digit(two[1])?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A photo in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Which.
    pub id: PhotoId,
    /// What it shows, for who cannot see it; may be empty.
    pub alt: String,
    /// Width and height of the large picture.
    pub large: (u32, u32),
    /// Width and height of the small one.
    pub small: (u32, u32),
}

/// A picture's size and bytes, as it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width and height.
    pub size: (u32, u32),
    /// JPEG.
    pub jpeg: Vec<u8>,
}

impl Picture {
    /// Checks that it is a JPEG of the size it should have.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(size: (u32, u32), jpeg: Vec<u8>, most: u32) -> Result<Self, Fault> {
        let fits = (1..=most).contains(&size.0) && (1..=most).contains(&size.1);
        let is_jpeg = jpeg.starts_with(&[0xFF, 0xD8, 0xFF]) && jpeg.len() <= MAX_BYTES;
        if fits && is_jpeg {
            Ok(Self { size, jpeg })
        } else {
            Err(Fault::new(
                format!("Cần ảnh JPEG, mỗi chiều tối đa {most} điểm ảnh."),
                format!("A JPEG of at most {most} pixels a side is needed."),
            ))
        }
    }
}

/// Puts photos in the wished order, with the wished words.
///
/// # Errors
/// When it is not the same photos, each once.
pub fn arrange(there: &[Photo], wished: Vec<(PhotoId, String)>) -> Result<Vec<Photo>, Fault> {
    let mut left: Vec<&Photo> = there.iter().collect();
    let mut arranged = Vec::with_capacity(there.len());
    for (id, alt) in wished {
        let Some(at) = left.iter().position(|photo| photo.id == id) else {
            return Err(not_the_same());
        };
        let photo = left.remove(at);
        arranged.push(Photo {
            alt,
            ..photo.clone()
        });
    }
    if left.is_empty() {
        Ok(arranged)
    } else {
        Err(not_the_same())
    }
}

fn not_the_same() -> Fault {
    Fault::new(
        "Cần đúng các ảnh hiện có, mỗi ảnh một lần; hãy tải lại.",
        "The photos that are there are needed, each once; please load again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(byte: u8) -> Photo {
        Photo {
            id: PhotoId([byte; 32]),
            alt: String::new(),
            large: (1200, 800),
            small: (320, 213),
        }
    }

    #[test]
    fn an_id_goes_both_ways() {
        let id = PhotoId([0xab; 32]);
        assert_eq!(PhotoId::parse(&id.to_string()), Some(id));
        for wrong in [
            "",
            "ab",
            &"AB".repeat(32),
            &"0g".repeat(32),
            &"ab".repeat(33),
        ] {
            assert_eq!(PhotoId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_order_has_each_photo_once() {
        let there = [photo(1), photo(2)];
        let id = |byte| (PhotoId([byte; 32]), format!("ảnh {byte}"));
        let arranged = arrange(&there, vec![id(2), id(1)]).unwrap();
        assert_eq!(
            (arranged[0].id, arranged[0].alt.as_str()),
            (PhotoId([2; 32]), "ảnh 2")
        );
        for wrong in [vec![id(1)], vec![id(1), id(1)], vec![id(1), id(2), id(3)]] {
            assert!(arrange(&there, wrong).is_err());
        }
    }

    #[test]
    fn a_picture_is_a_jpeg_of_its_size() {
        let jpeg = vec![0xFF, 0xD8, 0xFF, 0xE0];
        assert!(Picture::new((320, 200), jpeg.clone(), SMALL).is_ok());
        assert!(Picture::new((321, 200), jpeg.clone(), SMALL).is_err());
        assert!(Picture::new((0, 200), jpeg, SMALL).is_err());
        assert!(Picture::new((1, 1), b"<svg".to_vec(), SMALL).is_err());
        let mut huge = vec![0xFF, 0xD8, 0xFF];
        huge.resize(MAX_BYTES + 1, 0);
        assert!(Picture::new((1, 1), huge, SMALL).is_err());
    }
}
