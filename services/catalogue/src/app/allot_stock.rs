//! An offer asks for units: it gets all of them or the reason why not, one answer for each proposal.

use chassis::{
    id::{OfferId, ProposalId, SessionId, VariantId},
    inbox::Heard,
    outbox,
};
use proto::{
    catalogue::v1::{StockAllotted, StockRefused},
    livestream::v1::OfferProposed,
};
use sqlx::PgConnection;

use super::say;
use crate::{
    Ctx,
    domain::{
        allot::{Goods, NotAllotted, allot},
        product::{Listing, Variant},
        stock::Move,
    },
    error::Error,
    store::{self, allotment::Answer, stock::Change},
    wire,
};

/// Allots or refuses.
///
/// # Errors
/// An event that does not name its proposal, offer or session.
pub async fn allot_stock(ctx: Ctx, heard: Heard<OfferProposed>) -> Result<(), Error> {
    let asked = &heard.event;
    let proposal: ProposalId = wire::heard_id(&asked.proposal_id)?;
    let offer: OfferId = wire::heard_id(&asked.offer_id)?;
    let session: SessionId = wire::heard_id(&asked.session_id)?;
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    if store::allotment::is_answered(&mut tx, proposal).await? {
        ctx.commit(tx).await?;
        return Ok(());
    }
    let at = ctx.clock.db_now(&mut tx).await?;
    let held = store::allotment::lock(&mut tx, offer).await?;
    // What is not an id is not a variant.
    let variant_id: Option<VariantId> = asked.variant_id.parse().ok();
    let found = load(&mut tx, variant_id).await?;
    let goods = found
        .as_ref()
        .map(|(listing, variant)| Goods { listing, variant });
    let held = held.map(|held| (held.allotment, Some(held.variant) == variant_id));
    let aggregate = format!("offer:{offer}");
    let answer = |refused| Answer {
        proposal,
        offer,
        variant: &asked.variant_id,
        units: asked.units,
        refused,
    };
    match allot(goods, held, asked.units) {
        Ok(Goods { listing, variant }) => {
            store::allotment::answer(&mut tx, &answer(""), at).await?;
            store::allotment::give(&mut tx, offer, session, variant.id, asked.units).await?;
            let change = Change {
                variant: variant.id,
                by: Move::allotted(asked.units),
                offer: Some(offer),
                proposal: Some(proposal),
                note: String::new(),
                key: format!("allotted:{proposal}"),
            };
            let stock = store::stock::apply_one(&mut tx, change, at).await?;
            outbox::say(&mut tx, &ctx.clock, &aggregate, &allotted(asked)).await?;
            ctx.commit(tx).await?;
            say::stock(
                &ctx.feeds,
                listing,
                &Variant {
                    stock,
                    ..variant.clone()
                },
            );
        }
        Err(why) => {
            store::allotment::answer(&mut tx, &answer(why.code), at).await?;
            outbox::say(&mut tx, &ctx.clock, &aggregate, &refused(asked, why)).await?;
            ctx.commit(tx).await?;
        }
    }
    Ok(())
}

/// The goods, their stock locked.
async fn load(
    conn: &mut PgConnection,
    id: Option<VariantId>,
) -> Result<Option<(Listing, Variant)>, Error> {
    let Some(id) = id else { return Ok(None) };
    let Some(stock) = store::stock::lock(conn, id).await? else {
        return Ok(None);
    };
    let (listing, variant) = store::listing::of_variant(conn, id).await?;
    Ok(Some((listing, Variant { stock, ..variant })))
}

fn allotted(asked: &OfferProposed) -> StockAllotted {
    StockAllotted {
        proposal_id: asked.proposal_id.clone(),
        offer_id: asked.offer_id.clone(),
        session_id: asked.session_id.clone(),
        variant_id: asked.variant_id.clone(),
        units: asked.units,
    }
}

fn refused(asked: &OfferProposed, why: NotAllotted) -> StockRefused {
    StockRefused {
        proposal_id: asked.proposal_id.clone(),
        offer_id: asked.offer_id.clone(),
        session_id: asked.session_id.clone(),
        units_on_hand: why.on_hand,
        reason_code: why.code.to_owned(),
        reason_vi: why.why.vi,
        reason_en: why.why.en,
    }
}
