//! Lists what a producer offers in sessions to come, to anybody.

use chassis::rpc::Asked;
use proto::livestream::v1::{ListOffersOfProducer, OfferInSession, OffersInSessions};

use crate::{
    Ctx,
    error::Error,
    store,
    wire::{asked as read, show},
};

/// The most offers that are told.
const MOST: i64 = 500;

/// Offers of a producer in sessions that are planned or on air, soonest session first, each as its session shows it.
///
/// # Errors
/// The producer's id.
pub async fn list_offers_of_producer(
    ctx: Ctx,
    asked: Asked<ListOffersOfProducer>,
) -> Result<OffersInSessions, Error> {
    let producer = read::id("producer_id", &asked.request.producer_id)?;
    let mut conn = ctx.db.acquire().await?;
    let sessions = store::session::to_come_with(&mut conn, producer).await?;
    let ids: Vec<_> = sessions.iter().map(|session| session.id).collect();
    let offers = store::offer::of_producer_in(&mut conn, producer, &ids, MOST).await?;
    let mut shown = Vec::with_capacity(offers.len());
    for session in &sessions {
        let of_session = offers.iter().filter(|offer| offer.session_id == session.id);
        shown.extend(of_session.map(|offer| OfferInSession {
            session: Some(show::session(session)),
            offer: Some(show::offer(offer)),
        }));
    }
    Ok(OffersInSessions { offers: shown })
}
