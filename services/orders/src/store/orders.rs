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
        order::{Contact, Delivery, Line, Order, OrderState, Payment, PaymentMethod, Step},
    },
    store::{parcels, payments},
};

pub(super) fn unreadable(what: &str) -> sqlx::Error {
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
    let mut moved = parcels::of_orders(&mut *conn, ids).await?;
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
                moved: moved.remove(&id).unwrap_or_default(),
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

/// Writes new orders with their keys, lines and payments: one statement, so that none stands without the others.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    orders: &[(&Order, &Key, i64)],
) -> Result<(), sqlx::Error> {
    fn of<'a, X, T>(all: &'a [X], pick: impl Fn(&'a X) -> T) -> Vec<T> {
        all.iter().map(pick).collect()
    }
    let lines: Vec<(&Order, i16, &Line)> = orders
        .iter()
        .flat_map(|(order, _, _)| {
            (1_i16..)
                .zip(&order.lines)
                .map(|(no, line)| (*order, no, line))
        })
        .collect();
    let payments: Vec<&Payment> = orders
        .iter()
        .flat_map(|(order, _, _)| &order.payments)
        .collect();
    let address = of(orders, |(order, _, _)| match &order.delivery {
        Delivery::Address {
            line,
            ward_code,
            legacy,
        } => (Some(&**ward_code), &**line, &**legacy),
        Delivery::Pickup => (None, "", ""),
    });
    sqlx::query!(
        // Side by side, elements become rows as they are read; `from unnest` would first keep a copy of each array.
        "with placed as (
             insert into orders (id, session_id, organiser_id, account_id, key, fingerprint, state, payment_method,
                                 goods_total, shipping_fee, total, placed_at, pay_by, contact_name, contact_phone,
                                 ward_code, address_line, legacy_address)
             select unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::uuid[]), unnest($5::text[]),
                    unnest($6::bigint[]), unnest($7::text[]), unnest($8::text[]), unnest($9::bigint[]),
                    unnest($10::bigint[]), unnest($11::bigint[]), unnest($12::timestamptz[]),
                    unnest($13::timestamptz[]), unnest($14::text[]), unnest($15::text[]), unnest($16::text[]),
                    unnest($17::text[]), unnest($18::text[])
         ), ordered as (
             insert into order_lines (order_id, line_no, offer_id, producer_id, product_id, variant_id, claim_code,
                                      title, units, unit_price, line_total)
             select unnest($19::uuid[]), unnest($20::smallint[]), unnest($21::uuid[]), unnest($22::uuid[]),
                    unnest($23::uuid[]), unnest($24::uuid[]), unnest($25::text[]), unnest($26::text[]),
                    unnest($27::bigint[]), unnest($28::bigint[]), unnest($29::bigint[])
         )
         insert into payments (id, order_id, payee_id, payee_bin, payee_account_no, payee_account_name, amount_due,
                               code, state)
         select unnest($30::uuid[]), unnest($31::uuid[]), unnest($32::text[]), unnest($33::text[]), unnest($34::text[]),
                unnest($35::text[]), unnest($36::bigint[]), unnest($37::text[]), 'none'",
        &of(orders, |(order, _, _)| order.id.uuid()),
        &of(orders, |(order, _, _)| order.session_id.uuid()),
        &of(orders, |(order, _, _)| order.organiser_id.uuid()),
        &of(orders, |(order, _, _)| order.account_id.uuid()),
        &of(orders, |(_, (_, _, key), _)| &**key) as &[&str],
        &of(orders, |(_, _, fingerprint)| *fingerprint),
        &of(orders, |(order, _, _)| order.state.name()) as &[&str],
        &of(orders, |(order, _, _)| order.method.name()) as &[&str],
        &of(orders, |(order, _, _)| order.goods_total.get()),
        &of(orders, |(order, _, _)| order.shipping_fee.get()),
        &of(orders, |(order, _, _)| order.total().get()),
        &of(orders, |(order, _, _)| order.placed_at),
        &of(orders, |(order, _, _)| order.pay_by) as &[Option<DateTime<Utc>>],
        &of(orders, |(order, _, _)| &*order.contact.name) as &[&str],
        &of(orders, |(order, _, _)| &*order.contact.phone) as &[&str],
        &of(&address, |(ward, _, _)| *ward) as &[Option<&str>],
        &of(&address, |(_, line, _)| *line) as &[&str],
        &of(&address, |(_, _, legacy)| *legacy) as &[&str],
        &of(&lines, |(order, _, _)| order.id.uuid()),
        &of(&lines, |(_, no, _)| *no),
        &of(&lines, |(_, _, line)| line.offer_id.uuid()),
        &of(&lines, |(_, _, line)| line.producer_id.uuid()),
        &of(&lines, |(_, _, line)| line.product_id.uuid()),
        &of(&lines, |(_, _, line)| line.variant_id.uuid()),
        &of(&lines, |(_, _, line)| &*line.claim_code) as &[&str],
        &of(&lines, |(_, _, line)| &*line.title) as &[&str],
        &of(&lines, |(_, _, line)| line.units),
        &of(&lines, |(_, _, line)| line.unit_price.get()),
        &of(&lines, |(_, _, line)| line.total.get()),
        &of(&payments, |payment| payment.id.uuid()),
        &of(&payments, |payment| payment.order_id.uuid()),
        &of(&payments, |payment| &*payment.payee.id) as &[&str],
        &of(&payments, |payment| &*payment.payee.account.bin) as &[&str],
        &of(&payments, |payment| &*payment.payee.account.account_no) as &[&str],
        &of(&payments, |payment| &*payment.payee.account_name) as &[&str],
        &of(&payments, |payment| payment.due.get()),
        &of(&payments, |payment| payment.code.as_str()) as &[&str]
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
           and ($4::text is null or state = $4) and ($5::uuid is null or id < $5) and version > 0
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
