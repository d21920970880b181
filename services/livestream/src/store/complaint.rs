//! Viewers' complaints.

use chassis::id::{AccountId, ComplaintId, OfferId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::complaint::{Category, State};

/// A complaint.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Its id.
    pub id: ComplaintId,
    /// What a person says on the phone.
    pub number: i64,
    /// Of this session.
    pub session_id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// As shown to staff.
    pub author_name: String,
    /// What it is about, if its author said so.
    pub offer_id: Option<OfferId>,
    /// What was pinned then.
    pub pinned_offer_id: Option<OfferId>,
    /// Seconds after the session went live.
    pub second: i32,
    /// What it is about.
    pub category: Category,
    /// In its author's words.
    pub text: String,
    /// Where it stands.
    pub state: State,
    /// In the organiser's words.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it came.
    pub at: DateTime<Utc>,
}

macro_rules! complaints {
    ($narrow:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Complaint,
            "select id, number, session_id, account_id, author_name, offer_id, pinned_offer_id, second, category, text,
                    state, answer, answered_at, closed_at, at
             from complaint " + $narrow
            $(, $argument)*
        )
    };
}

/// Keeps a new complaint and numbers it.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    complaint: &Complaint,
    key: Option<&str>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into complaint (id, session_id, account_id, author_name, offer_id, pinned_offer_id, second, category,
                                text, state, idempotency_key, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11) returning number",
        complaint.id as _,
        complaint.session_id as _,
        complaint.account_id as _,
        complaint.author_name,
        complaint.offer_id as _,
        complaint.pinned_offer_id as _,
        complaint.second,
        complaint.category as _,
        complaint.text,
        key,
        complaint.at
    )
    .fetch_one(conn)
    .await
}

/// The complaint that an account made under a key.
///
/// # Errors
/// When the database does not answer.
pub async fn by_key(
    conn: &mut PgConnection,
    session: SessionId,
    account: AccountId,
    key: &str,
) -> Result<Option<Complaint>, sqlx::Error> {
    complaints!(
        "where session_id = $1 and account_id = $2 and idempotency_key = $3",
        session as _,
        account as _,
        key
    )
    .fetch_optional(conn)
    .await
}

/// How many an account made in a session.
///
/// # Errors
/// When the database does not answer.
pub async fn count(
    conn: &mut PgConnection,
    session: SessionId,
    account: AccountId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from complaint where session_id = $1 and account_id = $2"#,
        session as _,
        account as _
    )
    .fetch_one(conn)
    .await
}

/// A complaint, for this transaction alone.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    conn: &mut PgConnection,
    id: ComplaintId,
) -> Result<Option<Complaint>, sqlx::Error> {
    complaints!("where id = $1 for update", id as _)
        .fetch_optional(conn)
        .await
}

/// A session's complaints, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_session(
    conn: &mut PgConnection,
    session: SessionId,
    after: Option<ComplaintId>,
    limit: i64,
) -> Result<Vec<Complaint>, sqlx::Error> {
    complaints!(
        "where session_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
        session as _,
        after as _,
        limit
    )
    .fetch_all(conn)
    .await
}

/// An account's complaints, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_account(
    conn: &mut PgConnection,
    account: AccountId,
    after: Option<ComplaintId>,
    limit: i64,
) -> Result<Vec<Complaint>, sqlx::Error> {
    complaints!(
        "where account_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
        account as _,
        after as _,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Keeps the answer.
///
/// # Errors
/// When the database refuses.
pub async fn answer(
    conn: &mut PgConnection,
    id: ComplaintId,
    answer: &str,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update complaint set state = 'answered', answer = $2, answered_by = $3, answered_at = $4 where id = $1",
        id as _,
        answer,
        by as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes it.
///
/// # Errors
/// When the database refuses.
pub async fn close(
    conn: &mut PgConnection,
    id: ComplaintId,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update complaint set state = 'closed', closed_by = $2, closed_at = $3 where id = $1",
        id as _,
        by as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
