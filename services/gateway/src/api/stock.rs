//! Stock of a variant.

use chassis::id::VariantId;
use proto::catalogue::v1::{ReceiveStock, ShowStock, WriteOffStock};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Lists},
    idempotency::IdempotencyKey,
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    wire::{
        PageQuery,
        stock::{StockAccount, StockBody, Variant},
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(receive))
        .routes(routes!(write_off))
        .routes(routes!(show))
}

/// Receive units. The producer's keepers; organisers.
#[utoipa::path(
    post, path = "/v1/variants/{id}/stock/receive", tag = "stock", request_body = StockBody,
    params(("id" = String, Path, description = "The variant"), ("Idempotency-Key" = String, Header, description = "1 to 255 visible ASCII characters")),
    responses((status = 200, body = Variant), Refused),
)]
async fn receive(
    asker: Asker<Lists>,
    Path(id): Path<VariantId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(body): Json<StockBody>,
) -> Answer<Json<Variant>> {
    let (variant_id, note) = (id.to_string(), body.note.unwrap_or_default());
    Ok(Json(
        asker
            .ask(ReceiveStock {
                variant_id,
                units: body.units,
                note,
                idempotency_key,
            })
            .await?
            .into(),
    ))
}

/// Write units off: broken, lost, expired. The producer's keepers; organisers.
#[utoipa::path(
    post, path = "/v1/variants/{id}/stock/write-off", tag = "stock", request_body = StockBody,
    params(("id" = String, Path, description = "The variant"), ("Idempotency-Key" = String, Header, description = "1 to 255 visible ASCII characters")),
    responses((status = 200, body = Variant), Refused),
)]
async fn write_off(
    asker: Asker<Lists>,
    Path(id): Path<VariantId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(body): Json<StockBody>,
) -> Answer<Json<Variant>> {
    let (variant_id, note) = (id.to_string(), body.note.unwrap_or_default());
    Ok(Json(
        asker
            .ask(WriteOffStock {
                variant_id,
                units: body.units,
                note,
                idempotency_key,
            })
            .await?
            .into(),
    ))
}

/// Show a variant's stock and the newest entries of its ledger. The producer's keepers; organisers.
#[utoipa::path(
    get, path = "/v1/variants/{id}/stock", tag = "stock",
    params(("id" = String, Path, description = "The variant"), PageQuery),
    responses((status = 200, body = StockAccount), Refused),
)]
async fn show(
    asker: Asker<Lists>,
    Path(id): Path<VariantId>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<StockAccount>> {
    Ok(Json(
        asker
            .ask(ShowStock {
                variant_id: id.to_string(),
                page: Some(page.into()),
            })
            .await?
            .into(),
    ))
}
