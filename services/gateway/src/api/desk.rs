//! The desk of a session: claims to look at, people at the counter, shoppers and restrictions.

use axum::response::Response;
use chassis::{
    clock::to_ms,
    id::{AccountId, DeskItemId, OrganiserId, PaymentId, SessionId},
};
use proto::orders::v1 as orders;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Staff, Steers},
    idempotency::IdempotencyKey,
    json::{Json, OptionalJson, Path, Query},
    orders::{no_way, placed},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    app::find_shopper::{find_shopper, shopper_name},
    wire::{
        self,
        desk::{
            CashBody, ClaimForBody, CounterShopper, CounterShopperBody, DeskItem, DeskItems,
            DeskQuery, DismissBody, HandleBody, HandledDeskItem, MergeBody, OrderForBody,
            Restriction, RestrictionBody, ShopperCard, TakeBody, TakenDeskItem,
        },
        holds::{ClaimBody, KeptUnits},
        orders::Order,
        payments::Payment,
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(take))
        .routes(routes!(leave))
        .routes(routes!(handle))
        .routes(routes!(dismiss))
        .routes(routes!(counter_shopper))
        .routes(routes!(card))
        .routes(routes!(claim_for))
        .routes(routes!(merge))
        .routes(routes!(order_for))
        .routes(routes!(cash))
        .routes(routes!(restrict, unrestrict))
}

/// Claims that somebody has to look at, oldest first. Whoever works for the organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/desk/items", tag = "desk",
    params(("id" = String, Path, description = "The session"), DeskQuery),
    responses((status = 200, body = DeskItems), Refused),
)]
async fn list(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Query(query): Query<DeskQuery>,
) -> Answer<Json<DeskItems>> {
    let request = orders::ListDesk {
        page: Some(wire::page(query.cursor, query.limit)),
        session_id: id.to_string(),
        state: wire::number(query.state),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Work on an item: the named one, or the oldest on which nobody works. Two people never get the same.
///
/// It is yours for two minutes; taking it again gives two more.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/desk/take", tag = "desk", request_body = TakeBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = TakenDeskItem), Refused),
)]
async fn take(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<TakeBody>,
) -> Answer<Json<TakenDeskItem>> {
    let request = orders::TakeDeskItem {
        session_id: id.to_string(),
        desk_item_id: body.desk_item_id.unwrap_or_default(),
    };
    let taken = asker.ask(request).await?;
    Ok(Json(TakenDeskItem {
        item: taken.item.map(Into::into),
    }))
}

/// Give a taken item back.
#[utoipa::path(
    post, path = "/v1/desk/items/{id}/leave", tag = "desk",
    params(("id" = String, Path, description = "The item")),
    responses((status = 200, body = DeskItem), Refused),
)]
async fn leave(asker: Asker<Staff>, Path(id): Path<DeskItemId>) -> Answer<Json<DeskItem>> {
    let request = orders::LeaveDeskItem {
        desk_item_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Make a taken item a claim of its shopper. Once: saying it again changes nothing.
#[utoipa::path(
    post, path = "/v1/desk/items/{id}/handle", tag = "desk", request_body = HandleBody,
    params(("id" = String, Path, description = "The item")),
    responses((status = 200, body = HandledDeskItem), Refused),
)]
async fn handle(
    asker: Asker<Staff>,
    Path(id): Path<DeskItemId>,
    Json(body): Json<HandleBody>,
) -> Answer<Json<HandledDeskItem>> {
    let request = orders::HandleDeskItem {
        desk_item_id: id.to_string(),
        lines: body.lines.into_iter().map(Into::into).collect(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Let a taken item come to nothing, and say why.
#[utoipa::path(
    post, path = "/v1/desk/items/{id}/dismiss", tag = "desk", request_body = DismissBody,
    params(("id" = String, Path, description = "The item")),
    responses((status = 200, body = DeskItem), Refused),
)]
async fn dismiss(
    asker: Asker<Staff>,
    Path(id): Path<DeskItemId>,
    Json(body): Json<DismissBody>,
) -> Answer<Json<DeskItem>> {
    let request = orders::DismissDeskItem {
        desk_item_id: id.to_string(),
        reason: body.reason,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// The account of a person at the counter, by phone; a new one if there is none. A name that is known stays.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/desk/shoppers", tag = "desk", request_body = CounterShopperBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = CounterShopper), Refused),
)]
async fn counter_shopper(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Json(body): Json<CounterShopperBody>,
) -> Answer<Json<CounterShopper>> {
    // Only those whom orders lets see the session's desk.
    asker
        .ask(orders::ListDesk {
            page: Some(wire::page(None, Some(1))),
            session_id: id.to_string(),
            state: 0,
        })
        .await?;
    let (account, name) = find_shopper(&asker.ctx, &body.phone, &body.name).await?;
    Ok(Json(CounterShopper {
        account_id: account.to_string(),
        shopper_name: name,
    }))
}

/// What the organiser knows of a shopper, from its own sessions. Whoever works for it.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/desk/shoppers/{account_id}", tag = "desk",
    params(("id" = String, Path, description = "The session"), ("account_id" = String, Path, description = "The shopper")),
    responses((status = 200, body = ShopperCard), Refused),
)]
async fn card(
    asker: Asker<Staff>,
    Path((id, account)): Path<(SessionId, AccountId)>,
) -> Answer<Json<ShopperCard>> {
    let request = orders::ShowShopper {
        session_id: id.to_string(),
        account_id: account.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Claim units for a shopper, change or give back what they hold.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/desk/claims", tag = "desk", request_body = ClaimForBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = KeptUnits), Refused),
)]
async fn claim_for(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Json(body): Json<ClaimForBody>,
) -> Answer<Json<KeptUnits>> {
    let name = shopper_name(&asker.ctx, &body.account_id).await?;
    let claim = ClaimBody { lines: body.lines };
    let request = claim.into_wire(id.to_string(), body.account_id, name);
    Ok(Json(asker.ask(request).await?.into()))
}

