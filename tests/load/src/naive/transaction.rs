//! The one transaction of an order: look, lock, check, write, commit.

use anyhow::Context as _;
use axum::http::StatusCode;
use chassis::id::{EventId, Id as _, OrderId, PaymentId};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Body, LineBody, Shop};

/// Places an order, or tells why not.
///
/// # Errors
/// When the database does not do it.
pub(super) async fn place(
    shop: &Shop,
    account: Uuid,
    key: &str,
    body: &Body,
) -> anyhow::Result<(StatusCode, Value)> {
    let line = body.lines.first().context("no line")?;
    let session = body.session_id.uuid();
    let mut tx = shop.db.begin().await?;
    let known: Option<Uuid> = sqlx::query_scalar(
        "select id from orders where account_id = $1 and session_id = $2 and key = $3",
    )
    .bind(account)
    .bind(session)
    .bind(key)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(known) = known {
        let id = OrderId::from_uuid(known).to_string();
        return Ok((StatusCode::OK, json!({ "order_id": id })));
    }
    let offer = sqlx::query(
        "select * from offers where id = $1 and opened_at is not null and closed_at is null for update",
    )
    .bind(line.offer_id.uuid())
    .fetch_one(&mut *tx)
    .await?;
    let (price, fee): (i64, i64) = (offer.try_get("price")?, offer.try_get("shipping_fee")?);
    let (goods, left): (i64, i64) = (price * line.units, offer.try_get("units_left")?);
    let right = goods + fee == body.expected_total && body.of_age;
    if left < line.units || !right || !(1..=1_000).contains(&line.units) {
        return Ok((StatusCode::CONFLICT, json!({ "code": "sold_out" })));
    }
    let now = shop.clock.now();
    let by_transfer = body.payment_method == "vietqr";
    let new = New {
        id: shop.clock.id(),
        account,
        key,
        goods,
        fee,
        now,
        pay_by: by_transfer.then(|| now + TimeDelta::days(1)),
    };
    insert(&mut tx, &new, &offer, body).await?;
    if by_transfer {
        let payment: PaymentId = shop.clock.id();
        insert_payment(&mut tx, &new, payment, line).await?;
    }
    move_units(&mut tx, &new, line).await?;
    let answer = answer(&new, &offer, line, body)?;
    let event: EventId = shop.clock.id();
    sqlx::query("insert into chassis.outbox (event_id, subject, event_type, payload) values ($1, 'naive', 'naive', $2)")
        .bind(event.uuid())
        .bind(serde_json::to_vec(&answer)?)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, answer))
}

/// An order that can be placed.
struct New<'a> {
    id: OrderId,
    account: Uuid,
    key: &'a str,
    goods: i64,
    fee: i64,
    now: DateTime<Utc>,
    /// Set: by transfer.
    pay_by: Option<DateTime<Utc>>,
}

impl New<'_> {
    fn state(&self) -> &'static str {
        if self.pay_by.is_some() {
            "awaiting_payment"
        } else {
            "confirmed"
        }
    }
}

async fn insert(
    conn: &mut PgConnection,
    new: &New<'_>,
    offer: &PgRow,
    body: &Body,
) -> anyhow::Result<()> {
    sqlx::query(
        "insert into orders (id, session_id, organiser_id, account_id, key, fingerprint, state, payment_method,
             goods_total, shipping_fee, total, placed_at, pay_by, contact_name, contact_phone, ward_code, address_line,
             legacy_address)
         values ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $8 + $9, $10, $11, $12, $13, $14, $15, '')",
    )
    .bind(new.id.uuid())
    .bind(body.session_id.uuid())
    .bind(offer.try_get::<Uuid, _>("organiser_id")?)
    .bind(new.account)
    .bind(new.key)
    .bind(new.state())
    .bind(&body.payment_method)
    .bind(new.goods)
    .bind(new.fee)
    .bind(new.now)
    .bind(new.pay_by)
    .bind(&body.contact.name)
    .bind(&body.contact.phone)
    .bind(&body.delivery.address.ward_code)
    .bind(&body.delivery.address.line)
    .execute(&mut *conn)
    .await?;
    for (number, line) in (1_i16..).zip(&body.lines) {
        sqlx::query(
            "insert into order_lines (order_id, line_no, offer_id, producer_id, product_id, variant_id, claim_code, title,
                 units, unit_price, line_total)
             select $1, $4, id, producer_id, product_id, variant_id, claim_code, title, $3, price, price * $3
             from offers where id = $2",
        )
        .bind(new.id.uuid())
        .bind(line.offer_id.uuid())
        .bind(line.units)
        .bind(number)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn insert_payment(
    conn: &mut PgConnection,
    new: &New<'_>,
    id: PaymentId,
    line: &LineBody,
) -> anyhow::Result<()> {
    sqlx::query(
        "insert into payments (id, order_id, payee_id, payee_bin, payee_account_no, payee_account_name, amount_due, code, state)
         select $1, $2, payee_id, payee_bin, payee_account_no, payee_account_name, $4, 'PH' || nextval('payment_codes'), 'none'
         from offers where id = $3",
    )
    .bind(id.uuid())
    .bind(new.id.uuid())
    .bind(line.offer_id.uuid())
    .bind(new.goods + new.fee)
    .execute(conn)
    .await?;
    Ok(())
}

async fn move_units(conn: &mut PgConnection, new: &New<'_>, line: &LineBody) -> anyhow::Result<()> {
    let (awaiting, sold) = if new.pay_by.is_some() {
        (line.units, 0)
    } else {
        (0, line.units)
    };
    sqlx::query(
        "insert into offer_ledger (offer_id, allotted, units_left, held, awaiting, sold, given_back, at)
         values ($1, 0, -$2, 0, $3, $4, 0, $5)",
    )
    .bind(line.offer_id.uuid())
    .bind(line.units)
    .bind(awaiting)
    .bind(sold)
    .bind(new.now)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update offers set units_left = units_left - $2, awaiting = awaiting + $3, sold = sold + $4, version = version + 1
         where id = $1",
    )
    .bind(line.offer_id.uuid())
    .bind(line.units)
    .bind(awaiting)
    .bind(sold)
    .execute(conn)
    .await?;
    Ok(())
}

/// As large as the gateway's answer.
fn answer(new: &New<'_>, offer: &PgRow, line: &LineBody, body: &Body) -> anyhow::Result<Value> {
    Ok(json!({
        "order_id": new.id.to_string(),
        "session_id": body.session_id.to_string(),
        "organiser_id": offer.try_get::<Uuid, _>("organiser_id")?,
        "account_id": new.account,
        "state": new.state(),
        "payment_method": body.payment_method,
        "lines": [{
            "offer_id": line.offer_id.to_string(),
            "producer_id": offer.try_get::<Uuid, _>("producer_id")?,
            "product_id": offer.try_get::<Uuid, _>("product_id")?,
            "variant_id": offer.try_get::<Uuid, _>("variant_id")?,
            "claim_code": offer.try_get::<String, _>("claim_code")?,
            "title": offer.try_get::<String, _>("title")?,
            "units": line.units,
        }],
        "total": body.expected_total,
        "placed_at": new.now,
        "pay_by": new.pay_by,
        "contact": { "name": body.contact.name, "phone": body.contact.phone },
        "delivery": { "line": body.delivery.address.line, "ward_code": body.delivery.address.ward_code },
        "history": [],
        "version": 1,
    }))
}
