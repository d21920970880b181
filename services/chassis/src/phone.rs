//! Vietnamese mobile numbers: how they are read, kept, and hidden.
//!
//! A phone number is personal data, so the type prints only its mask: no log line or error can
//! leak one by accident. Whoever must dial asks for [`Phone::e164`] by name. Comments are public,
//! and people put their numbers into them: [`mask_phones`] hides those before anyone else reads.

use std::fmt;

mod mask;

pub use mask::mask_phones;

/// A Vietnamese mobile number in E.164, `+84` and nine digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Phone(String);

/// Why a text is not a Vietnamese mobile number. Never repeats what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Something other than digits, spaces, dots, dashes, parentheses and one leading plus.
    #[error("a phone number has digits, spaces, dots and dashes only")]
    Malformed,
    /// A country code other than +84.
    #[error("only Vietnamese numbers (+84) are taken")]
    Foreign,
    /// Too short, too long, or a fixed line.
    #[error("a mobile number has 10 digits and starts with 03, 05, 07, 08 or 09")]
    NotMobile,
}

impl Phone {
    /// Reads a mobile number as people write it: `0912 345 678`, `(091) 234-5678`,
    /// `+84 912.345.678`, `84912345678`, `0084…`, `+84 (0)912…`. National numbers are 10 digits
    /// starting 03, 05, 07, 08 or 09, as all mobile numbers have been since 2018.
    ///
    /// # Errors
    /// [`PhoneError`] for anything else.
    pub fn parse(text: &str) -> Result<Phone, PhoneError> {
        let text = text.trim();
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut digits = String::with_capacity(14);
        for letter in rest.chars() {
            match letter {
                '0'..='9' => digits.push(letter),
                ' ' | '\u{00A0}' | '.' | '-' | '(' | ')' => {}
                _ => return Err(PhoneError::Malformed),
            }
        }
        let subscriber = if international || digits.starts_with("00") {
            let digits = if international {
                digits.as_str()
            } else {
                &digits[2..]
            };
            let national = digits.strip_prefix("84").ok_or(PhoneError::Foreign)?;
            national.strip_prefix('0').unwrap_or(national)
        } else if let Some(national) = digits.strip_prefix('0') {
            national
        } else if let Some(national) = digits.strip_prefix("84") {
            national.strip_prefix('0').unwrap_or(national)
        } else {
            return Err(PhoneError::NotMobile);
        };
        if subscriber.len() == 9 && subscriber.starts_with(['3', '5', '7', '8', '9']) {
            Ok(Phone(format!("+84{subscriber}")))
        } else {
            Err(PhoneError::NotMobile)
        }
    }

    /// The full number, `+84912345678`. To dial, to send to, to hand to a carrier; never to log.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.0
    }
}

/// The mask, `+84•••••678`.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By characters, not bytes: a row of the database could have been made by hand.
        let end = self
            .0
            .char_indices()
            .rev()
            .nth(2)
            .map_or("", |(at, _)| &self.0[at..]);
        write!(f, "+84•••••{end}")
    }
}

/// The mask as well: a debug print is a log line.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_people_write() {
        for written in [
            "0912345678",
            " 0912 345 678 ",
            "(091) 234-5678",
            "091.234.5678",
            "+84912345678",
            "+84 912 345 678",
            "84912345678",
            "0084 912 345 678",
            "+84 (0)912 345 678",
            "0912\u{00A0}345\u{00A0}678",
        ] {
            assert_eq!(
                Phone::parse(written).unwrap().e164(),
                "+84912345678",
                "{written}"
            );
        }
        // A Vinaphone number that begins like a country code.
        assert_eq!(Phone::parse("0849123456").unwrap().e164(), "+84849123456");
    }

    #[test]
    fn refuses_the_rest() {
        use PhoneError::{Foreign, Malformed, NotMobile};
        for (written, error) in [
            ("", NotMobile),
            ("912345678", NotMobile),
            ("091234567", NotMobile),
            ("09123456789", NotMobile),
            ("02438253536", NotMobile),
            ("0412345678", NotMobile),
            ("0612345678", NotMobile),
            ("19001234", NotMobile),
            ("+8613800138000", Foreign),
            ("0086 13800138000", Foreign),
            ("+1 202 555 0100", Foreign),
            ("0912-345-67x", Malformed),
            ("0912+345678", Malformed),
            ("０９１２３４５６７８", Malformed),
            ("++84912345678", Malformed),
            ("+840249123456", NotMobile),
        ] {
            assert_eq!(Phone::parse(written), Err(error), "{written}");
        }
    }

    #[test]
    fn prints_only_the_mask() {
        let phone = Phone::parse("0912345678").unwrap();
        assert_eq!(phone.to_string(), "+84•••••678");
        assert_eq!(format!("{phone:?}"), "Phone(+84•••••678)");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_agrees_with_itself(text in "[+0-9 .()\\-]{0,20}|\\PC*") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(Phone::parse(phone.e164()), Ok(phone));
            }
        }
    }
}
