//! The books of orders, checked against each other. `phien audit` runs it and compares with catalogue.

use std::collections::HashMap;

use chassis::{
    audit::{Check, Rule, ask, unhurried},
    id::{Id as _, OfferId, OrderId},
};
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use prost::Message as _;
use proto::orders::v1::OrdersPlaced;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use crate::domain::offer::Units;

const RULES: &[Rule] = &[
    (
        "offer_equation",
        "select count(*) from offers",
        "select format('offer %s: allotted %s <> left %s + held %s + awaiting %s + sold %s + given back %s',
                       id, allotted, units_left, held, awaiting, sold, given_back)
         from offers where allotted <> units_left + held + awaiting + sold + given_back",
    ),
    (
        "offer_ledger_equals_counters",
        "select count(*) from offers where settled_at is null or settled_at > $2",
        "select format('offer %s: ledger and counters differ', o.id)
         from offers o
         cross join lateral (select sum(allotted) a, sum(units_left) l, sum(held) h, sum(awaiting) w, sum(sold) s, sum(given_back) g
                             from offer_ledger where offer_id = o.id) as x
         where (o.settled_at is null or o.settled_at > $2) and (o.allotted, o.units_left, o.held, o.awaiting, o.sold, o.given_back)
               <> (coalesce(x.a, 0), coalesce(x.l, 0), coalesce(x.h, 0), coalesce(x.w, 0), coalesce(x.s, 0), coalesce(x.g, 0))",
    ),
    (
        "orders_equal_counters",
        "select count(*) from order_lines",
        "select format('offer %s: lines say awaiting %s, sold %s; counters say %s, %s',
                       o.id, coalesce(x.awaiting, 0), coalesce(x.sold, 0), o.awaiting, o.sold)
         from offers o
         left join (select l.offer_id,
                           sum(l.units) filter (where r.state = 'awaiting_payment') as awaiting,
                           sum(l.units) filter (where r.state in ('confirmed', 'packed', 'shipped', 'delivered') and not l.released) as sold
                    from order_lines l join orders r on r.id = l.order_id group by l.offer_id) as x on x.offer_id = o.id
         where o.awaiting <> coalesce(x.awaiting, 0) or o.sold <> coalesce(x.sold, 0)",
    ),
    (
        "holds_equal_counters",
        "select count(*) from holds",
        "select format('offer %s: holds say %s, the counter %s', o.id, coalesce(h.units, 0), o.held)
         from offers o
         left join (select offer_id, sum(units) as units from holds where state = 'active' group by offer_id) as h
             on h.offer_id = o.id
         where o.held <> coalesce(h.units, 0)",
    ),
    (
        "waitlists_equal_counters",
        "select count(*) from waits",
        "select format('offer %s: %s wait, the counter says %s', o.id, coalesce(w.count, 0), o.waiting)
         from offers o
         left join (select offer_id, count(*) as count from waits where state = 'waiting' group by offer_id) as w
             on w.offer_id = o.id
         where o.waiting <> coalesce(w.count, 0)",
    ),
    (
        "limits_hold",
        "select count(*) from offers where limit_per_shopper > 0",
        "select format('offer %s: account %s has %s, the limit is %s', x.offer_id, x.account_id, sum(x.units), o.limit_per_shopper)
         from (select l.offer_id, r.account_id, l.units from order_lines l join orders r on r.id = l.order_id where not l.released
               union all select offer_id, account_id, units from holds where state = 'active') as x
         join offers o on o.id = x.offer_id
         where o.limit_per_shopper > 0
         group by x.offer_id, x.account_id, o.limit_per_shopper having sum(x.units) > o.limit_per_shopper",
    ),
    (
        "order_totals",
        "select count(*) from orders where id >= $1",
        "select format('order %s: goods %s, lines %s', o.id, o.goods_total, coalesce(l.sum, 0))
         from orders o left join (select order_id, sum(line_total) from order_lines where order_id >= $1 group by order_id) as l on l.order_id = o.id
         where o.id >= $1 and o.goods_total <> coalesce(l.sum, 0)",
    ),
    (
        "limit_per_shopper",
        "select count(*) from offers where limit_per_shopper > 0",
        "select format('offer %s: %s units for %s, limit %s', o.id, sum(l.units), r.account_id, o.limit_per_shopper)
         from offers o join order_lines l on l.offer_id = o.id and not l.released join orders r on r.id = l.order_id
         where o.limit_per_shopper > 0 group by o.id, r.account_id having sum(l.units) > o.limit_per_shopper",
    ),
    (
        "parcels_lead_their_orders",
        "select count(distinct order_id) from parcels",
        "select format('order %s is %s, and none of its parcels stands there', o.id, o.state)
         from orders o
         where o.id in (select order_id from parcels) and o.state in ('confirmed', 'packed', 'shipped', 'delivered')
           and not exists (
               select from order_lines l
               left join parcels p on p.order_id = l.order_id and p.producer_id = l.producer_id
               where l.order_id = o.id
                 and coalesce(array_position(array['packed', 'shipped', 'delivered', 'returned'], p.state), 0)
                     <= coalesce(array_position(array['packed', 'shipped', 'delivered', 'returned'], o.state), 0))",
    ),
    (
        "units_are_released_once",
        "select count(*) from order_lines where released",
        "select format('line %s of order %s, which is %s: released %s, its parcel %s', l.line_no, l.order_id, o.state,
                       l.released, coalesce(p.state, 'with its order'))
         from order_lines l join orders o on o.id = l.order_id
         left join parcels p on p.order_id = l.order_id and p.producer_id = l.producer_id
         where (l.released or p.state = 'returned')
           and l.released is distinct from
               (o.state in ('cancelled', 'expired', 'returned') or coalesce(p.state = 'returned', false))",
    ),
    (
        "one_key_one_order",
        "select count(*) from orders",
        "select format('account %s has %s orders under one key in session %s', account_id, count(*), session_id)
         from orders group by account_id, session_id, key having count(*) > 1",
    ),
    (
        "no_orphans",
        "select count(*) from order_lines",
        "select format('line %s of order %s has no order or no offer', l.line_no, l.order_id)
         from order_lines l left join orders r on r.id = l.order_id left join offers o on o.id = l.offer_id
         where r.id is null or o.id is null
         union all
         select format('payment %s has no order', p.id) from payments p left join orders r on r.id = p.order_id where r.id is null
         union all
         select format('ledger entry %s has no offer', g.entry) from offer_ledger g left join offers o on o.id = g.offer_id where o.id is null",
    ),
    (
        "payments_cover_order",
        "select count(*) from orders where payment_method = 'vietqr' and id >= $1",
        "select format('order %s: total %s, due %s', o.id, o.total, coalesce(sum(p.amount_due), 0))
         from orders o left join payments p on p.order_id = o.id where o.payment_method = 'vietqr' and o.id >= $1
         group by o.id having o.total <> coalesce(sum(p.amount_due), 0)",
    ),
    (
        "confirmed_means_paid",
        "select count(*) from orders where payment_method = 'vietqr' and state in ('confirmed', 'packed', 'shipped', 'delivered') and id >= $1",
        "select format('order %s is %s, payment %s is %s', o.id, o.state, p.id, p.state)
         from orders o join payments p on p.order_id = o.id
         where o.state in ('confirmed', 'packed', 'shipped', 'delivered') and p.amount_received < p.amount_due and o.id >= $1",
    ),
    (
        "bank_equals_payments",
        "select count(*) from bank_entries where payment_id >= $1",
        "select format('payment %s: received %s, bank %s', p.id, p.amount_received, coalesce(sum(b.amount), 0))
         from payments p left join bank_entries b on b.payment_id = p.id where p.id >= $1
         group by p.id having p.amount_received <> coalesce(sum(b.amount), 0)",
    ),
    (
        "journal_balances",
        "select count(distinct entry) from journal where entry >= $1",
        "select format('entry %s is out by %s', entry, sum(amount)) from journal where entry >= $1 group by entry having sum(amount) <> 0",
    ),
    (
        "journal_equals_payments",
        "select count(*) from payments where id >= $1",
        "select format('payment %s: received %s, journal %s', p.id, p.amount_received, coalesce(sum(j.amount), 0))
         from payments p left join journal j on j.payment_id = p.id and j.account like 'bank:%' and j.amount > 0 where p.id >= $1
         group by p.id having p.amount_received <> coalesce(sum(j.amount), 0)",
    ),
    (
        "unpaid_expire_in_time",
        "select count(*) from orders where state = 'awaiting_payment'",
        "select format('order %s should have expired at %s', id, pay_by)
         from orders where state = 'awaiting_payment' and pay_by < now() - interval '1 minute'",
    ),
    (
        "holds_lapse_in_time",
        "select count(*) from holds where state = 'active'",
        "select format('hold of offer %s by account %s should have lapsed at %s', offer_id, account_id, until)
         from holds where state = 'active' and until < now() - interval '1 minute'",
    ),
    (
        "bank_entries_are_judged",
        "select count(*) from bank_entries where id >= $1",
        "select format('bank entry %s has waited since %s', id, received_at)
         from bank_entries where outcome = 'pending' and received_at < now() - interval '1 minute'",
    ),
    (
        "closed_offers_settle",
        "select count(*) from offers where closed_at is not null and (settled_at is null or settled_at > $2)",
        "select format('offer %s closed at %s, holds nothing and is not settled', id, closed_at)
         from offers where closed_at < now() - interval '1 minute' and settled_at is null and held = 0 and awaiting = 0",
    ),
];

