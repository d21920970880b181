//! Mutes somebody in a session, lifts it, lists who is muted.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    clock::to_ms,
    id::{AccountId, CommentId, SessionId},
    refusal::Refusal,
    rpc::Asked,
};
use chrono::TimeDelta;
use proto::{
    common::v1::Done,
    livestream::v1::{self as wire, LiftMute, ListMutes, MuteAuthor, Mutes},
};

use super::acts::{self, Act};
use crate::{
    Ctx,
    error::Error,
    store::{self, moderation::Mute},
    wire::asked as read,
};

/// The longest mute that has an end: a day.
const LONGEST: u32 = 24 * 60;

/// Mutes the author of a comment, for some minutes or for the whole session. Again: for so long from now.
///
/// # Errors
/// No reason, too long, not a moderator of this room.
pub async fn mute_author(ctx: Ctx, asked: Asked<MuteAuthor>) -> Result<wire::Mute, Error> {
    let by = asked.actor.account()?;
    let comment: CommentId = read::id("comment_id", &asked.request.comment_id)?;
    let mut tx = ctx.begin().await?;
    let comment = store::comment::find(&mut tx, comment)
        .await?
        .ok_or(Error::NoComment)?;
    let session = store::session::find(&mut tx, comment.session_id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    let reason = read::reason(&asked.request.reason, 1, 500)?;
    let minutes = asked.request.minutes;
    if minutes > LONGEST {
        return Err(Refusal::field(
            "minutes",
            format!("Tối đa {LONGEST} phút."),
            format!("At most {LONGEST} minutes."),
        )
        .into());
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    let mute = Mute {
        session_id: session.id,
        account_id: comment.account_id,
        author_name: comment.author_name,
        until: (minutes > 0).then(|| now + TimeDelta::minutes(minutes.into())),
        reason,
    };
    store::moderation::mute(&mut tx, &mute).await?;
    let act = Act {
        name: "mute",
        target: format!("{} {minutes} min", mute.account_id),
        reason: mute.reason.clone(),
    };
    acts::note(&ctx, &mut tx, &session, act, by, now).await?;
    ctx.commit(tx).await?;
    Ok(show(&mute))
}

/// Lets somebody write again.
///
/// # Errors
/// No reason, nobody is muted so, not a moderator of this room.
pub async fn lift_mute(ctx: Ctx, asked: Asked<LiftMute>) -> Result<Done, Error> {
    let by = asked.actor.account()?;
    let session: SessionId = read::id("session_id", &asked.request.session_id)?;
    let account: AccountId = read::id("account_id", &asked.request.account_id)?;
    let mut tx = ctx.begin().await?;
    let session = store::session::find(&mut tx, session)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    let reason = read::reason(&asked.request.reason, 1, 500)?;
    if !store::moderation::lift(&mut tx, session.id, account).await? {
        return Err(Error::NoMute);
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    let act = Act {
        name: "lift_mute",
        target: account.to_string(),
        reason,
    };
    acts::note(&ctx, &mut tx, &session, act, by, now).await?;
    ctx.commit(tx).await?;
    Ok(Done {})
}

/// Who is muted in a session now.
///
/// # Errors
/// Not a moderator of this room.
pub async fn list_mutes(ctx: Ctx, asked: Asked<ListMutes>) -> Result<Mutes, Error> {
    let session: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut conn = ctx.db.acquire().await?;
    let session = store::session::find(&mut conn, session)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    let now = ctx.clock.db_now(&mut conn).await?;
    let mutes = store::moderation::mutes(&mut conn, session.id, now).await?;
    Ok(Mutes {
        mutes: mutes.iter().map(show).collect(),
    })
}

fn show(mute: &Mute) -> wire::Mute {
    wire::Mute {
        session_id: mute.session_id.to_string(),
        account_id: mute.account_id.to_string(),
        author_name: mute.author_name.clone(),
        until_ms: mute.until.map_or(0, to_ms),
        reason: mute.reason.clone(),
    }
}
