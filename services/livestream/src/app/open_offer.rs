//! Puts an offer on sale.

use chassis::{
    actor::{ActorExt as _, STEERS},
    rpc::Asked,
};
use chrono::{DateTime, Utc};
use proto::livestream::v1::{self as wire, OfferOpened, OpenOffer};
use sqlx::PgConnection;

use crate::{
    Ctx,
    app::{load, shown},
    domain::{
        goods::NotForSale,
        offer::{Offer, payee},
        session::{Session, Step},
    },
    error::Error,
    store,
    wire::{asked as read, show},
};

/// Puts an offer on sale; orders sells it once it has heard both this and the units.
///
/// # Errors
/// No units, a session that is not live, goods that may not be sold any more, closed for good.
pub async fn open_offer(ctx: Ctx, asked: Asked<OpenOffer>) -> Result<wire::Offer, Error> {
    let mut tx = ctx.begin().await?;
    let (session, mut offer) =
        load::offer(&mut tx, read::id("offer_id", &asked.request.offer_id)?).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    open(&ctx, &mut tx, &session, &mut offer, now).await?;
    ctx.commit(tx).await?;
    shown::offer(&ctx, &offer);
    Ok(show::offer(&offer))
}

/// Opens an offer in the caller's transaction and says the whole snapshot that orders sells from.
///
/// # Errors
/// As [`open_offer`].
pub(super) async fn open(
    ctx: &Ctx,
    conn: &mut PgConnection,
    session: &Session,
    offer: &mut Offer,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let goods = store::goods::find(conn, offer.variant_id)
        .await?
        .ok_or(NotForSale::Withdrawn)?;
    if offer.open(session, &goods, now)? == Step::Already {
        return Ok(());
    }
    store::offer::update(conn, offer).await?;
    let payee = payee(offer.payee_kind, session, &goods)?;
    let opened = OfferOpened {
        offer: Some(show::offer(offer)),
        terms: Some(show::terms(&session.terms)),
        payee: Some(show::account(&payee.account)),
        payee_id: payee.id,
    };
    load::say(ctx, conn, session.id, &opened).await?;
    Ok(())
}
