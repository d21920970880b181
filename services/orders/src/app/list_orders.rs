//! `order.list`: pages of orders, of a shopper, a session or a producer.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::{Id as _, OrderId, ProducerId, SessionId},
    page::Page,
    rpc::Asked,
};
use proto::orders::v1::{self as wire, ListOrders};

use crate::{
    Ctx, app::show_order, domain::order::Order, error::Error, store, store::orders::Whose,
};

/// Lists orders, newest first. A session's are for the organiser's people; a shopper gets their own of it.
///
/// # Errors
/// *forbidden*, or a page request that breaks a rule.
pub async fn list_orders(ctx: Ctx, asked: Asked<ListOrders>) -> Result<wire::Orders, Error> {
    let request = &asked.request;
    let state = crate::wire::read_order_state(request.state());
    let page: Page<OrderId> = Page::read(request.page.clone())?;
    let mut view = ctx.view().await?;
    let whose = if request.producer_id.is_empty() {
        let account = asked.actor.account()?.uuid();
        if request.session_id.is_empty() {
            Whose::Account(account)
        } else {
            let session: SessionId = request.session_id.parse().map_err(|_| {
                Refusal::field("session_id", "Mã phiên không hợp lệ.", "Not a session id.")
            })?;
            let organiser = store::offers::organiser_of(&mut view, session).await?;
            match organiser {
                Some(organiser) if asked.actor.works_for(organiser, STAFF) => {
                    Whose::Session(session.uuid())
                }
                _ => Whose::AccountInSession(account, session.uuid()),
            }
        }
    } else {
        let producer: ProducerId = request.producer_id.parse().map_err(|_| {
            Refusal::field(
                "producer_id",
                "Mã chủ thể không hợp lệ.",
                "Not a producer id.",
            )
        })?;
        if !asked.actor.keeps(producer) {
            return Err(Refusal::forbidden().into());
        }
        Whose::Producer(producer.uuid())
    };
    let ids = store::orders::list(&mut view, whose, state, page.after, page.limit).await?;
    let mut orders = store::orders::load(&mut view, &ids, false).await?;
    orders.reverse();
    let next_cursor = page.next(orders.iter().map(|order| order.id));
    let show = |order: &Order| match whose {
        Whose::Producer(_) => {
            show_order::for_producers(order, std::slice::from_ref(&request.producer_id))
        }
        _ => crate::wire::order(order),
    };
    Ok(wire::Orders {
        orders: orders.iter().map(show).collect(),
        next_cursor,
    })
}
