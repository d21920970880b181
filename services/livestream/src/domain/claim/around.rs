//! Is this number a quantity? What stands around it says.

use super::{
    Steps,
    items::{Amount, Item, MAX_UNITS},
    number::{self, Value},
    plain::{Piece, Token},
    words::{Found, Tag, look_up},
};

/// A number's neighbours.
pub(super) struct Around<'a> {
    pub tokens: &'a [Token],
    /// What was read before it.
    pub items: &'a [Item],
    /// It stands in an address.
    pub address: bool,
    /// The first token after it.
    pub next: usize,
    /// A code follows at once.
    pub code_next: bool,
}

/// What a number is followed by.
enum Unit {
    /// Something that is sold, or an x.
    Goods {
        len: usize,
        half: bool,
    },
    /// Money, time, size, people, stars.
    Other {
        len: usize,
    },
    /// A word that says nothing.
    Stranger,
    Nothing,
}

/// May this follow a quantity at the end of a claim?
pub(super) fn follows_quantity(tag: Tag) -> bool {
    use Tag::{
        Add, And, But, Buy, Cancel, Claim, DigitsMark, Done, Drop, Each, Filler, Go, Into, Later,
        Me, More, Only, Pay, Polite, Ship, Times, Variant, Want, You,
    };
    matches!(
        tag,
        Polite
            | Only
            | Pay
            | Ship
            | You
            | Done
            | More
            | Me
            | And
            | Want
            | Each
            | Add
            | Go
            | DigitsMark
            | Claim
            | Buy
            | Cancel
            | Drop
            | Into
            | Later
            | Variant
            | But
            | Filler
            | Times
    )
}

