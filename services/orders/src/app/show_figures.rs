//! `figures.show`: the organiser's figures, the same as on the desk's feed.

use std::collections::BTreeMap;

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::SessionId,
    rpc::Asked,
};
use proto::orders::v1::{Figures, ProducerFigures, ShowFigures};

use crate::{Ctx, error::Error, store};

/// Shows a session's figures to the organiser's people.
///
/// # Errors
/// *forbidden*, or an id that is none.
pub async fn show_figures(ctx: Ctx, asked: Asked<ShowFigures>) -> Result<Figures, Error> {
    let session: SessionId =
        asked.request.session_id.parse().map_err(|_| {
            Refusal::field("session_id", "Mã phiên không hợp lệ.", "Not a session id.")
        })?;
    let mut conn = ctx.db.acquire().await?;
    match store::offers::organiser_of(&mut conn, session).await? {
        Some(organiser) => asked.actor.must_work_for(organiser, STAFF)?,
        // Nothing was opened yet: nothing to show, and nobody's to hide.
        None => {
            return Ok(Figures {
                session_id: session.to_string(),
                ..Figures::default()
            });
        }
    }
    drop(conn);
    figures(&ctx, session).await
}

/// The figures as they are now, all of one moment.
pub(super) async fn figures(ctx: &Ctx, session: SessionId) -> Result<Figures, Error> {
    let mut tx = ctx.begin().await?;
    sqlx::query("set transaction isolation level repeatable read read only")
        .execute(&mut *tx)
        .await?;
    let mut figures = store::figures::totals(&mut tx, session).await?;
    figures.offers = store::figures::by_offer(&mut tx, session).await?;
    figures.minutes = store::figures::by_minute(&mut tx, session).await?;
    tx.rollback().await?;
    let mut producers: BTreeMap<&str, ProducerFigures> = BTreeMap::new();
    for offer in &figures.offers {
        let sums = producers
            .entry(&offer.producer_id)
            .or_insert_with(|| ProducerFigures {
                producer_id: offer.producer_id.clone(),
                ..Default::default()
            });
        sums.units += offer.units;
        sums.gross += offer.gross;
        sums.net += offer.net;
    }
    figures.producers = producers.into_values().collect();
    Ok(figures)
}
