//! Sessions: planned, steered, watched.

use axum::http::StatusCode;
use chassis::{clock::to_ms, id::SessionId};
use proto::livestream::v1::{
    EndSession, GoLive, ListSessions, PinOffer, PlanSession, RenameSession, RescheduleSession,
    SayNotice, ShowSession, StopSession,
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Moderates, Organises, Steers},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    wire::{
        self,
        products::ReasonBody,
        sessions::{
            NoticeBody, PinBody, RescheduleBody, Session, SessionBody, Sessions, SessionsQuery,
            TitleBody,
        },
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(plan, list))
        .routes(routes!(show))
        .routes(routes!(reschedule))
        .routes(routes!(rename))
        .routes(routes!(go_live))
        .routes(routes!(end))
        .routes(routes!(stop))
        .routes(routes!(pin))
        .routes(routes!(say_notice))
}

/// Plan a session. Organisers.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", request_body = SessionBody,
    responses((status = 201, description = "Planned", body = Session), Refused),
)]
async fn plan(
    asker: Asker<Organises>,
    Json(body): Json<SessionBody>,
) -> Answer<(StatusCode, Json<Session>)> {
    let session = asker.ask(PlanSession::from(body)).await?;
    Ok((
        StatusCode::CREATED,
        Json(Session::seen_by(session, asker.actor())),
    ))
}

/// List sessions.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", params(SessionsQuery), security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Sessions), Refused),
)]
async fn list(asker: Asker<Anybody>, Query(query): Query<SessionsQuery>) -> Answer<Json<Sessions>> {
    let request = ListSessions {
        page: Some(wire::page(query.cursor, query.limit)),
        state: wire::number(query.state),
        organiser_id: query.organiser_id.unwrap_or_default(),
    };
    Ok(Json(Sessions::seen_by(
        asker.ask(request).await?,
        asker.actor(),
    )))
}

/// Show a session with its line-up.
#[utoipa::path(
    get, path = "/v1/sessions/{id}", tag = "sessions", security((), ("bearer" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Session), Refused),
)]
async fn show(asker: Asker<Anybody>, Path(id): Path<SessionId>) -> Answer<Json<Session>> {
    let session = asker
        .ask(ShowSession {
            session_id: id.to_string(),
        })
        .await?;
    Ok(Json(Session::seen_by(session, asker.actor())))
}

/// Move a planned session. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/reschedule", tag = "sessions", request_body = RescheduleBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Session), Refused),
)]
async fn reschedule(
    asker: Asker<Steers>,
    Path(id): Path<SessionId>,
    Json(body): Json<RescheduleBody>,
) -> Answer<Json<Session>> {
    let request = RescheduleSession {
        session_id: id.to_string(),
        starts_at_ms: to_ms(body.starts_at),
    };
    Ok(Json(Session::seen_by(
        asker.ask(request).await?,
        asker.actor(),
    )))
}

/// Correct the title and the description, until the session is over. Organisers, hosts.
#[utoipa::path(
    put, path = "/v1/sessions/{id}/title", tag = "sessions", request_body = TitleBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Session), Refused),
)]
async fn rename(
    asker: Asker<Steers>,
    Path(id): Path<SessionId>,
    Json(body): Json<TitleBody>,
) -> Answer<Json<Session>> {
    let request = RenameSession {
        session_id: id.to_string(),
        title: body.title,
        description: body.description.unwrap_or_default(),
    };
    Ok(Json(Session::seen_by(
        asker.ask(request).await?,
        asker.actor(),
    )))
}

/// Go live. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/go-live", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Session), Refused),
)]
async fn go_live(asker: Asker<Steers>, Path(id): Path<SessionId>) -> Answer<Json<Session>> {
    Ok(Json(Session::seen_by(
        asker
            .ask(GoLive {
                session_id: id.to_string(),
            })
            .await?,
        asker.actor(),
    )))
}

/// End a session: its offers close. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/end", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Session), Refused),
)]
async fn end(asker: Asker<Steers>, Path(id): Path<SessionId>) -> Answer<Json<Session>> {
    Ok(Json(Session::seen_by(
        asker
            .ask(EndSession {
                session_id: id.to_string(),
            })
            .await?,
        asker.actor(),
    )))
}

/// Stop a session at once, and keep why. Organisers, hosts, moderators.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/stop", tag = "sessions", request_body = ReasonBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Session), Refused),
)]
async fn stop(
    asker: Asker<Moderates>,
    Path(id): Path<SessionId>,
    Json(body): Json<ReasonBody>,
) -> Answer<Json<Session>> {
    let request = StopSession {
        session_id: id.to_string(),
        reason: body.reason,
    };
    Ok(Json(Session::seen_by(
        asker.ask(request).await?,
        asker.actor(),
    )))
}

/// Pin an offer, or unpin. Organisers, hosts.
#[utoipa::path(
    put, path = "/v1/sessions/{id}/pin", tag = "sessions", request_body = PinBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Session), Refused),
)]
async fn pin(
    asker: Asker<Steers>,
    Path(id): Path<SessionId>,
    Json(body): Json<PinBody>,
) -> Answer<Json<Session>> {
    let request = PinOffer {
        session_id: id.to_string(),
        offer_id: body.offer_id.unwrap_or_default(),
    };
    Ok(Json(Session::seen_by(
        asker.ask(request).await?,
        asker.actor(),
    )))
}

/// Tell the room something. Organisers, hosts, moderators.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/notices", tag = "sessions", request_body = NoticeBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 204, description = "Said"), Refused),
)]
async fn say_notice(
    asker: Asker<Moderates>,
    Path(id): Path<SessionId>,
    Json(body): Json<NoticeBody>,
) -> Answer<StatusCode> {
    asker
        .ask(SayNotice {
            session_id: id.to_string(),
            text: body.text,
            warning: body.warning,
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
