//! When a message was sent, in its own text: in letters, as digits of a comment might be taken for a phone and masked.

use std::time::{Duration, SystemTime};

/// Comes before a stamp, and nowhere else.
const SIGN: &[u8] = b"sent-";
const LETTERS: usize = 14;

/// Microseconds since 1970.
#[must_use]
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(since.unwrap_or(Duration::ZERO).as_micros()).unwrap_or(u64::MAX)
}

/// A stamp of this time.
#[must_use]
pub(crate) fn of(micros: u64) -> String {
    let letters = (0..LETTERS).rev().map(|place| {
        let digit = u8::try_from((micros >> (4 * place)) & 15).unwrap_or_default();
        char::from(b'a' + digit)
    });
    String::from_utf8_lossy(SIGN)
        .chars()
        .chain(letters)
        .collect()
}

/// The first stamp in a message.
#[must_use]
pub(crate) fn read(message: &[u8]) -> Option<u64> {
    let at = find(message, SIGN)? + SIGN.len();
    let letters = message.get(at..at + LETTERS)?;
    letters.iter().try_fold(0, |micros, letter| {
        let digit = letter.checked_sub(b'a').filter(|digit| *digit < 16)?;
        Some(micros << 4 | u64::from(digit))
    })
}

/// The number after a name, as JSON has it.
#[must_use]
pub(crate) fn number(json: &[u8], name: &str) -> Option<u64> {
    let at = find(json, name.as_bytes())? + name.len();
    let digits = json[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Where something is first.
#[must_use]
pub(crate) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_back() {
        let micros = 1_795_000_000_123_456;
        let text = format!(r#"{{"seq":17,"text":"ngon {} quá"}}"#, of(micros));
        assert_eq!(read(text.as_bytes()), Some(micros));
        assert_eq!(number(text.as_bytes(), r#""seq":"#), Some(17));
        assert_eq!(read("ngon quá".as_bytes()), None);
    }
}
