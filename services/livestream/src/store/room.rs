//! The room's counters, its notices, the numbers of its sale ticker.

use chassis::id::{AccountId, EventId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The newest number of each kind of event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Comments.
    pub last_comment_seq: i64,
    /// Sales.
    pub last_sale_seq: i64,
    /// Notices.
    pub last_notice_seq: i64,
    /// Hidings.
    pub last_hidden_seq: i64,
    /// Answers to claims.
    pub last_claim_seq: i64,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub seq: i64,
    /// What is said.
    pub text: String,
    /// Stays on the screen?
    pub warning: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// No longer on the screen?
    pub taken_down: bool,
}

/// Opens a session's room.
///
/// # Errors
/// When the database refuses.
pub async fn insert(conn: &mut PgConnection, session: SessionId) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into room (session_id) values ($1)", session as _)
        .execute(conn)
        .await?;
    Ok(())
}

/// The room's counters.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Option<Counters>, sqlx::Error> {
    sqlx::query_as!(
        Counters,
        "select last_comment_seq, last_sale_seq, last_notice_seq, last_hidden_seq, last_claim_seq from room where session_id = $1",
        session as _
    )
    .fetch_optional(conn)
    .await
}

/// The room's counters, for this transaction alone: nobody else speaks in the room until it ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Option<Counters>, sqlx::Error> {
    sqlx::query_as!(
        Counters,
        "select last_comment_seq, last_sale_seq, last_notice_seq, last_hidden_seq, last_claim_seq from room where session_id = $1 for update",
        session as _
    )
    .fetch_optional(conn)
    .await
}

/// Keeps the counters of a locked room.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    conn: &mut PgConnection,
    session: SessionId,
    counters: Counters,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update room set last_comment_seq = $2, last_sale_seq = $3, last_notice_seq = $4, last_hidden_seq = $5,
             last_claim_seq = $6
         where session_id = $1",
        session as _,
        counters.last_comment_seq,
        counters.last_sale_seq,
        counters.last_notice_seq,
        counters.last_hidden_seq,
        counters.last_claim_seq
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a notice. `by`: none when the house itself says it.
///
/// # Errors
/// When the database refuses.
pub async fn insert_notice(
    conn: &mut PgConnection,
    session: SessionId,
    notice: &Notice,
    by: Option<AccountId>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into notice (session_id, seq, text, warning, at, said_by) values ($1, $2, $3, $4, $5, $6)",
        session as _,
        notice.seq,
        notice.text,
        notice.warning,
        notice.at,
        by as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest notice.
///
/// # Errors
/// When the database does not answer.
pub async fn last_notice(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Option<Notice>, sqlx::Error> {
    sqlx::query_as!(
        Notice,
        r#"select seq, text, warning, at, taken_down_at is not null as "taken_down!" from notice where session_id = $1 order by seq desc limit 1"#,
        session as _
    )
    .fetch_optional(conn)
    .await
}

/// The newest warning.
///
/// # Errors
/// When the database does not answer.
pub async fn last_warning(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Option<Notice>, sqlx::Error> {
    sqlx::query_as!(
        Notice,
        r#"select seq, text, warning, at, taken_down_at is not null as "taken_down!" from notice where session_id = $1 and warning order by seq desc limit 1"#,
        session as _
    )
    .fetch_optional(conn)
    .await
}

/// Takes a warning off the screen.
///
/// # Errors
/// When the database refuses.
pub async fn take_down(
    conn: &mut PgConnection,
    session: SessionId,
    seq: i64,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update notice set taken_down_at = $3, taken_down_by = $4 where session_id = $1 and seq = $2",
        session as _,
        seq,
        at,
        by as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes which numbers of the ticker an event took.
///
/// # Errors
/// When the database refuses.
pub async fn insert_ticker(
    conn: &mut PgConnection,
    event: EventId,
    session: SessionId,
    last_seq: i64,
    sales: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ticker (event_id, session_id, last_seq, sales) values ($1, $2, $3, $4)",
        event as _,
        session as _,
        last_seq,
        sales
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets a transaction that only reads see one moment; the first thing it does.
///
/// # Errors
/// When the database refuses.
pub async fn of_one_moment(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("set transaction isolation level repeatable read read only")
        .execute(conn)
        .await?;
    Ok(())
}
