//! The report of a session and the summary of many, over HTTP: sums of orders, with the names of livestream.

mod tables;

use std::collections::BTreeSet;

use chassis::clock::from_ms;
use chrono::{DateTime, Utc};
use proto::{livestream::v1 as livestream, orders::v1 as orders};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use self::tables::{of_report, of_summary};
use super::{figures::MinuteFigures, sessions::SessionState};

/// Units: placed = sold + awaiting + cancelled + expired + returned. Đồng: gross = net + cancelled + expired + returned.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
pub(crate) struct Sums {
    /// With at least one such line.
    pub(super) orders: u64,
    pub(super) units_placed: i64,
    /// Paid, or cash on delivery and confirmed.
    pub(super) units_sold: i64,
    pub(super) units_awaiting: i64,
    pub(super) units_cancelled: i64,
    pub(super) units_expired: i64,
    pub(super) units_returned: i64,
    /// Of all orders placed, đồng, without shipping.
    pub(super) gross: i64,
    /// Less what was cancelled, expired or returned.
    pub(super) net: i64,
    /// Of that, what still waits for its transfer.
    pub(super) awaiting: i64,
    pub(super) cancelled: i64,
    pub(super) expired: i64,
    pub(super) returned: i64,
    pub(super) units_offered: i64,
    pub(super) units_left: i64,
    pub(super) units_held: i64,
    /// Back on hand with the producer, unsold.
    pub(super) units_given_back: i64,
    /// Times that units were held for a shopper.
    pub(super) claims: u64,
    pub(super) holds_lapsed: u64,
    pub(super) waitlisted: u64,
    /// Shipping of orders that were not called off; only in totals.
    pub(super) shipping_fees: i64,
}

impl From<orders::ReportSums> for Sums {
    fn from(sums: orders::ReportSums) -> Self {
        Self {
            orders: sums.orders,
            units_placed: sums.units_placed,
            units_sold: sums.units_sold,
            units_awaiting: sums.units_awaiting,
            units_cancelled: sums.units_cancelled,
            units_expired: sums.units_expired,
            units_returned: sums.units_returned,
            gross: sums.gross,
            net: sums.net,
            awaiting: sums.awaiting,
            cancelled: sums.cancelled,
            expired: sums.expired,
            returned: sums.returned,
            units_offered: sums.units_offered,
            units_left: sums.units_left,
            units_held: sums.units_held,
            units_given_back: sums.units_given_back,
            claims: sums.claims,
            holds_lapsed: sums.holds_lapsed,
            waitlisted: sums.waitlisted,
            shipping_fees: sums.shipping_fees,
        }
    }
}

impl Sums {
    /// Adds another session's. Orders belong to one session: they add up too.
    pub(super) fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.units_placed += other.units_placed;
        self.units_sold += other.units_sold;
        self.units_awaiting += other.units_awaiting;
        self.units_cancelled += other.units_cancelled;
        self.units_expired += other.units_expired;
        self.units_returned += other.units_returned;
        self.gross += other.gross;
        self.net += other.net;
        self.awaiting += other.awaiting;
        self.cancelled += other.cancelled;
        self.expired += other.expired;
        self.returned += other.returned;
        self.units_offered += other.units_offered;
        self.units_left += other.units_left;
        self.units_held += other.units_held;
        self.units_given_back += other.units_given_back;
        self.claims += other.claims;
        self.holds_lapsed += other.holds_lapsed;
        self.waitlisted += other.waitlisted;
        self.shipping_fees += other.shipping_fees;
    }
}

/// What a session came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Report {
    pub(super) session_id: String,
    pub(super) organiser_id: String,
    pub(super) title: String,
    pub(super) state: SessionState,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) went_live_at: Option<DateTime<Utc>>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) totals: Sums,
    pub(super) offers: Vec<ReportOffer>,
    pub(super) producers: Vec<ReportProducer>,
    /// All minutes that had orders, oldest first.
    pub(super) minutes: Vec<MinuteFigures>,
}

/// What one offer came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportOffer {
    pub(super) offer_id: String,
    pub(super) claim_code: String,
    pub(super) title: String,
    pub(super) producer_id: String,
    pub(super) producer_name: String,
    pub(super) product_id: String,
    /// Đồng.
    pub(super) price: i64,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// What one producer's offers came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportProducer {
    pub(super) producer_id: String,
    pub(super) producer_name: String,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// The name of a producer as it stands in the session's line-up; else its id.
