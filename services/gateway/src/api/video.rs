//! Video: where encoders send it, who may, and the files (HLS, RFC 8216) that the video server leaves.

use std::path::Path as Folder;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use chassis::{
    Refusal,
    actor::{ActorExt as _, STEERS},
    id::{OrganiserId, SessionId},
};
use proto::livestream::v1::{SetVideo, ShowSession};
use serde::Deserialize;
use tower_http::services::ServeDir;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Steers},
    json::{Json, Path, Raw},
    problem::{Answer, Problem, Refused},
    routes,
    webhooks::wrong_key,
};
use crate::{Ctx, wire::payments::Received, wire::sessions::VideoSource};

/// A playlist changes every few seconds, a piece never.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");
const A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=60");

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(source))
        .routes(routes!(said))
}

/// The playlists and pieces in `folder`, and nothing else of it.
pub(super) fn files(folder: Option<&Folder>) -> Router {
    let Some(folder) = folder else {
        return Router::new();
    };
    let files = ServeDir::new(folder).append_index_html_on_directories(false);
    Router::new()
        .nest_service("/video", files)
        .route_layer(middleware::from_fn(only_video))
}

async fn only_video(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let kept = match path.rsplit_once('.') {
        Some((_, "m3u8")) => ASK_FIRST,
        Some((_, "ts")) => A_WHILE,
        _ => return Problem::nothing_here().into_response(),
    };
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(header::CACHE_CONTROL, kept);
    answer
}

/// Where an encoder sends the session's pictures, and its key. The organiser and its hosts.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/video", tag = "sessions",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = VideoSource), Refused),
)]
async fn source(asker: Asker<Steers>, Path(id): Path<SessionId>) -> Answer<Json<VideoSource>> {
    if asker.ctx.config.video.is_none() {
        return Err(Problem::nothing_here());
    }
    let session_id = id.to_string();
    let session = asker.ask(ShowSession { session_id }).await?;
    let organiser: OrganiserId = session
        .organiser_id
        .parse()
        .map_err(|_| Refusal::internal())?;
    asker.actor().must_work_for(organiser, STEERS)?;
    Ok(Json(VideoSource {
        server: asker.ctx.config.video_url.clone(),
        stream_key: format!("{id}?key={}", asker.ctx.video_keys.of(id)),
    }))
}

/// What nginx's RTMP module says when pictures begin (`on_publish`) or stop to come (`on_publish_done`).
#[derive(Debug, Deserialize)]
struct Said {
    call: Call,
    name: SessionId,
    #[serde(default)]
    key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Call {
    Publish,
    PublishDone,
}

/// Pictures begin or stop to come: the video server's webhook. Any answer but 200 turns the encoder away.
#[utoipa::path(
    post, path = "/v1/webhooks/video", tag = "webhooks", security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "`call`: `publish` or `publish_done`, `name`: the session, `key`: its key"),
    responses((status = 200, description = "Noted", body = Received), Refused),
)]
async fn said(asker: Asker<Anybody>, Raw(body): Raw) -> Answer<Json<Received>> {
    if asker.ctx.config.video.is_none() {
        return Err(Problem::nothing_here());
    }
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(&body));
    let Ok(said) = Said::deserialize(pairs) else {
        return Err(wrong_key());
    };
    if !asker.ctx.video_keys.opens(said.name, &said.key) {
        return Err(wrong_key());
    }
    asker
        .ask(SetVideo {
            session_id: said.name.to_string(),
            on: said.call == Call::Publish,
        })
        .await?;
    Ok(Json(Received { success: true }))
}
