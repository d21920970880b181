//! `parcel.advance`: one producer's parcel is packed, shipped, delivered, or came back.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::ProducerId,
    rpc::Asked,
};
use proto::orders::v1::{self as wire, AdvanceParcel};

use crate::{
    Ctx,
    app::{
        cancel_order::reason,
        show_order::{Sees, find, not_found, sees},
    },
    domain::{
        intake::{Answer, Ask},
        order::OrderState,
    },
    error::Error,
    wire::parcels::{parcel, read_parcel_state},
};

/// Moves a parcel on; its order follows the least advanced. The organiser's people may, and the producer's keepers.
///
/// # Errors
/// *not found*, a move that the machine does not have, a return before the offers are settled.
pub async fn advance_parcel(ctx: Ctx, asked: Asked<AdvanceParcel>) -> Result<wire::Parcel, Error> {
    let by = asked.actor.account()?;
    let order = find(&ctx, &asked.request.order_id).await?;
    let producer: ProducerId = asked.request.producer_id.parse().map_err(|_| not_found())?;
    if !asked.actor.works_for(order.organiser_id, STAFF) && !asked.actor.keeps(producer) {
        let refusal = if matches!(sees(&asked.actor, &order), Sees::Nothing) {
            not_found()
        } else {
            Refusal::forbidden()
        };
        return Err(refusal.into());
    }
    let to = read_parcel_state(asked.request.to())
        .filter(|to| *to != OrderState::Confirmed)
        .ok_or_else(|| {
            Refusal::field(
                "to",
                "Chọn packed, shipped, delivered hoặc returned.",
                "Choose packed, shipped, delivered or returned.",
            )
        })?;
    let ask = Ask::Advance {
        order: order.id,
        parcel: Some(producer),
        to,
        restock: asked.request.restock,
        by,
        reason: reason(&asked.request.reason)?,
    };
    let decided = ctx
        .intake
        .ask(order.session_id, ask, asked.deadline)
        .await?;
    match decided.answer {
        Answer::IllegalMove(state) => Err(Error::IllegalMove(state)),
        Answer::NotSettled => Err(Error::NotSettled),
        _ => {
            let moved = decided.order().and_then(|order| parcel(order, producer));
            Ok(moved.ok_or_else(not_found)?)
        }
    }
}
