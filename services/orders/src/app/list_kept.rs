//! `hold.list`: what is held and waited for in a session.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    rpc::Asked,
};
use proto::orders::v1::{KeptInSession, ListKept};

use crate::{
    Ctx,
    app::{claim_units::read_session, show_order::not_found},
    error::Error,
    store,
    wire::holds,
};

/// Most holds, and most places in line, of one answer.
const MOST: i64 = 500;

/// The asker's own; for the session's staff, everybody's.
///
/// # Errors
/// Nobody is signed in; somebody else's, without being of the staff.
pub async fn list_kept(ctx: Ctx, asked: Asked<ListKept>) -> Result<KeptInSession, Error> {
    let account = asked.actor.account()?;
    let session = read_session(&asked.request.session_id)?;
    let mut tx = ctx.view().await?;
    let whose = if asked.request.own {
        Some(account)
    } else {
        let organiser = store::offers::organiser_of(&mut tx, session)
            .await?
            .ok_or_else(not_found)?;
        if !asked.actor.works_for(organiser, STAFF) {
            return Err(Refusal::forbidden().into());
        }
        None
    };
    let held = store::holds::of_session(&mut tx, session, whose, MOST).await?;
    let line = store::holds::line_of_session(&mut tx, session, whose, MOST).await?;
    Ok(KeptInSession {
        holds: held.iter().map(holds::hold).collect(),
        waiting: line
            .iter()
            .map(|(wait, before)| holds::waiting(wait, *before))
            .collect(),
    })
}
