//! Names: of people, as they write them and as a room shows them; of accounts that sign in by password.

use chassis::text::{TextError, clean_line};

/// Most characters of a person's name.
const PERSON: usize = 80;
/// Who has not said a name.
pub(crate) const NAMELESS: &str = "Khách";

/// A person's name.
pub(crate) fn person(text: &str) -> Result<String, TextError> {
    clean_line(text, PERSON)
}

/// An organiser's name.
pub(crate) fn organiser(text: &str) -> Result<String, TextError> {
    clean_line(text, 120)
}

/// The name as a room shows it: the last word, which in Viet Nam is the given name, cut to what fits a line.
pub(crate) fn shortened(name: &str) -> String {
    name.split_whitespace()
        .last()
        .unwrap_or(NAMELESS)
        .chars()
        .take(20)
        .collect()
}

/// A username: lower case Latin letters, digits, dots, dashes; 3 to 32.
pub(crate) fn username(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let inside = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
    };
    let shaped = (3..=32).contains(&name.len())
        && name.bytes().all(inside)
        && name
            .as_bytes()
            .first()
            .is_some_and(u8::is_ascii_alphanumeric);
    shaped.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_sees_the_given_name() {
        assert_eq!(shortened("Nguyễn Thị Lan"), "Lan");
        assert_eq!(shortened("  "), "Khách");
        assert_eq!(shortened(&"x".repeat(50)).len(), 20);
    }

    #[test]
    fn usernames_are_plain() {
        assert_eq!(username(" Hoa.Ngoc "), Some("hoa.ngoc".into()));
        for wrong in ["ab", ".abc", "hòa", "a b c", &"x".repeat(33), "a\0bc"] {
            assert_eq!(username(wrong), None, "{wrong}");
        }
    }
}
