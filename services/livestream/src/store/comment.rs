//! Comments. Only what everybody may read is kept: names shortened, phones masked.

use chassis::id::{AccountId, CommentId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::comment::Recent;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// In this session's room.
    pub session_id: SessionId,
    /// Its place in the room's order.
    pub seq: i64,
    /// Who wrote it; of somebody from elsewhere whom no account is known of, the author's own id.
    pub account_id: AccountId,
    /// As shown.
    pub author_name: String,
    /// As shown.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Set when it was hidden: the hiding's number in the room.
    pub hidden_seq: Option<i64>,
    /// Where it was written; none: in this room.
    pub source: Option<String>,
    /// When its source says that it was written.
    pub source_at: Option<DateTime<Utc>>,
}

/// All that a [`Comment`] knows, then whatever narrows it.
macro_rules! comments {
    ($narrow:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Comment,
            "select id, session_id, seq, account_id, author_name, text, at, hidden_seq, source, source_at from comment " + $narrow
            $(, $argument)*
        )
    };
}

/// Keeps a new comment.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    comment: &Comment,
    key: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into comment (id, session_id, seq, account_id, author_name, text, idempotency_key, at, source, source_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        comment.id as _,
        comment.session_id as _,
        comment.seq,
        comment.account_id as _,
        comment.author_name,
        comment.text,
        key,
        comment.at,
        comment.source,
        comment.source_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A comment.
///
/// # Errors
/// When the database does not answer.
pub async fn find(conn: &mut PgConnection, id: CommentId) -> Result<Option<Comment>, sqlx::Error> {
    comments!("where id = $1", id as _)
        .fetch_optional(conn)
        .await
}

/// The comment that an account made under a key.
///
/// # Errors
/// When the database does not answer.
pub async fn by_key(
    conn: &mut PgConnection,
    session: SessionId,
    account: AccountId,
    key: &str,
) -> Result<Option<Comment>, sqlx::Error> {
    comments!(
        "where session_id = $1 and account_id = $2 and idempotency_key = $3",
        session as _,
        account as _,
        key
    )
    .fetch_optional(conn)
    .await
}

/// Comments with a smaller number than `before`, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn before(
    conn: &mut PgConnection,
    session: SessionId,
    before: i64,
    limit: i64,
) -> Result<Vec<Comment>, sqlx::Error> {
    comments!(
        "where session_id = $1 and seq < $2 order by seq desc limit $3",
        session as _,
        before,
        limit
    )
    .fetch_all(conn)
    .await
}

/// What an account wrote in a room since a time.
///
/// # Errors
/// When the database does not answer.
pub async fn recent(
    conn: &mut PgConnection,
    session: SessionId,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<Recent, sqlx::Error> {
    sqlx::query_as!(
        Recent,
        r#"select count(*) as "count!", min(at) as first, max(at) as last
           from comment where session_id = $1 and account_id = $2 and at > $3"#,
        session as _,
        account as _,
        since
    )
    .fetch_one(conn)
    .await
}

/// When an account wrote in a room last.
///
/// # Errors
/// When the database does not answer.
pub async fn last_at(
    conn: &mut PgConnection,
    session: SessionId,
    account: AccountId,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select max(at) from comment where session_id = $1 and account_id = $2",
        session as _,
        account as _
    )
    .fetch_one(conn)
    .await
}

/// Hides a comment.
///
/// # Errors
/// When the database refuses.
pub async fn hide(
    conn: &mut PgConnection,
    id: CommentId,
    hidden_seq: i64,
    by: AccountId,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update comment set hidden_seq = $2, hidden_by = $3, hidden_reason = $4, hidden_at = $5 where id = $1",
        id as _,
        hidden_seq,
        by as _,
        reason,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
