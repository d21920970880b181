//! The room's comments.

use axum::http::StatusCode;
use chassis::id::{CommentId, SessionId};
use proto::livestream::v1::{HideComment, ListComments, PostComment};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Moderates, SignedIn},
    idempotency::OptionalIdempotencyKey,
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    domain::name,
    wire::{
        comments::{Comment, CommentBody, Comments, CommentsQuery},
        products::ReasonBody,
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(post, list))
        .routes(routes!(hide))
}

/// Say something in the room.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/comments", tag = "comments", request_body = CommentBody,
    params(
        ("id" = String, Path, description = "The session"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key says it once"),
    ),
    responses((status = 201, description = "Said", body = Comment), Refused),
)]
async fn post(
    asker: Asker<SignedIn>,
    Path(id): Path<SessionId>,
    key: OptionalIdempotencyKey,
    Json(body): Json<CommentBody>,
) -> Answer<(StatusCode, Json<Comment>)> {
    let request = PostComment {
        session_id: id.to_string(),
        text: body.text,
        author_name: name::shortened(&asker.signed_in()?.identity.name),
        idempotency_key: key.or_new(),
    };
    Ok((StatusCode::CREATED, Json(asker.ask(request).await?.into())))
}

/// Read what was said, newest first.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/comments", tag = "comments", security((), ("bearer" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The session"), CommentsQuery),
    responses((status = 200, body = Comments), Refused),
)]
async fn list(
    asker: Asker<Anybody>,
    Path(id): Path<SessionId>,
    Query(query): Query<CommentsQuery>,
) -> Answer<Json<Comments>> {
    let request = ListComments {
        session_id: id.to_string(),
        before_seq: query.before_seq.unwrap_or_default(),
        limit: query.limit.unwrap_or_default(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Hide a comment. Organisers, hosts, moderators.
#[utoipa::path(
    post, path = "/v1/comments/{id}/hide", tag = "comments", request_body = ReasonBody,
    params(("id" = String, Path, description = "The comment")),
    responses((status = 200, body = Comment), Refused),
)]
async fn hide(
    asker: Asker<Moderates>,
    Path(id): Path<CommentId>,
    Json(body): Json<ReasonBody>,
) -> Answer<Json<Comment>> {
    Ok(Json(
        asker
            .ask(HideComment {
                comment_id: id.to_string(),
                reason: body.reason,
            })
            .await?
            .into(),
    ))
}
