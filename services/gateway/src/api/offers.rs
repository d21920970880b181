//! Offers of a session, and where their units are.

use axum::http::StatusCode;
use chassis::id::{OfferId, ProducerId, SessionId};
use proto::{
    livestream::v1::{CloseOffer, ListOffersOfProducer, OpenOffer, RestockOffer},
    orders::v1::ShowUnits,
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Steers},
    idempotency::IdempotencyKey,
    json::{Json, Path},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    wire::{
        offers::{Offer, OfferBody, RestockBody, SessionUnits},
        sessions::OffersInSessions,
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(propose))
        .routes(routes!(restock))
        .routes(routes!(open))
        .routes(routes!(close))
        .routes(routes!(units))
        .routes(routes!(of_producer))
}

/// Propose an offer; its units are allotted or refused a moment later. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/offers", tag = "offers", request_body = OfferBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 201, description = "Proposed", body = Offer), Refused),
)]
async fn propose(
    asker: Asker<Steers>,
    Path(id): Path<SessionId>,
    Json(body): Json<OfferBody>,
) -> Answer<(StatusCode, Json<Offer>)> {
    let offer = asker.ask(body.into_wire(id.to_string())).await?;
    Ok((StatusCode::CREATED, Json(offer.into())))
}

/// Ask for more units. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/offers/{id}/restock", tag = "offers", request_body = RestockBody,
    params(
        ("id" = String, Path, description = "The offer"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible ASCII characters; the same key asks once"),
    ),
    responses((status = 200, body = Offer), Refused),
)]
async fn restock(
    asker: Asker<Steers>,
    Path(id): Path<OfferId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(body): Json<RestockBody>,
) -> Answer<Json<Offer>> {
    let request = RestockOffer {
        offer_id: id.to_string(),
        units: body.units,
        idempotency_key,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Open an offer: it sells from now. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/offers/{id}/open", tag = "offers",
    params(("id" = String, Path, description = "The offer")),
    responses((status = 200, body = Offer), Refused),
)]
async fn open(asker: Asker<Steers>, Path(id): Path<OfferId>) -> Answer<Json<Offer>> {
    Ok(Json(
        asker
            .ask(OpenOffer {
                offer_id: id.to_string(),
            })
            .await?
            .into(),
    ))
}

/// Close an offer. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/offers/{id}/close", tag = "offers",
    params(("id" = String, Path, description = "The offer")),
    responses((status = 200, body = Offer), Refused),
)]
async fn close(asker: Asker<Steers>, Path(id): Path<OfferId>) -> Answer<Json<Offer>> {
    Ok(Json(
        asker
            .ask(CloseOffer {
                offer_id: id.to_string(),
            })
            .await?
            .into(),
    ))
}

/// Where are the units of a session's offers?
#[utoipa::path(
    get, path = "/v1/sessions/{id}/units", tag = "offers", security((), ("bearer" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = SessionUnits), Refused),
)]
async fn units(asker: Asker<Anybody>, Path(id): Path<SessionId>) -> Answer<Json<SessionUnits>> {
    Ok(Json(
        asker
            .ask(ShowUnits {
                session_id: id.to_string(),
            })
            .await?
            .into(),
    ))
}

/// What a producer offers in sessions to come or on air, soonest first.
#[utoipa::path(
    get, path = "/v1/producers/{id}/offers", tag = "offers", security((), ("bearer" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The producer")),
    responses((status = 200, body = OffersInSessions), Refused),
)]
async fn of_producer(
    asker: Asker<Anybody>,
    Path(id): Path<ProducerId>,
) -> Answer<Json<OffersInSessions>> {
    let request = ListOffersOfProducer {
        producer_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}
