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

/// The quantities of a clause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Portions {
    pub of_codes: Vec<Portion>,
    /// "mỗi loại n": of every code.
    pub each: Option<Amount>,
    /// A quantity of no code here.
    pub free: Option<Quantity>,
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
    for (at, item) in items.iter().enumerate() {
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