/// Merge a shopper's open order into another's, or split it: the named units go over, or all that is held.
///
/// Each line goes over whole or not at all, within the other shopper's limit, with the later of the two deadlines.
/// Places in line stay whose they are.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/desk/merge", tag = "desk", request_body = MergeBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, description = "What the other shopper holds now", body = KeptUnits), Refused),
)]
async fn merge(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Json(body): Json<MergeBody>,
) -> Answer<Json<KeptUnits>> {
    let shopper_name = shopper_name(&asker.ctx, &body.into_account_id).await?;
    let request = orders::MergeHolds {
        session_id: id.to_string(),
        from_account_id: body.from_account_id,
        into_account_id: body.into_account_id,
        shopper_name,
        lines: body.lines.into_iter().map(Into::into).collect(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Order for a shopper: what they hold goes first. The same key with the same body gives the first order again.
#[utoipa::path(
    post, path = "/v1/desk/orders", tag = "desk", request_body = OrderForBody,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible ASCII characters, new for each intent to buy")),
    responses(
        (status = 201, description = "Placed", body = Order),
        (status = 200, description = "Placed before under this key", body = Order),
        Refused,
    ),
)]
async fn order_for(
    asker: Asker<Staff>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<OrderForBody>,
) -> Answer<Response> {
    let order = body
        .order
        .into_wire(body.account_id, key, 0)
        .ok_or_else(no_way)?;
    let request = orders::PlaceForShopper { order: Some(order) };
    placed(asker.ask(request).await?)
}

/// Cash was taken for what a payment still lacks, with a receipt. Whoever works for the organiser.
#[utoipa::path(
    post, path = "/v1/payments/{id}/cash", tag = "desk", request_body = CashBody,
    params(("id" = String, Path, description = "The payment")),
    responses((status = 200, body = Payment), Refused),
)]
async fn cash(
    asker: Asker<Staff>,
    Path(id): Path<PaymentId>,
    Json(body): Json<CashBody>,
) -> Answer<Json<Payment>> {
    let request = orders::ReceiveCash {
        payment_id: id.to_string(),
        amount: body.amount,
        receipt_no: body.receipt_no,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Let a shopper's claims and orders go through the desk only. The organiser and its hosts.
#[utoipa::path(
    put, path = "/v1/organisers/{id}/restrictions/{account_id}", tag = "desk", request_body = RestrictionBody,
    params(("id" = String, Path, description = "The organiser"), ("account_id" = String, Path, description = "The shopper")),
    responses((status = 200, body = Restriction), Refused),
)]
async fn restrict(
    asker: Asker<Steers>,
    Path((organiser, account)): Path<(OrganiserId, AccountId)>,
    Json(body): Json<RestrictionBody>,
) -> Answer<Json<Restriction>> {
    let request = orders::RestrictShopper {
        organiser_id: organiser.to_string(),
        account_id: account.to_string(),
        reason: body.reason,
        until_ms: body.until.map_or(0, to_ms),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Lift a restriction; it stays as history.
#[utoipa::path(
    delete, path = "/v1/organisers/{id}/restrictions/{account_id}", tag = "desk",
    params(("id" = String, Path, description = "The organiser"), ("account_id" = String, Path, description = "The shopper")),
    responses((status = 200, body = Restriction), Refused),
)]
async fn unrestrict(
    asker: Asker<Steers>,
    Path((organiser, account)): Path<(OrganiserId, AccountId)>,
) -> Answer<Json<Restriction>> {
    let request = orders::LiftRestriction {
        organiser_id: organiser.to_string(),
        account_id: account.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}
