//! Files as people send them, and as nobody should.

use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, Rgb, Rgba, RgbaImage, codecs};

use super::*;

fn picture(width: u32, height: u32) -> RgbImage {
    // Left red, right blue: which side is up can be seen.
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    })
}

fn jpeg(picture: &RgbImage, exif: Option<&[u8]>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 90);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
    }
    encoder.encode_image(picture).unwrap();
    file
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// TIFF with one entry, the orientation; and words that must not come out.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 21.0285N 105.8542E");
    exif
}

fn shown(picture: &Picture) -> RgbImage {
    let decoded = image::load_from_memory_with_format(&picture.jpeg, ImageFormat::Jpeg).unwrap();
    assert_eq!(
        (decoded.width(), decoded.height()),
        (picture.width, picture.height)
    );
    decoded.to_rgb8()
}

#[test]
fn every_kind_comes_out_as_jpeg_in_two_sizes() {
    let original = picture(1500, 600);
    let files = [
        jpeg(&original, None),
        encoded(&original.clone().into(), ImageFormat::Png),
        encoded(&original.clone().into(), ImageFormat::WebP),
    ];
    for file in files {
        let made = make(&file).unwrap();
        assert_eq!((made.large.width, made.large.height), (1200, 480));
        assert_eq!((made.small.width, made.small.height), (320, 128));
        for picture in [&made.large, &made.small] {
            assert!(picture.jpeg.len() <= MOST_ENCODED);
            let shown = shown(picture);
            let left = shown.get_pixel(2, 2);
            assert!(left[0] > 150 && left[2] < 90, "{left:?}");
        }
        assert_eq!(make(&file).unwrap(), made, "the same file, the same photo");
    }
    let small = make(&jpeg(&picture(20, 10), None)).unwrap();
    assert_eq!((small.large.width, small.small.width), (20, 20));
}

#[test]
fn a_photo_stands_upright_and_forgets_where_it_was_taken() {
    // 6: turned by a quarter; what was left is up.
    let file = jpeg(&picture(400, 200), Some(&exif(6)));
    let found = |bytes: &[u8]| bytes.windows(7).any(|seven| seven == b"21.0285");
    assert!(found(&file), "the file tells where it was taken");
    let made = make(&file).unwrap();
    assert_eq!((made.large.width, made.large.height), (200, 400));
    let shown = shown(&made.large);
    assert!(shown.get_pixel(100, 20)[0] > 150, "red is up");
    assert!(shown.get_pixel(100, 380)[2] > 150, "blue is down");
    for picture in [&made.large, &made.small] {
        assert!(!found(&picture.jpeg));
        assert!(!picture.jpeg.windows(4).any(|four| four == b"Exif"));
    }
}

#[test]
fn what_can_be_seen_through_is_on_white() {
    let clear = RgbaImage::from_pixel(50, 50, Rgba([0, 0, 0, 0]));
    let half = RgbaImage::from_pixel(50, 50, Rgba([0, 0, 0, 128]));
    for (picture, bright) in [(clear, 250..=255_u8), (half, 120..=135)] {
        let made = make(&encoded(&picture.into(), ImageFormat::Png)).unwrap();
        let pixel = shown(&made.large).get_pixel(25, 25)[0];
        assert!(bright.contains(&pixel), "{pixel}");
    }
}

#[test]
fn what_is_no_photo_is_refused_whatever_it_is_called() {
    let not_photos: [&[u8]; 9] = [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"%PDF-1.7",
        b"BM\x46\0\0\0\0\0\0\0",
        b"II*\0\x08\0\0\0",
        b"PK\x03\x04",
        b"\0\0\0\x1cftypavif",
    ];
    for file in not_photos {
        assert_eq!(make(file), Err(PhotoRefused::NotAPhoto), "{file:?}");
    }
    // The right first bytes, and then something else.
    for start in [
        &b"\xff\xd8\xff\xe0"[..],
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x24\0\0\0WEBP",
    ] {
        let file = [start, b"<script>alert(1)</script>"].concat();
        assert_eq!(make(&file), Err(PhotoRefused::Broken), "{start:?}");
    }
}

#[test]
fn a_script_behind_a_photo_is_gone() {
    let mut file = jpeg(&picture(60, 60), None);
    file.extend(b"<script>alert(document.cookie)</script>");
    let made = make(&file).unwrap();
    assert!(!made.large.jpeg.windows(8).any(|eight| eight == b"<script>"));
}

#[test]
fn what_is_cut_off_is_broken_at_every_length() {
    let original = picture(64, 64);
    let files = [
        jpeg(&original, Some(&exif(1))),
        encoded(&original.clone().into(), ImageFormat::Png),
        encoded(&original.clone().into(), ImageFormat::WebP),
    ];
    for file in files {
        for length in (12..file.len() - 20).step_by(file.len() / 40 + 1) {
            let cut = make(&file[..length]);
            assert!(cut.is_err(), "{length} of {} bytes", file.len());
        }
    }
}

#[test]
fn a_bomb_is_refused_by_what_its_header_promises() {
    // A PNG of 30,000 × 30,000 that says so, with nothing in it.
    let header = |width: u32, height: u32| {
        let mut file = Vec::new();
        // A real one, whose size is then changed; the check sum of its header with it.
        codecs::png::PngEncoder::new(&mut file)
            .write_image(&[0], 1, 1, ExtendedColorType::L8)
            .unwrap();
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        file
    };
    for (width, height) in [
        (30_000, 30_000),
        (6_400, 6_400),
        (20_001, 1),
        (1, 4_000_000),
    ] {
        assert_eq!(
            make(&header(width, height)),
            Err(PhotoRefused::TooManyPixels),
            "{width} × {height}"
        );
    }
    assert_eq!(make(&header(2_000, 2_000)), Err(PhotoRefused::Broken));
    assert_eq!(make(&header(0, 5)), Err(PhotoRefused::Broken));

    // The same of a JPEG: the size stands in its frame header.
    let mut file = jpeg(&picture(8, 8), None);
    let frame = file.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    file[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(make(&file), Err(PhotoRefused::TooManyPixels));
}

#[test]
fn noise_fits_the_bus() {
    let mut seed = 7_u32;
    let noise = RgbImage::from_fn(1200, 1200, |_, _| {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        };
        Rgb([next(), next(), next()])
    });
    let encoded = encode(&noise).unwrap();
    assert!(encoded.jpeg.len() <= MOST_ENCODED, "{}", encoded.jpeg.len());
}

/// As PNG counts it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(sum & 1));
        }
    }
    !sum
}
