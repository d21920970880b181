//! Hiding phone numbers in what people write for others to read.
//!
//! Comments are public; a number in one would be called by strangers within minutes, and the
//! comments are kept. All digits of a number go, so that what is left helps nobody to guess it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Hides every Vietnamese phone number in a text that others will read: each digit becomes `•`,
/// the rest of the text stays. Mobile and fixed lines, with or without +84, with spaces, dots or
/// dashes inside, in wide or other look-alike digits.
///
/// A number counts if it is made of whole groups of digits (`0912 345 678`, not the middle of
/// `190.000 350.000`), or stands inside one unbroken group (`x20912345678`), which is then hidden
/// whole. So no group of digits that is left can join another to a number again. Linear time.
#[must_use]
pub fn mask_phones(text: &str) -> Cow<'_, str> {
    let mut hidden = Vec::new();
    let mut run = Run::default();
    for (at, letter) in text.char_indices() {
        if let Some(digit) = digit_of(letter) {
            run.push(digit, at, letter.len_utf8());
        } else if joins(letter) {
            run.gap = true;
        } else {
            run.finish(&mut hidden);
        }
    }
    run.finish(&mut hidden);
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len() + hidden.len() * 2);
    let mut from = 0;
    for (at, len) in hidden {
        masked.push_str(&text[from..at]);
        masked.push('•');
        from = at + len;
    }
    masked.push_str(&text[from..]);
    Cow::Owned(masked)
}

/// Digits that only spaces, dots, dashes and the like hold apart.
#[derive(Default)]
struct Run {
    digits: Vec<u8>,
    /// Where each digit stands in the text, and its length there in bytes.
    places: Vec<(usize, usize)>,
    /// The index of the first digit of each unbroken group.
    groups: Vec<usize>,
    /// Something has stood between the last digit and now.
    gap: bool,
}

impl Run {
    fn push(&mut self, digit: u8, at: usize, len: usize) {
        if self.gap || self.digits.is_empty() {
            self.groups.push(self.digits.len());
        }
        self.gap = false;
        self.digits.push(digit);
        self.places.push((at, len));
    }

    /// Notes the places to hide, in order, and starts anew.
    fn finish(&mut self, hidden: &mut Vec<(usize, usize)>) {
        // The shortest number has ten digits: most runs (prices, claim codes) end here.
        if self.digits.len() >= 10 {
            let mut hide = vec![false; self.groups.len()];
            for group in 0..self.groups.len() {
                for start in self.groups[group]..self.end_of(group) {
                    if let Some(len) = number_at(&self.digits[start..]) {
                        self.mark(group, start, start + len, &mut hide);
                    }
                }
            }
            for (group, _) in hide.iter().enumerate().filter(|(_, hide)| **hide) {
                hidden.extend_from_slice(&self.places[self.groups[group]..self.end_of(group)]);
            }
        }
        *self = Run::default();
    }

    /// Marks the groups of a number from `start` to `end` if it is one by the rule above.
    fn mark(&self, group: usize, start: usize, end: usize, hide: &mut [bool]) {
        if end <= self.end_of(group) {
            hide[group] = true;
        } else if start == self.groups[group] {
            let last = self.groups.partition_point(|first| *first < end) - 1;
            if self.end_of(last) == end {
                hide[group..=last].fill(true);
            }
        }
    }

    fn end_of(&self, group: usize) -> usize {
        self.groups
            .get(group + 1)
            .copied()
            .unwrap_or(self.digits.len())
    }
}

/// The length of the phone number that begins here.
fn number_at(digits: &[u8]) -> Option<usize> {
    let prefix = match digits {
        [0, 0, 8, 4, 0, ..] => 5,
        [0, 0, 8, 4, ..] => 4,
        [8, 4, 0, ..] => 3,
        [8, 4, ..] => 2,
        [0, ..] => 1,
        _ => return None,
    };
    let subscriber = match digits.get(prefix)? {
        3 | 5 | 7 | 8 | 9 => 9,
        // A fixed line: area code and number are ten digits after the 0.
        2 => 10,
        _ => return None,
    };
    (digits.len() >= prefix + subscriber).then_some(prefix + subscriber)
}

