//! Ends a live session.

use chassis::{
    actor::{ActorExt as _, STEERS},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, EndSession};

use crate::{
    Ctx,
    app::{closing, load},
    domain::session::Step,
    error::Error,
    wire::asked as read,
};

/// Ends a live session and closes everything it still offers, at once.
///
/// # Errors
/// The session has not been live.
pub async fn end_session(ctx: Ctx, asked: Asked<EndSession>) -> Result<wire::Session, Error> {
    let mut tx = ctx.begin().await?;
    let mut session =
        load::session(&mut tx, read::id("session_id", &asked.request.session_id)?).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if session.end(now)? == Step::Already {
        return Ok(load::own(&mut tx, &session).await?);
    }
    closing::finish(&ctx, tx, session, None).await
}
