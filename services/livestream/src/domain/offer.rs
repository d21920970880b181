//! An offer: a variant at a live price in a session.
//!
//! proposed → allotted | refused; allotted → open → closed → settled. What is not refused can be closed at any time;
//! closed is for good, because a closed offer settles as soon as nothing is held.

mod proposing;
#[cfg(test)]
mod tests;

use chassis::{
    id::{OfferId, OrganiserId, ProducerId, ProductId, SessionId, VariantId},
    money::Vnd,
};
use chrono::{DateTime, Utc};

use super::{
    goods::Goods,
    law,
    rule::Rule,
    session::{Session, SessionState, Step},
};

pub use proposing::{LINE_UP, Payee, UNITS, Wish, payee};

/// Where an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OfferState {
    /// Catalogue was asked for units.
    Proposed,
    /// Catalogue had too few.
    Refused,
    /// Has units, not on sale yet.
    Allotted,
    /// On sale.
    Open,
    /// No longer on sale; some units may still be held.
    Closed,
    /// Every unit is sold or given back.
    Settled,
}

/// Who is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum PayeeKind {
    /// The session's own account.
    Organiser,
    /// The account of the goods' producer.
    Producer,
}

/// How catalogue answered a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    /// Not yet.
    Pending,
    /// With units.
    Allotted,
    /// With a reason.
    Refused,
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the columns of the table, documented in the contract's Offer"
)]
pub struct Offer {
    pub id: OfferId,
    pub session_id: SessionId,
    pub organiser_id: OrganiserId,
    pub producer_id: ProducerId,
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub producer_name: String,
    pub title: String,
    pub pack: String,
    pub trace_url: String,
    pub claim_code: String,
    pub list_price: Vnd,
    pub live_price: Vnd,
    pub proposed_units: i64,
    pub allotted_units: i64,
    pub limit_per_shopper: i32,
    pub state: OfferState,
    pub refused_vi: String,
    pub refused_en: String,
    pub payee_kind: PayeeKind,
    pub stars_shown: i32,
    pub weight_grams: i32,
    pub minimum_age: i32,
    pub cod_allowed: bool,
    pub shipped: bool,
    pub position: i32,
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
    pub opened_at: Option<DateTime<Utc>>,
    pub sold_out: bool,
    pub sold_units: i64,
    pub given_back_units: i64,
    pub back_on_hand_units: i64,
    pub version: i64,
}

/// What a clock would do to an offer now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Its opening time has come.
    Open,
    /// Its closing time has come.
    Close,
}

impl Offer {
    /// Proposed, allotted or open?
    #[must_use]
    pub fn is_unclosed(&self) -> bool {
        matches!(
            self.state,
            OfferState::Proposed | OfferState::Allotted | OfferState::Open
        )
    }

    /// Refuses what can no longer be sold.
    ///
    /// # Errors
    /// Closed, settled or refused.
    pub fn must_be_unclosed(&self) -> Result<(), Rule> {
        match self.state {
            OfferState::Proposed | OfferState::Allotted | OfferState::Open => Ok(()),
            OfferState::Refused => Err(Rule::OfferRefused),
            OfferState::Closed | OfferState::Settled => Err(Rule::OfferClosed),
        }
    }

    /// Asks for more units; the offer stays as it is until catalogue answers.
    ///
    /// # Errors
    /// Before the first units are there, and after the end.
    pub fn restock(&mut self, units: i64) -> Result<(), Rule> {
        self.must_be_unclosed()?;
        if self.state == OfferState::Proposed {
            return Err(Rule::NotAllotted);
        }
        self.proposed_units += units;
        self.changed();
        Ok(())
    }

    /// Catalogue has given units. One that was closed meanwhile gets them too: orders gives them back.
    pub fn allot(&mut self, units: i64) {
        self.allotted_units += units;
        self.sold_out = false;
        self.refused_vi.clear();
        self.refused_en.clear();
        if self.state == OfferState::Proposed {
            self.state = OfferState::Allotted;
        }
        self.changed();
    }

