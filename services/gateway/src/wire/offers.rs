//! Offers and their units over HTTP.

use chassis::clock::{from_ms, to_ms};
use chrono::{DateTime, Utc};
use proto::{livestream::v1 as livestream, orders::v1 as orders};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{nonzero, some, words};

words! {
    /// Where an offer stands.
    OfferState of livestream::OfferState { Proposed, Refused, Allotted, Open, Closed, Settled, }
    /// Who is paid for an offer.
    PayeeKind of livestream::PayeeKind { Organiser, Producer, }
}

/// An offer: a variant at a price, in a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Offer {
    offer_id: String,
    session_id: String,
    organiser_id: String,
    producer_id: String,
    producer_name: String,
    product_id: String,
    variant_id: String,
    title: String,
    pack: String,
    #[schema(example = "A05")]
    claim_code: String,
    /// Đồng.
    list_price: i64,
    /// Đồng.
    live_price: i64,
    proposed_units: i64,
    allotted_units: i64,
    /// Most units one shopper may have; none: no limit.
    limit_per_shopper: Option<u32>,
    state: OfferState,
    refused_reason_vi: Option<String>,
    refused_reason_en: Option<String>,
    payee_kind: PayeeKind,
    stars_shown: u32,
    weight_grams: u32,
    /// 0: anybody.
    minimum_age: u32,
    cod_allowed: bool,
    shipped: bool,
    position: u32,
    /// Opens by itself at this time.
    opens_at: Option<DateTime<Utc>>,
    /// Closes by itself at this time.
    closes_at: Option<DateTime<Utc>>,
    trace_url: Option<String>,
    version: u64,
}

impl From<livestream::Offer> for Offer {
    fn from(offer: livestream::Offer) -> Self {
        Self {
            offer_id: offer.offer_id,
            session_id: offer.session_id,
            organiser_id: offer.organiser_id,
            producer_id: offer.producer_id,
            producer_name: offer.producer_name,
            product_id: offer.product_id,
            variant_id: offer.variant_id,
            title: offer.title,
            pack: offer.pack,
            claim_code: offer.claim_code,
            list_price: offer.list_price,
            live_price: offer.live_price,
            proposed_units: offer.proposed_units,
            allotted_units: offer.allotted_units,
            limit_per_shopper: nonzero(offer.limit_per_shopper),
            state: offer.state.into(),
            refused_reason_vi: some(offer.refused_reason_vi),
            refused_reason_en: some(offer.refused_reason_en),
            payee_kind: offer.payee_kind.into(),
            stars_shown: offer.stars_shown,
            weight_grams: offer.weight_grams,
            minimum_age: offer.minimum_age,
            cod_allowed: offer.cod_allowed,
            shipped: offer.shipped,
            position: offer.position,
            opens_at: from_ms(offer.opens_at_ms),
            closes_at: from_ms(offer.closes_at_ms),
            trace_url: some(offer.trace_url),
            version: offer.version,
        }
    }
}

/// An offer to propose; catalogue allots its units or refuses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferBody {
    variant_id: String,
    /// Letters, then digits; unique in its session.
    #[schema(example = "A05")]
    claim_code: String,
    /// Đồng.
    live_price: i64,
    #[schema(minimum = 1)]
    units: i64,
    #[serde(default)]
    limit_per_shopper: Option<u32>,
    payee_kind: PayeeKind,
    #[serde(default)]
    opens_at: Option<DateTime<Utc>>,
    #[serde(default)]
    closes_at: Option<DateTime<Utc>>,
}

impl OfferBody {
    /// As the bus takes it.
    pub(crate) fn into_wire(self, session_id: String) -> livestream::ProposeOffer {
        livestream::ProposeOffer {
            session_id,
            variant_id: self.variant_id,
            claim_code: self.claim_code,
            live_price: self.live_price,
            units: self.units,
            limit_per_shopper: self.limit_per_shopper.unwrap_or_default(),
            payee_kind: self.payee_kind.into(),
            opens_at_ms: self.opens_at.map_or(0, to_ms),
            closes_at_ms: self.closes_at.map_or(0, to_ms),
        }
    }
}

/// More units for an offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestockBody {
    #[schema(minimum = 1)]
    pub(crate) units: i64,
}

/// Where the units of an offer are: `allotted = left + held + awaiting + sold + given_back`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferUnits {
    offer_id: String,
    session_id: String,
    allotted: i64,
    left: i64,
    held: i64,
    awaiting: i64,
    sold: i64,
    given_back: i64,
    open: bool,
    settled: bool,
    version: u64,
}

impl From<orders::OfferUnits> for OfferUnits {
    fn from(units: orders::OfferUnits) -> Self {
        Self {
            offer_id: units.offer_id,
            session_id: units.session_id,
            allotted: units.allotted,
            left: units.left,
            held: units.held,
            awaiting: units.awaiting,
            sold: units.sold,
            given_back: units.given_back,
            open: units.open,
            settled: units.settled,
            version: units.version,
        }
    }
}

/// The units of all offers of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionUnits {
    offers: Vec<OfferUnits>,
}

impl From<orders::SessionUnits> for SessionUnits {
    fn from(units: orders::SessionUnits) -> Self {
        Self {
            offers: units.offers.into_iter().map(Into::into).collect(),
        }
    }
}