const PROJECTIONS: &[Rule] = &[
    (
        "figures_equal_orders",
        "select count(*) from figures",
        "select format('session %s: figures %s/%s/%s/%s/%s, orders %s/%s/%s/%s/%s', s.session_id,
                       f.orders, f.gross, f.net, f.unpaid, f.paid, s.orders, s.gross, s.net, s.unpaid, s.paid)
         from (select session_id, count(*) as orders, sum(goods_total) as gross, coalesce(sum(l.net), 0) as net,
                      coalesce(sum(total) filter (where state = 'awaiting_payment'), 0) as unpaid,
                      coalesce(sum(total) filter (where exists (select from order_steps t where t.order_id = orders.id and t.state = 'confirmed')), 0) as paid
               from orders
               cross join lateral (select sum(line_total) filter (where not released) as net from order_lines where order_id = orders.id) as l
               group by session_id) as s
         left join figures f on f.session_id = s.session_id
         where (f.orders, f.gross, f.net, f.unpaid, f.paid) is distinct from (s.orders, s.gross, s.net, s.unpaid, s.paid)",
    ),
    (
        "figures_by_offer_equal_lines",
        "select count(*) from figures_by_offer",
        "select format('offer %s: figures %s units, %s gross; lines %s, %s', l.offer_id, f.units, f.gross, l.units, l.gross)
         from (select offer_id, sum(units) as units, sum(line_total) as gross from order_lines group by offer_id) as l
         left join (select offer_id, sum(units) as units, sum(gross) as gross from figures_by_offer group by offer_id) as f on f.offer_id = l.offer_id
         where (f.units, f.gross) is distinct from (l.units, l.gross)",
    ),
];

