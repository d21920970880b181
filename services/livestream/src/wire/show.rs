//! What others are shown. Nothing here carries more than its audience may see.

use chassis::{clock::to_ms, id::SessionId};
use chrono::{DateTime, Utc};
use proto::{common::v1 as common, feed::v1 as feed, livestream::v1 as wire};

use crate::{
    domain::{
        bank::BankAccount,
        offer::{Offer, OfferState, PayeeKind},
        session::{Session, SessionState, Terms},
    },
    store::{comment::Comment, room::Notice},
};

/// A time, or 0 for none.
fn ms(at: Option<DateTime<Utc>>) -> i64 {
    at.map_or(0, to_ms)
}

/// A number that the database keeps from being negative.
#[must_use]
pub fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// As [`count`], for small ones.
pub fn small(number: impl Into<i64>) -> u32 {
    let number: i64 = number.into();
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// A bank account: for orders, and for those who work for its organiser.
#[must_use]
pub fn account(account: &BankAccount) -> common::BankAccount {
    common::BankAccount {
        bin: account.bin.clone(),
        account_no: account.account_no.clone(),
        account_name: account.account_name.clone(),
    }
}

/// All terms, with the organiser's account.
#[must_use]
pub fn terms(terms: &Terms) -> wire::SessionTerms {
    wire::SessionTerms {
        organiser_account: terms.organiser_account.as_ref().map(account),
        cod_allowed: terms.cod_allowed,
        shipping_fee: terms.shipping_fee.get(),
        free_shipping_from: terms.free_shipping_from.get(),
        shipping_grams: small(terms.shipping_grams),
        shipping_fee_per_kg: terms.shipping_fee_per_kg.get(),
        pickup_place: terms.pickup_place.clone(),
        payment_window_seconds: small(terms.payment_window_seconds),
    }
}

/// A session as everybody may see it: without the organiser's account, without its offers.
#[must_use]
pub fn session(session: &Session) -> wire::Session {
    wire::Session {
        session_id: session.id.to_string(),
        organiser_id: session.organiser_id.to_string(),
        title: session.title.clone(),
        description: session.description.clone(),
        starts_at_ms: to_ms(session.starts_at),
        state: state(session.state).into(),
        went_live_at_ms: ms(session.went_live_at),
        ended_at_ms: ms(session.ended_at),
        stopped_reason: session.stopped_reason.clone().unwrap_or_default(),
        terms: Some(wire::SessionTerms {
            organiser_account: None,
            ..terms(&session.terms)
        }),
        offers: Vec::new(),
        video: session.video,
        pinned_offer_id: session
            .pinned_offer_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
        version: count(session.version),
    }
}

/// A session as those see it who work for its organiser.
#[must_use]
pub fn own_session(of: &Session) -> wire::Session {
    wire::Session {
        terms: Some(terms(&of.terms)),
        ..session(of)
    }
}

fn state(state: SessionState) -> wire::SessionState {
    match state {
        SessionState::Planned => wire::SessionState::Planned,
        SessionState::Live => wire::SessionState::Live,
        SessionState::Ended => wire::SessionState::Ended,
    }
}

/// An offer; there is nothing in it that the room may not see.
#[must_use]
pub fn offer(offer: &Offer) -> wire::Offer {
    let state = match offer.state {
        OfferState::Proposed => wire::OfferState::Proposed,
        OfferState::Refused => wire::OfferState::Refused,
        OfferState::Allotted => wire::OfferState::Allotted,
        OfferState::Open => wire::OfferState::Open,
        OfferState::Closed => wire::OfferState::Closed,
        OfferState::Settled => wire::OfferState::Settled,
    };
    let payee_kind = match offer.payee_kind {
        PayeeKind::Organiser => wire::PayeeKind::Organiser,
        PayeeKind::Producer => wire::PayeeKind::Producer,
    };
    wire::Offer {
        offer_id: offer.id.to_string(),
        session_id: offer.session_id.to_string(),
        organiser_id: offer.organiser_id.to_string(),
        producer_id: offer.producer_id.to_string(),
        producer_name: offer.producer_name.clone(),
        product_id: offer.product_id.to_string(),
        variant_id: offer.variant_id.to_string(),
        title: offer.title.clone(),
        pack: offer.pack.clone(),
        claim_code: offer.claim_code.clone(),
        list_price: offer.list_price.get(),
        live_price: offer.live_price.get(),
        proposed_units: offer.proposed_units,
        allotted_units: offer.allotted_units,
        limit_per_shopper: small(offer.limit_per_shopper),
        state: state.into(),
        refused_reason_vi: offer.refused_vi.clone(),
        refused_reason_en: offer.refused_en.clone(),
        payee_kind: payee_kind.into(),
        stars_shown: small(offer.stars_shown),
        weight_grams: small(offer.weight_grams),
        minimum_age: small(offer.minimum_age),
        cod_allowed: offer.cod_allowed,
        shipped: offer.shipped,
        position: small(offer.position),
        opens_at_ms: ms(offer.opens_at),
        closes_at_ms: ms(offer.closes_at),
        version: count(offer.version),
        trace_url: offer.trace_url.clone(),
    }
}

/// What is pinned now. The session's version serves: every pin changes it.
#[must_use]
pub fn pin(session: &Session) -> feed::Pin {
    feed::Pin {
        session_id: session.id.to_string(),
        offer_id: session
            .pinned_offer_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
        version: count(session.version),
    }
}

/// A comment as everybody may see it: a hidden one keeps only its place, so that no gap appears.
#[must_use]
pub fn comment(comment: &Comment) -> wire::Comment {
    let hidden = comment.hidden_seq.is_some();
    let shown = |text: &str| {
        if hidden {
            String::new()
        } else {
            text.to_owned()
        }
    };
    wire::Comment {
        comment_id: comment.id.to_string(),
        session_id: comment.session_id.to_string(),
        seq: count(comment.seq),
        author_name: shown(&comment.author_name),
        text: shown(&comment.text),
        hidden,
        at_ms: to_ms(comment.at),
        account_id: String::new(),
        source: comment.source.clone().unwrap_or_default(),
        source_at_ms: ms(comment.source_at),
    }
}

/// A comment as a moderator sees it.
#[must_use]
pub fn whole_comment(of: &Comment) -> wire::Comment {
    wire::Comment {
        author_name: of.author_name.clone(),
        text: of.text.clone(),
        account_id: of.account_id.to_string(),
        ..comment(of)
    }
}

/// The banner as it is now; none: there was no warning yet.
#[must_use]
pub fn warning(session: SessionId, notice: Option<&Notice>) -> feed::Warning {
    let shown = notice.filter(|notice| !notice.taken_down);
    feed::Warning {
        session_id: session.to_string(),
        seq: notice.map_or(0, |notice| count(notice.seq)),
        text: shown.map(|notice| notice.text.clone()).unwrap_or_default(),
        at_ms: notice.map_or(0, |notice| to_ms(notice.at)),
        // A banner goes up and comes down: two versions a notice.
        version: notice.map_or(0, |notice| {
            count(notice.seq) * 2 + u64::from(notice.taken_down)
        }),
    }
}

/// A notice.
#[must_use]
pub fn notice(notice: &Notice) -> wire::Notice {
    wire::Notice {
        seq: count(notice.seq),
        text: notice.text.clone(),
        warning: notice.warning,
        at_ms: to_ms(notice.at),
    }
}
