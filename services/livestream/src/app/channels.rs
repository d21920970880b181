//! Where else a session is: tied, reported on, compared with the platform's own list.

use chassis::{
    actor::{ActorExt as _, STAFF, STEERS},
    clock::to_ms,
    id::SessionId,
    refusal::{Fields, Refusal},
    rpc::Asked,
};
use chrono::{DateTime, Utc};
use proto::livestream::v1::{
    self as wire, Channels, ListChannels, ReconcileChannel, Reconciled, SetChannel,
};
use sqlx::PgConnection;

use crate::{
    Ctx,
    domain::{
        outside::{FACEBOOK, SILENT_AFTER},
        rule::Rule,
        session::{Session, SessionState},
    },
    error::Error,
    store::{self, channel::Channel},
    wire::{
        asked as read,
        show::{count, small},
    },
};

/// External ids of one comparison.
const MOST_IDS: usize = 20_000;

/// Ties a session to a post elsewhere. Comments that came before go into the room too.
///
/// # Errors
/// The fields, a post of another session, not an organiser or host of this one.
pub async fn set_channel(ctx: Ctx, asked: Asked<SetChannel>) -> Result<Channels, Error> {
    let by = asked.actor.account()?;
    let id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut tx = ctx.begin().await?;
    let session = store::session::find(&mut tx, id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    must_be_known(&asked.request.source)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if asked.request.post_id.trim().is_empty() {
        store::channel::remove(&mut tx, id, &asked.request.source).await?;
    } else {
        let mut fields = Fields::default();
        let Some(post) = read::line(&mut fields, "post_id", &asked.request.post_id, 200) else {
            return Err(fields.into_refusal().into());
        };
        store::channel::set(&mut tx, id, &asked.request.source, &post, by, now)
            .await
            .map_err(post_taken)?;
    }
    let channels = report(&mut tx, &session, now).await?;
    ctx.commit(tx).await?;
    Ok(channels)
}

/// A session's channels, with what came of each.
///
/// # Errors
/// Not one of the organiser's people.
pub async fn list_channels(ctx: Ctx, asked: Asked<ListChannels>) -> Result<Channels, Error> {
    let id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut conn = ctx.db.acquire().await?;
    let session = store::session::find(&mut conn, id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, STAFF)?;
    let now = ctx.clock.db_now(&mut conn).await?;
    report(&mut conn, &session, now).await
}

/// Compares with the platform's own list: its comments have no numbers in which a gap could be seen.
///
/// # Errors
/// The list, no such channel, not an organiser or host of this session.
pub async fn reconcile_channel(
    ctx: Ctx,
    asked: Asked<ReconcileChannel>,
) -> Result<Reconciled, Error> {
    let id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut tx = ctx.begin().await?;
    let session = store::session::find(&mut tx, id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let listed = &asked.request.external_ids;
    if listed.len() > MOST_IDS || listed.iter().any(|id| id.len() > 200 || id.contains('\0')) {
        return Err(Refusal::field(
            "external_ids",
            format!("Tối đa {MOST_IDS} mã, mỗi mã tối đa 200 ký tự."),
            format!("At most {MOST_IDS} ids of at most 200 characters."),
        )
        .into());
    }
    let channels = store::channel::of_session(&mut tx, id).await?;
    let channel = channels
        .iter()
        .find(|channel| channel.source == asked.request.source)
        .ok_or(Error::NoChannel)?;
    let (missing, unknown) = store::channel::compare(&mut tx, channel, listed).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let lost = i32::try_from(missing.len()).unwrap_or(i32::MAX);
    store::channel::compared(&mut tx, channel, lost, now).await?;
    ctx.commit(tx).await?;
    Ok(Reconciled { missing, unknown })
}

async fn report(
    conn: &mut PgConnection,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<Channels, Error> {
    let channels = store::channel::of_session(conn, session.id).await?;
    Ok(Channels {
        channels: channels
            .iter()
            .map(|channel| show(session, channel, now))
            .collect(),
    })
}

fn show(session: &Session, channel: &Channel, now: DateTime<Utc>) -> wire::Channel {
    let listening_since = session
        .went_live_at
        .filter(|_| session.state == SessionState::Live)
        .map(|live| live.max(channel.set_at));
    let silent = listening_since
        .map(|since| {
            channel
                .last_received_at
                .map_or(since, |last| last.max(since))
        })
        .map_or(0, |last| (now - last).num_seconds());
    wire::Channel {
        session_id: channel.session_id.to_string(),
        source: channel.source.clone(),
        post_id: channel.post_id.clone(),
        received: count(channel.received),
        duplicates: count(channel.duplicates),
        shown: count(channel.shown),
        waiting: count(channel.waiting),
        kept_out: count(channel.received - channel.shown - channel.waiting),
        forged: count(channel.forged),
        last_received_at_ms: channel.last_received_at.map_or(0, to_ms),
        silent_seconds: if silent > SILENT_AFTER {
            small(silent)
        } else {
            0
        },
        reconciled_at_ms: channel.reconciled_at.map_or(0, to_ms),
        missing: small(channel.missing),
    }
}

fn must_be_known(source: &str) -> Result<(), Refusal> {
    if source == FACEBOOK {
        Ok(())
    } else {
        Err(Refusal::field(
            "source",
            "Hiện chỉ nhận “facebook”.",
            "Only “facebook” is taken now.",
        ))
    }
}

fn post_taken(error: sqlx::Error) -> Error {
    let unique = error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation);
    if unique {
        Rule::PostTaken.into()
    } else {
        error.into()
    }
}
