//! The payment code: ten characters in the bank memo that say which payment a transfer is for.
//!
//! `PH`, seven characters of a number, one check character; all in Crockford's base 32 (no `I`,
//! `L`, `O`, `U`), so a code can be read aloud and typed. Banks add text around a memo, change its
//! case and break it up; [`PaymentCode::find_all`] finds codes all the same.
//!
//! **Check.** Characters are elements of the field of 32, and a code is right if
//! `Σ αⁱ·dᵢ + check = 0` (i = 1 … 7, α a generator). All weights are different and none is 0, so
//! every wrong single character and every swap of two different characters, next to each other or
//! not, is caught; of all else, 31 in 32. (A plain sum modulo 36 or 37 would need signs that are
//! not letters or digits, which banks drop.)
//!
//! **Scramble.** Numbers in a row give codes that do not look alike, so that a typing slip does
//! not lead to the neighbour's payment and nobody reads sales figures off two codes. It is no
//! secret: whoever has a code proves nothing by it.

use std::collections::HashSet;
use std::fmt;

/// A payment code whose check character holds, upper case: `PH` + 7 + 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct PaymentCode(String);

/// Crockford's base 32, in order of value.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code.
const LEN: usize = 10;
/// Characters that carry the number.
const DATA: usize = 7;
/// Bits that they carry.
const BITS: u32 = 35;
/// The highest number.
const MAX: u64 = (1 << BITS) - 1;
/// Where the numbers start, so that number 0 is no row of zeros.
const START: u64 = 0x2_B7E1_5163;
/// Odd, so each multiplication modulo 2³⁵ can be undone; each `x ^ (x >> n)` can as well.
const ROUNDS: [(u32, u64); 3] = [
    (17, 0x5_BD1E_995D),
    (13, 0x3_7AE5_3A2F),
    (19, 0x6_C2B2_AE3D),
];

impl PaymentCode {
    /// The code of a number from a sequence, 0 ..= 2³⁵ − 1; `None` above. Different numbers have
    /// different codes.
    #[must_use]
    pub fn from_seq(seq: u64) -> Option<PaymentCode> {
        if seq > MAX {
            return None;
        }
        let number = scramble(seq);
        let mut values = [0; DATA + 1];
        for (at, value) in values[..DATA].iter_mut().enumerate() {
            let [low, ..] = (number >> (5 * (DATA - 1 - at))).to_le_bytes();
            *value = low & 31;
        }
        values[DATA] = check(&values[..DATA]);
        let letters = values
            .iter()
            .map(|value| char::from(ALPHABET[usize::from(*value)]));
        Some(PaymentCode("PH".chars().chain(letters).collect()))
    }

    /// A code as a person types it: any case, spaces, dots or dashes inside, `O` for `0`, `I` or
    /// `L` for `1`. `None` if it is not exactly one code whose check character holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<PaymentCode> {
        let letters = compact(text.trim());
        if letters.len() == LEN {
            at_start(&letters)
        } else {
            None
        }
    }

    /// The ten characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All codes in a bank memo, in order, each once: in any case, glued to other text, with
    /// spaces, dots or dashes inside. By chance 1 in 32 stretches of text that look like a code
    /// pass the check (`Pham Van Anh …` looks like one), so a code that was never given out means
    /// nothing. Linear time.
    #[must_use]
    pub fn find_all(memo: &str) -> Vec<PaymentCode> {
        let mut seen = HashSet::new();
        compact(memo)
            .windows(LEN)
            .filter_map(at_start)
            .filter(|code| seen.insert(code.clone()))
            .collect()
    }
}

impl fmt::Display for PaymentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Upper-case letters and digits; what banks and people put inside a code is dropped, and
/// anything else is one `?` that no code can span.
fn compact(text: &str) -> Vec<u8> {
    let mut letters = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' ' | '.' | '-' | '\r' | '\n' | '\t' => {}
            _ if letter.is_ascii_alphanumeric() => {
                letters.extend(u8::try_from(letter.to_ascii_uppercase()));
            }
            _ => letters.push(b'?'),
        }
    }
    letters
}

