//! The desk: what a person has to look at, and whose claims always go there.

use std::collections::HashMap;

use chassis::id::{AccountId, OfferId, OrganiserId, SessionId};
use chrono::{DateTime, TimeDelta, Utc};

use super::{intake::Amount, order::named};

/// How long somebody who took an item may work on it; taking it again begins anew.
pub const LEASE: TimeDelta = TimeDelta::minutes(2);
/// A restriction ends within a year, unless it is lifted or made anew.
pub const LONGEST_RESTRICTION: TimeDelta = TimeDelta::days(366);

/// Why a claim is at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnclearReason {
    /// Perhaps a claim.
    Unsure,
    /// Plainly a claim, of a code that is not there.
    UnknownCode,
    /// Plainly a claim, of 0, less, a fraction, or too many.
    InvalidQuantity,
    /// The organiser restricts the shopper.
    Restricted,
}

named!(UnclearReason {
    Unsure = "unsure",
    UnknownCode = "unknown_code",
    InvalidQuantity = "invalid_quantity",
    Restricted = "restricted",
});

/// `open → handled | dismissed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeskItemState {
    /// Waits for somebody, or is worked on.
    Open,
    /// Became a claim.
    Handled,
    /// Came to nothing.
    Dismissed,
}

named!(DeskItemState {
    Open = "open",
    Handled = "handled",
    Dismissed = "dismissed",
});

/// The wish of a restricted shopper, for somebody at the desk to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restricted {
    /// In which session.
    pub session: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Shortened.
    pub shopper_name: String,
    /// Of which offers how much.
    pub wishes: Vec<(OfferId, Amount)>,
}

/// Restrictions that stand, each with its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restrictions(HashMap<(OrganiserId, AccountId), Option<DateTime<Utc>>>);

impl Restrictions {
    /// Of these.
    #[must_use]
    pub fn new(all: HashMap<(OrganiserId, AccountId), Option<DateTime<Utc>>>) -> Self {
        Self(all)
    }

    /// Does the organiser restrict the shopper now?
    #[must_use]
    pub fn hold_back(
        &self,
        organiser: OrganiserId,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> bool {
        self.0
            .get(&(organiser, account))
            .is_some_and(|until| until.is_none_or(|until| now < until))
    }
}

#[cfg(test)]
mod tests {
    use chassis::id::Id as _;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_restriction_is_of_one_organiser_and_ends() {
        let organiser = |n| OrganiserId::from_uuid(Uuid::from_u128(n));
        let account = |n| AccountId::from_uuid(Uuid::from_u128(n));
        let now = DateTime::UNIX_EPOCH;
        let restrictions = Restrictions::new(HashMap::from([
            ((organiser(1), account(1)), None),
            ((organiser(1), account(2)), Some(now)),
            (
                (organiser(1), account(3)),
                Some(now + TimeDelta::seconds(1)),
            ),
        ]));
        let held_back = |o, a| restrictions.hold_back(organiser(o), account(a), now);
        assert!(held_back(1, 1) && held_back(1, 3));
        assert!(!held_back(1, 2), "it is over");
        assert!(!held_back(2, 1), "another organiser's");
        assert!(!held_back(1, 4));
    }
}
