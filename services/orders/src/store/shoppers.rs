//! What an organiser knows of a shopper: restrictions, and how earlier claims and orders ended.

use std::collections::HashMap;

use chassis::id::{AccountId, OrderId, OrganiserId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};
use uuid::Uuid;

use crate::domain::{desk::Restrictions, intake::Merged};

/// A restriction, standing or over.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns, as migrated")]
pub struct Restriction {
    pub id: Uuid,
    pub organiser_id: OrganiserId,
    pub account_id: AccountId,
    pub reason: String,
    pub made_by: AccountId,
    pub made_at: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub lifted_by: Option<AccountId>,
    pub lifted_at: Option<DateTime<Utc>>,
}

impl Restriction {
    /// Does it hold now?
    #[must_use]
    pub fn stands(&self, now: DateTime<Utc>) -> bool {
        self.lifted_at.is_none() && self.until.is_none_or(|until| now < until)
    }
}

/// All that stand.
///
/// # Errors
/// When the database refuses.
pub async fn standing(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Restrictions> {
    let rows = sqlx::query!(
        r#"select organiser_id as "organiser: OrganiserId", account_id as "account: AccountId", until
           from restrictions where lifted_at is null and (until is null or until > $1)"#,
        now
    )
    .fetch_all(conn)
    .await?;
    let all: HashMap<_, _> = rows
        .into_iter()
        .map(|row| ((row.organiser, row.account), row.until))
        .collect();
    Ok(Restrictions::new(all))
}

/// An organiser's restrictions of a shopper, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn history(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    account: AccountId,
) -> Result<Vec<Restriction>> {
    sqlx::query_as!(
        Restriction,
        r#"select id, organiser_id as "organiser_id: OrganiserId", account_id as "account_id: AccountId", reason,
                  made_by as "made_by: AccountId", made_at, until, lifted_by as "lifted_by: AccountId", lifted_at
           from restrictions where organiser_id = $1 and account_id = $2 order by made_at desc, id desc limit 50"#,
        organiser as _,
        account as _
    )
    .fetch_all(conn)
    .await
}

/// Ends the one that stands, if there is one.
///
/// # Errors
/// When the database refuses.
pub async fn lift(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    account: AccountId,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update restrictions set lifted_by = $3, lifted_at = $4
         where organiser_id = $1 and account_id = $2 and lifted_at is null",
        organiser as _,
        account as _,
        by as _,
        at
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Makes one.
///
/// # Errors
/// When the database refuses, or one stands already.
pub async fn restrict(conn: &mut PgConnection, one: &Restriction) -> Result<()> {
    sqlx::query!(
        "insert into restrictions (id, organiser_id, account_id, reason, made_by, made_at, until)
         values ($1, $2, $3, $4, $5, $6, $7)",
        one.id,
        one.organiser_id as _,
        one.account_id as _,
        one.reason,
        one.made_by as _,
        one.made_at,
        one.until
    )
    .execute(conn)
    .await
    .map(drop)
}

/// How a shopper's claims and orders with an organiser ended.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "counts of what they are named after")]
pub struct Record {
    pub holds_kept: i64,
    pub holds_lapsed: i64,
    pub holds_released: i64,
    pub orders_placed: i64,
    pub orders_paid: i64,
    pub orders_cancelled: i64,
    pub orders_expired: i64,
    pub orders_returned: i64,
}

/// Counts them.
///
/// # Errors
/// When the database refuses.
pub async fn record(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    account: AccountId,
) -> Result<Record> {
    sqlx::query_as!(
        Record,
        r#"select h.kept as "holds_kept!", h.lapsed as "holds_lapsed!", h.released as "holds_released!",
                  o.placed as "orders_placed!", o.paid as "orders_paid!", o.cancelled as "orders_cancelled!",
                  o.expired as "orders_expired!", o.returned as "orders_returned!"
           from (select count(*) filter (where h.state = 'converted') as kept,
                        count(*) filter (where h.state = 'lapsed') as lapsed,
                        count(*) filter (where h.state = 'released') as released
                 from offers f join holds h on h.session_id = f.session_id and h.offer_id = f.id
                 where f.organiser_id = $1 and h.account_id = $2) as h,
                (select count(*) as placed,
                        -- What is paid on delivery is not paid before.
                        count(*) filter (where state = 'delivered'
                            or payment_method = 'vietqr' and state in ('confirmed', 'packed', 'shipped')) as paid,
                        count(*) filter (where state = 'cancelled') as cancelled,
                        count(*) filter (where state = 'expired') as expired,
                        count(*) filter (where state = 'returned') as returned
                 from orders where organiser_id = $1 and account_id = $2) as o"#,
        organiser as _,
        account as _
    )
    .fetch_one(conn)
    .await
}

/// Notes who ordered for somebody else.
///
/// # Errors
/// When the database refuses.
pub async fn save_assisted(
    conn: &mut PgConnection,
    assisted: &[(OrderId, AccountId)],
) -> Result<()> {
    for (order, by) in assisted {
        sqlx::query!(
            "insert into orders_assisted (order_id, assisted_by) values ($1, $2)",
            *order as _,
            *by as _
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Who ordered for the shopper, if somebody did.
///
/// # Errors
/// When the database refuses.
pub async fn assisted_by(conn: &mut PgConnection, order: OrderId) -> Result<Option<AccountId>> {
    sqlx::query_scalar!(
        r#"select assisted_by as "by: AccountId" from orders_assisted where order_id = $1"#,
        order as _
    )
    .fetch_optional(conn)
    .await
}

/// Notes which units went over from whom to whom.
///
/// # Errors
/// When the database refuses.
pub async fn save_merged(
    conn: &mut PgConnection,
    merged: &[Merged],
    now: DateTime<Utc>,
) -> Result<()> {
    for one in merged {
        sqlx::query!(
            "insert into hold_merges (session_id, offer_id, from_account, into_account, units, by_account, at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            one.session as _,
            one.offer as _,
            one.from as _,
            one.into as _,
            one.units,
            one.by as _,
            now
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
