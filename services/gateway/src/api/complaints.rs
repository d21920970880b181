//! Viewers' complaints (Law 122/2025/QH15, Art. 22).

use axum::http::StatusCode;
use chassis::id::{ComplaintId, SessionId};
use proto::livestream::v1::{
    AnswerComplaint, CloseComplaint, FileComplaint, ListComplaints, ListOwnComplaints,
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Moderates, SignedIn, Staff},
    idempotency::OptionalIdempotencyKey,
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    domain::name,
    wire::{
        PageQuery,
        complaints::{AnswerBody, Complaint, ComplaintBody, Complaints},
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(file, list))
        .routes(routes!(own))
        .routes(routes!(answer))
        .routes(routes!(close))
}

/// Complain about a session: it gets a number, and is tied to the second of the session.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/complaints", tag = "complaints", request_body = ComplaintBody,
    params(
        ("id" = String, Path, description = "The session"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key complains once"),
    ),
    responses((status = 201, description = "Taken", body = Complaint), Refused),
)]
async fn file(
    asker: Asker<SignedIn>,
    Path(id): Path<SessionId>,
    key: OptionalIdempotencyKey,
    Json(body): Json<ComplaintBody>,
) -> Answer<(StatusCode, Json<Complaint>)> {
    let request = FileComplaint {
        session_id: id.to_string(),
        offer_id: body.offer_id.unwrap_or_default(),
        category: body.category.into(),
        text: body.text,
        author_name: name::shortened(&asker.signed_in()?.identity.name),
        idempotency_key: key.or_new(),
    };
    Ok((StatusCode::CREATED, Json(asker.ask(request).await?.into())))
}

/// A session's complaints, newest first. The organiser's people.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/complaints", tag = "complaints",
    params(("id" = String, Path, description = "The session"), PageQuery),
    responses((status = 200, body = Complaints), Refused),
)]
async fn list(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Complaints>> {
    let request = ListComplaints {
        page: Some(query.into()),
        session_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// My complaints with their answers, newest first.
#[utoipa::path(
    get, path = "/v1/me/complaints", tag = "me", params(PageQuery),
    responses((status = 200, body = Complaints), Refused),
)]
async fn own(asker: Asker<SignedIn>, Query(query): Query<PageQuery>) -> Answer<Json<Complaints>> {
    let request = ListOwnComplaints {
        page: Some(query.into()),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Answer a complaint. Organisers, hosts, moderators.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/answer", tag = "complaints", request_body = AnswerBody,
    params(("id" = String, Path, description = "The complaint")),
    responses((status = 200, body = Complaint), Refused),
)]
async fn answer(
    asker: Asker<Moderates>,
    Path(id): Path<ComplaintId>,
    Json(body): Json<AnswerBody>,
) -> Answer<Json<Complaint>> {
    let request = AnswerComplaint {
        complaint_id: id.to_string(),
        answer: body.answer,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Close a complaint that is answered. Organisers, hosts, moderators.
#[utoipa::path(
    post, path = "/v1/complaints/{id}/close", tag = "complaints",
    params(("id" = String, Path, description = "The complaint")),
    responses((status = 200, body = Complaint), Refused),
)]
async fn close(asker: Asker<Moderates>, Path(id): Path<ComplaintId>) -> Answer<Json<Complaint>> {
    let request = CloseComplaint {
        complaint_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}
