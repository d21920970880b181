//! An offer's units: each is in exactly one place.

use chassis::{
    id::{OfferId, OrganiserId, ProducerId, ProductId, SessionId, VariantId},
    money::Vnd,
};
use chrono::{DateTime, Utc};

use crate::domain::{order::Payee, shipping::ShippingRule};

/// Where an offer's units are. `allotted = left + held + awaiting + sold + given_back`, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Units {
    /// Granted by catalogue so far.
    pub allotted: i64,
    /// To be had.
    pub left: i64,
    /// In shoppers' holds.
    pub held: i64,
    /// In orders whose transfer has not come yet.
    pub awaiting: i64,
    /// Paid, or cash on delivery and confirmed.
    pub sold: i64,
    /// Back to catalogue.
    pub given_back: i64,
}

impl Units {
    /// Does the equation hold, with nothing below zero?
    #[must_use]
    pub fn conserved(&self) -> bool {
        let parts = [
            self.left,
            self.held,
            self.awaiting,
            self.sold,
            self.given_back,
        ];
        parts.iter().all(|part| *part >= 0) && self.allotted == parts.iter().sum::<i64>()
    }

    /// The change from an earlier state, part by part.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            allotted: self.allotted - before.allotted,
            left: self.left - before.left,
            held: self.held - before.held,
            awaiting: self.awaiting - before.awaiting,
            sold: self.sold - before.sold,
            given_back: self.given_back - before.given_back,
        }
    }
}

/// What is sold and on which terms: the snapshot of `OfferOpened`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Whose session it is.
    pub organiser_id: OrganiserId,
    /// Whose goods.
    pub producer_id: ProducerId,
    /// Which product.
    pub product_id: ProductId,
    /// "A05".
    pub claim_code: String,
    /// Name and pack.
    pub title: String,
    /// The live price of one unit.
    pub price: Vnd,
    /// Most units for one shopper; 0: no limit.
    pub limit_per_shopper: i64,
    /// 18 for alcohol; 0: no rule.
    pub minimum_age: i32,
    /// May be paid on delivery: both the goods' rules and the session's.
    pub cod_allowed: bool,
    /// False for services: nothing is shipped.
    pub shipped: bool,
    /// Of one unit; 0: not known.
    pub weight_grams: i64,
    /// What an order costs that is shipped.
    pub shipping: ShippingRule,
    /// Where it can be picked up; empty: not offered.
    pub pickup_place: String,
    /// How long an unpaid order waits.
    pub payment_window_seconds: i32,
    /// Who receives the money.
    pub payee: Payee,
}

/// An offer as the intake sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// Its session.
    pub session_id: SessionId,
    /// Known once units were allotted or the offer was opened.
    pub variant_id: Option<VariantId>,
    /// Known once the offer was opened.
    pub terms: Option<Terms>,
    /// When it was opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was closed; never opened again.
    pub closed_at: Option<DateTime<Utc>>,
    /// When its last unit was accounted for.
    pub settled_at: Option<DateTime<Utc>>,
    /// Where its units are.
    pub units: Units,
    /// Shoppers in its waitlist.
    pub waiting: i64,
    /// The last place of its waitlist that was given away.
    pub last_place: i64,
    /// Grows with every change.
    pub version: i64,
}

impl Offer {
    /// An offer of which nothing is known yet but that it is.
    #[must_use]
    pub fn unknown(id: OfferId, session_id: SessionId) -> Self {
        Self {
            id,
            session_id,
            variant_id: None,
            terms: None,
            opened_at: None,
            closed_at: None,
            settled_at: None,
            units: Units::default(),
            waiting: 0,
            last_place: 0,
            version: 0,
        }
    }

    /// Can be ordered now: opened, allotted, not closed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.terms.is_some()
            && self.opened_at.is_some()
            && self.closed_at.is_none()
            && self.units.allotted > 0
    }

    /// Can be ordered, but nothing of it is left.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.is_open() && self.units.left == 0
    }

    /// Units that somebody new can have: those who wait come first.
    #[must_use]
    pub fn free(&self) -> i64 {
        if self.waiting > 0 { 0 } else { self.units.left }
    }

    /// Units go from the shelf into a shopper's hold.
    pub fn hold(&mut self, units: i64) {
        self.units.left -= units;
        self.units.held += units;
    }

    /// Units of a hold go back on the shelf.
    pub fn release_held(&mut self, units: i64) {
        self.units.held -= units;
        self.units.left += units;
    }

    /// Units of a hold go into its shopper's order.
    pub fn take_held(&mut self, units: i64, paid: bool) {
        self.release_held(units);
        self.take(units, paid);
    }

    /// Catalogue granted units. After the settlement they go straight back.
    /// Returns what has to be given back at once.
    pub fn allot(&mut self, variant_id: VariantId, units: i64) -> i64 {
        self.variant_id = Some(variant_id);
        self.units.allotted += units;
        if self.settled_at.is_some() {
            self.units.given_back += units;
            return units;
        }
        self.units.left += units;
        0
    }

    /// Units go from the shelf into an order that waits for its transfer, or is sold at once.
    pub fn take(&mut self, units: i64, paid: bool) {
        self.units.left -= units;
        if paid {
            self.units.sold += units;
        } else {
            self.units.awaiting += units;
        }
    }

    /// The transfer came.
    pub fn sell_awaiting(&mut self, units: i64) {
        self.units.awaiting -= units;
        self.units.sold += units;
    }

    /// The transfer did not come, or the shopper changed their mind before it did.
    pub fn release_awaiting(&mut self, units: i64) {
        self.units.awaiting -= units;
        self.units.left += units;
    }

    /// A sold unit is sold no longer. True when the offer was settled before, so that catalogue must be told.
    pub fn unsell(&mut self, units: i64) -> bool {
        self.units.sold -= units;
        if self.settled_at.is_some() {
            self.units.given_back += units;
            return true;
        }
        self.units.left += units;
        false
    }

    /// Closed, and nothing is held or awaited: gives the rest back. Returns (sold, given back) the first time.
    pub fn settle(&mut self, now: DateTime<Utc>) -> Option<(i64, i64)> {
        let due = self.closed_at.is_some()
            && self.settled_at.is_none()
            && self.units.held == 0
            && self.units.awaiting == 0;
        if !due {
            return None;
        }
        self.settled_at = Some(now);
        let given_back = std::mem::take(&mut self.units.left);
        self.units.given_back += given_back;
        Some((self.units.sold, given_back))
    }
}
