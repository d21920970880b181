//! A comment as items: codes, quantities, words by what they do, breaks. Numbers that are no quantities (phones,
//! prices, hours, house numbers, stars) are told apart here.

use super::{
    Steps,
    around::Around,
    code::{Codes, Seen},
    number::{self, Value},
    plain::{Piece, Token},
    words::{Tag, look_up},
};
use crate::domain::claim_code::ClaimCode;

mod choose;

/// Units of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// 1 to 99.
    Units(u8),
    /// 0, negative, a fraction, more than 99.
    Invalid,
    /// About so many: "2-3 hũ".
    About(u8),
}

/// One piece of meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Code(ClaimCode),
    /// Like a code, but of no offer here.
    Stranger,
    /// A token where a code would stand, that is none.
    Odd,
    Amount {
        amount: Amount,
        /// With x, sl, + or a counter: cannot be anything but a quantity.
        marked: bool,
        /// With + before it.
        plus: bool,
    },
    /// A phone number.
    Phone,
    /// A number that counts no units.
    Noise,
    Tag(Tag),
    /// A word that is not in the vocabulary.
    Unknown,
    /// The sentence ends.
    Hard,
    /// A comma and the like.
    Soft,
    /// The sentence ends and asks.
    Asked,
}

/// More than this is no quantity of one claim.
pub(super) const MAX_UNITS: u32 = 99;

/// Reads the items of a comment.
pub(super) fn items(tokens: &[Token], codes: &Codes<'_>, steps: &mut Steps) -> Vec<Item> {
    let mut reader = Reader {
        tokens,
        codes,
        at: 0,
        items: Vec::new(),
        address: false,
    };
    while reader.at < tokens.len() {
        steps.add(1);
        reader.step(steps);
    }
    reader.items
}

struct Reader<'a> {
    tokens: &'a [Token],
    codes: &'a Codes<'a>,
    at: usize,
    items: Vec<Item>,
    /// An address is being said: numbers in it are houses and floors.
    address: bool,
}

