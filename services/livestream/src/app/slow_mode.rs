//! Sets a room's slow mode.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    id::SessionId,
    refusal::Refusal,
    rpc::Asked,
};
use proto::livestream::v1::{SetSlowMode, SlowMode};

use super::acts::{self, Act};
use crate::{Ctx, error::Error, store, wire::asked as read};

/// One comment in so many seconds and shopper; 0: off.
///
/// # Errors
/// Over 600 seconds, not a moderator of this room.
pub async fn set_slow_mode(ctx: Ctx, asked: Asked<SetSlowMode>) -> Result<SlowMode, Error> {
    let by = asked.actor.account()?;
    let session: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut tx = ctx.begin().await?;
    let session = store::session::find(&mut tx, session)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    let seconds = i32::try_from(asked.request.seconds)
        .ok()
        .filter(|seconds| *seconds <= 600)
        .ok_or_else(|| Refusal::field("seconds", "Từ 0 đến 600.", "0 to 600."))?;
    store::moderation::set_slow(&mut tx, session.id, seconds).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let act = Act {
        name: "slow_mode",
        target: seconds.to_string(),
        reason: String::new(),
    };
    acts::note(&ctx, &mut tx, &session, act, by, now).await?;
    ctx.commit(tx).await?;
    Ok(SlowMode {
        session_id: session.id.to_string(),
        seconds: asked.request.seconds,
    })
}
