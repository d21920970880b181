//! How many watch: each gateway's own count, which dies when it is not said again.
//!
//! A gauge and not a counter: nothing is added or taken away, so nothing can drift.

use chassis::id::{GatewayId, SessionId};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

/// A report counts so long.
const FRESH: TimeDelta = TimeDelta::seconds(15);

/// How many watch a session.
#[derive(Debug, Clone, Copy)]
pub struct Gauge {
    /// The session.
    pub session_id: SessionId,
    /// The sum of the fresh reports.
    pub viewers: i64,
}

/// Takes a gateway's report; what it no longer names, nobody watches there.
///
/// # Errors
/// When the database refuses.
pub async fn report(
    conn: &mut PgConnection,
    gateway: GatewayId,
    sessions: &[SessionId],
    viewers: &[i64],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with gone as (
             delete from viewer_report where gateway_id = $1 and session_id <> all($2::uuid[])
         )
         insert into viewer_report (gateway_id, session_id, viewers, at)
         select $1, r.session_id, r.viewers, $4
         from unnest($2::uuid[], $3::bigint[]) as r (session_id, viewers) join session s on s.id = r.session_id
         order by r.session_id
         on conflict (session_id, gateway_id) do update set viewers = excluded.viewers, at = excluded.at",
        gateway as _,
        sessions as _,
        viewers,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many watch a session now.
///
/// # Errors
/// When the database does not answer.
pub async fn of_session(
    conn: &mut PgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select coalesce(sum(viewers), 0)::bigint as "viewers!" from viewer_report where session_id = $1 and at > $2"#,
        session as _,
        now - FRESH
    )
    .fetch_one(conn)
    .await
}

/// How many watch each session that is live or was watched a moment ago.
///
/// # Errors
/// When the database does not answer.
pub async fn all(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Gauge>, sqlx::Error> {
    sqlx::query_as!(
        Gauge,
        r#"select session_id as "session_id!: SessionId", coalesce(sum(viewers) filter (where at > $1), 0)::bigint as "viewers!"
           from (select id as session_id, 0::bigint as viewers, null::timestamptz as at from session where state = 'live'
                 union all select session_id, viewers, at from viewer_report) as r
           group by session_id"#,
        now - FRESH
    )
    .fetch_all(conn)
    .await
}

/// Forgets reports that have long stopped counting.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from viewer_report where at < $1", now - FRESH * 4)
        .execute(conn)
        .await?;
    Ok(())
}
