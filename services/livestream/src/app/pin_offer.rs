//! Pins an offer in the room, or nothing.

use chassis::{
    actor::{ActorExt as _, STEERS},
    id::{OfferId, SessionId},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, PinOffer};

use crate::{
    Ctx,
    app::{load, shown},
    domain::session::Step,
    error::Error,
    store,
    wire::asked as read,
};

/// Pins one offer of the session, in the place of the one before; an empty id unpins.
///
/// # Errors
/// An offer of another session, one that can no longer be sold, a session that is over.
pub async fn pin_offer(ctx: Ctx, asked: Asked<PinOffer>) -> Result<wire::Session, Error> {
    let session_id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut tx = ctx.begin().await?;
    let mut session = load::session(&mut tx, session_id).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let offer = match asked.request.offer_id.as_str() {
        "" => None,
        id => {
            let id: OfferId = read::id("offer_id", id)?;
            let offer = store::offer::find(&mut tx, id).await?;
            Some(
                offer
                    .filter(|offer| offer.session_id == session_id)
                    .ok_or(Error::NoOffer)?,
            )
        }
    };
    let step = session.pin(offer.as_ref())?;
    if step == Step::Changed {
        store::session::update(&mut tx, &session, None).await?;
    }
    let reply = load::own(&mut tx, &session).await?;
    ctx.commit(tx).await?;
    if step == Step::Changed {
        shown::session(&ctx, &session);
    }
    Ok(reply)
}
