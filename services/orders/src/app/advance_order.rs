//! `order.advance`: packed, shipped, delivered, returned.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    rpc::Asked,
};
use proto::orders::v1::{self as wire, AdvanceOrder};

use crate::{
    Ctx,
    app::{
        cancel_order::{reason, settled},
        show_order::{Sees, find, not_found, sees},
    },
    domain::{intake::Ask, order::OrderState},
    error::Error,
};

/// Moves an order on. The organiser's people may, and the producer whose goods are all of it.
///
/// # Errors
/// *not found*, a move that the machine does not have, a return before the offers are settled.
pub async fn advance_order(ctx: Ctx, asked: Asked<AdvanceOrder>) -> Result<wire::Order, Error> {
    let by = asked.actor.account()?;
    let order = find(&ctx, &asked.request.order_id).await?;
    let alone = order
        .lines
        .iter()
        .all(|line| asked.actor.keeps(line.producer_id));
    if !asked.actor.works_for(order.organiser_id, STAFF) && !alone {
        let refusal = if matches!(sees(&asked.actor, &order), Sees::Nothing) {
            not_found()
        } else {
            Refusal::forbidden()
        };
        return Err(refusal.into());
    }
    let to = crate::wire::read_order_state(asked.request.to())
        .filter(|to| {
            matches!(
                to,
                OrderState::Packed
                    | OrderState::Shipped
                    | OrderState::Delivered
                    | OrderState::Returned
            )
        })
        .ok_or_else(|| {
            Refusal::field(
                "to",
                "Chọn packed, shipped, delivered hoặc returned.",
                "Choose packed, shipped, delivered or returned.",
            )
        })?;
    let reason = reason(&asked.request.reason)?;
    let ask = Ask::Advance {
        order: order.id,
        parcel: None,
        to,
        restock: asked.request.restock,
        by,
        reason,
    };
    let decided = ctx
        .intake
        .ask(order.session_id, ask, asked.deadline)
        .await?;
    settled(&decided)
}
