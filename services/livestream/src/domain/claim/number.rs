//! Numbers in a comment, as digits or as Vietnamese number words.

use super::{
    Steps,
    plain::{Piece, Token},
    words::{Found, Tag, look_up},
};

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// A whole number; what does not fit is the largest.
    Whole(u32),
    /// Half of one, one and a half, 1.5.
    Fraction,
    /// Two or three: the smaller.
    Range(u32),
    /// Thousands with separators: money, unless it is counted.
    Grouped(u32),
    /// A phone or account number.
    Phone,
    /// A date, a time of day.
    Other,
}

/// A number and how many tokens it has.
pub(super) type Read = (Value, usize);

/// The longest number that is not a phone or account number, in digits.
const MAX_DIGITS: usize = 8;

/// A number in digits.
pub(super) fn digits(tokens: &[Token], at: usize, steps: &mut Steps) -> Option<Read> {
    let first = run(tokens, at)?;
    if let Some(len) = phone(tokens, at, steps) {
        return Some((Value::Phone, len));
    }
    if first.len() > MAX_DIGITS {
        return Some((Value::Phone, 1));
    }
    let whole = whole(first);
    let sign = match tokens.get(at + 1) {
        Some(Token {
            piece: Piece::Sign(sign),
            glued: true,
        }) => *sign,
        _ => return Some((Value::Whole(whole), 1)),
    };
    let second = run(tokens, at + 2).filter(|_| tokens[at + 2].glued);
    let Some(second) = second else {
        return Some((Value::Whole(whole), 1));
    };
    let value = match sign {
        '.' | ',' if second.len() == 3 && first.len() <= 3 && !first.starts_with('0') => {
            let mut value = whole;
            let mut len = 1;
            while let (
                Some(Token {
                    piece: Piece::Sign('.' | ','),
                    glued: true,
                }),
                Some(group),
            ) = (tokens.get(at + len), run(tokens, at + len + 1))
                && group.len() == 3
                && tokens[at + len + 1].glued
            {
                steps.add(1);
                value = value
                    .saturating_mul(1000)
                    .saturating_add(self::whole(group));
                len += 2;
            }
            return Some((Value::Grouped(value), len));
        }
        '.' | ',' => Value::Fraction,
        '/' if whole > 0 && whole < self::whole(second) && second.len() == 1 => Value::Fraction,
        '-' | '~' if whole > 0 && whole < self::whole(second) && self::whole(second) <= 99 => {
            Value::Range(whole)
        }
        '/' | ':' | '-' | '~' => Value::Other,
        _ => return Some((Value::Whole(whole), 1)),
    };
    // 25/12/2026, 8:30:00
    let mut len = 3;
    while value == Value::Other
        && matches!(
            tokens.get(at + len),
            Some(Token {
                piece: Piece::Sign('/' | ':' | '-'),
                glued: true
            })
        )
        && run(tokens, at + len + 1).is_some()
        && tokens[at + len + 1].glued
    {
        steps.add(1);
        len += 2;
    }
    Some((value, len))
}

fn run(tokens: &[Token], at: usize) -> Option<&str> {
    match &tokens.get(at)?.piece {
        Piece::Digits(digits) => Some(digits),
        _ => None,
    }
}

fn whole(digits: &str) -> u32 {
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return 0;
    }
    significant.parse().unwrap_or(u32::MAX)
}

/// A phone number: ten or eleven digits from 0, or with the country code; spaces, dots and dashes between.
fn phone(tokens: &[Token], at: usize, steps: &mut Steps) -> Option<usize> {
    let first = run(tokens, at)?;
    let abroad = first.starts_with("84");
    let national = first.starts_with('0') && !first.starts_with("000");
    if !abroad && !national {
        return None;
    }
    let wanted = if abroad { 11..=12 } else { 10..=11 };
    let mut total = first.len();
    let mut len = 1;
    while total < *wanted.start() {
        steps.add(1);
        let joined = matches!(
            tokens.get(at + len).map(|t| &t.piece),
            Some(Piece::Sign('.' | '-' | '(' | ')'))
        );
        let more = run(tokens, at + len + usize::from(joined))?;
        total += more.len();
        len += 1 + usize::from(joined);
    }
    wanted.contains(&total).then_some(len)
}

/// A number in words, without a look at what surrounds it; and whether its marks are all there.
pub(super) fn words(
    tokens: &[Token],
    at: usize,
    steps: &mut Steps,
) -> Option<(Value, usize, bool)> {
    let mut number = Words::default();
    let mut len = 0;
    let mut exact = true;
    while let Some(part) = part(tokens, at + len, steps) {
        let (found, next) = part;
        if !number.push(next) {
            break;
        }
        exact &= found.exact;
        len += found.len;
    }
    let value = number.value()?;
    Some((value, len, exact))
}

/// A number word, chosen among the readings of a token.
pub(super) fn part(tokens: &[Token], at: usize, steps: &mut Steps) -> Option<(Found, Tag)> {
    let found = look_up(tokens, at, steps);
    let number = |tag| matches!(tag, Tag::Number(_) | Tag::Pack(_) | Tag::Half);
    let found = found.into_iter().find(|reading| number(reading.tag))?;
    Some((found, found.tag))
}

/// A number while it is read: hundreds and tens, then ones.
#[derive(Default)]
struct Words {
    done: u32,
    ones: Option<u32>,
    parts: u8,
    packed: Option<u32>,
    half: bool,
    range: bool,
}

impl Words {
    /// Takes one more word; no, if the number ended before it.
    fn push(&mut self, tag: Tag) -> bool {
        if self.parts >= 6 || self.range {
            return false;
        }
        match tag {
            _ if self.half && self.parts > 1 => return false,
            Tag::Number(ten @ (10 | 100 | 1000)) if self.packed.is_none() && !self.half => {
                self.done += self.ones.take().unwrap_or(1) * u32::from(ten);
            }
            Tag::Number(20) if self.parts == 0 => self.done = 20,
            Tag::Number(one @ 0..=9) if self.packed.is_none() && !self.half => match self.ones {
                None => self.ones = Some(u32::from(one)),
                // "hai lăm", "ba mốt"
                Some(tens) if self.done == 0 && matches!(one, 1 | 5) => {
                    self.done = tens * 10;
                    self.ones = Some(u32::from(one));
                }
                Some(first) if self.done == 0 && u32::from(one) == first + 1 => self.range = true,
                Some(_) => return false,
            },
            Tag::Pack(pack) if self.packed.is_none() => {
                let pack = u32::from(pack);
                if self.half {
                    (self.done, self.half) = (pack / 2, false);
                } else {
                    let count = if self.parts == 0 {
                        1
                    } else {
                        self.done + self.ones.take().unwrap_or(0)
                    };
                    self.done = count * pack;
                }
                self.packed = Some(pack);
            }
            Tag::Half => match self.packed {
                Some(pack) if pack > 2 => self.done += pack / 2,
                _ => self.half = true,
            },
            _ => return false,
        }
        self.parts += 1;
        true
    }

    fn value(&self) -> Option<Value> {
        if self.parts == 0 {
            return None;
        }
        let whole = self.done + self.ones.unwrap_or(0);
        Some(match (self.half, self.range) {
            (true, _) => Value::Fraction,
            (_, true) => Value::Range(whole),
            _ => Value::Whole(whole),
        })
    }
}
