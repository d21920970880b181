//! A session's figures over HTTP.

use chrono::{DateTime, Utc};
use proto::orders::v1 as orders;
use serde::Serialize;
use utoipa::ToSchema;

use super::at;

/// What a session has sold, and how far behind the newest order this is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    session_id: String,
    orders: u64,
    units: u64,
    /// Of all orders placed, đồng, without shipping.
    gross: i64,
    /// Less what was cancelled, expired or returned.
    net: i64,
    unpaid: i64,
    orders_unpaid: u64,
    orders_cancelled: u64,
    orders_expired: u64,
    paid: i64,
    offers: Vec<OfferFigures>,
    producers: Vec<ProducerFigures>,
    /// The last sixty minutes that had orders, oldest first.
    minutes: Vec<MinuteFigures>,
    /// 0: level with the newest order.
    lag_ms: u32,
    version: u64,
}

impl From<orders::Figures> for Figures {
    fn from(figures: orders::Figures) -> Self {
        Self {
            session_id: figures.session_id,
            orders: figures.orders,
            units: figures.units,
            gross: figures.gross,
            net: figures.net,
            unpaid: figures.unpaid,
            orders_unpaid: figures.orders_unpaid,
            orders_cancelled: figures.orders_cancelled,
            orders_expired: figures.orders_expired,
            paid: figures.paid,
            offers: figures.offers.into_iter().map(Into::into).collect(),
            producers: figures.producers.into_iter().map(Into::into).collect(),
            minutes: figures.minutes.into_iter().map(Into::into).collect(),
            lag_ms: figures.lag_ms,
            version: figures.version,
        }
    }
}

/// Figures of one offer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferFigures {
    offer_id: String,
    claim_code: String,
    title: String,
    producer_id: String,
    orders: u64,
    units: u64,
    gross: i64,
    net: i64,
}

impl From<orders::OfferFigures> for OfferFigures {
    fn from(figures: orders::OfferFigures) -> Self {
        Self {
            offer_id: figures.offer_id,
            claim_code: figures.claim_code,
            title: figures.title,
            producer_id: figures.producer_id,
            orders: figures.orders,
            units: figures.units,
            gross: figures.gross,
            net: figures.net,
        }
    }
}

/// Figures of one producer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProducerFigures {
    producer_id: String,
    units: u64,
    gross: i64,
    net: i64,
}

impl From<orders::ProducerFigures> for ProducerFigures {
    fn from(figures: orders::ProducerFigures) -> Self {
        Self {
            producer_id: figures.producer_id,
            units: figures.units,
            gross: figures.gross,
            net: figures.net,
        }
    }
}

/// Figures of one minute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MinuteFigures {
    pub(super) minute: DateTime<Utc>,
    pub(super) orders: u64,
    pub(super) units: u64,
    pub(super) gross: i64,
}

impl From<orders::MinuteFigures> for MinuteFigures {
    fn from(figures: orders::MinuteFigures) -> Self {
        Self {
            minute: at(figures.minute_ms),
            orders: figures.orders,
            units: figures.units,
            gross: figures.gross,
        }
    }
}
