//! What orders owe, and the journal of what came in.

use std::collections::HashMap;

use chassis::{
    id::{Id, OrderId, PaymentId},
    money::Vnd,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    intake::Received,
    order::{Payee, Payment, PaymentState},
    payment_code::PaymentCode,
    vietqr::BankAccount,
};

struct Row {
    id: Uuid,
    order_id: Uuid,
    payee_id: String,
    payee_bin: String,
    payee_account_no: String,
    payee_account_name: String,
    amount_due: i64,
    amount_received: i64,
    code: String,
    state: String,
    version: i64,
}

impl TryFrom<Row> for Payment {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let unreadable = || sqlx::Error::Decode("unreadable payment".into());
        Ok(Self {
            id: Id::from_uuid(row.id),
            order_id: Id::from_uuid(row.order_id),
            payee: Payee {
                id: row.payee_id,
                account: BankAccount {
                    bin: row.payee_bin,
                    account_no: row.payee_account_no,
                },
                account_name: row.payee_account_name,
            },
            due: Vnd::new(row.amount_due),
            received: Vnd::new(row.amount_received),
            code: PaymentCode::parse(&row.code).ok_or_else(unreadable)?,
            state: PaymentState::of_name(&row.state).ok_or_else(unreadable)?,
            version: row.version,
        })
    }
}

/// The payments of orders, in the order they were made.
///
/// # Errors
/// When the database refuses.
pub async fn of_orders(
    conn: &mut PgConnection,
    orders: &[Uuid],
) -> Result<HashMap<OrderId, Vec<Payment>>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "select id, order_id, payee_id, payee_bin, payee_account_no, payee_account_name, amount_due, amount_received, code,
                state, version
         from payments where order_id = any($1) order by id",
        orders
    )
    .fetch_all(conn)
    .await?;
    let mut all: HashMap<OrderId, Vec<Payment>> = HashMap::new();
    for row in rows {
        let payment = Payment::try_from(row)?;
        all.entry(payment.order_id).or_default().push(payment);
    }
    Ok(all)
}

/// The order of a payment.
///
/// # Errors
/// When the database refuses.
pub async fn order_of(
    conn: &mut PgConnection,
    payment: PaymentId,
) -> Result<Option<OrderId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "select order_id from payments where id = $1",
        payment.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(OrderId::from_uuid))
}

/// Payments that a memo may mean, with the session of each.
///
/// # Errors
/// When the database refuses.
pub async fn of_codes(
    conn: &mut PgConnection,
    codes: &[PaymentCode],
) -> Result<Vec<(Payment, Uuid)>, sqlx::Error> {
    let codes: Vec<String> = codes.iter().map(|code| code.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        "select p.id, p.order_id, p.payee_id, p.payee_bin, p.payee_account_no, p.payee_account_name, p.amount_due,
                p.amount_received, p.code, p.state, p.version, o.session_id
         from payments p join orders o on o.id = p.order_id where p.code = any($1) order by p.id",
        &codes
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let payment = Row {
                id: row.id,
                order_id: row.order_id,
                payee_id: row.payee_id,
                payee_bin: row.payee_bin,
                payee_account_no: row.payee_account_no,
                payee_account_name: row.payee_account_name,
                amount_due: row.amount_due,
                amount_received: row.amount_received,
                code: row.code,
                state: row.state,
                version: row.version,
            };
            Ok((Payment::try_from(payment)?, row.session_id))
        })
        .collect()
}

/// Writes payments that changed.
///
/// # Errors
/// When the database refuses.
pub async fn save(conn: &mut PgConnection, payments: &[&Payment]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = payments.iter().map(|payment| payment.id.uuid()).collect();
    let received: Vec<i64> = payments
        .iter()
        .map(|payment| payment.received.get())
        .collect();
    let states: Vec<String> = payments
        .iter()
        .map(|payment| payment.state.name().to_owned())
        .collect();
    let versions: Vec<i64> = payments.iter().map(|payment| payment.version).collect();
    sqlx::query!(
        "update payments p set amount_received = c.received, state = c.state, version = c.version
         from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[]) as c (id, received, state, version) where p.id = c.id",
        &ids,
        &received,
        &states,
        &versions
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Books money that came in: the payee's account has it, the payment is owed it no longer.
///
/// # Errors
/// When the database refuses.
pub async fn book(
    conn: &mut PgConnection,
    received: &[Received],
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    for one in received {
        let (entry, payment, order) = (one.entry.uuid(), one.payment.uuid(), one.order.uuid());
        sqlx::query!(
            "insert into journal (entry, account, amount, payment_id, order_id, at)
             select $1::uuid, 'bank:' || payee_id, $4::bigint, $2::uuid, $3::uuid, $5::timestamptz from payments where id = $2
             union all select $1, 'due:' || $2, -$4::bigint, $2, $3, $5",
            entry,
            payment,
            order,
            one.amount.get(),
            at
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Notes that the organiser sent money back: late money, an overpayment, or all of a cancelled order's.
/// Returns the amount, or none when nothing is due back.
///
/// # Errors
/// When the database refuses.
pub async fn refund(
    conn: &mut PgConnection,
    entry: Uuid,
    payment: PaymentId,
    reference: &str,
    at: DateTime<Utc>,
) -> Result<Option<i64>, sqlx::Error> {
    let refunded = sqlx::query!(
        "update payments set state = 'refunded', refund_reference = $2, version = version + 1
         where id = $1 and state in ('over', 'late', 'refund_due')
         returning order_id, payee_id, amount_received, amount_due,
             (select state from payments where id = $1) as \"was!\"",
        payment.uuid(),
        reference
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(refunded) = refunded else {
        return Ok(None);
    };
    let amount = if refunded.was == "over" {
        refunded.amount_received - refunded.amount_due
    } else {
        refunded.amount_received
    };
    sqlx::query!(
        "insert into journal (entry, account, amount, payment_id, order_id, at)
         values ($1, 'bank:' || $2::text, -$3::bigint, $4, $5, $6), ($1, 'due:' || $4::uuid, $3::bigint, $4, $5, $6)",
        entry,
        refunded.payee_id,
        amount,
        payment.uuid(),
        refunded.order_id,
        at
    )
    .execute(conn)
    .await?;
    Ok(Some(amount))
}

/// Draws a block of numbers for payment codes; gaps do no harm.
///
/// # Errors
/// When the database refuses.
pub async fn draw_codes(conn: &mut PgConnection, count: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select nextval('payment_codes') as \"n!\" from generate_series(1, $1::bigint)",
        count
    )
    .fetch_all(conn)
    .await
}