    /// Catalogue has refused units. Only an offer that has none at all falls by it.
    pub fn refuse_units(&mut self, vi: String, en: String) {
        self.note_refusal(vi, en);
        let waits = matches!(self.state, OfferState::Proposed | OfferState::Closed);
        if waits && self.allotted_units == 0 {
            self.state = OfferState::Refused;
        }
    }

    /// Its opening time came, but it may not open; it will not try again by itself.
    pub fn stay_shut(&mut self, vi: String, en: String) {
        self.opens_at = None;
        self.note_refusal(vi, en);
    }

    fn note_refusal(&mut self, vi: String, en: String) {
        self.refused_vi = vi;
        self.refused_en = en;
        self.changed();
    }

    /// Goes on sale, with the goods as they are now.
    ///
    /// # Errors
    /// No units, a session that is not live, goods that may not be sold so any more.
    pub fn open(
        &mut self,
        session: &Session,
        goods: &Goods,
        now: DateTime<Utc>,
    ) -> Result<Step, Rule> {
        self.must_be_unclosed()?;
        match self.state {
            OfferState::Open => return Ok(Step::Already),
            OfferState::Proposed => return Err(Rule::NotAllotted),
            _ => {}
        }
        match session.state {
            SessionState::Live => {}
            SessionState::Planned => return Err(Rule::NotLive),
            SessionState::Ended => return Err(Rule::SessionEnded),
        }
        if let Some(closes_at) = self.closes_at.filter(|at| *at <= now) {
            return Err(Rule::ClosingTimePassed(closes_at));
        }
        goods.may_go_on_air()?;
        payee(self.payee_kind, session, goods)?;
        law::check_price(goods.variant.list_price, self.live_price)?;
        self.copy(goods);
        self.refused_vi.clear();
        self.refused_en.clear();
        self.state = OfferState::Open;
        self.opened_at = Some(now);
        Ok(self.changed())
    }

    /// Goes off sale for good. Nothing to do for what is not on its way to sale.
    pub fn close(&mut self) -> Step {
        if self.is_unclosed() {
            self.state = OfferState::Closed;
            self.changed()
        } else {
            Step::Already
        }
    }

    /// Orders has settled: nothing is held any more. Units that catalogue gives later are settled apart, and added.
    pub fn settle(&mut self, sold: i64, given_back: i64) {
        self.sold_units += sold;
        self.given_back_units += given_back;
        if self.state != OfferState::Refused {
            self.state = OfferState::Settled;
        }
        self.changed();
    }

    /// Orders has none left. True the first time since the last units came.
    pub fn sell_out(&mut self) -> bool {
        if self.state != OfferState::Open || self.sold_out {
            return false;
        }
        self.sold_out = true;
        self.changed();
        true
    }

    /// Catalogue has changed the goods. What is on sale keeps what it is sold by.
    pub fn follow(&mut self, goods: &Goods) -> Step {
        let before = self.clone();
        if self.is_unclosed() {
            self.copy(goods);
        }
        if *self == before {
            Step::Already
        } else {
            self.changed()
        }
    }

    /// What the clock asks for, in a live session.
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>) -> Option<Due> {
        let come = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        match self.state {
            OfferState::Allotted | OfferState::Open if come(self.closes_at) => Some(Due::Close),
            OfferState::Allotted if come(self.opens_at) => Some(Due::Open),
            _ => None,
        }
    }

    /// What is only shown always follows the goods; what orders are decided by, until the offer opens.
    fn copy(&mut self, goods: &Goods) {
        self.producer_name.clone_from(&goods.producer.name);
        self.title.clone_from(&goods.product.name);
        self.pack.clone_from(&goods.variant.pack);
        self.trace_url.clone_from(&goods.product.trace_url);
        self.stars_shown = goods.product.stars_shown;
        if self.opened_at.is_none() {
            self.list_price = goods.variant.list_price;
            self.weight_grams = goods.variant.weight_grams;
            self.minimum_age = goods.product.minimum_age;
            self.cod_allowed = goods.product.cod_allowed;
            self.shipped = goods.product.shipped;
        }
    }

    fn changed(&mut self) -> Step {
        self.version += 1;
        Step::Changed
    }
}
