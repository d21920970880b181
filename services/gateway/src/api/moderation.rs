//! Moderation: mutes, slow mode, banned words, the warning's end, and the trail of it all.

use axum::http::StatusCode;
use chassis::id::{AccountId, CommentId, OrganiserId, SessionId};
use proto::livestream::v1::{
    LiftMute, ListModeration, ListMutes, MuteAuthor, SetBannedWords, SetSlowMode, ShowBannedWords,
    TakeDownWarning,
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Moderates},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    wire::{
        self,
        moderation::{
            ActsQuery, BannedWordsBody, ModerationActs, Mute, MuteBody, Mutes, SlowModeBody,
        },
        products::ReasonBody,
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(mute))
        .routes(routes!(mutes))
        .routes(routes!(lift))
        .routes(routes!(slow_mode))
        .routes(routes!(set_banned_words, banned_words))
        .routes(routes!(acts))
        .routes(routes!(take_down))
}

/// Mute the author of a comment in its session. Organisers, hosts, moderators.
#[utoipa::path(
    post, path = "/v1/comments/{id}/mute", tag = "moderation", request_body = MuteBody,
    params(("id" = String, Path, description = "The comment")),
    responses((status = 200, body = Mute), Refused),
)]
async fn mute(
    asker: Asker<Moderates>,
    Path(id): Path<CommentId>,
    Json(body): Json<MuteBody>,
) -> Answer<Json<Mute>> {
    let request = MuteAuthor {
        comment_id: id.to_string(),
        minutes: body.minutes.unwrap_or_default(),
        reason: body.reason,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Who is muted in a session? Organisers, hosts, moderators.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/mutes", tag = "moderation",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Mutes), Refused),
)]
async fn mutes(asker: Asker<Moderates>, Path(id): Path<SessionId>) -> Answer<Json<Mutes>> {
    let request = ListMutes {
        session_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Let somebody comment again. Organisers, hosts, moderators.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/mutes/{account_id}/lift", tag = "moderation", request_body = ReasonBody,
    params(
        ("id" = String, Path, description = "The session"),
        ("account_id" = String, Path, description = "Who is muted"),
    ),
    responses((status = 204, description = "Lifted"), Refused),
)]
async fn lift(
    asker: Asker<Moderates>,
    Path((id, account)): Path<(SessionId, AccountId)>,
    Json(body): Json<ReasonBody>,
) -> Answer<StatusCode> {
    let request = LiftMute {
        session_id: id.to_string(),
        account_id: account.to_string(),
        reason: body.reason,
    };
    asker.ask(request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One comment in so many seconds and shopper. Organisers, hosts, moderators.
#[utoipa::path(
    put, path = "/v1/sessions/{id}/slow-mode", tag = "moderation", request_body = SlowModeBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = SlowModeBody), Refused),
)]
async fn slow_mode(
    asker: Asker<Moderates>,
    Path(id): Path<SessionId>,
    Json(body): Json<SlowModeBody>,
) -> Answer<Json<SlowModeBody>> {
    let request = SetSlowMode {
        session_id: id.to_string(),
        seconds: body.seconds,
    };
    let seconds = asker.ask(request).await?.seconds;
    Ok(Json(SlowModeBody { seconds }))
}

/// Set the words that no comment may have. Organisers, hosts, moderators.
#[utoipa::path(
    put, path = "/v1/organisers/{id}/banned-words", tag = "moderation", request_body = BannedWordsBody,
    params(("id" = String, Path, description = "The organiser")),
    responses((status = 200, body = BannedWordsBody), Refused),
)]
async fn set_banned_words(
    asker: Asker<Moderates>,
    Path(id): Path<OrganiserId>,
    Json(body): Json<BannedWordsBody>,
) -> Answer<Json<BannedWordsBody>> {
    let request = SetBannedWords {
        organiser_id: id.to_string(),
        words: body.words,
    };
    let words = asker.ask(request).await?.words;
    Ok(Json(BannedWordsBody { words }))
}

/// Which words no comment may have. Organisers, hosts, moderators.
#[utoipa::path(
    get, path = "/v1/organisers/{id}/banned-words", tag = "moderation",
    params(("id" = String, Path, description = "The organiser")),
    responses((status = 200, body = BannedWordsBody), Refused),
)]
async fn banned_words(
    asker: Asker<Moderates>,
    Path(id): Path<OrganiserId>,
) -> Answer<Json<BannedWordsBody>> {
    let request = ShowBannedWords {
        organiser_id: id.to_string(),
    };
    let words = asker.ask(request).await?.words;
    Ok(Json(BannedWordsBody { words }))
}

/// Who moderated what, newest first. Organisers, hosts, moderators.
#[utoipa::path(
    get, path = "/v1/organisers/{id}/moderation", tag = "moderation",
    params(("id" = String, Path, description = "The organiser"), ActsQuery),
    responses((status = 200, body = ModerationActs), Refused),
)]
async fn acts(
    asker: Asker<Moderates>,
    Path(id): Path<OrganiserId>,
    Query(query): Query<ActsQuery>,
) -> Answer<Json<ModerationActs>> {
    let request = ListModeration {
        page: Some(wire::page(query.cursor, query.limit)),
        organiser_id: id.to_string(),
        session_id: query.session_id.unwrap_or_default(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Take the warning off the screen. Organisers, hosts, moderators.
#[utoipa::path(
    delete, path = "/v1/sessions/{id}/warning", tag = "moderation",
    params(("id" = String, Path, description = "The session")),
    responses((status = 204, description = "Taken down"), Refused),
)]
async fn take_down(asker: Asker<Moderates>, Path(id): Path<SessionId>) -> Answer<StatusCode> {
    let request = TakeDownWarning {
        session_id: id.to_string(),
        reason: String::new(),
    };
    asker.ask(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
