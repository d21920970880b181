//! Puts a planned session on air.

use chassis::{
    actor::{ActorExt as _, STEERS},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, GoLive, SessionWentLive};

use crate::{
    Ctx,
    app::{load, shown},
    domain::session::Step,
    error::Error,
    store,
    wire::asked as read,
};

/// Puts a planned session on air; offers open from now on.
///
/// # Errors
/// The session is over.
pub async fn go_live(ctx: Ctx, asked: Asked<GoLive>) -> Result<wire::Session, Error> {
    let mut tx = ctx.begin().await?;
    let mut session =
        load::session(&mut tx, read::id("session_id", &asked.request.session_id)?).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if session.go_live(now)? == Step::Already {
        return Ok(load::own(&mut tx, &session).await?);
    }
    store::session::update(&mut tx, &session, None).await?;
    let live = SessionWentLive {
        session_id: session.id.to_string(),
        organiser_id: session.organiser_id.to_string(),
    };
    load::say(&ctx, &mut tx, session.id, &live).await?;
    let reply = load::own(&mut tx, &session).await?;
    ctx.commit(tx).await?;
    shown::session(&ctx, &session);
    Ok(reply)
}
