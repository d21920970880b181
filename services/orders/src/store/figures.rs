//! The organiser's figures: kept by events, and made anew from the orders themselves.

mod rebuild;

use std::collections::BTreeMap;

use chassis::{
    clock::from_ms,
    id::{Id as _, OfferId, ProducerId, SessionId},
};
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use proto::orders::v1::{OrderFact, OrderState, PaymentMethod};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::rebuild::rebuild;

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the events'")]
pub enum What {
    Placed,
    Paid,
    Cancelled,
    Expired,
    Returned,
}

/// An order's step as far as the figures care.
#[derive(Debug, Clone)]
pub struct Change {
    what: What,
    at: DateTime<Utc>,
    goods: i64,
    total: i64,
    units: i64,
    awaited: bool,
    lines: Vec<(OfferId, ProducerId, String, String, i64, i64)>,
}

impl Change {
    /// Reads an order's fact; none when it is malformed.
    #[must_use]
    pub fn read(what: What, order: &OrderFact) -> Option<Self> {
        let lines = order
            .lines
            .iter()
            .map(|line| {
                let (offer, producer) =
                    (line.offer_id.parse().ok()?, line.producer_id.parse().ok()?);
                Some((
                    offer,
                    producer,
                    line.claim_code.clone(),
                    line.title.clone(),
                    line.units,
                    line.line_total,
                ))
            })
            .collect::<Option<Vec<_>>>()?;
        let awaited = match what {
            What::Placed => order.payment_method() == PaymentMethod::Vietqr,
            _ => order.was() == OrderState::AwaitingPayment,
        };
        Some(Self {
            what,
            at: from_ms(order.at_ms)?,
            goods: lines.iter().map(|line| line.5).sum(),
            total: order.total,
            units: lines.iter().map(|line| line.4).sum(),
            awaited,
            lines,
        })
    }

    fn ends(&self) -> bool {
        matches!(self.what, What::Cancelled | What::Expired | What::Returned)
    }
}

/// Sums of a batch of changes.
#[derive(Debug, Default)]
struct Sums {
    orders: i64,
    units: i64,
    gross: i64,
    net: i64,
    unpaid: i64,
    paid: i64,
    orders_unpaid: i64,
    cancelled: i64,
    expired: i64,
    newest: Option<DateTime<Utc>>,
}

/// Sums of a batch of changes for one offer.
struct OfferSums<'a> {
    producer: ProducerId,
    code: &'a str,
    title: &'a str,
    orders: i64,
    units: i64,
    gross: i64,
    net: i64,
}

/// Applies changes in the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub async fn apply(
    conn: &mut PgConnection,
    session: SessionId,
    changes: &[Change],
) -> Result<(), sqlx::Error> {
    let mut sums = Sums::default();
    for change in changes {
        if change.what == What::Placed {
            sums.orders += 1;
            sums.units += change.units;
            sums.gross += change.goods;
            sums.net += change.goods;
            sums.newest = sums.newest.max(Some(change.at));
        }
        if change.ends() {
            sums.net -= change.goods;
        }
        // Into or out of waiting for the transfer.
        let sign = if change.what == What::Placed { 1 } else { -1 };
        if change.awaited {
            sums.unpaid += sign * change.total;
            sums.orders_unpaid += sign;
        }
        if change.what == What::Paid {
            sums.paid += change.total;
        }
        sums.cancelled += i64::from(change.what == What::Cancelled);
        sums.expired += i64::from(change.what == What::Expired);
    }
    save(&mut *conn, session, &sums).await?;
    save_by_offer(&mut *conn, session, changes).await?;
    save_by_minute(conn, session, changes).await
}

