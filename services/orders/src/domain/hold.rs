//! Units kept for one shopper for a while, and the line of those who wait for some.

use chassis::id::{AccountId, HoldId, OfferId, SessionId, WaitId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::order::named;

/// Added once to a hold whose shopper is at the checkout.
pub const EXTENSION: TimeDelta = TimeDelta::minutes(5);

/// `active → converted | released | lapsed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoldState {
    /// Its units are kept.
    Active,
    /// All its units went into orders.
    Converted,
    /// Its shopper gave them back.
    Released,
    /// Its deadline passed.
    Lapsed,
}

named!(HoldState {
    Active = "active",
    Converted = "converted",
    Released = "released",
    Lapsed = "lapsed",
});

/// A hold; a shopper has at most one active hold of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// In which session.
    pub session_id: SessionId,
    /// Of which offer.
    pub offer_id: OfferId,
    /// Whose.
    pub account_id: AccountId,
    /// Shortened, for the room and the desk: "Lan".
    pub shopper_name: String,
    /// Units that are kept; 0 once it is over.
    pub units: i64,
    /// Where it stands.
    pub state: HoldState,
    /// Kept until then, by the database's clock.
    pub until: DateTime<Utc>,
    /// Was the deadline moved once, for the checkout?
    pub extended: bool,
    /// Since when.
    pub made_at: DateTime<Utc>,
    /// Who claimed for the shopper, at the desk.
    pub assisted_by: Option<AccountId>,
    /// Grows with every change.
    pub version: i64,
}

impl Hold {
    /// Has its deadline passed? At the very deadline it still counts.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.until < now
    }
}

/// `waiting → served | left | closed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WaitState {
    /// In line.
    Waiting,
    /// All its units are held.
    Served,
    /// Its shopper no longer wants them.
    Left,
    /// The offer closed first.
    Closed,
}

named!(WaitState {
    Waiting = "waiting",
    Served = "served",
    Left = "left",
    Closed = "closed",
});

/// A shopper's place in an offer's waitlist; at most one of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Its id.
    pub id: WaitId,
    /// In which session.
    pub session_id: SessionId,
    /// For which offer.
    pub offer_id: OfferId,
    /// Who.
    pub account_id: AccountId,
    /// Shortened, for the desk.
    pub shopper_name: String,
    /// Units still wanted.
    pub units: i64,
    /// First come, first served: the smaller place first.
    pub place: i64,
    /// Where it stands.
    pub state: WaitState,
    /// Since when.
    pub made_at: DateTime<Utc>,
    /// Grows with every change.
    pub version: i64,
}
