//! `order.cancel`: the shopper changes their mind, or the organiser calls it off.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STEERS},
    rpc::Asked,
    text,
};
use proto::orders::v1::{self as wire, CancelOrder};

use crate::{
    Ctx,
    app::show_order::{find, not_found},
    domain::{
        intake::{Answer, Ask},
        order::{Order, OrderState, PaymentMethod},
    },
    error::Error,
    intake::Decided,
};

/// Cancels an order; its units go back at once, what was paid is due back. Repeating it changes nothing.
///
/// # Errors
/// *not found*, *forbidden*, or an order that is on its way already.
pub async fn cancel_order(ctx: Ctx, asked: Asked<CancelOrder>) -> Result<wire::Order, Error> {
    let by = asked.actor.account()?;
    let order = find(&ctx, &asked.request.order_id).await?;
    let steers = asked.actor.works_for(order.organiser_id, STEERS);
    if order.account_id != by && !steers {
        return Err(not_found().into());
    }
    if !steers && !shopper_may(&order) {
        return Err(Refusal::conflict(
            "ask_the_organiser",
            "Đơn đã thanh toán hoặc đang đóng gói: hãy nhờ ban tổ chức huỷ.",
            "The order is paid or being packed: please ask the organiser to cancel it.",
        )
        .into());
    }
    let reason = reason(&asked.request.reason)?;
    let decided = ctx
        .intake
        .ask(
            order.session_id,
            Ask::Cancel {
                order: order.id,
                by,
                reason,
            },
            asked.deadline,
        )
        .await?;
    settled(&decided)
}

/// A shopper may cancel by themselves until money has moved or the parcel is packed.
fn shopper_may(order: &Order) -> bool {
    match order.state {
        OrderState::AwaitingPayment | OrderState::Cancelled => true,
        OrderState::Confirmed => order.method == PaymentMethod::Cod,
        _ => false,
    }
}

/// A reason may be left out.
pub(super) fn reason(text: &str) -> Result<String, Refusal> {
    if text.is_empty() {
        return Ok(String::new());
    }
    text::clean_line(text, 500).map_err(|_| {
        Refusal::field(
            "reason",
            "Tối đa 500 ký tự trên một dòng.",
            "At most 500 characters on one line.",
        )
    })
}

/// The order after a move, or why there was none.
pub(super) fn settled(decided: &Decided) -> Result<wire::Order, Error> {
    match decided.answer {
        Answer::IllegalMove(state) => Err(Error::IllegalMove(state)),
        Answer::NotSettled => Err(Error::NotSettled),
        _ => Ok(crate::wire::order(decided.order().ok_or_else(not_found)?)),
    }
}
