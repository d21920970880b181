//! What a live comment means: "chốt A05 x2" takes two units of A05.
//!
//! Pure, and versioned: what a comment was taken for must stay explainable after the rules have changed. It works in
//! four steps, each in a file of its own: letters → tokens → items (codes, quantities, words by what
//! they do) → clauses, each with its mood → one [`Reading`].
//!
//! The rules
//! - A code alone takes one; a claim word or `+n` without a code means the pinned product.
//! - A clause that asks, reports, refuses to decide, speaks of somebody else or calls to others takes nothing, whatever
//!   code it names. A clause after it may: "còn A05 không? lấy 2" takes two of A05.
//! - A verb governs the codes after it, and those before it if it is the first. Huỷ, bỏ, không lấy give back.
//! - A quantity belongs to the code before it; if the first quantity stands before the first code, to the code after
//!   it. "mỗi loại n" is for every code. The same code twice adds up.
//! - Thêm, nữa add to what the shopper has; otherwise the quantity is what they want in all.
//! - Phone numbers, prices, hours, house numbers, sizes of a pack and stars are no quantities.
//! - What is not in the vocabulary makes a reading less certain, never more.
//!
//! It reads any text in a number of steps that is linear in its length.

use super::claim_code::ClaimCode;

mod around;
mod clause;
mod code;
mod decide;
mod items;
mod number;
mod plain;
mod portions;
#[cfg(test)]
mod tests;
mod words;

/// Which rules read a comment. Goes up whenever any comment is read differently.
pub const VERSION: u32 = 2;

/// What a comment means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Wants these units.
    Claim,
    /// Gives codes back.
    Cancel,
    /// Gives everything back, naming no code.
    CancelAll,
    /// Gives codes back and takes others.
    Change,
    /// Plainly a claim, but of 0, less, a fraction, or more than 99 units.
    InvalidQuantity,
    /// Plainly a claim, but there is no such code in this session.
    UnknownCode,
    /// Anything else.
    None,
}

impl Kind {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Cancel => "cancel",
            Self::CancelAll => "cancel_all",
            Self::Change => "change",
            Self::InvalidQuantity => "invalid_quantity",
            Self::UnknownCode => "unknown_code",
            Self::None => "none",
        }
    }
}

/// How sure the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Perhaps meant otherwise: a person should look. A [`Kind::None`] of low confidence may be a claim.
    Low,
    /// Most likely.
    Medium,
    /// Plain.
    High,
}

impl Confidence {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Units of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The code, as the session has it.
    pub code: ClaimCode,
    /// 1 to 99 units that are wanted; 0 gives the code back.
    pub quantity: u8,
    /// On top of what the shopper has: *thêm 2*.
    pub more: bool,
}

/// A comment, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it is.
    pub kind: Kind,
    /// Which codes: one line a code, those that are given back first.
    pub lines: Vec<Line>,
    /// How sure.
    pub confidence: Confidence,
}

/// Counts the work, so that a test can bound it.
#[derive(Debug, Default)]
struct Steps(usize);

impl Steps {
    fn add(&mut self, steps: usize) {
        self.0 = self.0.saturating_add(steps);
    }
}

/// Reads a comment, given the code that is pinned and the codes of the session.
#[must_use]
pub fn read(text: &str, pinned: Option<&ClaimCode>, codes: &[ClaimCode]) -> Reading {
    read_counting(text, pinned, codes, &mut Steps::default())
}

fn read_counting(
    text: &str,
    pinned: Option<&ClaimCode>,
    codes: &[ClaimCode],
    steps: &mut Steps,
) -> Reading {
    let known = code::Codes::new(codes, steps);
    let tokens = plain::tokens(text, steps);
    let items = items::items(&tokens, &known, steps);
    let clauses = clause::clauses(&items, steps);
    decide::decide(&clauses, pinned)
}
