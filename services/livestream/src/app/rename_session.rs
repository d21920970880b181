//! Corrects the title and the description of a session.

use chassis::{
    actor::{ActorExt as _, STEERS},
    refusal::{Fields, Refusal},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, RenameSession};

use crate::{
    Ctx,
    app::{load, shown},
    domain::session::{Session, Step},
    error::Error,
    store,
    wire::asked as read,
};

/// Corrects the title and the description of a session, planned or live. No other service keeps them: the room's
/// feed tells those who watch.
///
/// # Errors
/// The fields, a session that is over, another plan of this title for this time.
pub async fn rename_session(ctx: Ctx, asked: Asked<RenameSession>) -> Result<wire::Session, Error> {
    let (title, description) = named(&asked.request)?;
    let mut tx = ctx.begin().await?;
    let mut session =
        load::session(&mut tx, read::id("session_id", &asked.request.session_id)?).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    if session.rename(title, description)? == Step::Already {
        return Ok(load::own(&mut tx, &session).await?);
    }
    store::session::update(&mut tx, &session, None)
        .await
        .map_err(Error::planned_twice)?;
    let reply = load::own(&mut tx, &session).await?;
    ctx.commit(tx).await?;
    shown::session(&ctx, &session);
    Ok(reply)
}

fn named(asked: &RenameSession) -> Result<(String, String), Refusal> {
    let mut fields = Fields::default();
    let title = read::line(&mut fields, "title", &asked.title, Session::MAX_TITLE);
    let description = read::optional_text(
        &mut fields,
        "description",
        &asked.description,
        Session::MAX_DESCRIPTION,
    );
    title.zip(description).ok_or_else(|| fields.into_refusal())
}
