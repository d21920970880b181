//! Comments. Only what everybody may read is kept: names shortened, phones masked.

use std::collections::HashMap;

use chassis::id::{AccountId, CommentId, Id as _, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

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

/// Keeps new comments of one room, each with the key of its request if it has one.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    comments: &[(Comment, Option<String>)],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into comment (id, session_id, seq, account_id, author_name, text, idempotency_key, at, source, source_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[],
                              $8::timestamptz[], $9::text[], $10::timestamptz[])",
        &each(comments, |comment| comment.id.uuid()),
        &each(comments, |comment| comment.session_id.uuid()),
        &each(comments, |comment| comment.seq),
        &each(comments, |comment| comment.account_id.uuid()),
        &each(comments, |comment| comment.author_name.clone()),
        &each(comments, |comment| comment.text.clone()),
        &comments.iter().map(|(_, key)| key.clone()).collect::<Vec<_>>() as _,
        &each(comments, |comment| comment.at),
        &each(comments, |comment| comment.source.clone()) as _,
        &each(comments, |comment| comment.source_at) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn each<T>(comments: &[(Comment, Option<String>)], column: impl Fn(&Comment) -> T) -> Vec<T> {
    comments
        .iter()
        .map(|(comment, _)| column(comment))
        .collect()
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

/// Those of these keys under which their account has made a comment.
///
/// # Errors
/// When the database does not answer.
pub async fn known(
    conn: &mut PgConnection,
    session: SessionId,
    keys: &[(AccountId, String)],
) -> Result<Vec<(AccountId, String)>, sqlx::Error> {
    let (accounts, keys): (Vec<Uuid>, Vec<String>) = keys
        .iter()
        .map(|(account, key)| (account.uuid(), key.clone()))
        .unzip();
    let known = sqlx::query!(
        r#"select distinct account_id as "account_id: AccountId", idempotency_key as "key!"
           from comment join unnest($2::uuid[], $3::text[]) as k (account_id, idempotency_key)
               using (account_id, idempotency_key)
           where session_id = $1"#,
        session as _,
        &accounts,
        &keys
    )
    .fetch_all(conn)
    .await?;
    Ok(known
        .into_iter()
        .map(|row| (row.account_id, row.key))
        .collect())
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

/// What these accounts wrote in a room since a time; who wrote nothing is not among them.
///
/// # Errors
/// When the database does not answer.
pub async fn recent(
    conn: &mut PgConnection,
    session: SessionId,
    accounts: &[Uuid],
    since: DateTime<Utc>,
) -> Result<HashMap<AccountId, Recent>, sqlx::Error> {
    let recent = sqlx::query!(
        r#"select account_id as "account_id: AccountId", count(*) as "count!", min(at) as first, max(at) as last
           from comment where session_id = $1 and account_id = any($2) and at > $3 group by account_id"#,
        session as _,
        accounts,
        since
    )
    .fetch_all(conn)
    .await?;
    let recent = recent.into_iter().map(|row| {
        let recent = Recent {
            count: row.count,
            first: row.first,
            last: row.last,
        };
        (row.account_id, recent)
    });
    Ok(recent.collect())
}

/// When these accounts wrote in a room last; who never did is not among them.
///
/// # Errors
/// When the database does not answer.
pub async fn last_at(
    conn: &mut PgConnection,
    session: SessionId,
    accounts: &[Uuid],
) -> Result<HashMap<AccountId, DateTime<Utc>>, sqlx::Error> {
    let last = sqlx::query!(
        r#"select account_id as "account_id: AccountId", max(at) as "at!"
           from comment where session_id = $1 and account_id = any($2) group by account_id"#,
        session as _,
        accounts
    )
    .fetch_all(conn)
    .await?;
    Ok(last
        .into_iter()
        .map(|row| (row.account_id, row.at))
        .collect())
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
