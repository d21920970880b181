//! Where else a session is, and what came from there.

use chassis::id::{AccountId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A channel with its report.
#[derive(Debug)]
pub struct Channel {
    /// Of this session.
    pub session_id: SessionId,
    /// The platform.
    pub source: String,
    /// The post there.
    pub post_id: String,
    /// Since when the session says so.
    pub set_at: DateTime<Utc>,
    /// Comments that came.
    pub received: i64,
    /// Deliveries of those that were known.
    pub duplicates: i64,
    /// In the room.
    pub shown: i64,
    /// Waiting for it.
    pub waiting: i64,
    /// Forged deliveries of the whole source.
    pub forged: i64,
    /// The last that came.
    pub last_received_at: Option<DateTime<Utc>>,
    /// The last comparison with the platform's list.
    pub reconciled_at: Option<DateTime<Utc>>,
    /// What was missing then.
    pub missing: i32,
}

/// Ties a session to a post.
///
/// # Errors
/// When the database refuses; a unique violation: the post is another session's.
pub async fn set(
    conn: &mut PgConnection,
    session: SessionId,
    source: &str,
    post_id: &str,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into channel (session_id, source, post_id, set_by, set_at) values ($1, $2, $3, $4, $5)
         on conflict (session_id, source) do update
             set post_id = excluded.post_id, set_by = excluded.set_by, set_at = excluded.set_at,
                 reconciled_at = null, missing = 0
             where channel.post_id <> excluded.post_id",
        session as _,
        source,
        post_id,
        by as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Unties it.
///
/// # Errors
/// When the database refuses.
pub async fn remove(
    conn: &mut PgConnection,
    session: SessionId,
    source: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from channel where session_id = $1 and source = $2",
        session as _,
        source
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A session's channels.
///
/// # Errors
/// When the database does not answer.
pub async fn of_session(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Vec<Channel>, sqlx::Error> {
    sqlx::query_as!(
        Channel,
        r#"select ch.session_id, ch.source, ch.post_id, ch.set_at, ch.reconciled_at, ch.missing,
                  came.received as "received!", came.duplicates as "duplicates!", came.shown as "shown!",
                  came.waiting as "waiting!", came.last_received_at,
                  coalesce((select forged from outside_source s where s.source = ch.source), 0) as "forged!"
           from channel ch,
                lateral (select count(*) as received, coalesce(sum(duplicates), 0)::bigint as duplicates,
                                count(*) filter (where state = 'shown') as shown,
                                count(*) filter (where state = 'waiting') as waiting,
                                max(received_at) as last_received_at
                         from outside_comment c where c.source = ch.source and c.post_id = ch.post_id) came
           where ch.session_id = $1 order by ch.source"#,
        session as _
    )
    .fetch_all(conn)
    .await
}

/// What is missing here, and what the list does not have.
///
/// # Errors
/// When the database does not answer.
pub async fn compare(
    conn: &mut PgConnection,
    channel: &Channel,
    listed: &[String],
) -> Result<(Vec<String>, Vec<String>), sqlx::Error> {
    let missing = sqlx::query_scalar!(
        r#"select distinct id as "id!" from unnest($1::text[]) as id
           where not exists (select from outside_comment c
                             where c.source = $2 and c.external_id = id and c.post_id = $3) order by 1"#,
        listed,
        channel.source,
        channel.post_id
    )
    .fetch_all(&mut *conn)
    .await?;
    let unknown = sqlx::query_scalar!(
        "select external_id from outside_comment
         where source = $1 and post_id = $2 and external_id <> all($3::text[]) order by arrival",
        channel.source,
        channel.post_id,
        listed
    )
    .fetch_all(conn)
    .await?;
    Ok((missing, unknown))
}

/// Notes a comparison.
///
/// # Errors
/// When the database refuses.
pub async fn compared(
    conn: &mut PgConnection,
    channel: &Channel,
    missing: i32,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update channel set reconciled_at = $3, missing = $4 where session_id = $1 and source = $2",
        channel.session_id as _,
        channel.source,
        now,
        missing
    )
    .execute(conn)
    .await?;
    Ok(())
}
