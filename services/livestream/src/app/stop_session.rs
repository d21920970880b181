//! The kill switch: stops a session at once, and keeps why (Law 122/2025/QH15, Art. 22).

use chassis::{
    actor::{ActorExt as _, MODERATES},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, StopSession};

use crate::{
    Ctx,
    app::{closing, load},
    domain::session::Step,
    error::Error,
    wire::asked as read,
};

/// Stops a session that is planned or live, whatever is under way; a moderator may.
///
/// # Errors
/// No reason that anybody could answer for.
pub async fn stop_session(ctx: Ctx, asked: Asked<StopSession>) -> Result<wire::Session, Error> {
    let by = asked.actor.account()?;
    let mut tx = ctx.begin().await?;
    let mut session =
        load::session(&mut tx, read::id("session_id", &asked.request.session_id)?).await?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    let reason = read::reason(&asked.request.reason, 5, 500)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if session.stop(reason, now) == Step::Already {
        return Ok(load::own(&mut tx, &session).await?);
    }
    closing::finish(&ctx, tx, session, Some(by)).await
}