impl Around<'_> {
    /// The item, and how many tokens after the number belong to it.
    pub(super) fn read(mut self, mut value: Value, plus: bool, steps: &mut Steps) -> (Item, usize) {
        let start = self.next;
        match value {
            Value::Phone => return (Item::Phone, 0),
            Value::Other => return (Item::Noise, 0),
            _ => {}
        }
        let times = matches!(self.before(), Some(Tag::Times | Tag::Minus));
        if let Value::Whole(count) = value {
            value = self.packs(count, steps);
        }
        let unit = self.unit(steps);
        let (counted, half) = match unit {
            Unit::Other { len } => return (Item::Noise, self.next - start + len),
            Unit::Goods { len, half } => {
                self.next += len;
                (true, half)
            }
            Unit::Stranger | Unit::Nothing => (false, false),
        };
        let more = self.next - start;
        if half {
            value = Value::Fraction;
        }
        let marked = counted || times || plus || more > 0;
        if self.is_noise(value, marked && !plus) {
            return (Item::Noise, more);
        }
        let big = matches!(value, Value::Whole(count) if count > 10);
        // "A05 36 Lý Thái Tổ": a house.
        if big && !marked && matches!(unit, Unit::Stranger) {
            let of_code = matches!(self.items.last(), Some(Item::Code(_) | Item::Soft));
            return (
                if of_code {
                    Item::Tag(Tag::Place)
                } else {
                    Item::Noise
                },
                more,
            );
        }
        let amount = match value {
            _ if self.before() == Some(Tag::Minus) => Amount::Invalid,
            Value::Whole(count) | Value::Grouped(count) => units(count),
            Value::Range(from) => match units(from) {
                Amount::Units(from) => Amount::About(from),
                other => other,
            },
            _ => Amount::Invalid,
        };
        (
            Item::Amount {
                amount,
                marked,
                plus,
            },
            more,
        )
    }

    /// "2 chục", "2 đôi", "2 trăm".
    fn packs(&mut self, count: u32, steps: &mut Steps) -> Value {
        let Some((found, tag)) = number::part(self.tokens, self.next, steps) else {
            return Value::Whole(count);
        };
        let factor = match tag {
            Tag::Pack(factor) | Tag::Number(factor @ 100) => u32::from(factor),
            Tag::Half => {
                self.next += found.len;
                return Value::Fraction;
            }
            _ => return Value::Whole(count),
        };
        self.next += found.len;
        let mut total = count.saturating_mul(factor);
        if let Some((half, Tag::Half)) = number::part(self.tokens, self.next, steps) {
            self.next += half.len;
            total = total.saturating_add(factor / 2);
        }
        Value::Whole(total)
    }

    fn before(&self) -> Option<Tag> {
        match self.items.last() {
            Some(Item::Tag(tag)) => Some(*tag),
            _ => None,
        }
    }

    fn is_noise(&self, value: Value, marked: bool) -> bool {
        match self.before() {
            Some(
                Tag::DigitsMark | Tag::Place | Tag::NumberMark | Tag::Both | Tag::Stock | Tag::Head,
            ) => true,
            Some(Tag::TimeMark | Tag::TimeUnit | Tag::PriceMark | Tag::Pay | Tag::Variant)
                if !marked =>
            {
                true
            }
            _ if self.address && !marked => true,
            before => match value {
                Value::Grouped(_) => !marked,
                Value::Fraction => {
                    let verb = matches!(
                        before,
                        Some(Tag::Claim | Tag::Buy | Tag::Want | Tag::Add | Tag::Me)
                    );
                    !(marked
                        || verb
                        || self.code_next
                        || matches!(self.items.last(), Some(Item::Code(_))))
                }
                _ => false,
            },
        }
    }

    fn word(&self, at: usize) -> Option<(&str, bool)> {
        match self.tokens.get(at) {
            Some(Token {
                piece: Piece::Word(word),
                glued,
            }) => Some((&word.letters, *glued)),
            _ => None,
        }
    }

    fn sign(&self, at: usize) -> Option<char> {
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

    fn unit(&self, steps: &mut Steps) -> Unit {
        match self.sign(self.next) {
            Some('%' | '$' | '★') => return Unit::Other { len: 1 },
            // "2*A05" is a quantity, "5*" are stars.
            Some('*') => {
                return match self.word(self.next + 1) {
                    Some(_) if self.is_digits(self.next + 2) => Unit::Goods {
                        len: 1,
                        half: false,
                    },
                    _ => Unit::Other { len: 1 },
                };
            }
            _ => {}
        }
        let Some((letters, glued)) = self.word(self.next) else {
            return Unit::Nothing;
        };
        if self.code_next {
            return Unit::Nothing;
        }
        let found = look_up(self.tokens, self.next, steps);
        let Some(first) = found.first() else {
            return Unit::Stranger;
        };
        let one_letter = letters.len() == 1;
        let has = |tag: Tag| found.iter().find(|reading| reading.tag == tag).copied();
        let other = |reading: Found| Unit::Other { len: reading.len };
        if let Some(times) = has(Tag::Times).filter(|_| letters.starts_with('x')) {
            return Unit::Goods {
                len: times.len,
                half: false,
            };
        }
        if let Some(price) = has(Tag::PriceUnit).filter(|_| glued || !one_letter || letters == "k")
        {
            // "1tr2", "190k/hũ"
            let rest = usize::from(self.is_digits(self.next + price.len));
            let per = usize::from(self.sign(self.next + price.len) == Some('/')) * 2;
            return Unit::Other {
                len: price.len + rest.max(per),
            };
        }
        if first.tag == Tag::Head && first.len > 1 {
            return other(*first);
        }
        if let Some(time) = has(Tag::TimeUnit).filter(|_| glued || !one_letter || letters == "h") {
            let rest = usize::from(
                self.is_digits(self.next + time.len) && self.tokens[self.next + time.len].glued,
            );
            return Unit::Other {
                len: time.len + rest,
            };
        }
        if let Some(size) = has(Tag::SizeUnit).filter(|_| glued || !one_letter || letters == "g") {
            return other(size);
        }
        if let Some(star) = has(Tag::Star) {
            return other(star);
        }
        if let Some(counter) = has(Tag::Counter) {
            let person = found
                .iter()
                .any(|reading| matches!(reading.tag, Tag::Me | Tag::You));
            let after = self.next + counter.len;
            if !person || self.ends_claim(after, steps) {
                // Without marks "nua" is nữa, "more", and not nửa, "half".
                let more = look_up(self.tokens, after, steps)
                    .first()
                    .is_some_and(|found| found.tag == Tag::More);
                let half = !more
                    && matches!(
                        number::part(self.tokens, after, steps),
                        Some((_, Tag::Half))
                    );
                return Unit::Goods {
                    len: counter.len + usize::from(half),
                    half,
                };
            }
        }
        // "A05 lấy 2 mã B02 lấy 3"
        if let Some(mark) = has(Tag::CodeMark)
            && self.is_digits(self.next + mark.len + 1)
        {
            return Unit::Nothing;
        }
        match has(Tag::Head) {
            Some(head) => other(head),
            None => Unit::Nothing,
        }
    }

    /// "2 em A05", "2 bé nhé": people who are goods.
    fn ends_claim(&self, at: usize, steps: &mut Steps) -> bool {
        match self.tokens.get(at).map(|token| &token.piece) {
            None | Some(Piece::Sign(_)) => true,
            Some(Piece::Digits(_)) => false,
            Some(Piece::Word(_)) => {
                let polite = |reading: &Found| matches!(reading.tag, Tag::Polite | Tag::CodeMark);
                let code = self.is_digits(at + 1) && self.tokens[at + 1].glued;
                code || look_up(self.tokens, at, steps).first().is_some_and(polite)
            }
        }
    }
}

fn units(count: u32) -> Amount {
    match u8::try_from(count) {
        Ok(count) if (1..=MAX_UNITS).contains(&u32::from(count)) => Amount::Units(count),
        _ => Amount::Invalid,
    }
}
