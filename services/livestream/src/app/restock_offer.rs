//! Asks catalogue for more units of an offer.

use chassis::{
    actor::{ActorExt as _, STEERS},
    id::OfferId,
    refusal::Fields,
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, RestockOffer};

use crate::{
    Ctx,
    app::{load, propose_offer::asks, shown},
    domain::{offer::Outcome, rule::Rule},
    error::Error,
    store::{self, proposal::Proposal},
    wire::{asked as read, show},
};

/// Asks catalogue for more units; the offer stays as it is until the answer comes. One such question at a time: the
/// same one again, by its key or while it is under way, asks for nothing more.
///
/// # Errors
/// No units yet, closed, another restock under way.
pub async fn restock_offer(ctx: Ctx, asked: Asked<RestockOffer>) -> Result<wire::Offer, Error> {
    let by = asked.actor.account()?;
    let id: OfferId = read::id("offer_id", &asked.request.offer_id)?;
    let mut tx = ctx.begin().await?;
    let (session, mut offer) = load::offer(&mut tx, id).await?;
    asked.actor.must_work_for(session.organiser_id, STEERS)?;
    let mut fields = Fields::default();
    let Some(units) = read::units(&mut fields, asked.request.units) else {
        return Err(fields.into_refusal().into());
    };
    let key = read::key(&asked.request.idempotency_key)?;

    if let Some(key) = key
        && let Some(first) = store::proposal::by_key(&mut tx, id, key).await?
    {
        return if first.units == units {
            Ok(show::offer(&offer))
        } else {
            Err(Rule::KeyReused.into())
        };
    }
    offer.must_be_unclosed()?;
    let pending = store::proposal::pending(&mut tx, id)
        .await?
        .filter(|_| offer.allotted_units > 0);
    if let Some(pending) = pending {
        let same = key.is_none() && pending.units == units;
        return if same {
            Ok(show::offer(&offer))
        } else {
            Err(Rule::RestockUnderWay.into())
        };
    }
    offer.restock(units)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let proposal = Proposal {
        id: ctx.clock.id(),
        offer_id: id,
        units,
        outcome: Outcome::Pending,
    };
    store::proposal::insert(&mut tx, proposal, key, by, now).await?;
    store::offer::update(&mut tx, &offer).await?;
    load::say(&ctx, &mut tx, session.id, &asks(&offer, proposal)).await?;
    ctx.commit(tx).await?;
    shown::offer(&ctx, &offer);
    Ok(show::offer(&offer))
}
