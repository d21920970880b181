//! Takes the warning banner off the screen; that it was there, and who took it down, stays known.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    id::SessionId,
    outbox,
    rpc::Asked,
};
use proto::{common::v1::Done, feed::v1::feed::Of, livestream::v1::TakeDownWarning};

use super::{
    acts::{self, Act},
    shown,
};
use crate::{
    Ctx,
    domain::rule::Rule,
    error::Error,
    store,
    wire::{asked as read, show},
};

/// Takes the newest warning down.
///
/// # Errors
/// There is none, not a moderator of this room.
pub async fn take_down_warning(ctx: Ctx, asked: Asked<TakeDownWarning>) -> Result<Done, Error> {
    let by = asked.actor.account()?;
    let id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut tx = ctx.begin().await?;
    let session = store::session::find(&mut tx, id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    store::room::lock(&mut tx, id)
        .await?
        .ok_or(Error::NoSession)?;
    let mut warning = store::room::last_warning(&mut tx, id)
        .await?
        .filter(|warning| !warning.taken_down)
        .ok_or(Rule::NoWarning)?;
    warning.taken_down = true;
    let now = ctx.clock.db_now(&mut tx).await?;
    store::room::take_down(&mut tx, id, warning.seq, by, now).await?;
    let act = Act {
        name: "take_down_warning",
        target: warning.seq.to_string(),
        reason: asked.request.reason,
    };
    acts::note(&ctx, &mut tx, &session, act, by, now).await?;
    let banner = Of::Warning(show::warning(id, Some(&warning)));
    outbox::say_feed(&mut tx, &ctx.clock, &shown::room(id), banner).await?;
    ctx.commit(tx).await?;
    Ok(Done {})
}