pub(crate) fn producer_name(session: &livestream::Session, producer_id: &str) -> String {
    let offer = session
        .offers
        .iter()
        .find(|offer| offer.producer_id == producer_id && !offer.producer_name.is_empty());
    offer.map_or_else(
        || producer_id.to_owned(),
        |offer| offer.producer_name.clone(),
    )
}

impl Report {
    /// Joins what orders counted with what livestream calls it.
    pub(crate) fn new(report: orders::Report, session: livestream::Session) -> Self {
        let offer = |offer: orders::ReportOffer| ReportOffer {
            producer_name: producer_name(&session, &offer.producer_id),
            offer_id: offer.offer_id,
            claim_code: offer.claim_code,
            title: offer.title,
            producer_id: offer.producer_id,
            product_id: offer.product_id,
            price: offer.price,
            sums: offer.sums.unwrap_or_default().into(),
        };
        let producer = |producer: orders::ReportProducer| ReportProducer {
            producer_name: producer_name(&session, &producer.producer_id),
            producer_id: producer.producer_id,
            sums: producer.sums.unwrap_or_default().into(),
        };
        Self {
            session_id: report.session_id,
            organiser_id: session.organiser_id.clone(),
            state: session.state.into(),
            starts_at: from_ms(session.starts_at_ms),
            went_live_at: from_ms(session.went_live_at_ms),
            ended_at: from_ms(session.ended_at_ms),
            totals: report.totals.unwrap_or_default().into(),
            offers: report.offers.into_iter().map(offer).collect(),
            producers: report.producers.into_iter().map(producer).collect(),
            minutes: report.minutes.into_iter().map(Into::into).collect(),
            title: session.title,
        }
    }
}

/// An organiser's sessions of a year. A session belongs to the month in Viet Nam in which it went on air.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Summary {
    pub(super) organiser_id: String,
    pub(super) year: i32,
    pub(super) total: SummarySums,
    /// Those that had sessions, January first.
    pub(super) months: Vec<SummaryMonth>,
    /// In order of time.
    pub(super) sessions: Vec<SummarySession>,
}

/// Sums over sessions.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct SummarySums {
    pub(super) sessions: u64,
    /// Different producers whose goods were offered.
    pub(super) producers: u64,
    /// Different products that were offered.
    pub(super) products: u64,
    #[serde(flatten)]
    pub(super) sums: Sums,
    #[serde(skip)]
    producer_ids: BTreeSet<String>,
    #[serde(skip)]
    product_ids: BTreeSet<String>,
}

/// One month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SummaryMonth {
    /// 1 to 12.
    pub(super) month: u32,
    #[serde(flatten)]
    pub(super) sums: SummarySums,
}

/// One session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SummarySession {
    pub(super) session_id: String,
    pub(super) title: String,
    pub(super) went_live_at: DateTime<Utc>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) producers: u64,
    pub(super) products: u64,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// A session of the year, with what orders counted of it.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) session: livestream::Session,
    pub(crate) sums: orders::SessionSums,
    /// When it went on air.
    pub(crate) at: DateTime<Utc>,
    /// 1 to 12, in Viet Nam.
    pub(crate) month: u32,
}

impl SummarySums {
    fn add(&mut self, sums: &Sums, counted: &orders::SessionSums) {
        self.sessions += 1;
        self.sums.add(sums);
        self.producer_ids
            .extend(counted.producer_ids.iter().cloned());
        self.product_ids.extend(counted.product_ids.iter().cloned());
        self.producers = self.producer_ids.len() as u64;
        self.products = self.product_ids.len() as u64;
    }
}

impl Summary {
    /// Adds up the sessions of a year.
    pub(crate) fn new(organiser_id: String, year: i32, mut counted: Vec<Counted>) -> Self {
        counted.sort_by_key(|one| one.at);
        let mut total = SummarySums::default();
        let mut months: Vec<SummaryMonth> = Vec::new();
        let mut sessions = Vec::new();
        for one in counted {
            let sums: Sums = one.sums.sums.unwrap_or_default().into();
            total.add(&sums, &one.sums);
            if months.last().is_none_or(|last| last.month != one.month) {
                months.push(SummaryMonth {
                    month: one.month,
                    sums: SummarySums::default(),
                });
            }
            if let Some(month) = months.last_mut() {
                month.sums.add(&sums, &one.sums);
            }
            sessions.push(SummarySession {
                session_id: one.session.session_id,
                title: one.session.title,
                went_live_at: one.at,
                ended_at: from_ms(one.session.ended_at_ms),
                producers: one.sums.producer_ids.len() as u64,
                products: one.sums.product_ids.len() as u64,
                sums,
            });
        }
        Self {
            organiser_id,
            year,
            total,
            months,
            sessions,
        }
    }
}
