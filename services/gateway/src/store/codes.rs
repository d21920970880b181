//! Sign-ins that wait for their code.

use chassis::{id::SignInId, phone::Phone};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

use crate::domain::code::Waiting;

/// Until the end of the transaction nobody else asks for a code for this phone.
pub(crate) async fn lock_phone(conn: &mut PgConnection, phone: &Phone) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        phone.e164()
    )
    .execute(conn)
    .await
    .map(drop)
}

/// When codes were sent to this phone.
pub(crate) async fn sent_since(
    conn: &mut PgConnection,
    phone: &Phone,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select sent_at from sign_in_code where phone = $1 and sent_at > $2",
        phone.e164(),
        since
    )
    .fetch_all(conn)
    .await
}

/// Keeps a code that is about to be sent.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    id: SignInId,
    phone: &Phone,
    waiting: &Waiting,
    sent_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into sign_in_code (id, phone, sealed, tries_left, sent_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id as _,
        phone.e164(),
        waiting.sealed,
        waiting.tries_left,
        sent_at,
        waiting.expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Forgets a code that was not sent after all.
pub(crate) async fn delete(conn: &mut PgConnection, id: SignInId) -> Result<()> {
    sqlx::query!("delete from sign_in_code where id = $1", id as _)
        .execute(conn)
        .await
        .map(drop)
}

/// A sign-in and its phone; locked, so that tries are counted one by one.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: SignInId,
) -> Result<Option<(Phone, Waiting)>> {
    let row = sqlx::query!(
        r#"select phone as "phone: Phone", sealed, tries_left, expires_at, used_at is not null as "used!"
           from sign_in_code where id = $1 for update"#,
        id as _,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        (
            row.phone,
            Waiting {
                sealed: row.sealed,
                tries_left: row.tries_left,
                expires_at: row.expires_at,
                used: row.used,
            },
        )
    }))
}

/// Counts a wrong try.
pub(crate) async fn set_tries_left(
    conn: &mut PgConnection,
    id: SignInId,
    tries_left: i16,
) -> Result<()> {
    sqlx::query!(
        "update sign_in_code set tries_left = $2 where id = $1",
        id as _,
        tries_left
    )
    .execute(conn)
    .await
    .map(drop)
}

/// A code signs in once.
pub(crate) async fn set_used(
    conn: &mut PgConnection,
    id: SignInId,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update sign_in_code set used_at = $2 where id = $1",
        id as _,
        at
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Forgets sign-ins, and with them phones, that no rule needs any more.
pub(crate) async fn delete_before(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    sqlx::query!("delete from sign_in_code where sent_at < $1", before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
}
