//! Orders with their lines, keys and steps.

use std::collections::HashMap;

use chassis::{
    id::{Id, OrderId},
    money::Vnd,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        intake::Key,
        order::{Contact, Delivery, Line, Order, OrderState, PaymentMethod, Step},
    },
    store::payments,
};

fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unreadable {what}").into())
}

/// Loads orders whole, in id order; locks them first when they are to be changed.
///
/// # Errors
/// When the database refuses.
pub async fn load(
    conn: &mut PgConnection,
    ids: &[Uuid],
    lock: bool,
) -> Result<Vec<Order>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if lock {
        sqlx::query!(
            "select id from orders where id = any($1) order by id for update",
            ids
        )
        .fetch_all(&mut *conn)
        .await?;
    }
    let rows = sqlx::query!("select * from orders where id = any($1) order by id", ids)
        .fetch_all(&mut *conn)
        .await?;
    let mut lines = lines(&mut *conn, ids).await?;
    let mut steps = steps(&mut *conn, ids).await?;
    let mut payments = payments::of_orders(&mut *conn, ids).await?;
    rows.into_iter()
        .map(|row| {
            let id: OrderId = OrderId::from_uuid(row.id);
            let delivery = match row.ward_code {
                Some(ward_code) => Delivery::Address {
                    line: row.address_line,
                    ward_code,
                    legacy: row.legacy_address,
                },
                None => Delivery::Pickup,
            };
            Ok(Order {
                id,
                session_id: Id::from_uuid(row.session_id),
                organiser_id: Id::from_uuid(row.organiser_id),
                account_id: Id::from_uuid(row.account_id),
                state: OrderState::of_name(&row.state).ok_or_else(|| unreadable("state"))?,
                method: PaymentMethod::of_name(&row.payment_method)
                    .ok_or_else(|| unreadable("payment method"))?,
                lines: lines.remove(&id).unwrap_or_default(),
                goods_total: Vnd::new(row.goods_total),
                shipping_fee: Vnd::new(row.shipping_fee),
                placed_at: row.placed_at,
                pay_by: row.pay_by,
                contact: Contact {
                    name: row.contact_name,
                    phone: row.contact_phone,
                },
                delivery,
                payments: payments.remove(&id).unwrap_or_default(),
                steps: steps.remove(&id).unwrap_or_default(),
                version: row.version,
            })
        })
        .collect()
}

