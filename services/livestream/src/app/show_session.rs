//! Shows a session to anybody.

use chassis::{
    actor::{ActorExt as _, STAFF},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, ShowSession};

use crate::{
    Ctx,
    error::Error,
    store,
    wire::{asked as read, show},
};

/// Shows a session with its line-up; the organiser's account only to its own people.
///
/// # Errors
/// There is none.
pub async fn show_session(ctx: Ctx, asked: Asked<ShowSession>) -> Result<wire::Session, Error> {
    let id = read::id("session_id", &asked.request.session_id)?;
    let mut conn = ctx.db.acquire().await?;
    let session = store::session::find(&mut conn, id)
        .await?
        .ok_or(Error::NoSession)?;
    let offers = store::offer::of_session(&mut conn, id).await?;
    let own = asked.actor.works_for(session.organiser_id, STAFF);
    let shown = if own {
        show::own_session(&session)
    } else {
        show::session(&session)
    };
    Ok(wire::Session {
        offers: offers.iter().map(show::offer).collect(),
        ..shown
    })
}
