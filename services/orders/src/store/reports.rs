//! Sums over orders, lines, holds and the waitlist, for reports.

use std::collections::{BTreeMap, HashMap};

use chassis::id::{Id, OfferId, OrganiserId, ProducerId, ProductId, SessionId};
use proto::orders::v1::MinuteFigures;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::report::Sums;

/// What an offer came to.
#[derive(Debug, Clone)]
pub struct OfferSums {
    /// Which.
    pub offer: OfferId,
    /// Of which session.
    pub session: SessionId,
    /// Whose goods.
    pub producer: ProducerId,
    /// Which product.
    pub product: ProductId,
    /// "A05".
    pub claim_code: String,
    /// Name and pack.
    pub title: String,
    /// Đồng.
    pub price: i64,
    /// Its sums.
    pub sums: Sums,
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// The offers of some sessions of an organiser that were opened, in order of their codes.
///
/// # Errors
/// When the database refuses.
pub async fn by_offer(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    sessions: &[Uuid],
) -> Result<Vec<OfferSums>, sqlx::Error> {
    let rows = sqlx::query!(
        // A line came back with its order, or with its parcel while others of the order did not.
        r#"with line as (
               select l.offer_id, l.units, l.line_total, r.state,
                      r.state in ('confirmed', 'packed', 'shipped', 'delivered') and not l.released as sold,
                      r.state = 'returned'
                          or (r.state in ('confirmed', 'packed', 'shipped', 'delivered') and l.released) as returned
               from orders r join order_lines l on l.order_id = r.id
               where r.session_id = any($1) and r.version > 0
           ), placed as (
               select offer_id, count(*) as orders, sum(units)::bigint as units, sum(line_total)::bigint as gross,
                      (sum(units) filter (where sold))::bigint as units_sold,
                      (sum(line_total) filter (where sold))::bigint as sold,
                      (sum(units) filter (where state = 'awaiting_payment'))::bigint as units_awaiting,
                      (sum(line_total) filter (where state = 'awaiting_payment'))::bigint as awaiting,
                      (sum(units) filter (where state = 'cancelled'))::bigint as units_cancelled,
                      (sum(line_total) filter (where state = 'cancelled'))::bigint as cancelled,
                      (sum(units) filter (where state = 'expired'))::bigint as units_expired,
                      (sum(line_total) filter (where state = 'expired'))::bigint as expired,
                      (sum(units) filter (where returned))::bigint as units_returned,
                      (sum(line_total) filter (where returned))::bigint as returned
               from line group by offer_id
           ), claimed as (
               select offer_id, count(*) as claims, count(*) filter (where state = 'lapsed') as lapsed
               from holds where session_id = any($1) group by offer_id
           ), waited as (
               select offer_id, count(*) as waits from waits where session_id = any($1) group by offer_id
           )
           select o.id, o.session_id, o.producer_id as "producer_id!", o.product_id as "product_id!",
                  o.claim_code as "claim_code!", o.title as "title!", o.price as "price!",
                  o.allotted, o.units_left, o.held, o.given_back,
                  coalesce(p.orders, 0) as "orders!", coalesce(p.units, 0) as "units!", coalesce(p.gross, 0) as "gross!",
                  coalesce(p.units_sold, 0) as "units_sold!", coalesce(p.sold, 0) as "sold!",
                  coalesce(p.units_awaiting, 0) as "units_awaiting!", coalesce(p.awaiting, 0) as "awaiting!",
                  coalesce(p.units_cancelled, 0) as "units_cancelled!", coalesce(p.cancelled, 0) as "cancelled!",
                  coalesce(p.units_expired, 0) as "units_expired!", coalesce(p.expired, 0) as "expired!",
                  coalesce(p.units_returned, 0) as "units_returned!", coalesce(p.returned, 0) as "returned!",
                  coalesce(c.claims, 0) as "claims!", coalesce(c.lapsed, 0) as "lapsed!", coalesce(w.waits, 0) as "waits!"
           from offers o
           left join placed p on p.offer_id = o.id
           left join claimed c on c.offer_id = o.id
           left join waited w on w.offer_id = o.id
           where o.session_id = any($1) and o.organiser_id = $2
           order by o.session_id, o.claim_code, o.id"#,
        sessions,
        organiser.uuid()
    )
    .fetch_all(conn)
    .await?;
    let read = rows.into_iter().map(|row| OfferSums {
        offer: Id::from_uuid(row.id),
        session: Id::from_uuid(row.session_id),
        producer: Id::from_uuid(row.producer_id),
        product: Id::from_uuid(row.product_id),
        claim_code: row.claim_code,
        title: row.title,
        price: row.price,
        sums: Sums {
            orders: count(row.orders),
            units_placed: row.units,
            units_sold: row.units_sold,
            units_awaiting: row.units_awaiting,
            units_cancelled: row.units_cancelled,
            units_expired: row.units_expired,
            units_returned: row.units_returned,
            gross: row.gross,
            net: row.sold + row.awaiting,
            awaiting: row.awaiting,
            cancelled: row.cancelled,
            expired: row.expired,
            returned: row.returned,
            units_offered: row.allotted,
            units_left: row.units_left,
            units_held: row.held,
            units_given_back: row.given_back,
            claims: count(row.claims),
            holds_lapsed: count(row.lapsed),
            waitlisted: count(row.waits),
            shipping_fees: 0,
        },
    });
    Ok(read.collect())
}

/// Of some sessions: how many orders, and the shipping of those that were not called off.
///
/// # Errors
/// When the database refuses.
pub async fn orders(
    conn: &mut PgConnection,
    sessions: &[Uuid],
) -> Result<BTreeMap<SessionId, (u64, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select session_id, count(*) as "orders!",
                  coalesce(sum(shipping_fee) filter (where state not in ('cancelled', 'expired', 'returned')), 0)::bigint
                      as "fees!"
           from orders where session_id = any($1) and version > 0 group by session_id"#,
        sessions
    )
    .fetch_all(conn)
    .await?;
    let sums = rows
        .into_iter()
        .map(|row| (Id::from_uuid(row.session_id), (count(row.orders), row.fees)));
    Ok(sums.collect())
}

/// How many orders of a session have goods of each producer.
///
/// # Errors
/// When the database refuses.
pub async fn orders_by_producer(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<HashMap<ProducerId, u64>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select l.producer_id, count(distinct l.order_id) as "orders!"
           from orders r join order_lines l on l.order_id = r.id
           where r.session_id = $1 and r.version > 0 group by l.producer_id"#,
        session.uuid()
    )
    .fetch_all(conn)
    .await?;
    let counts = rows
        .into_iter()
        .map(|row| (Id::from_uuid(row.producer_id), count(row.orders)));
    Ok(counts.collect())
}

/// All minutes of a session that had orders, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn by_minute(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Vec<MinuteFigures>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select date_trunc('minute', r.placed_at) as "minute!", count(*) as "orders!",
                  sum(l.units)::bigint as "units!", sum(r.goods_total)::bigint as "gross!"
           from orders r
           cross join lateral (select sum(units) as units from order_lines where order_id = r.id) as l
           where r.session_id = $1 and r.version > 0 group by 1 order by 1"#,
        session.uuid()
    )
    .fetch_all(conn)
    .await?;
    let minutes = rows.into_iter().map(|row| MinuteFigures {
        minute_ms: row.minute.timestamp_millis(),
        orders: count(row.orders),
        units: count(row.units),
        gross: row.gross,
    });
    Ok(minutes.collect())
}