async fn lines(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<OrderId, Vec<Line>>, sqlx::Error> {
    let rows = sqlx::query!(
        "select * from order_lines where order_id = any($1) order by order_id, line_no",
        ids
    )
    .fetch_all(conn)
    .await?;
    let mut all: HashMap<OrderId, Vec<Line>> = HashMap::new();
    for row in rows {
        all.entry(Id::from_uuid(row.order_id))
            .or_default()
            .push(Line {
                offer_id: Id::from_uuid(row.offer_id),
                producer_id: Id::from_uuid(row.producer_id),
                product_id: Id::from_uuid(row.product_id),
                variant_id: Id::from_uuid(row.variant_id),
                claim_code: row.claim_code,
                title: row.title,
                units: row.units,
                unit_price: Vnd::new(row.unit_price),
                total: Vnd::new(row.line_total),
            });
    }
    Ok(all)
}

async fn steps(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<OrderId, Vec<Step>>, sqlx::Error> {
    let rows = sqlx::query!(
        "select * from order_steps where order_id = any($1) order by order_id, version",
        ids
    )
    .fetch_all(conn)
    .await?;
    let mut all: HashMap<OrderId, Vec<Step>> = HashMap::new();
    for row in rows {
        all.entry(Id::from_uuid(row.order_id))
            .or_default()
            .push(Step {
                state: OrderState::of_name(&row.state).ok_or_else(|| unreadable("state"))?,
                at: row.at,
                by: row.by_account.map(Id::from_uuid),
                reason: row.reason,
                version: row.version,
            });
    }
    Ok(all)
}

/// Writes new orders with their lines and keys, set-wise.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    orders: &[(&Order, &Key, i64)],
) -> Result<(), sqlx::Error> {
    fn column<T>(orders: &[(&Order, &Key, i64)], pick: impl Fn(&Order) -> T) -> Vec<T> {
        orders.iter().map(|(order, _, _)| pick(order)).collect()
    }
    let address = |pick: fn(&str, &str, &str) -> String| {
        column(orders, |order| match &order.delivery {
            Delivery::Address {
                line,
                ward_code,
                legacy,
            } => Some(pick(line, ward_code, legacy)),
            Delivery::Pickup => None,
        })
    };
    let or_empty = |texts: Vec<Option<String>>| {
        texts
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect::<Vec<_>>()
    };
    sqlx::query!(
        "insert into orders (id, session_id, organiser_id, account_id, state, payment_method, goods_total, shipping_fee,
                             total, placed_at, pay_by, contact_name, contact_phone, ward_code, address_line, legacy_address)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[],
                              $8::bigint[], $9::bigint[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[],
                              $14::text[], $15::text[], $16::text[])",
        &column(orders, |order| order.id.uuid()),
        &column(orders, |order| order.session_id.uuid()),
        &column(orders, |order| order.organiser_id.uuid()),
        &column(orders, |order| order.account_id.uuid()),
        &column(orders, |order| order.state.name().to_owned()),
        &column(orders, |order| order.method.name().to_owned()),
        &column(orders, |order| order.goods_total.get()),
        &column(orders, |order| order.shipping_fee.get()),
        &column(orders, |order| order.total().get()),
        &column(orders, |order| order.placed_at),
        &column(orders, |order| order.pay_by) as &[Option<DateTime<Utc>>],
        &column(orders, |order| order.contact.name.clone()),
        &column(orders, |order| order.contact.phone.clone()),
        &address(|_, ward, _| ward.to_owned()) as &[Option<String>],
        &or_empty(address(|line, _, _| line.to_owned())),
        &or_empty(address(|_, _, legacy| legacy.to_owned()))
    )
    .execute(&mut *conn)
    .await?;
    insert_lines(&mut *conn, orders).await?;
    let keys: Vec<String> = orders.iter().map(|(_, key, _)| key.2.clone()).collect();
    let fingerprints: Vec<i64> = orders
        .iter()
        .map(|(_, _, fingerprint)| *fingerprint)
        .collect();
    sqlx::query!(
        "insert into order_keys (session_id, account_id, key, fingerprint, order_id)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::uuid[])",
        &column(orders, |order| order.session_id.uuid()),
        &column(orders, |order| order.account_id.uuid()),
        &keys,
        &fingerprints,
        &column(orders, |order| order.id.uuid())
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_lines(
    conn: &mut PgConnection,
    orders: &[(&Order, &Key, i64)],
) -> Result<(), sqlx::Error> {
    fn column<T>(lines: &[(&Order, i16, &Line)], pick: impl Fn(&Order, &Line) -> T) -> Vec<T> {
        lines
            .iter()
            .map(|(order, _, line)| pick(order, line))
            .collect()
    }
    let lines: Vec<(&Order, i16, &Line)> = orders
        .iter()
        .flat_map(|(order, _, _)| {
            (1_i16..)
                .zip(&order.lines)
                .map(|(no, line)| (*order, no, line))
        })
        .collect();
    let numbers: Vec<i16> = lines.iter().map(|(_, no, _)| *no).collect();
    sqlx::query!(
        "insert into order_lines (order_id, line_no, offer_id, account_id, producer_id, product_id, variant_id, claim_code,
                                  title, units, unit_price, line_total)
         select * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[],
                              $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[])",
        &column(&lines, |order, _| order.id.uuid()),
        &numbers,
        &column(&lines, |_, line| line.offer_id.uuid()),
        &column(&lines, |order, _| order.account_id.uuid()),
        &column(&lines, |_, line| line.producer_id.uuid()),
        &column(&lines, |_, line| line.product_id.uuid()),
        &column(&lines, |_, line| line.variant_id.uuid()),
        &column(&lines, |_, line| line.claim_code.clone()),
        &column(&lines, |_, line| line.title.clone()),
        &column(&lines, |_, line| line.units),
        &column(&lines, |_, line| line.unit_price.get()),
        &column(&lines, |_, line| line.total.get())
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the newest state of changed orders and their new steps; frees the shopper's limit where units went back.
///
/// # Errors
/// When the database refuses.
pub async fn save(
    conn: &mut PgConnection,
    changed: &[&Order],
    released: &[Uuid],
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = changed.iter().map(|order| order.id.uuid()).collect();
    let states: Vec<String> = changed
        .iter()
        .map(|order| order.state.name().to_owned())
        .collect();
    let versions: Vec<i64> = changed.iter().map(|order| order.version).collect();
    sqlx::query!(
        "update orders o set state = c.state, version = c.version
         from unnest($1::uuid[], $2::text[], $3::bigint[]) as c (id, state, version) where o.id = c.id",
        &ids,
        &states,
        &versions
    )
    .execute(&mut *conn)
    .await?;
    let steps: Vec<(Uuid, &Step)> = changed
        .iter()
        .flat_map(|order| order.steps.iter().map(|step| (order.id.uuid(), step)))
        .collect();
    let by: Vec<Option<Uuid>> = steps
        .iter()
        .map(|(_, step)| step.by.map(chassis::id::Id::uuid))
        .collect();
    sqlx::query!(
        "insert into order_steps (order_id, version, state, at, by_account, reason)
         select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::uuid[], $6::text[])
         on conflict do nothing",
        &steps.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &steps.iter().map(|(_, step)| step.version).collect::<Vec<_>>(),
        &steps.iter().map(|(_, step)| step.state.name().to_owned()).collect::<Vec<_>>(),
        &steps.iter().map(|(_, step)| step.at).collect::<Vec<_>>(),
        &by as &[Option<Uuid>],
        &steps.iter().map(|(_, step)| step.reason.clone()).collect::<Vec<_>>()
    )
    .execute(&mut *conn)
    .await?;
    if !released.is_empty() {
        sqlx::query!(
            "update order_lines set released = true where order_id = any($1)",
            released
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Unpaid orders past their deadline, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, session_id from orders where state = 'awaiting_payment' and pay_by < $1 order by pay_by limit $2",
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.session_id))
        .collect())
}

