//! Saying a notice in a room, in the transaction of the cause.

use chassis::{
    id::{AccountId, SessionId},
    outbox,
};
use chrono::{DateTime, TimeDelta, Utc};
use proto::feed::v1::{self as feed, feed::Of};
use sqlx::PgConnection;

use crate::{
    Ctx,
    app::shown,
    error::Error,
    store::{self, room::Notice},
    wire::show,
};

/// The same words again within this time are a repeat of the request, not of the notice.
const REPEAT: TimeDelta = TimeDelta::seconds(10);

/// Says a notice under the next number of its room, unless it was said just now. `by`: none for the house itself.
///
/// # Errors
/// There is no such room, or the database refuses.
pub async fn notice(
    ctx: &Ctx,
    conn: &mut PgConnection,
    session: SessionId,
    text: &str,
    warning: bool,
    by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut counters = store::room::lock(conn, session)
        .await?
        .ok_or(Error::NoSession)?;
    let last = store::room::last_notice(conn, session).await?;
    if last
        .is_some_and(|last| last.text == text && last.warning == warning && last.at + REPEAT > now)
    {
        return Ok(());
    }
    counters.last_notice_seq += 1;
    let notice = Notice {
        seq: counters.last_notice_seq,
        text: text.to_owned(),
        warning,
        at: now,
        taken_down: false,
    };
    store::room::insert_notice(conn, session, &notice, by).await?;
    store::room::update(conn, session, counters).await?;
    let shown = show::notice(&notice);
    let of = Of::Notice(feed::Notice {
        session_id: session.to_string(),
        seq: shown.seq,
        text: shown.text,
        warning: shown.warning,
        at_ms: shown.at_ms,
    });
    outbox::say_feed(conn, &ctx.clock, &shown::room(session), of).await?;
    if warning {
        let banner = Of::Warning(show::warning(session, Some(&notice)));
        outbox::say_feed(conn, &ctx.clock, &shown::room(session), banner).await?;
    }
    Ok(())
}
