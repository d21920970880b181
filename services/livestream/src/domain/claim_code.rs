//! The code that is said on air: `A05`, one to three letters and one to four digits.

use std::fmt;

/// A claim code (mã chốt), upper case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimCode(String);

/// Not a claim code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a claim code is one to three letters A-Z and one to four digits")]
pub struct NotAClaimCode;

impl ClaimCode {
    /// Reads a code as people type it; the case and the space around it do not matter.
    ///
    /// # Errors
    /// [`NotAClaimCode`].
    pub fn parse(text: &str) -> Result<Self, NotAClaimCode> {
        let code = text.trim().to_ascii_uppercase();
        let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = code
            .bytes()
            .skip(letters)
            .take_while(u8::is_ascii_digit)
            .count();
        let whole = letters + digits == code.len();
        if whole && (1..=3).contains(&letters) && (1..=4).contains(&digits) {
            Ok(Self(code))
        } else {
            Err(NotAClaimCode)
        }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClaimCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_read_and_refused() {
        assert_eq!(ClaimCode::parse(" a05 ").unwrap().as_str(), "A05");
        assert_eq!(ClaimCode::parse("ABC1234").unwrap().as_str(), "ABC1234");
        for wrong in [
            "", "A", "05", "ABCD1", "A12345", "A 05", "A05B", "Ă05", "A０5", "A-05",
        ] {
            assert_eq!(ClaimCode::parse(wrong), Err(NotAClaimCode), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_code_reads_back(code in "[a-zA-Z]{1,3}[0-9]{1,4}") {
            let read = ClaimCode::parse(&code).unwrap();
            prop_assert_eq!(ClaimCode::parse(read.as_str()).unwrap(), read);
        }

        #[test]
        fn nothing_else_is_a_code(text: String) {
            if let Ok(code) = ClaimCode::parse(&text) {
                prop_assert_eq!(code.as_str(), text.trim().to_ascii_uppercase());
                prop_assert!(code.as_str().is_ascii());
            }
        }
    }
}
