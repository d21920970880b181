//! The figures made anew from the orders themselves.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

/// Tries when the projection writes at the same moment.
const TRIES: u32 = 20;

/// In this order: events whose orders this snapshot sees are applied by it, whatever the consumer had done of them, so
/// that their later delivery changes nothing; then the figures themselves. Deleted, not truncated: a row that the
/// projection wrote after the snapshot then fails the transaction, which is tried again, instead of being lost.
const STATEMENTS: [&str; 8] = [
    "insert into chassis.inbox (event_id, event_type)
     select event_id, event_type from chassis.outbox where event_type like 'phien.orders.v1.Orders%'
     on conflict (event_id) do nothing",
    "create temporary table version_before on commit drop as select session_id, version from figures",
    "delete from figures",
    "delete from figures_by_offer",
    "delete from figures_by_minute",
    "insert into figures (session_id, orders, units, gross, net, unpaid, paid, orders_unpaid, orders_cancelled,
                          orders_expired, newest_order_at, version)
     select o.session_id, count(*), sum(l.units), sum(o.goods_total),
            coalesce(sum(l.net), 0),
            coalesce(sum(o.total) filter (where o.state = 'awaiting_payment'), 0),
            coalesce(sum(o.total) filter (where s.order_id is not null), 0),
            count(*) filter (where o.state = 'awaiting_payment'),
            count(*) filter (where o.state = 'cancelled'),
            count(*) filter (where o.state = 'expired'),
            date_trunc('milliseconds', max(o.placed_at)),
            coalesce(max(v.version), 0) + 1
     from orders o
     join (select order_id, sum(units) as units, sum(line_total) filter (where not released) as net
           from order_lines group by order_id) as l on l.order_id = o.id
     left join (select distinct order_id from order_steps where state = 'confirmed') as s on s.order_id = o.id
     left join version_before v on v.session_id = o.session_id
     group by o.session_id",
    "insert into figures_by_offer (session_id, offer_id, claim_code, title, producer_id, orders, units, gross, net)
     select o.session_id, l.offer_id, max(l.claim_code), max(l.title), l.producer_id, count(*), sum(l.units), sum(l.line_total),
            coalesce(sum(l.line_total) filter (where not l.released), 0)
     from orders o join order_lines l on l.order_id = o.id group by o.session_id, l.offer_id, l.producer_id",
    "insert into figures_by_minute (session_id, minute, orders, units, gross)
     select o.session_id, date_trunc('minute', o.placed_at), count(*), sum(l.units), sum(o.goods_total)
     from orders o join (select order_id, sum(units) as units from order_lines group by order_id) as l on l.order_id = o.id
     group by o.session_id, date_trunc('minute', o.placed_at)",
];

/// Makes all figures anew, in one transaction, while orders go on.
///
/// # Errors
/// When the database refuses, or the projection was in the way every time.
pub async fn rebuild(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut tries = 1;
    loop {
        match try_rebuild(conn).await {
            Err(sqlx::Error::Database(error))
                if tries < TRIES
                    && matches!(error.code().as_deref(), Some("40001" | "40P01" | "23505")) =>
            {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            other => return other,
        }
    }
}

async fn try_rebuild(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut tx = conn.begin().await?;
    sqlx::query("set transaction isolation level repeatable read")
        .execute(&mut *tx)
        .await?;
    for statement in STATEMENTS {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    tx.commit().await
}