/// Runs every rule that holds at every moment.
///
/// # Errors
/// When the database refuses.
pub async fn audit(conn: &mut PgConnection) -> Result<Vec<Check>, sqlx::Error> {
    let mut checks = all(&mut *conn, RULES).await?;
    checks.push(each_order_said_once(conn).await?);
    Ok(checks)
}

/// Runs the rules that can be asked of what is new, of what came since then, without hurry.
///
/// # Errors
/// When the database refuses.
pub async fn recent(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<Check>, sqlx::Error> {
    let mut checks = Vec::new();
    for rule in RULES.iter().filter(|(_, count, _)| count.contains('$')) {
        checks.push(unhurried(ask(&mut *conn, *rule, since)).await?);
    }
    Ok(checks)
}

/// Runs every rule that holds once nothing is under way: projections against their source.
///
/// # Errors
/// When the database refuses.
pub async fn projections(conn: &mut PgConnection) -> Result<Vec<Check>, sqlx::Error> {
    all(conn, PROJECTIONS).await
}

async fn all(conn: &mut PgConnection, rules: &[Rule]) -> Result<Vec<Check>, sqlx::Error> {
    let mut checks = Vec::new();
    for rule in rules {
        checks.push(ask(&mut *conn, *rule, DateTime::UNIX_EPOCH).await?);
    }
    Ok(checks)
}

/// Each order of the days that the outbox keeps stands in exactly one `OrdersPlaced`.
async fn each_order_said_once(conn: &mut PgConnection) -> Result<Check, sqlx::Error> {
    let mut said: HashMap<Uuid, u32> = HashMap::new();
    let mut rows = sqlx::query(
        "select payload from chassis.outbox where event_type = 'phien.orders.v1.OrdersPlaced'",
    )
    .fetch(&mut *conn);
    while let Some(row) = rows.try_next().await? {
        let payload: Vec<u8> = row.try_get(0)?;
        let event = OrdersPlaced::decode(payload.as_slice())
            .map_err(|error| sqlx::Error::Decode(error.into()))?;
        for id in event
            .orders
            .iter()
            .filter_map(|order| order.order_id.parse::<OrderId>().ok())
        {
            *said.entry(id.uuid()).or_default() += 1;
        }
    }
    drop(rows);
    // The outbox keeps published rows for seven days; a day less is surely there.
    let orders: Vec<Uuid> =
        sqlx::query_scalar("select id from orders where placed_at > now() - interval '6 days'")
            .fetch_all(conn)
            .await?;
    let mismatches = orders
        .iter()
        .filter(|id| said.get(id) != Some(&1))
        .map(|id| {
            format!(
                "order {} was said {} times",
                OrderId::from_uuid(*id),
                said.get(id).copied().unwrap_or_default()
            )
        })
        .collect();
    Ok(Check {
        name: "each_order_said_once",
        checked: i64::try_from(orders.len()).unwrap_or(i64::MAX),
        mismatches,
    })
}

/// Where each offer's units are, for the comparison with catalogue: (offer, units, settled).
///
/// # Errors
/// When the database refuses.
pub async fn offers(conn: &mut PgConnection) -> Result<Vec<(OfferId, Units, bool)>, sqlx::Error> {
    let rows = sqlx::query("select id, allotted, units_left, held, awaiting, sold, given_back, settled_at is not null as settled from offers order by id")
        .fetch_all(conn)
        .await?;
    rows.into_iter()
        .map(|row| {
            let units = Units {
                allotted: row.try_get("allotted")?,
                left: row.try_get("units_left")?,
                held: row.try_get("held")?,
                awaiting: row.try_get("awaiting")?,
                sold: row.try_get("sold")?,
                given_back: row.try_get("given_back")?,
            };
            Ok((
                OfferId::from_uuid(row.try_get("id")?),
                units,
                row.try_get("settled")?,
            ))
        })
        .collect()
}
