//! Catalogue's answers to proposals, and what came back to it.

use chassis::{
    id::{OfferId, ProposalId},
    inbox::Heard,
};
use proto::catalogue::v1::{StockAllotted, StockRefused, StockReturned};
use sqlx::PgConnection;

use crate::{
    Ctx,
    app::{load, shown},
    domain::{
        offer::{Offer, OfferState, Outcome},
        session::{Session, Step},
    },
    error::Error,
    store::{self, proposal::Proposal},
};

/// Catalogue has given units.
///
/// # Errors
/// An answer to nothing that was asked.
pub async fn stock_allotted(ctx: Ctx, heard: Heard<StockAllotted>) -> Result<(), Error> {
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let StockAllotted {
        proposal_id,
        offer_id,
        units,
        ..
    } = heard.event;
    let (_, mut offer, proposal) = asked_for(&mut tx, &proposal_id, &offer_id).await?;
    if proposal.outcome == Outcome::Pending {
        if !(1..=proposal.units).contains(&units) {
            return Err(Error::Misfit("units that were not asked for"));
        }
        store::proposal::answer(&mut tx, proposal.id, Outcome::Allotted, units).await?;
        offer.allot(units);
        store::offer::update(&mut tx, &offer).await?;
    }
    ctx.commit(tx).await?;
    shown::offer(&ctx, &offer);
    Ok(())
}

/// Catalogue has too few units.
///
/// # Errors
/// An answer to nothing that was asked.
pub async fn stock_refused(ctx: Ctx, heard: Heard<StockRefused>) -> Result<(), Error> {
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let StockRefused {
        proposal_id,
        offer_id,
        reason_vi,
        reason_en,
        ..
    } = heard.event;
    let (mut session, mut offer, proposal) = asked_for(&mut tx, &proposal_id, &offer_id).await?;
    if proposal.outcome == Outcome::Pending {
        store::proposal::answer(&mut tx, proposal.id, Outcome::Refused, 0).await?;
        offer.refuse_units(reason_vi, reason_en);
        store::offer::update(&mut tx, &offer).await?;
        if offer.state == OfferState::Refused && session.unpin(offer.id) == Step::Changed {
            store::session::update(&mut tx, &session, None).await?;
        }
    }
    ctx.commit(tx).await?;
    shown::offer(&ctx, &offer);
    shown::session(&ctx, &session);
    Ok(())
}

/// The unsold units of an offer are back on hand.
///
/// # Errors
/// There is no such offer.
pub async fn stock_returned(ctx: Ctx, heard: Heard<StockReturned>) -> Result<(), Error> {
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let (_, mut offer) = load::offer(&mut tx, offer_id(&heard.event.offer_id)?).await?;
    // Not a new version: the room is not shown this.
    offer.back_on_hand_units += heard.event.units_returned;
    store::offer::update(&mut tx, &offer).await?;
    ctx.commit(tx).await?;
    Ok(())
}

fn offer_id(text: &str) -> Result<OfferId, Error> {
    text.parse().map_err(|_| Error::Misfit("an offer id"))
}

async fn asked_for(
    conn: &mut PgConnection,
    proposal: &str,
    offer: &str,
) -> Result<(Session, Offer, Proposal), Error> {
    let id: ProposalId = proposal
        .parse()
        .map_err(|_| Error::Misfit("a proposal id"))?;
    let (session, offer) = load::offer(conn, offer_id(offer)?).await?;
    let proposal = store::proposal::find(conn, id)
        .await?
        .filter(|proposal| proposal.offer_id == offer.id);
    Ok((
        session,
        offer,
        proposal.ok_or(Error::Misfit("an answer to nothing that was asked"))?,
    ))
}
