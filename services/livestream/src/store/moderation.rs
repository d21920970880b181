//! Mutes, slow mode, banned words, and the trail of who did what.

use std::collections::HashMap;

use chassis::id::{AccountId, ModerationActId, OrganiserId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Somebody who may not write in a session.
#[derive(Debug)]
pub struct Mute {
    /// In this session.
    pub session_id: SessionId,
    /// Who.
    pub account_id: AccountId,
    /// As shown in the room.
    pub author_name: String,
    /// None: until the session ends.
    pub until: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
}

/// An act of moderation.
#[derive(Debug)]
pub struct ActRow {
    /// Its id.
    pub id: ModerationActId,
    /// None: of the organiser.
    pub session_id: Option<SessionId>,
    /// What.
    pub act: String,
    /// To whom or what.
    pub target: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: AccountId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The words that an organiser bans, and who set them.
#[derive(Debug)]
pub struct Banned {
    /// As typed.
    pub words: Vec<String>,
    /// By whom.
    pub set_by: AccountId,
}

/// Mutes somebody, or changes for how long.
///
/// # Errors
/// When the database refuses.
pub async fn mute(conn: &mut PgConnection, mute: &Mute) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into mute (session_id, account_id, author_name, until, reason) values ($1, $2, $3, $4, $5)
         on conflict (session_id, account_id) do update set until = excluded.until, reason = excluded.reason",
        mute.session_id as _,
        mute.account_id as _,
        mute.author_name,
        mute.until,
        mute.reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a mute: false when there was none.
///
/// # Errors
/// When the database refuses.
pub async fn lift(
    conn: &mut PgConnection,
    session: SessionId,
    account: AccountId,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "delete from mute where session_id = $1 and account_id = $2",
        session as _,
        account as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Until when who of these may not write now, also as an author elsewhere whose account it is; none: until the session
/// ends.
///
/// # Errors
/// When the database does not answer.
pub async fn muted(
    conn: &mut PgConnection,
    session: SessionId,
    authors: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<AccountId, Option<DateTime<Utc>>>, sqlx::Error> {
    let muted = sqlx::query!(
        r#"select distinct on (a.id) a.id as "id!: AccountId", m.until
           from unnest($2::uuid[]) as a (id) join mute m on m.session_id = $1 and (m.until is null or m.until > $3)
               and (m.account_id = a.id
                    or exists (select from outside_author o where o.id = m.account_id and o.account_id = a.id))
           order by a.id, m.until desc nulls first"#,
        session as _,
        authors,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(muted.into_iter().map(|row| (row.id, row.until)).collect())
}

/// The mutes of a session that hold now.
///
/// # Errors
/// When the database does not answer.
pub async fn mutes(
    conn: &mut PgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Vec<Mute>, sqlx::Error> {
    sqlx::query_as!(
        Mute,
        "select session_id, account_id, author_name, until, reason from mute
         where session_id = $1 and (until is null or until > $2) order by account_id limit 500",
        session as _,
        now
    )
    .fetch_all(conn)
    .await
}

/// Seconds between two comments of one shopper; none: slow mode is off.
///
/// # Errors
/// When the database does not answer.
pub async fn slow_seconds(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Option<i32>, sqlx::Error> {
    sqlx::query_scalar!(
        "select seconds from slow_mode where session_id = $1",
        session as _
    )
    .fetch_optional(conn)
    .await
}

/// Sets slow mode; 0: off.
///
/// # Errors
/// When the database refuses.
pub async fn set_slow(
    conn: &mut PgConnection,
    session: SessionId,
    seconds: i32,
) -> Result<(), sqlx::Error> {
    if seconds == 0 {
        sqlx::query!("delete from slow_mode where session_id = $1", session as _)
            .execute(conn)
            .await?;
        return Ok(());
    }
    sqlx::query!(
        "insert into slow_mode (session_id, seconds) values ($1, $2)
         on conflict (session_id) do update set seconds = excluded.seconds",
        session as _,
        seconds
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An organiser's banned words.
///
/// # Errors
/// When the database does not answer.
pub async fn banned(
    conn: &mut PgConnection,
    organiser: OrganiserId,
) -> Result<Option<Banned>, sqlx::Error> {
    sqlx::query_as!(
        Banned,
        "select words, set_by from banned_words where organiser_id = $1",
        organiser as _
    )
    .fetch_optional(conn)
    .await
}

/// Sets an organiser's banned words.
///
/// # Errors
/// When the database refuses.
pub async fn set_banned(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    banned: &Banned,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into banned_words (organiser_id, words, set_by) values ($1, $2, $3)
         on conflict (organiser_id) do update set words = excluded.words, set_by = excluded.set_by",
        organiser as _,
        &banned.words[..],
        banned.set_by as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes an act.
///
/// # Errors
/// When the database refuses.
pub async fn note(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    act: &ActRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into moderation_act (id, organiser_id, session_id, act, target, reason, by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        act.id as _,
        organiser as _,
        act.session_id as _,
        act.act,
        act.target,
        act.reason,
        act.by as _,
        act.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An organiser's acts, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn acts(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    session: Option<SessionId>,
    after: Option<ModerationActId>,
    limit: i64,
) -> Result<Vec<ActRow>, sqlx::Error> {
    sqlx::query_as!(
        ActRow,
        "select id, session_id, act, target, reason, by, at from moderation_act
         where organiser_id = $1 and ($2::uuid is null or session_id = $2) and ($3::uuid is null or id < $3)
         order by id desc limit $4",
        organiser as _,
        session as _,
        after as _,
        limit
    )
    .fetch_all(conn)
    .await
}