impl Reader<'_> {
    fn push(&mut self, item: Item, len: usize) {
        self.items.push(item);
        self.at += len;
    }

    fn step(&mut self, steps: &mut Steps) {
        match &self.tokens[self.at].piece {
            Piece::Sign(sign) => self.sign(*sign, steps),
            Piece::Digits(_) => self.digits(false, false, steps),
            Piece::Word(_) => self.word(steps),
        }
    }

    fn sign_at(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.piece {
            Piece::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    fn is_digits(&self, at: usize) -> bool {
        matches!(
            self.tokens.get(at).map(|t| &t.piece),
            Some(Piece::Digits(_))
        )
    }

    fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    fn code_at(&self, at: usize, steps: &mut Steps) -> bool {
        matches!(
            self.codes.at(self.tokens, at, steps),
            Some((Seen::Code(_), _))
        )
    }

    fn last_tag(&self) -> Option<Tag> {
        match self.items.last() {
            Some(Item::Tag(tag)) => Some(*tag),
            _ => None,
        }
    }

    fn last_is_code(&self) -> bool {
        matches!(self.items.last(), Some(Item::Code(_)))
    }

    fn sign(&mut self, sign: char, steps: &mut Steps) {
        let next = self.at + 1;
        match sign {
            '\n' | ';' | '!' => {
                self.address = false;
                self.push(Item::Hard, 1);
            }
            // "P.5", "x.2": not the end of anything.
            '.' if self.glued(self.at)
                && self.glued(next)
                && matches!(
                    self.last_tag(),
                    Some(Tag::Place | Tag::Times | Tag::TimeUnit)
                ) =>
            {
                self.at += 1;
            }
            '.' => self.push(Item::Hard, 1),
            '?' => {
                self.address = false;
                self.push(Item::Asked, 1);
            }
            ',' | '(' | ')' | '|' => self.push(Item::Soft, 1),
            '/' if !self.glued(next) => self.push(Item::Soft, 1),
            '/' if !self.last_is_code() => self.at += 1,
            '>' => self.push(Item::Tag(Tag::Into), 1),
            '★' => self.push(Item::Tag(Tag::Star), 1),
            '*' if self.is_digits(next) || number::part(self.tokens, next, steps).is_some() => {
                self.push(Item::Tag(Tag::Times), 1);
            }
            '+' if self.is_digits(next) => {
                let followed = self.code_at(next + 1, steps);
                if followed && !self.glued(next) && self.last_is_code() {
                    return self.push(Item::Tag(Tag::And), 1);
                }
                self.at += 1;
                self.digits(true, false, steps);
            }
            '/' | '&' | '+' => self.push(Item::Tag(Tag::And), 1),
            '-' if self.glued(next) && self.is_digits(next) && self.negates() => {
                self.at += 1;
                self.digits(false, true, steps);
            }
            '-' if !self.glued(self.at) && !self.glued(next) => self.push(Item::Soft, 1),
            _ => self.at += 1,
        }
    }

    /// Is a dash before digits a minus? Not at the start of a list, and not in `A05-2`.
    fn negates(&self) -> bool {
        let after_times = self.last_tag() == Some(Tag::Times);
        let buys = matches!(
            self.last_tag(),
            Some(Tag::Claim | Tag::Buy | Tag::Want | Tag::Add)
        );
        let apart = !self.glued(self.at) || self.sign_at(self.at.wrapping_sub(1)).is_some();
        after_times || (apart && (self.last_is_code() || buys))
    }

    fn word(&mut self, steps: &mut Steps) {
        let stands_alone = self.last_tag() == Some(Tag::Place);
        let pronoun = self.pronoun_and_number(steps);
        if !pronoun && let Some((seen, len)) = self.codes.at(self.tokens, self.at, steps) {
            let item = match seen {
                // "toà A5"
                _ if stands_alone && self.address => Item::Noise,
                Seen::Code(code) => {
                    self.address = false;
                    Item::Code(code)
                }
                Seen::Stranger if self.address || self.is_day() => Item::Noise,
                Seen::Stranger => Item::Stranger,
                Seen::Odd => Item::Odd,
            };
            return self.push(item, len);
        }
        if self.number_word(steps) {
            return;
        }
        let found = look_up(self.tokens, self.at, steps);
        let Some(reading) = self.choose(&found, steps) else {
            let foreign = matches!(&self.tokens[self.at].piece, Piece::Word(word) if word.foreign);
            let item = if foreign { Item::Odd } else { Item::Unknown };
            return self.push(item, 1);
        };
        match reading.tag {
            Tag::Ship | Tag::Place => self.address = true,
            Tag::Claim | Tag::Buy | Tag::Add | Tag::Cancel => self.address = false,
            // A list of the letters of addresses: "đ/c".
            Tag::PriceUnit if self.sign_at(self.at + 1) == Some('/') && self.glued(self.at + 1) => {
                self.address = true;
                return self.push(Item::Tag(Tag::Ship), 3);
            }
            _ => {}
        }
        self.push(Item::Tag(reading.tag), reading.len);
    }

    fn digits(&mut self, plus: bool, minus: bool, steps: &mut Steps) {
        let Some((value, len)) = number::digits(self.tokens, self.at, steps) else {
            self.at += 1;
            return;
        };
        if plus && value == Value::Whole(84) && self.is_digits(self.at + 1) {
            return self.foreign_phone(steps);
        }
        // "1. A05": the number of a line.
        let line = matches!(self.items.last(), None | Some(Item::Hard)) && !plus && len == 1;
        if line && matches!(self.sign_at(self.at + 1), Some('.' | ')')) && !self.glued(self.at + 2)
        {
            return self.push(Item::Noise, 2);
        }
        if minus {
            let amount = Amount::Invalid;
            return self.push(
                Item::Amount {
                    amount,
                    marked: true,
                    plus: false,
                },
                len,
            );
        }
        self.classify(value, len, plus, steps);
    }

    /// +84 and what belongs to it.
    fn foreign_phone(&mut self, steps: &mut Steps) {
        let mut total = 0;
        let mut at = self.at;
        while total < 11 {
            steps.add(1);
            at += usize::from(matches!(self.sign_at(at), Some('.' | '-' | '(' | ')')));
            let Some(Piece::Digits(digits)) = self.tokens.get(at).map(|token| &token.piece) else {
                break;
            };
            total += digits.len();
            at += 1;
        }
        self.items.push(Item::Phone);
        self.at = at.max(self.at + 1);
    }

    /// Decides what a number is by what stands around it.
    fn classify(&mut self, value: Value, len: usize, plus: bool, steps: &mut Steps) {
        let around = Around {
            tokens: self.tokens,
            items: &self.items,
            address: self.address,
            next: self.at + len,
            code_next: self.code_at(self.at + len, steps),
        };
        let (item, more) = around.read(value, plus, steps);
        self.address |= item == Item::Tag(Tag::Place);
        if item == Item::Noise && self.last_tag() == Some(Tag::NumberMark) {
            self.address = true;
        }
        self.push(item, len + more);
    }
}
