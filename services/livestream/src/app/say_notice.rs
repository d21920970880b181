//! Says something to everybody in a room; a warning stays on the screen (Law 122/2025/QH15, Art. 22).

use chassis::{
    actor::{ActorExt as _, MODERATES},
    id::SessionId,
    refusal::Fields,
    rpc::Asked,
};
use proto::{common::v1::Done, livestream::v1::SayNotice};

use crate::{
    Ctx,
    app::{load, speak},
    domain::{rule::Rule, session::SessionState},
    error::Error,
    wire::asked as read,
};

/// Says a notice or a warning.
///
/// # Errors
/// The text, the right, a session that is over.
pub async fn say_notice(ctx: Ctx, asked: Asked<SayNotice>) -> Result<Done, Error> {
    let by = asked.actor.account()?;
    let session_id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut tx = ctx.begin().await?;
    let session = load::session(&mut tx, session_id).await?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    let mut fields = Fields::default();
    let Some(text) = read::line(&mut fields, "text", &asked.request.text, 500) else {
        return Err(fields.into_refusal().into());
    };
    if session.state == SessionState::Ended {
        return Err(Rule::SessionEnded.into());
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    speak::notice(
        &ctx,
        &mut tx,
        session_id,
        &text,
        asked.request.warning,
        Some(by),
        now,
    )
    .await?;
    ctx.commit(tx).await?;
    Ok(Done {})
}
