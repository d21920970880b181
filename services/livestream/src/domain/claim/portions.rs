//! Which quantity belongs to which code of a clause.

use super::items::{Amount, Item};
use super::words::Tag;
use crate::domain::claim_code::ClaimCode;

/// A code of a clause and its own quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Portion {
    pub code: ClaimCode,
    pub amount: Option<Amount>,
    /// The quantity cannot be anything else: with x, sl, + or a counter.
    pub marked: bool,
    /// On top of what there is: *thêm*.
    pub adds: bool,
    /// Where in the clause.
    pub at: usize,
}

/// A quantity that waits for its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quantity {
    pub amount: Amount,
    /// With x, sl, + or a counter.
    pub marked: bool,
    /// With +.
    pub plus: bool,
}

/// Whether the clause speaks of units on top of others, while it is read.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact, and none excludes another"
)]
struct Adding {
    /// The last verb is *thêm*: so it is for the codes that follow.
    now: bool,
    /// *thêm*, or *nữa* behind a quantity, since the last code.
    since: bool,
    ever: bool,
    /// The last of all is a quantity.
    counted: bool,
}

impl Adding {
    fn note(&mut self, item: &Item) {
        let adds = matches!(item, Item::Tag(Tag::Add))
            || (self.counted && matches!(item, Item::Tag(Tag::More)));
        if adds {
            (self.since, self.ever) = (true, true);
        }
        match item {
            Item::Tag(Tag::Add) => self.now = true,
            Item::Tag(Tag::Claim | Tag::Buy | Tag::Cancel | Tag::Drop | Tag::Change) => {
                self.now = false;
            }
            Item::Code(_) => self.since = false,
            _ => {}
        }
        self.counted = match item {
            Item::Amount { .. } => true,
            // "2 A05 nữa"
            Item::Code(_) => self.counted,
            _ => false,
        };
    }
}

/// The quantities of a clause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Portions {
    pub of_codes: Vec<Portion>,
    /// "mỗi loại n": of every code.
    pub each: Option<Amount>,
    /// A quantity of no code here.
    pub free: Option<Quantity>,
    /// A quantity without a code is on top of what there is.
    pub adds: bool,
    /// There were more quantities than codes.
    pub left_over: bool,
}

/// How far a quantity looks for the code that follows it.
const REACH: usize = 6;

/// Gives quantities to codes: to the one before, or in a clause that begins with a quantity to the one after.
pub(super) fn portions(items: &[Item]) -> Portions {
    let mut all = Portions::default();
    let before_code = |item: &&Item| matches!(item, Item::Amount { .. } | Item::Code(_));
    let prefix = matches!(items.iter().find(before_code), Some(Item::Amount { .. }));
    let mut ahead: Option<Quantity> = None;
    // The last code may still get a quantity; was there an "and" since?
    let mut open = false;
    let mut joined = false;
    let mut gave = false;
    let mut each = false;
    let mut last_amount: Option<usize> = None;
    let mut adding = Adding::default();
    for (at, item) in items.iter().enumerate() {
        adding.note(item);
        match item {
            Item::Code(code) => {
                let own = ahead.take();
                let (amount, marked) =
                    (own.map(|own| own.amount), own.is_some_and(|own| own.marked));
                open = amount.is_none();
                joined = false;
                all.of_codes.push(Portion {
                    code: code.clone(),
                    amount,
                    marked,
                    adds: adding.now,
                    at,
                });
            }
            Item::Amount {
                amount,
                marked,
                plus,
            } => {
                last_amount = Some(at);
                if each {
                    all.each = Some(*amount);
                    each = false;
                    continue;
                }
                let forward = (prefix || joined) && code_follows(&items[at + 1..]);
                match all.of_codes.last_mut() {
                    Some(last) if open && !forward => {
                        (last.amount, last.marked) = (Some(*amount), *marked);
                        last.adds |= adding.since;
                        open = false;
                    }
                    _ if ahead.is_none() => {
                        ahead = Some(Quantity {
                            amount: *amount,
                            marked: *marked,
                            plus: *plus,
                        });
                    }
                    _ => all.left_over = true,
                }
            }
            Item::Tag(Tag::And | Tag::Add | Tag::Into) => joined = true,
            Item::Tag(Tag::Cancel | Tag::Drop | Tag::Change | Tag::Not | Tag::Never) => gave = true,
            // "bỏ A05 lấy 2 B02", but "A05 lấy 2 B02 lấy 3".
            Item::Tag(Tag::Buy | Tag::Claim | Tag::Want) => joined |= gave,
            Item::Tag(Tag::Each) => {
                let just_before = at > 0 && last_amount == Some(at - 1);
                let taken = if !just_before {
                    None
                } else if ahead.is_some() {
                    ahead.take().map(|own| own.amount)
                } else {
                    all.of_codes.last_mut().and_then(|last| last.amount.take())
                };
                each = taken.is_none();
                all.each = taken.or(all.each);
            }
            _ => {}
        }
    }
    all.adds = adding.ever;
    if let Some(last) = all.of_codes.last_mut() {
        last.adds |= adding.since;
    }
    if all.each.is_some() && adding.ever {
        all.of_codes
            .iter_mut()
            .for_each(|portion| portion.adds = true);
    }
    match all.of_codes.last_mut() {
        Some(last) if open && last.amount.is_none() => {
            if let Some(Quantity { amount, marked, .. }) = ahead {
                (last.amount, last.marked) = (Some(amount), marked);
            }
        }
        Some(_) => all.left_over |= ahead.is_some(),
        None => all.free = ahead,
    }
    all
}

fn code_follows(items: &[Item]) -> bool {
    let next = items.iter().take(REACH).find(|item| {
        matches!(
            item,
            Item::Code(_) | Item::Amount { .. } | Item::Tag(Tag::And | Tag::Add | Tag::Each)
        )
    });
    matches!(next, Some(Item::Code(_)))
}
