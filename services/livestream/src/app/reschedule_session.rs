//! Moves the start of a planned session.

use chassis::{
    actor::{ActorExt as _, STEERS},
    clock::{from_ms, to_ms},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, RescheduleSession, SessionRescheduled};

use crate::{
    Ctx,
    app::{load, shown},
    domain::{rule::Rule, session::Step},
    error::Error,
    store,
    wire::asked as read,
};

/// Moves the start of a planned session.
///
/// # Errors
/// Not planned any more, a start that is not in the future.
pub async fn reschedule_session(
    ctx: Ctx,
    asked: Asked<RescheduleSession>,
) -> Result<wire::Session, Error> {
    let starts_at = from_ms(asked.request.starts_at_ms).ok_or(Rule::StartsInThePast)?;
    let mut tx = ctx.begin().await?;
    let mut session =
        load::session(&mut tx, read::id("session_id", &asked.request.session_id)?).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if session.reschedule(starts_at, now)? == Step::Already {
        return Ok(load::own(&mut tx, &session).await?);
    }
    store::session::update(&mut tx, &session, None)
        .await
        .map_err(Error::planned_twice)?;
    let moved = SessionRescheduled {
        session_id: session.id.to_string(),
        starts_at_ms: to_ms(starts_at),
    };
    load::say(&ctx, &mut tx, session.id, &moved).await?;
    let reply = load::own(&mut tx, &session).await?;
    ctx.commit(tx).await?;
    shown::session(&ctx, &session);
    Ok(reply)
}
