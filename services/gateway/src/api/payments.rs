//! Payments: the code to scan, money sent back, money that came in.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chassis::id::{PaymentId, SessionId};
use proto::orders::v1::{ImageFormat, ListBankEntries, RecordRefund, ShowPaymentQr};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Organises, SignedIn},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    wire::{
        self,
        payments::{BankEntries, BankEntriesQuery, Payment, RefundBody},
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(qr_svg))
        .routes(routes!(qr_png))
        .routes(routes!(refund))
        .routes(routes!(bank_entries))
}

/// A payment's VietQR code, to be scanned by any Vietnamese bank's app. The order's shopper; the organiser's people.
#[utoipa::path(
    get, path = "/v1/payments/{id}/qr.svg", tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    responses((status = 200, content_type = "image/svg+xml", body = String), Refused),
)]
async fn qr_svg(asker: Asker<SignedIn>, Path(id): Path<PaymentId>) -> Answer<Response> {
    image(&asker, id, ImageFormat::Svg, "image/svg+xml").await
}

/// The same as a PNG image.
#[utoipa::path(
    get, path = "/v1/payments/{id}/qr.png", tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    responses((status = 200, content_type = "image/png", body = Vec<u8>), Refused),
)]
async fn qr_png(asker: Asker<SignedIn>, Path(id): Path<PaymentId>) -> Answer<Response> {
    image(&asker, id, ImageFormat::Png, "image/png").await
}

async fn image(
    asker: &Asker<SignedIn>,
    id: PaymentId,
    format: ImageFormat,
    kind: &'static str,
) -> Answer<Response> {
    let qr = asker
        .ask(ShowPaymentQr {
            payment_id: id.to_string(),
            format: format.into(),
        })
        .await?;
    Ok((
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
        qr.image,
    )
        .into_response())
}

/// Take note that money was sent back by bank. Organisers.
#[utoipa::path(
    post, path = "/v1/payments/{id}/refund", tag = "payments", request_body = RefundBody,
    params(("id" = String, Path, description = "The payment")),
    responses((status = 200, body = Payment), Refused),
)]
async fn refund(
    asker: Asker<Organises>,
    Path(id): Path<PaymentId>,
    Json(body): Json<RefundBody>,
) -> Answer<Json<Payment>> {
    let request = RecordRefund {
        payment_id: id.to_string(),
        reference: body.reference,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// The money that came in for a session, newest first. Organisers.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/bank-entries", tag = "payments",
    params(("id" = String, Path, description = "The session"), BankEntriesQuery),
    responses((status = 200, body = BankEntries), Refused),
)]
async fn bank_entries(
    asker: Asker<Organises>,
    Path(id): Path<SessionId>,
    Query(query): Query<BankEntriesQuery>,
) -> Answer<Json<BankEntries>> {
    let request = ListBankEntries {
        page: Some(wire::page(query.cursor, query.limit)),
        session_id: id.to_string(),
        outcome: wire::number(query.outcome),
    };
    Ok(Json(asker.ask(request).await?.into()))
}
