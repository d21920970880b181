//! How an offer comes into a line-up: what is wished, what stands in its way, who will be paid.

use std::ops::RangeInclusive;

use chassis::{
    id::{OfferId, VariantId},
    money::Vnd,
};
use chrono::{DateTime, Utc};

use super::{Offer, OfferState, PayeeKind};
use crate::domain::{
    bank::BankAccount,
    claim_code::ClaimCode,
    goods::{Goods, NotForSale},
    law,
    rule::Rule,
    session::{Session, SessionState},
};

/// Units of one proposal.
pub const UNITS: RangeInclusive<i64> = 1..=100_000;
/// Offers of one session, refused ones included.
pub const LINE_UP: usize = 500;

/// What somebody wants to offer; each field is right for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Said on air.
    pub claim_code: ClaimCode,
    /// For one unit.
    pub live_price: Vnd,
    /// Asked of catalogue.
    pub units: i64,
    /// 0: no limit.
    pub limit_per_shopper: i32,
    /// Who is paid.
    pub payee_kind: PayeeKind,
    /// Opens by itself.
    pub opens_at: Option<DateTime<Utc>>,
    /// Closes by itself.
    pub closes_at: Option<DateTime<Utc>>,
}

/// Who gets the money of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The producer's or the organiser's id, as text.
    pub id: String,
    /// Where.
    pub account: BankAccount,
}

/// Whose account, by the rule of an offer.
///
/// # Errors
/// When they have none.
pub fn payee(kind: PayeeKind, session: &Session, goods: &Goods) -> Result<Payee, NotForSale> {
    let (id, account) = match kind {
        PayeeKind::Organiser => (
            session.organiser_id.to_string(),
            &session.terms.organiser_account,
        ),
        PayeeKind::Producer => (goods.producer.id.to_string(), &goods.producer.account),
    };
    account
        .clone()
        .map(|account| Payee { id, account })
        .ok_or(NotForSale::NoAccount)
}

impl Offer {
    /// Puts goods into a session's line-up, without units so far.
    ///
    /// # Errors
    /// The session is over or full, the goods may not be sold so.
    pub fn propose(
        id: OfferId,
        session: &Session,
        line_up: &[Self],
        goods: &Goods,
        wish: &Wish,
        now: DateTime<Utc>,
    ) -> Result<Self, Rule> {
        if session.state == SessionState::Ended {
            return Err(Rule::SessionEnded);
        }
        if line_up.len() >= LINE_UP {
            return Err(Rule::LineUpFull);
        }
        if line_up.iter().any(|offer| offer.has_code(&wish.claim_code)) {
            return Err(Rule::CodeTaken);
        }
        if let Some(closes_at) = wish.closes_at.filter(|at| *at <= now) {
            return Err(Rule::ClosingTimePassed(closes_at));
        }
        goods.may_go_on_air()?;
        payee(wish.payee_kind, session, goods)?;
        law::check_price(goods.variant.list_price, wish.live_price)?;
        let mut offer = Self {
            id,
            session_id: session.id,
            organiser_id: session.organiser_id,
            producer_id: goods.producer.id,
            product_id: goods.product.id,
            variant_id: goods.variant.id,
            producer_name: String::new(),
            title: String::new(),
            pack: String::new(),
            trace_url: String::new(),
            claim_code: wish.claim_code.as_str().to_owned(),
            list_price: goods.variant.list_price,
            live_price: wish.live_price,
            proposed_units: wish.units,
            allotted_units: 0,
            limit_per_shopper: wish.limit_per_shopper,
            state: OfferState::Proposed,
            refused_vi: String::new(),
            refused_en: String::new(),
            payee_kind: wish.payee_kind,
            stars_shown: 0,
            weight_grams: 0,
            minimum_age: 0,
            cod_allowed: false,
            shipped: false,
            position: line_up
                .iter()
                .map(|offer| offer.position)
                .max()
                .unwrap_or(0)
                + 1,
            opens_at: wish.opens_at,
            closes_at: wish.closes_at,
            opened_at: None,
            sold_out: false,
            sold_units: 0,
            given_back_units: 0,
            back_on_hand_units: 0,
            version: 1,
        };
        offer.copy(goods);
        Ok(offer)
    }

    /// Does this offer keep others from a code? One that never sold anything does not.
    #[must_use]
    pub fn has_code(&self, code: &ClaimCode) -> bool {
        self.claim_code == code.as_str() && (self.is_unclosed() || self.opened_at.is_some())
    }

    /// Is this what somebody wishes, again? What is closed cannot be wished back.
    #[must_use]
    pub fn is(&self, variant: VariantId, wish: &Wish) -> bool {
        self.is_unclosed()
            && self.variant_id == variant
            && self.claim_code == wish.claim_code.as_str()
            && self.live_price == wish.live_price
            && self.proposed_units == wish.units
            && self.limit_per_shopper == wish.limit_per_shopper
            && self.payee_kind == wish.payee_kind
            && self.opens_at == wish.opens_at
            && self.closes_at == wish.closes_at
    }
}