async fn save(conn: &mut PgConnection, session: SessionId, sums: &Sums) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into figures as f (session_id, orders, units, gross, net, unpaid, paid, orders_unpaid, orders_cancelled,
                                   orders_expired, newest_order_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
         on conflict (session_id) do update set
             orders = f.orders + excluded.orders, units = f.units + excluded.units, gross = f.gross + excluded.gross,
             net = f.net + excluded.net, unpaid = f.unpaid + excluded.unpaid, paid = f.paid + excluded.paid,
             orders_unpaid = f.orders_unpaid + excluded.orders_unpaid,
             orders_cancelled = f.orders_cancelled + excluded.orders_cancelled,
             orders_expired = f.orders_expired + excluded.orders_expired,
             newest_order_at = greatest(f.newest_order_at, excluded.newest_order_at), version = f.version + 1",
        session.uuid(),
        sums.orders,
        sums.units,
        sums.gross,
        sums.net,
        sums.unpaid,
        sums.paid,
        sums.orders_unpaid,
        sums.cancelled,
        sums.expired,
        sums.newest
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn save_by_offer(
    conn: &mut PgConnection,
    session: SessionId,
    changes: &[Change],
) -> Result<(), sqlx::Error> {
    let mut offers: BTreeMap<OfferId, OfferSums<'_>> = BTreeMap::new();
    for change in changes {
        let placed = i64::from(change.what == What::Placed);
        let net = placed - i64::from(change.ends());
        for (offer, producer, code, title, units, total) in &change.lines {
            let sums = offers.entry(*offer).or_insert(OfferSums {
                producer: *producer,
                code,
                title,
                orders: 0,
                units: 0,
                gross: 0,
                net: 0,
            });
            sums.orders += placed;
            sums.units += placed * units;
            sums.gross += placed * total;
            sums.net += net * total;
        }
    }
    sqlx::query!(
        "insert into figures_by_offer as f (session_id, offer_id, producer_id, claim_code, title, orders, units, gross, net)
         select $1, o.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[]) as o
         on conflict (session_id, offer_id) do update set
             orders = f.orders + excluded.orders, units = f.units + excluded.units, gross = f.gross + excluded.gross,
             net = f.net + excluded.net",
        session.uuid(),
        &offers.keys().map(|id| id.uuid()).collect::<Vec<Uuid>>(),
        &offers.values().map(|sums| sums.producer.uuid()).collect::<Vec<Uuid>>(),
        &offers.values().map(|sums| sums.code.to_owned()).collect::<Vec<_>>(),
        &offers.values().map(|sums| sums.title.to_owned()).collect::<Vec<_>>(),
        &offers.values().map(|sums| sums.orders).collect::<Vec<_>>(),
        &offers.values().map(|sums| sums.units).collect::<Vec<_>>(),
        &offers.values().map(|sums| sums.gross).collect::<Vec<_>>(),
        &offers.values().map(|sums| sums.net).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn save_by_minute(
    conn: &mut PgConnection,
    session: SessionId,
    changes: &[Change],
) -> Result<(), sqlx::Error> {
    let mut minutes: BTreeMap<DateTime<Utc>, (i64, i64, i64)> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.what == What::Placed) {
        let minute = change
            .at
            .duration_trunc(TimeDelta::minutes(1))
            .unwrap_or(change.at);
        let sums = minutes.entry(minute).or_default();
        sums.0 += 1;
        sums.1 += change.units;
        sums.2 += change.goods;
    }
    sqlx::query!(
        "insert into figures_by_minute as f (session_id, minute, orders, units, gross)
         select $1, m.* from unnest($2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[]) as m
         on conflict (session_id, minute) do update set
             orders = f.orders + excluded.orders, units = f.units + excluded.units, gross = f.gross + excluded.gross",
        session.uuid(),
        &minutes.keys().copied().collect::<Vec<_>>(),
        &minutes.values().map(|sums| sums.0).collect::<Vec<_>>(),
        &minutes.values().map(|sums| sums.1).collect::<Vec<_>>(),
        &minutes.values().map(|sums| sums.2).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The totals of a session; all zero before its first order.
///
/// # Errors
/// When the database refuses.
pub async fn totals(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<proto::orders::v1::Figures, sqlx::Error> {
    let row = sqlx::query!(
        // Ids rise with time: the newest is the last of the index orders_session.
        "select f.*, (select placed_at from orders where session_id = $1 and version > 0 order by id desc limit 1) as newest_placed_at
         from figures f where f.session_id = $1",
        session.uuid()
    )
    .fetch_optional(conn)
    .await?;
    let mut figures = proto::orders::v1::Figures {
        session_id: session.to_string(),
        ..Default::default()
    };
    if let Some(row) = row {
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        figures.orders = count(row.orders);
        figures.units = count(row.units);
        figures.gross = row.gross;
        figures.net = row.net;
        figures.unpaid = row.unpaid;
        figures.paid = row.paid;
        figures.orders_unpaid = count(row.orders_unpaid);
        figures.orders_cancelled = count(row.orders_cancelled);
        figures.orders_expired = count(row.orders_expired);
        figures.version = count(row.version);
        // Facts travel in whole milliseconds.
        let behind = row
            .newest_placed_at
            .zip(row.newest_order_at)
            .map_or(0, |(newest, known)| (newest - known).num_milliseconds());
        figures.lag_ms = u32::try_from(behind).unwrap_or_default();
    }
    Ok(figures)
}

/// The figures of each offer, in order of the claim code.
///
/// # Errors
/// When the database refuses.
pub async fn by_offer(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Vec<proto::orders::v1::OfferFigures>, sqlx::Error> {
    let rows = sqlx::query!(
        "select * from figures_by_offer where session_id = $1 order by claim_code, offer_id",
        session.uuid()
    )
    .fetch_all(conn)
    .await?;
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| proto::orders::v1::OfferFigures {
            offer_id: OfferId::from_uuid(row.offer_id).to_string(),
            claim_code: row.claim_code,
            title: row.title,
            producer_id: ProducerId::from_uuid(row.producer_id).to_string(),
            orders: count(row.orders),
            units: count(row.units),
            gross: row.gross,
            net: row.net,
        })
        .collect())
}

/// The last sixty minutes that had orders, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn by_minute(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Vec<proto::orders::v1::MinuteFigures>, sqlx::Error> {
    let rows = sqlx::query!(
        "select * from (select * from figures_by_minute where session_id = $1 order by minute desc limit 60) as last order by minute",
        session.uuid()
    )
    .fetch_all(conn)
    .await?;
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| proto::orders::v1::MinuteFigures {
            minute_ms: row.minute.timestamp_millis(),
            orders: count(row.orders),
            units: count(row.units),
            gross: row.gross,
        })
        .collect())
}
