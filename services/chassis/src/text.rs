//! Text as people type it: one spelling for storing, one for searching, one for bank memos.
//!
//! Vietnamese has two common encodings of the same letter (composed and decomposed), so whatever
//! is stored or compared goes through here first. What people write is also shown to others, so
//! characters that make a line read differently from what it is are refused.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Why a text is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing that can be seen.
    #[error("must not be empty")]
    Empty,
    /// More characters than the rule allows.
    #[error("must be at most {max} characters, not {len}")]
    TooLong {
        /// The most that is allowed, in characters (not bytes).
        max: usize,
        /// What the cleaned text has.
        len: usize,
    },
    /// A control character, or one that changes the direction of what follows.
    #[error("must not contain the invisible character U+{code:04X}")]
    Forbidden {
        /// Its code point.
        code: u32,
    },
}

/// The composed form (Unicode NFC), in which everything is stored.
#[must_use]
pub fn nfc(text: &str) -> String {
    // Nearly all text is in the form already.
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.to_owned();
    }
    text.nfc().collect()
}

/// The form for search and matching: lower case, marks stripped, `đ` → `d`; wide and other
/// look-alike forms of a letter become that letter (NFKD). `Bát Tràng` → `bat trang`.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect()
}

/// The form that survives a bank: `[A-Z0-9 ]` only, marks stripped, everything else one space.
/// Banks drop marks and symbols from a memo on their own; better that we know what is left.
#[must_use]
pub fn ascii_upper(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in fold(text).chars() {
        if letter.is_ascii_alphanumeric() {
            plain.push(letter.to_ascii_uppercase());
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// One line that a person typed: trimmed, composed, every stretch of white space one space.
///
/// # Errors
/// [`TextError`] if it is empty, longer than `max_chars` characters, or has characters that hide
/// or turn what follows.
pub fn clean_line(text: &str, max_chars: usize) -> Result<String, TextError> {
    let visible = refuse_hidden(text)?;
    let mut line = String::with_capacity(visible.len());
    push_line(&mut line, &visible);
    measured(nfc(&line), max_chars)
}

/// The same for several lines: line breaks are kept, empty lines at most one in a row.
///
/// # Errors
/// As [`clean_line`].
pub fn clean_text(text: &str, max_chars: usize) -> Result<String, TextError> {
    let visible = refuse_hidden(text)?;
    let mut whole = String::with_capacity(visible.len());
    for line in visible.lines() {
        push_line(&mut whole, line);
        if !whole.is_empty() && !whole.ends_with("\n\n") {
            whole.push('\n');
        }
    }
    whole.truncate(whole.trim_end().len());
    measured(nfc(&whole), max_chars)
}

/// Appends the words of a line with one space between them.
fn push_line(whole: &mut String, line: &str) {
    for (at, word) in line.split_whitespace().enumerate() {
        if at > 0 {
            whole.push(' ');
        }
        whole.push_str(word);
    }
}

/// Drops what has no width and no meaning; refuses what would mislead a reader.
fn refuse_hidden(text: &str) -> Result<Cow<'_, str>, TextError> {
    let refused = |letter: &char| {
        // Bidi marks, embeddings, overrides and isolates (UAX #9); they can reverse a price.
        let bidi = matches!(letter, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        bidi || (letter.is_control() && !letter.is_whitespace())
    };
    if let Some(letter) = text.chars().find(refused) {
        return Err(TextError::Forbidden {
            code: u32::from(letter),
        });
    }
    let unseen = ['\u{200B}', '\u{2060}', '\u{FEFF}', '\u{00AD}'];
    Ok(if text.contains(unseen) {
        Cow::Owned(text.replace(unseen, ""))
    } else {
        Cow::Borrowed(text)
    })
}

/// The rule about length, after all cleaning.
fn measured(text: String, max: usize) -> Result<String, TextError> {
    match text.chars().count() {
        0 => Err(TextError::Empty),
        len if len > max => Err(TextError::TooLong { max, len }),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_encodings_become_one() {
        assert_eq!(nfc("Hoa\u{0300}n Kie\u{0302}\u{0301}m"), "Hoàn Kiếm");
        assert_eq!(fold("Hoa\u{0300}n Kie\u{0302}\u{0301}m"), fold("Hoàn Kiếm"));
    }

    #[test]
    fn folding_strips_every_vietnamese_mark() {
        assert_eq!(fold("Đường Lâm"), "duong lam");
        assert_eq!(fold("ẮẰẲẴẶ ấầẩẫậ ƯỨ ơờ Ỹ đ Đ"), "aaaaa aaaaa uu oo y d d");
        assert_eq!(fold("Hoà = Hòa"), "hoa = hoa");
        assert_eq!(fold("Ａ０５"), "a05");
    }

    #[test]
    fn a_memo_is_plain() {
        assert_eq!(
            ascii_upper("Chốt đơn: Bát Tràng – 2 bộ!"),
            "CHOT DON BAT TRANG 2 BO"
        );
        assert_eq!(ascii_upper(" \t🎉 "), "");
    }

    #[test]
    fn a_line_is_cleaned() {
        assert_eq!(
            clean_line("  Cốm\u{00A0} khô\r\n Mễ Trì ", 20).unwrap(),
            "Cốm khô Mễ Trì"
        );
        assert_eq!(clean_line("a\u{200B}b", 2).unwrap(), "ab");
        assert_eq!(clean_line(" \u{200B}\u{FEFF} ", 9), Err(TextError::Empty));
        assert_eq!(
            clean_line("Cốm khô", 6),
            Err(TextError::TooLong { max: 6, len: 7 })
        );
        assert_eq!(clean_line("Co\u{0302}\u{0301}m", 3).unwrap(), "Cốm");
        assert_eq!(
            clean_line("a\u{202E}b", 9),
            Err(TextError::Forbidden { code: 0x202E })
        );
        assert_eq!(
            clean_line("a\0b", 9).unwrap_err().to_string(),
            "must not contain the invisible character U+0000"
        );
        assert!(clean_line("👩‍🌾 Hoa", 9).is_ok(), "joined emoji are text");
    }

    #[test]
    fn a_text_keeps_its_lines() {
        assert_eq!(
            clean_text("\n\n a  b \r\n\r\n\n\n c\t\n", 9).unwrap(),
            "a b\n\nc"
        );
        assert_eq!(clean_text("\n \n", 9), Err(TextError::Empty));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text: String) {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn a_memo_has_only_what_banks_keep(text: String) {
            let memo = ascii_upper(&text);
            prop_assert!(memo.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' '));
            prop_assert_eq!(&ascii_upper(&memo), &memo);
        }

        #[test]
        fn cleaning_twice_changes_nothing(text: String) {
            if let Ok(line) = clean_line(&text, 1_000) {
                prop_assert_eq!(clean_line(&line, 1_000), Ok(line));
            }
            if let Ok(whole) = clean_text(&text, 1_000) {
                prop_assert_eq!(clean_text(&whole, 1_000), Ok(whole));
            }
        }
    }
}
