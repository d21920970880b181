//! `EMVCo`'s tag-length-value text: writing it, walking it, and its check sum.

use std::fmt::Write;

use super::VietQrError;

/// Writes fields one after the other.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
}

impl Writer {
    /// A field; the rules on values keep every one under 100 characters.
    pub(super) fn field(&mut self, id: &str, value: &str) {
        debug_assert!(value.len() < 100, "field {id} has no two-digit length");
        write!(self.text, "{id}{:02}{value}", value.len()).expect("a String takes any text");
    }

    pub(super) fn optional(&mut self, id: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.field(id, value);
        }
    }

    /// The whole, with its check sum.
    pub(super) fn sealed(mut self) -> String {
        self.text.push_str("6304");
        let crc = crc16(self.text.as_bytes());
        write!(self.text, "{crc:04X}").expect("a String takes any text");
        self.text
    }
}

/// Takes the first field off printable ASCII text: its id, its value, and what follows.
pub(super) fn field(text: &str) -> Result<(&str, &str, &str), VietQrError> {
    let cut = || VietQrError::Length(text.get(..2).unwrap_or(text).to_owned());
    let (id, rest) = text.split_at_checked(2).ok_or_else(cut)?;
    let (length, rest) = rest.split_at_checked(2).ok_or_else(cut)?;
    if !id
        .bytes()
        .chain(length.bytes())
        .all(|byte| byte.is_ascii_digit())
    {
        return Err(cut());
    }
    let length: usize = length.parse().map_err(|_| cut())?;
    let (value, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
    Ok((id, value, rest))
}

/// CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF, nothing reflected or inverted), as
/// `EMVCo`'s merchant-presented codes use it.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_the_published_one() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
        assert_eq!(crc16(b""), 0xFFFF);
    }

    #[test]
    fn a_field_is_taken_or_refused() {
        assert_eq!(field("0102ab03"), Ok(("01", "ab", "03")));
        assert_eq!(field("0100"), Ok(("01", "", "")));
        for wrong in ["", "0", "01", "010", "0103ab", "x102ab", "01+2ab", "01 2ab"] {
            assert!(
                matches!(field(wrong), Err(VietQrError::Length(_))),
                "{wrong}"
            );
        }
    }
}
