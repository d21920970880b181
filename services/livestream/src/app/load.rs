//! How verbs get at what they change, with its lock.

use chassis::{
    id::{OfferId, SessionId},
    outbox::{self, Word},
};
use proto::{contract::Event, livestream::v1 as wire};
use sqlx::PgConnection;

use crate::{
    Ctx,
    domain::{offer::Offer, session::Session},
    error::Error,
    store,
    wire::show,
};

/// Says an event of a session, in the session's one order: its offers' events too.
///
/// # Errors
/// When the database refuses.
pub async fn say<E: Event>(
    ctx: &Ctx,
    conn: &mut PgConnection,
    session: SessionId,
    event: &E,
) -> Result<(), sqlx::Error> {
    outbox::say(conn, &ctx.clock, &format!("session:{session}"), event).await
}

/// Says many events of a session at once, in their order; as [`say`].
///
/// # Errors
/// When the database refuses.
pub async fn say_all(
    ctx: &Ctx,
    conn: &mut PgConnection,
    session: SessionId,
    words: &[Word],
) -> Result<(), sqlx::Error> {
    outbox::say_all(conn, &ctx.clock, &format!("session:{session}"), words).await
}

/// A session to be changed.
///
/// # Errors
/// There is none.
pub async fn session(conn: &mut PgConnection, id: SessionId) -> Result<Session, Error> {
    store::session::lock(conn, id)
        .await?
        .ok_or(Error::NoSession)
}

/// An offer to be changed, with its session, whose lock guards both.
///
/// # Errors
/// There is none.
pub async fn offer(conn: &mut PgConnection, id: OfferId) -> Result<(Session, Offer), Error> {
    let unlocked = store::offer::find(conn, id).await?.ok_or(Error::NoOffer)?;
    let session = session(conn, unlocked.session_id).await?;
    // Again, now that nobody else can change it.
    let offer = store::offer::find(conn, id).await?.ok_or(Error::NoOffer)?;
    Ok((session, offer))
}

/// A session with its line-up, as its own people see it.
///
/// # Errors
/// When the database does not answer.
pub async fn own(conn: &mut PgConnection, session: &Session) -> Result<wire::Session, sqlx::Error> {
    let offers = store::offer::of_session(conn, session.id).await?;
    Ok(wire::Session {
        offers: offers.iter().map(show::offer).collect(),
        ..show::own_session(session)
    })
}
