//! Comments from elsewhere: where a session also is, what came of it, who its authors are.

use chassis::id::SessionId;
use proto::livestream::v1::{
    LinkAuthor, ListChannels, ListUnlinkedClaims, ReconcileChannel, SetChannel,
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, SignedIn, Staff, Steers},
    json::{Json, Path},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    error::Error,
    store,
    wire::outside::{
        ChannelBody, Channels, LinkBody, Linked, ReconcileBody, Reconciled, UnlinkedClaims,
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(set_channel, channels))
        .routes(routes!(reconcile))
        .routes(routes!(unlinked))
        .routes(routes!(link))
}

/// Say that the session is also on another platform, as which post. Organisers, hosts.
#[utoipa::path(
    put, path = "/v1/sessions/{id}/channels", tag = "comments", request_body = ChannelBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Channels), Refused),
)]
async fn set_channel(
    asker: Asker<Steers>,
    Path(id): Path<SessionId>,
    Json(body): Json<ChannelBody>,
) -> Answer<Json<Channels>> {
    let request = SetChannel {
        session_id: id.to_string(),
        source: body.source,
        post_id: body.post_id.unwrap_or_default(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// What came of other platforms: received, duplicates, forged, silent. The organiser's people.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/channels", tag = "comments",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = Channels), Refused),
)]
async fn channels(asker: Asker<Staff>, Path(id): Path<SessionId>) -> Answer<Json<Channels>> {
    let request = ListChannels {
        session_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Compare with the platform's own list of comments. Organisers, hosts.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/channels/{source}/reconcile", tag = "comments", request_body = ReconcileBody,
    params(
        ("id" = String, Path, description = "The session"),
        ("source" = String, Path, description = "The platform"),
    ),
    responses((status = 200, body = Reconciled), Refused),
)]
async fn reconcile(
    asker: Asker<Steers>,
    Path((id, source)): Path<(SessionId, String)>,
    Json(body): Json<ReconcileBody>,
) -> Answer<Json<Reconciled>> {
    let request = ReconcileChannel {
        session_id: id.to_string(),
        source,
        external_ids: body.external_ids,
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Claims of people from elsewhere whom no account is known of, with the link to send them. The organiser's people.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/claims/unlinked", tag = "comments",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = UnlinkedClaims), Refused),
)]
async fn unlinked(asker: Asker<Staff>, Path(id): Path<SessionId>) -> Answer<Json<UnlinkedClaims>> {
    let request = ListUnlinkedClaims {
        session_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// It is I who wrote there: by the link that was sent to me, or by the phone that I signed in with.
///
/// Claims that waited become mine, in the order in which they came, while their session is live.
#[utoipa::path(
    post, path = "/v1/me/links", tag = "me", request_body = LinkBody,
    responses((status = 200, body = Linked), Refused),
)]
async fn link(asker: Asker<SignedIn>, Json(body): Json<LinkBody>) -> Answer<Json<Linked>> {
    let account = asker.signed_in()?.identity.account_id;
    let mut request = LinkAuthor {
        token: body.token.unwrap_or_default(),
        proved_phone: String::new(),
    };
    if request.token.is_empty() {
        let mut conn = asker.ctx.db.acquire().await.map_err(Error::from)?;
        let phone = store::accounts::phone_of(&mut conn, account).await;
        request.proved_phone = phone.map_err(Error::from)?.unwrap_or_default();
    }
    Ok(Json(asker.ask(request).await?.into()))
}
