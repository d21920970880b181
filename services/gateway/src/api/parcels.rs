//! Parcels: listed for who packs them, moved on; a session's packing list.

use axum::response::Response;
use chassis::{
    id::{OrderId, ProducerId, SessionId},
    refusal::Refusal,
};
use proto::{
    livestream::v1::ShowSession,
    orders::v1::{self as orders, AdvanceParcel, ListParcels},
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Keeps, Packs, Policy, Staff},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx, sheet,
    wire::{
        self,
        parcels::{AdvanceParcelBody, PackingQuery, Parcel, Parcels, ParcelsQuery, packing_table},
    },
};

/// The most pages of a hundred orders that a packing list has.
const PAGES: usize = 60;

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(of_producer))
        .routes(routes!(of_session))
        .routes(routes!(packing_csv))
        .routes(routes!(advance))
}

/// The parcels that a producer packs, newest orders first. Its keepers.
#[utoipa::path(
    get, path = "/v1/producers/{id}/parcels", tag = "parcels",
    params(("id" = String, Path, description = "The producer"), ParcelsQuery),
    responses((status = 200, body = Parcels), Refused),
)]
async fn of_producer(
    asker: Asker<Keeps>,
    Path(id): Path<ProducerId>,
    Query(query): Query<ParcelsQuery>,
) -> Answer<Json<Parcels>> {
    list(&asker, query, String::new(), id.to_string()).await
}

/// The packing list of a session, with what stands on labels; newest orders first. Whoever works for its organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/packing-list", tag = "parcels",
    params(("id" = String, Path, description = "The session"), ParcelsQuery),
    responses((status = 200, body = Parcels), Refused),
)]
async fn of_session(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Query(query): Query<ParcelsQuery>,
) -> Answer<Json<Parcels>> {
    list(&asker, query, id.to_string(), String::new()).await
}

async fn list<P: Policy>(
    asker: &Asker<P>,
    query: ParcelsQuery,
    session_id: String,
    producer_id: String,
) -> Answer<Json<Parcels>> {
    let request = ListParcels {
        page: Some(wire::page(query.cursor, query.limit)),
        session_id,
        producer_id,
        state: wire::number(query.state),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// The packing list as a spreadsheet, by producer. Whoever works for the session's organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/packing-list.csv", tag = "parcels",
    params(("id" = String, Path, description = "The session"), PackingQuery),
    responses((status = 200, content_type = "text/csv", body = String), Refused),
)]
async fn packing_csv(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Query(query): Query<PackingQuery>,
) -> Answer<Response> {
    let session_id = id.to_string();
    let parcels = all(&asker, &session_id, wire::number(query.state)).await?;
    let session = asker.ask(ShowSession { session_id }).await?;
    let name = |producer: &str| wire::reports::producer_name(&session, producer);
    let table = packing_table(parcels, name);
    Ok(sheet::csv(&[table], &format!("dong-goi-{id}"))?)
}

/// Every page of a session's parcels.
async fn all(asker: &Asker<Staff>, session_id: &str, state: i32) -> Answer<Vec<orders::Parcel>> {
    let mut parcels = Vec::new();
    let mut cursor = String::new();
    for _ in 0..PAGES {
        let page = asker
            .ask(ListParcels {
                page: Some(wire::page(Some(cursor), Some(100))),
                session_id: session_id.to_owned(),
                producer_id: String::new(),
                state,
            })
            .await?;
        parcels.extend(page.parcels);
        cursor = page.next_cursor;
        if cursor.is_empty() {
            return Ok(parcels);
        }
    }
    // Half a list would be packed as if it were whole.
    Err(Refusal::conflict(
        "list_too_long",
        "Danh sách quá dài cho một tệp: hãy lọc theo trạng thái hoặc tải từng trang.",
        "The list is too long for one file: filter by state, or read it page by page.",
    )
    .into())
}

/// Move a parcel on: packed, shipped, delivered, returned; its order follows. The producer's keepers; whoever works
/// for the organiser.
#[utoipa::path(
    post, path = "/v1/orders/{id}/parcels/{producer_id}/advance", tag = "parcels", request_body = AdvanceParcelBody,
    params(("id" = String, Path, description = "The order"), ("producer_id" = String, Path, description = "Whose parcel of it")),
    responses((status = 200, body = Parcel), Refused),
)]
async fn advance(
    asker: Asker<Packs>,
    Path((id, producer)): Path<(OrderId, ProducerId)>,
    Json(body): Json<AdvanceParcelBody>,
) -> Answer<Json<Parcel>> {
    let request = AdvanceParcel {
        order_id: id.to_string(),
        producer_id: producer.to_string(),
        to: body.to.into(),
        restock: body.restock,
        reason: body.reason.unwrap_or_default(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}
