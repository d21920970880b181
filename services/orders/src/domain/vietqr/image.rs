//! A `VietQR` as a picture: SVG for pages, PNG for chats and printers.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::VietQr;

/// Pixels of one module in the PNG: sharp on a phone, and about 500 wide as a whole.
const MODULE: u32 = 10;

impl VietQr {
    /// An `<svg>` element, black on white with its quiet zone; fit for a page or a file.
    #[must_use]
    pub fn svg(&self) -> String {
        let svg = self
            .code()
            .render::<svg::Color<'_>>()
            .module_dimensions(4, 4)
            .build();
        // An XML declaration may not stand inside a page.
        svg.find("<svg")
            .map_or_else(String::new, |start| svg[start..].to_owned())
    }

    /// A PNG, 8-bit grey, ten pixels a module, with its quiet zone.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        encoded(
            &self
                .code()
                .render::<Luma<u8>>()
                .module_dimensions(MODULE, MODULE)
                .build(),
        )
    }

    /// Level M survives 15% of damage, as on a creased label or a dirty screen.
    fn code(&self) -> QrCode {
        QrCode::with_error_correction_level(self.payload(), EcLevel::M)
            .expect("a transfer has at most 150 characters, and a QR code holds over 2,000")
    }
}

fn encoded(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("memory takes every byte of a small picture");
    bytes.into_inner()
}

#[cfg(test)]
mod tests {
    use chassis::money::Vnd;

    use super::*;
    use crate::domain::vietqr::BankAccount;

    fn sample(memo: &str) -> VietQr {
        let account = BankAccount {
            bin: "970436".to_owned(),
            account_no: "1".repeat(19),
        };
        VietQr::transfer(&account, Vnd::new(9_999_999_999_999), memo).unwrap()
    }

    #[test]
    fn a_scanner_reads_the_png() {
        for qr in [sample("PHAB12CD3X"), sample(&"W".repeat(25))] {
            let picture = image::load_from_memory_with_format(&qr.png(), ImageFormat::Png)
                .unwrap()
                .to_luma8();
            let (width, height) = picture.dimensions();
            let (wide, high) = (
                usize::try_from(width).unwrap(),
                usize::try_from(height).unwrap(),
            );
            let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(wide, high, |x, y| {
                picture.as_raw()[y * wide + x]
            });
            let grids = prepared.detect_grids();
            assert_eq!(grids.len(), 1);
            assert_eq!(grids[0].decode().unwrap().1, qr.payload());
        }
    }

    #[test]
    fn the_svg_is_one_element() {
        let svg = sample("PHAB12CD3X").svg();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
        assert!(!svg.contains("<script"));
    }
}
