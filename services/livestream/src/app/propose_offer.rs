//! Puts goods into a session's line-up and asks catalogue for their units.

use chassis::{
    actor::{ActorExt as _, STEERS},
    id::{SessionId, VariantId},
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, OfferProposed, ProposeOffer};

use crate::{
    Ctx,
    app::{load, shown},
    domain::{
        offer::{Offer, Outcome},
        rule::Rule,
    },
    error::Error,
    store::{self, proposal::Proposal},
    wire::{asked as read, show},
};

/// Puts goods into a session's line-up; catalogue's answer decides whether there are units. The same wish again finds
/// the first offer.
///
/// # Errors
/// The fields, the goods, the price, the code.
pub async fn propose_offer(ctx: Ctx, asked: Asked<ProposeOffer>) -> Result<wire::Offer, Error> {
    let by = asked.actor.account()?;
    let session_id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let variant_id: VariantId = read::id("variant_id", &asked.request.variant_id)?;
    let mut tx = ctx.begin().await?;
    let session = load::session(&mut tx, session_id).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let wish = read::wish(&asked.request)?;

    let line_up = store::offer::of_session(&mut tx, session_id).await?;
    if let Some(first) = line_up
        .iter()
        .find(|offer| offer.has_code(&wish.claim_code))
    {
        return if first.is(variant_id, &wish) {
            Ok(show::offer(first))
        } else {
            Err(Rule::CodeTaken.into())
        };
    }
    let goods = store::goods::find(&mut tx, variant_id)
        .await?
        .ok_or(Error::NoVariant)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let offer = Offer::propose(ctx.clock.id(), &session, &line_up, &goods, &wish, now)?;
    store::offer::insert(&mut tx, &offer, by, now).await?;

    let proposal = Proposal {
        id: ctx.clock.id(),
        offer_id: offer.id,
        units: offer.proposed_units,
        outcome: Outcome::Pending,
    };
    store::proposal::insert(&mut tx, proposal, None, by, now).await?;
    load::say(&ctx, &mut tx, session_id, &asks(&offer, proposal)).await?;
    ctx.commit(tx).await?;
    shown::offer(&ctx, &offer);
    Ok(show::offer(&offer))
}

/// What is asked of catalogue.
pub(super) fn asks(offer: &Offer, proposal: Proposal) -> OfferProposed {
    OfferProposed {
        proposal_id: proposal.id.to_string(),
        offer_id: offer.id.to_string(),
        session_id: offer.session_id.to_string(),
        variant_id: offer.variant_id.to_string(),
        units: proposal.units,
    }
}
