//! Orders: placed, shown, packed.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use chassis::{
    id::{OrderId, ProducerId, SessionId},
    refusal::Refusal,
};
use proto::orders::v1::{self as orders, placed_order};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Keeps, Packs, Policy, SignedIn, Staff},
    idempotency::IdempotencyKey,
    json::{Json, OptionalJson, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    wire::{
        self,
        orders::{AdvanceBody, CancelBody, Order, OrderBody, Orders, OrdersQuery},
    },
};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(place, list_own))
        .routes(routes!(list_of_session))
        .routes(routes!(list_of_producer))
        .routes(routes!(show))
        .routes(routes!(cancel))
        .routes(routes!(advance))
}

/// Place an order: all of it, or nothing.
///
/// The same key with the same body gives the first order again; first come, first served.
#[utoipa::path(
    post, path = "/v1/orders", tag = "orders", request_body = OrderBody,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible ASCII characters, new for each intent to buy")),
    responses(
        (status = 201, description = "Placed", body = Order),
        (status = 200, description = "Placed before under this key", body = Order, headers(("Idempotent-Replayed" = String, description = "`true`"))),
        Refused,
    ),
)]
async fn place(
    asker: Asker<SignedIn>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<OrderBody>,
) -> Answer<Response> {
    let account = asker.signed_in()?.actor.account_id.clone();
    // The deadline is set where the order leaves.
    let order = body.into_wire(account, key, 0).ok_or_else(no_way)?;
    let placed = asker
        .ctx
        .placing
        .place(order, asker.until(), asker.trace())
        .await?;
    self::placed(placed)
}

/// The delivery is neither or both of the two ways.
pub(super) fn no_way() -> Refusal {
    Refusal::field(
        "delivery",
        "Chọn giao đến địa chỉ hoặc nhận tại quầy, đúng một trong hai.",
        "An address or pickup: exactly one of the two.",
    )
}

/// What the intake said of an order.
pub(super) fn placed(placed: orders::PlacedOrder) -> Answer<Response> {
    match placed.result {
        Some(placed_order::Result::Order(order)) if placed.replayed => Ok((
            [(REPLAYED, HeaderValue::from_static("true"))],
            Json(Order::from(*order)),
        )
            .into_response()),
        Some(placed_order::Result::Order(order)) => {
            Ok((StatusCode::CREATED, Json(Order::from(*order))).into_response())
        }
        Some(placed_order::Result::Refusal(refusal)) => Err(Refusal::from(refusal).into()),
        Some(placed_order::Result::RefusedAs(_)) | None => Err(Refusal::internal().into()),
    }
}

/// My orders, newest first.
#[utoipa::path(
    get, path = "/v1/orders", tag = "orders", params(OrdersQuery),
    responses((status = 200, body = Orders), Refused),
)]
async fn list_own(
    asker: Asker<SignedIn>,
    Query(query): Query<OrdersQuery>,
) -> Answer<Json<Orders>> {
    list(&asker, query, String::new(), String::new()).await
}

/// The orders of a session. Whoever works for its organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/orders", tag = "orders",
    params(("id" = String, Path, description = "The session"), OrdersQuery),
    responses((status = 200, body = Orders), Refused),
)]
async fn list_of_session(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Query(query): Query<OrdersQuery>,
) -> Answer<Json<Orders>> {
    list(&asker, query, id.to_string(), String::new()).await
}

/// The orders with goods of a producer. Its keepers.
#[utoipa::path(
    get, path = "/v1/producers/{id}/orders", tag = "orders",
    params(("id" = String, Path, description = "The producer"), OrdersQuery),
    responses((status = 200, body = Orders), Refused),
)]
async fn list_of_producer(
    asker: Asker<Keeps>,
    Path(id): Path<ProducerId>,
    Query(query): Query<OrdersQuery>,
) -> Answer<Json<Orders>> {
    list(&asker, query, String::new(), id.to_string()).await
}

async fn list<P: Policy>(
    asker: &Asker<P>,
    query: OrdersQuery,
    session_id: String,
    producer_id: String,
) -> Answer<Json<Orders>> {
    let (page, state) = (
        Some(wire::page(query.cursor, query.limit)),
        wire::number(query.state),
    );
    Ok(Json(
        asker
            .ask(orders::ListOrders {
                page,
                session_id,
                producer_id,
                state,
            })
            .await?
            .into(),
    ))
}

/// Show an order. Its shopper; those who pack it.
#[utoipa::path(
    get, path = "/v1/orders/{id}", tag = "orders",
    params(("id" = String, Path, description = "The order")),
    responses((status = 200, body = Order), Refused),
)]
async fn show(asker: Asker<SignedIn>, Path(id): Path<OrderId>) -> Answer<Json<Order>> {
    Ok(Json(
        asker
            .ask(orders::ShowOrder {
                order_id: id.to_string(),
            })
            .await?
            .into(),
    ))
}

/// Cancel an order. Its shopper; whoever works for the organiser.
#[utoipa::path(
    post, path = "/v1/orders/{id}/cancel", tag = "orders", request_body = Option<CancelBody>,
    params(("id" = String, Path, description = "The order")),
    responses((status = 200, body = Order), Refused),
)]
async fn cancel(
    asker: Asker<SignedIn>,
    Path(id): Path<OrderId>,
    OptionalJson(body): OptionalJson<CancelBody>,
) -> Answer<Json<Order>> {
    let request = orders::CancelOrder {
        order_id: id.to_string(),
        reason: body.reason.unwrap_or_default(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Move an order on: packed, shipped, delivered, returned. The producer's keepers; whoever works for the organiser.
#[utoipa::path(
    post, path = "/v1/orders/{id}/advance", tag = "orders", request_body = AdvanceBody,
    params(("id" = String, Path, description = "The order")),
    responses((status = 200, body = Order), Refused),
)]
async fn advance(
    asker: Asker<Packs>,
    Path(id): Path<OrderId>,
    Json(body): Json<AdvanceBody>,
) -> Answer<Json<Order>> {
    let request = orders::AdvanceOrder {
        order_id: id.to_string(),
        to: body.to.into(),
        restock: body.restock,
        reason: body.reason.unwrap_or_default(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}
