//! `hold.extend`: the shopper is at the checkout.

use chassis::{actor::ActorExt as _, rpc::Asked};
use proto::orders::v1::{ExtendHold, KeptUnits};

use crate::{
    Ctx,
    app::{claim_units::settle, show_order::not_found},
    domain::intake::Ask,
    error::Error,
    store,
};

/// Moves the deadline of the asker's hold a little, once; again changes nothing.
///
/// # Errors
/// *not found* when nothing is held any more.
pub async fn extend_hold(ctx: Ctx, asked: Asked<ExtendHold>) -> Result<KeptUnits, Error> {
    let account = asked.actor.account()?;
    let offer = asked.request.offer_id.parse().map_err(|_| not_found())?;
    let mut conn = ctx.db.acquire().await?;
    let session = store::offers::session_of(&mut conn, offer)
        .await?
        .ok_or_else(not_found)?;
    drop(conn);
    settle(
        &ctx,
        session,
        Ask::Extend { offer, account },
        asked.deadline,
    )
    .await
}