/// Whose orders a list shows.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// One shopper's.
    Account(Uuid),
    /// All of a session.
    Session(Uuid),
    /// One shopper's in a session.
    AccountInSession(Uuid, Uuid),
    /// Those with goods of a producer.
    Producer(Uuid),
}

/// Ids of a page of orders, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    conn: &mut PgConnection,
    whose: Whose,
    state: Option<OrderState>,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let (account, session, producer) = match whose {
        Whose::Account(account) => (Some(account), None, None),
        Whose::Session(session) => (None, Some(session), None),
        Whose::AccountInSession(account, session) => (Some(account), Some(session), None),
        Whose::Producer(producer) => (None, None, Some(producer)),
    };
    sqlx::query_scalar!(
        "select id from orders
         where ($1::uuid is null or account_id = $1) and ($2::uuid is null or session_id = $2)
           and ($3::uuid is null or id in (select order_id from order_lines where producer_id = $3))
           and ($4::text is null or state = $4) and ($5::uuid is null or id < $5)
         order by id desc limit $6",
        account,
        session,
        producer,
        state.map(OrderState::name),
        after.map(chassis::id::Id::uuid),
        limit
    )
    .fetch_all(conn)
    .await
}

/// The session of an order.
///
/// # Errors
/// When the database refuses.
pub async fn session_of(
    conn: &mut PgConnection,
    order: OrderId,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select session_id from orders where id = $1", order.uuid())
        .fetch_optional(conn)
        .await
}
