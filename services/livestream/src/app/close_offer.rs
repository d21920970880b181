//! Takes an offer off sale.

use chassis::{
    actor::{ActorExt as _, STEERS},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, CloseOffer};

use crate::{
    Ctx,
    app::{closing, load, shown},
    domain::session::Step,
    error::Error,
    wire::{asked as read, show},
};

/// Takes an offer off sale for good.
///
/// # Errors
/// There is none, or it is somebody else's.
pub async fn close_offer(ctx: Ctx, asked: Asked<CloseOffer>) -> Result<wire::Offer, Error> {
    let mut tx = ctx.begin().await?;
    let (mut session, mut offer) =
        load::offer(&mut tx, read::id("offer_id", &asked.request.offer_id)?).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    if closing::close(&ctx, &mut tx, &mut session, &mut offer).await? == Step::Changed {
        ctx.commit(tx).await?;
        shown::offer(&ctx, &offer);
        shown::session(&ctx, &session);
    }
    Ok(show::offer(&offer))
}
