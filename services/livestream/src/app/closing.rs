//! Closing offers, one or all of a session's, in the transaction of the cause.

use chassis::{id::AccountId, service::Tx};
use proto::livestream::v1::{self as wire, OfferClosed, SessionEnded};
use sqlx::PgConnection;

use crate::{
    Ctx,
    app::{load, shown},
    domain::{
        offer::Offer,
        session::{Session, Step},
    },
    error::Error,
    store,
};

/// Closes an offer and takes it off the pin; its unsold units go back by what orders makes of the event.
///
/// # Errors
/// When the database refuses.
pub async fn close(
    ctx: &Ctx,
    conn: &mut PgConnection,
    session: &mut Session,
    offer: &mut Offer,
) -> Result<Step, sqlx::Error> {
    if offer.close() == Step::Already {
        return Ok(Step::Already);
    }
    store::offer::update(conn, offer).await?;
    if session.unpin(offer.id) == Step::Changed {
        store::session::update(conn, session, None).await?;
    }
    let closed = OfferClosed {
        offer_id: offer.id.to_string(),
        session_id: session.id.to_string(),
    };
    load::say(ctx, conn, session.id, &closed).await?;
    Ok(Step::Changed)
}

/// Keeps a session that is over, closes what it still offered, and commits.
///
/// # Errors
/// When the database refuses.
pub async fn finish(
    ctx: &Ctx,
    mut tx: Tx,
    mut session: Session,
    stopped_by: Option<AccountId>,
) -> Result<wire::Session, Error> {
    // Nobody may speak in a room between its end and the word of it.
    store::room::lock(&mut tx, session.id).await?;
    store::session::update(&mut tx, &session, stopped_by).await?;
    let mut offers = store::offer::of_session(&mut tx, session.id).await?;
    let mut closed = Vec::new();
    for offer in &mut offers {
        if close(ctx, &mut tx, &mut session, offer).await? == Step::Changed {
            closed.push(offer.clone());
        }
    }
    let ended = SessionEnded {
        session_id: session.id.to_string(),
        organiser_id: session.organiser_id.to_string(),
        stopped_reason: session.stopped_reason.clone().unwrap_or_default(),
    };
    load::say(ctx, &mut tx, session.id, &ended).await?;
    let reply = load::own(&mut tx, &session).await?;
    ctx.commit(tx).await?;
    shown::session(ctx, &session);
    for offer in &closed {
        shown::offer(ctx, offer);
    }
    Ok(reply)
}