/// The code that these ten characters are.
fn at_start(letters: &[u8]) -> Option<PaymentCode> {
    let rest = letters.strip_prefix(b"PH")?;
    let mut values = [0; DATA + 1];
    for (value, letter) in values.iter_mut().zip(rest) {
        *value = value_of(*letter)?;
    }
    if check(&values[..DATA]) != values[DATA] {
        return None;
    }
    let letters = values
        .iter()
        .map(|value| char::from(ALPHABET[usize::from(*value)]));
    Some(PaymentCode("PH".chars().chain(letters).collect()))
}

fn value_of(letter: u8) -> Option<u8> {
    let letter = match letter {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET
        .iter()
        .position(|known| *known == letter)
        .and_then(|at| u8::try_from(at).ok())
}

/// The check character that belongs to these values: Horner's rule in the field of 32.
fn check(values: &[u8]) -> u8 {
    values
        .iter()
        .rev()
        .fold(0, |sum, value| times_alpha(sum ^ value))
}

/// Multiplies by the generator α of the field: binary polynomials modulo x⁵ + x² + 1.
fn times_alpha(value: u8) -> u8 {
    let double = value << 1;
    if double & 32 == 0 {
        double
    } else {
        double ^ 0b10_0101
    }
}

fn scramble(seq: u64) -> u64 {
    ROUNDS.iter().fold(seq ^ START, |x, (shift, odd)| {
        (x ^ (x >> shift)).wrapping_mul(*odd) & MAX
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(seq: u64) -> PaymentCode {
        PaymentCode::from_seq(seq).unwrap()
    }

    /// The number that was scrambled.
    fn unscramble(number: u64) -> u64 {
        START
            ^ ROUNDS.iter().rev().fold(number, |x, (shift, odd)| {
                // Newton's iteration doubles the right bits of an inverse modulo 2^64.
                let inverse = (0..6).fold(1_u64, |i, _| {
                    i.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(i)))
                });
                let y = x.wrapping_mul(inverse) & MAX;
                (0..BITS).fold(y, |z, _| y ^ (z >> shift))
            })
    }

    fn differing(a: &PaymentCode, b: &PaymentCode) -> usize {
        a.0.bytes().zip(b.0.bytes()).filter(|(a, b)| a != b).count()
    }

    #[test]
    fn codes_never_change_their_meaning() {
        // Printed on slips and in memos: these must stay as they are for ever.
        let fixed = ["PHVB6MQWDG", "PH2VK81EYR", "PH8KFN1SNV", "PH1MK9QWVR"];
        assert_eq!(
            [0, 1, 2, MAX].map(|seq| code(seq).0),
            fixed.map(str::to_owned)
        );
        assert_eq!(PaymentCode::from_seq(MAX + 1), None);
    }

    #[test]
    fn the_generator_generates() {
        let powers: HashSet<u8> = std::iter::successors(Some(1), |value| Some(times_alpha(*value)))
            .take(31)
            .collect();
        assert_eq!(powers.len(), 31);
    }

    #[test]
    fn every_wrong_character_and_every_swap_is_caught() {
        for seq in (0..40).chain([MAX / 3, MAX / 2, MAX]) {
            let right = code(seq).0;
            for at in 2..LEN {
                for other in ALPHABET {
                    let mut wrong = right.clone().into_bytes();
                    if wrong[at] != *other {
                        wrong[at] = *other;
                        assert_eq!(at_start(&wrong), None);
                    }
                }
                for with in at + 1..LEN {
                    let mut wrong = right.clone().into_bytes();
                    wrong.swap(at, with);
                    assert!(wrong == right.as_bytes() || at_start(&wrong).is_none());
                }
            }
        }
    }

    /// Exhaustive: the check is linear, so it is enough to look at the differences that a wrong
    /// character or a swap can make.
    #[test]
    fn no_difference_of_one_or_two_places_slips_through() {
        for at in 0..=DATA {
            for change in 1..32 {
                let sum = |places: &[usize]| {
                    let mut values = [0; DATA + 1];
                    for place in places {
                        values[*place] = change;
                    }
                    check(&values[..DATA]) ^ values[DATA]
                };
                assert_ne!(sum(&[at]), 0);
                (at + 1..=DATA).for_each(|with| assert_ne!(sum(&[at, with]), 0));
            }
        }
    }

    #[test]
    fn neighbours_do_not_look_alike() {
        let codes: Vec<_> = (0..20_000).map(code).collect();
        let total: usize = codes
            .windows(2)
            .map(|pair| differing(&pair[0], &pair[1]))
            .sum();
        assert!(
            codes
                .windows(2)
                .all(|pair| differing(&pair[0], &pair[1]) >= 3)
        );
        assert!(
            total > 7 * 19_999,
            "on average most of the eight differ: {total}"
        );
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
    }

    #[test]
    fn mangled_memos_are_read() {
        let code = code(123_456);
        let (head, tail) = code.0.split_at(5);
        for memo in [
            code.0.clone(),
            code.0.to_lowercase(),
            format!("MBVCB.123.{code}.CT tu 0123 NGUYEN VAN A"),
            format!("chuyen tien{code}"),
            format!("{code}chuyen tien"),
            format!("{head} {tail}"),
            format!("{head}-{tail}"),
            format!("QR   {head}.\r\n{tail}; FT24001"),
            format!("PH{code}"),
            format!("{code} {code}"),
            format!("Chuyển tiền «{code}»"),
            code.0.split("").collect::<Vec<_>>().join(" "),
        ] {
            assert_eq!(
                PaymentCode::find_all(&memo),
                std::slice::from_ref(&code),
                "{memo}"
            );
        }
        let other = super::tests::code(7);
        assert_eq!(
            PaymentCode::find_all(&format!("{other} va {code}")),
            [other, code]
        );
    }

    #[test]
    fn what_is_no_code_is_not_found() {
        for memo in [
            "",
            "PH",
            "chuyen tien",
            "PHUONG NGUYEN chuyen tien",
            "PH/AB12CD3X",
            "𝐏𝐇0000000𝟎",
        ] {
            assert_eq!(PaymentCode::find_all(memo), [], "{memo}");
        }
    }

    proptest! {
        #[test]
        fn every_number_has_its_own_code(seq in 0..=MAX) {
            let code = code(seq);
            prop_assert_eq!(unscramble(scramble(seq)), seq);
            prop_assert_eq!(PaymentCode::parse(code.as_str()), Some(code.clone()));
            let typed = code.0.to_lowercase().replace('0', "o").replace('1', "l");
            prop_assert_eq!(PaymentCode::parse(&(typed + "\n")), Some(code.clone()));
            prop_assert_eq!(PaymentCode::parse(&(code.0 + "0")), None);
        }

        #[test]
        fn swaps_and_slips_are_caught(seq in 0..=MAX, at in 2..LEN - 1, other in 0..32_usize) {
            let right = code(seq).0.into_bytes();
            let mut swapped = right.clone();
            swapped.swap(at, at + 1);
            prop_assert!(swapped == right || at_start(&swapped).is_none());
            let mut slipped = right.clone();
            slipped[at] = ALPHABET[other];
            prop_assert!(slipped == right || at_start(&slipped).is_none());
        }

        #[test]
        fn any_memo_is_survived(memo: String, seq in 0..=MAX) {
            let _ = PaymentCode::find_all(&memo);
            let code = code(seq);
            let glued = format!("{memo}{code}{memo}");
            prop_assert!(PaymentCode::find_all(&glued).contains(&code));
        }
    }
}
