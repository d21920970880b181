//! `parcel.list`: what is to be packed, by a producer or in a session.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::{Id as _, OrderId, ProducerId, SessionId},
    page::Page,
    rpc::Asked,
};
use proto::orders::v1::{self as wire, ListParcels};

use crate::{
    Ctx,
    error::Error,
    store::{self, parcels::Whose},
    wire::parcels::{parcel, read_parcel_state},
};

/// Lists parcels of orders that are sold, with where they go: a producer's own to its keepers, a session's to the
/// organiser's people. A page has so many orders; each shows its parcels that are asked for.
///
/// # Errors
/// *forbidden*, or a page request that breaks a rule.
pub async fn list_parcels(ctx: Ctx, asked: Asked<ListParcels>) -> Result<wire::Parcels, Error> {
    let request = &asked.request;
    let state = read_parcel_state(request.state());
    let page: Page<OrderId> = Page::read(request.page.clone())?;
    let mut view = ctx.view().await?;
    let (whose, only) = if request.producer_id.is_empty() {
        let session: SessionId = request.session_id.parse().map_err(|_| {
            Refusal::field("session_id", "Mã phiên không hợp lệ.", "Not a session id.")
        })?;
        match store::offers::organiser_of(&mut view, session).await? {
            Some(organiser) => asked.actor.must_work_for(organiser, STAFF)?,
            // Nothing was opened yet: nothing to pack, and nobody's to hide.
            None => return Ok(wire::Parcels::default()),
        }
        (Whose::Session(session.uuid()), None)
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
        (Whose::Producer(producer.uuid()), Some(producer))
    };
    let ids = store::parcels::orders_with(&mut view, whose, state, page.after, page.limit).await?;
    let mut orders = store::orders::load(&mut view, &ids, false).await?;
    orders.reverse();
    let next_cursor = page.next(orders.iter().map(|order| order.id));
    let mut parcels = Vec::new();
    for order in &orders {
        let producers = only.map_or_else(|| order.producers(), |only| vec![only]);
        let wanted = producers.into_iter().filter(|producer| {
            let stands = order.parcel(*producer);
            state.is_none() || stands == state
        });
        parcels.extend(wanted.filter_map(|producer| parcel(order, producer)));
    }
    Ok(wire::Parcels {
        parcels,
        next_cursor,
    })
}