/// The digit that a reader sees: `7`, `７`, `𝟕`, `⁷`, `⑦`.
fn digit_of(letter: char) -> Option<u8> {
    let plain = if letter.is_ascii() {
        letter
    } else {
        let mut forms = std::iter::once(letter).nfkc();
        forms.next().filter(|_| forms.next().is_none())?
    };
    plain
        .to_digit(10)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// What people put between the digits of one number.
fn joins(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '.' | '-' | '(' | ')' | '_' | '/' | ',' | '·' | '\u{00AD}' | '\u{2212}'
        )
        || matches!(letter, '\u{200B}'..='\u{200D}' | '\u{2010}'..='\u{2015}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::phone::Phone;

    #[test]
    fn hides_numbers_in_comments() {
        for (said, shown) in [
            ("chốt A05 x2 0912345678 nhé", "chốt A05 x2 •••••••••• nhé"),
            ("sđt:0912.345.678", "sđt:••••.•••.•••"),
            ("+84 912-345-678, Hà Nội", "+•• •••-•••-•••, Hà Nội"),
            ("09 12 34 56 78", "•• •• •• •• ••"),
            ("０９１２３４５６７８", "••••••••••"),
            ("gọi 024 3825 3536", "gọi ••• •••• ••••"),
            ("x20912345678", "x•••••••••••"),
            ("0351 2345 0912345678", "0351 2345 ••••••••••"),
            ("0912345684 912345678", "•••••••••• 912345678"),
        ] {
            assert_eq!(mask_phones(said), shown);
        }
    }

    #[test]
    fn leaves_prices_and_codes() {
        for said in [
            "chốt A05 x2",
            "190.000 350.000 250.000 đ",
            "2026-11-24 20:15",
            "1.250.000 ₫",
            "mã 00123456",
            "",
        ] {
            assert!(
                matches!(mask_phones(said), Cow::Borrowed(same) if same == said),
                "{said}"
            );
        }
    }

    /// Every window of whole groups of ASCII digits, with what stands between them.
    fn windows(text: &str) -> Vec<&str> {
        let mut ends = Vec::new();
        let bytes = text.as_bytes();
        for at in 0..bytes.len() {
            if bytes[at].is_ascii_digit() {
                if at == 0 || !bytes[at - 1].is_ascii_digit() {
                    ends.push((at, at + 1));
                } else if let Some(last) = ends.last_mut() {
                    last.1 = at + 1;
                }
            }
        }
        let mut all = Vec::new();
        for (first, group) in ends.iter().enumerate() {
            for last in ends[first..].iter().take(14) {
                let start = if text[..group.0].ends_with('+') {
                    group.0 - 1
                } else {
                    group.0
                };
                all.extend([&text[start..last.1], &text[group.0..last.1]]);
            }
        }
        all
    }

    proptest! {
        #[test]
        fn what_is_left_is_no_number(text in "([0-9 .+x\\-]|0[35789]|84|0084|[０-９]|0912345678|\\PC){0,60}") {
            let masked = mask_phones(&text);
            // As a reader sees it: a wide digit is a digit.
            let seen: String =
                masked.chars().map(|c| digit_of(c).map_or(c, |digit| char::from(b'0' + digit))).collect();
            for window in windows(&seen) {
                prop_assert!(Phone::parse(window).is_err(), "{:?} in {:?}", window, masked);
            }
            prop_assert_eq!(mask_phones(&masked), masked.as_ref());
            prop_assert_eq!(text.chars().count(), masked.chars().count());
        }

        #[test]
        fn any_number_is_hidden(
            digits in "0[35789][0-9]{8}", cuts in prop::collection::vec("[ .\\-]{0,2}", 10), around in "[a-zđ ]{0,5}",
        ) {
            let mut said = around.clone();
            for (digit, cut) in digits.chars().zip(&cuts) {
                said.push(digit);
                said.push_str(cut);
            }
            said.push_str(&around);
            prop_assert!(!mask_phones(&said).contains(|letter: char| letter.is_ascii_digit()));
        }

        #[test]
        fn masking_never_panics(text: String) {
            let _ = mask_phones(&text);
        }
    }
}
