//! `order.show`: one order, for its shopper and those who work on it.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::{Id as _, OrderId},
    rpc::Asked,
};
use proto::{
    common::v1::Actor,
    orders::v1::{self as wire, ShowOrder},
};

use crate::{Ctx, domain::order::Order, error::Error, store};

/// Shows an order.
///
/// # Errors
/// *not found*, also for those who may not see it.
pub async fn show_order(ctx: Ctx, asked: Asked<ShowOrder>) -> Result<wire::Order, Error> {
    let order = find(&ctx, &asked.request.order_id).await?;
    match sees(&asked.actor, &order) {
        Sees::All => {
            let mut view = ctx.view().await?;
            let helper = store::shoppers::assisted_by(&mut view, order.id).await?;
            Ok(wire::Order {
                assisted_by_account_id: helper.map(|by| by.to_string()).unwrap_or_default(),
                ..crate::wire::order(&order)
            })
        }
        Sees::Lines(producers) => Ok(for_producers(&order, &producers)),
        Sees::Nothing => Err(not_found().into()),
    }
}

/// Loads an order by its id as text.
///
/// # Errors
/// *not found*.
pub(super) async fn find(ctx: &Ctx, id: &str) -> Result<Order, Error> {
    let id: OrderId = id.parse().map_err(|_| not_found())?;
    let mut view = ctx.view().await?;
    let order = store::orders::load(&mut view, &[id.uuid()], false)
        .await?
        .pop();
    Ok(order.ok_or_else(not_found)?)
}

pub(super) fn not_found() -> Refusal {
    Refusal::not_found("đơn hàng này", "order")
}

/// How much of an order somebody sees.
pub(super) enum Sees {
    /// The shopper, and the organiser's people.
    All,
    /// A producer: their own lines, and where to send them.
    Lines(Vec<String>),
    /// Everybody else.
    Nothing,
}

pub(super) fn sees(actor: &Actor, order: &Order) -> Sees {
    let own = actor
        .account()
        .is_ok_and(|account| account == order.account_id);
    if own || actor.works_for(order.organiser_id, STAFF) {
        return Sees::All;
    }
    let producers: Vec<String> = order
        .lines
        .iter()
        .filter(|line| actor.keeps(line.producer_id))
        .map(|line| line.producer_id.to_string())
        .collect();
    if producers.is_empty() {
        Sees::Nothing
    } else {
        Sees::Lines(producers)
    }
}

/// An order as one of its producers packs it: only their lines, no money of others.
pub(super) fn for_producers(order: &Order, producers: &[String]) -> wire::Order {
    let mut part = crate::wire::order(order);
    part.lines
        .retain(|line| producers.contains(&line.producer_id));
    part.ahead
        .retain(|parcel| producers.contains(&parcel.producer_id));
    part.payments
        .retain(|payment| producers.contains(&payment.payee_id));
    part.goods_total = part.lines.iter().map(|line| line.line_total).sum();
    part.shipping_fee = 0;
    part.total = part.goods_total;
    part
}
