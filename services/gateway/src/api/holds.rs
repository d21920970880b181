//! Claims: units kept for a shopper for a while, and the waitlist.

use chassis::id::{OfferId, SessionId};
use proto::orders::v1 as orders;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, SignedIn, Staff},
    json::{Json, Path},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    domain::name,
    wire::holds::{ClaimBody, KeptInSession, KeptUnits},
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(claim))
        .routes(routes!(list_own))
        .routes(routes!(list_of_session))
        .routes(routes!(extend))
}

/// Claim units: they are held until a deadline; for what is gone the shopper waits in line.
///
/// Saying the same again changes nothing; another number takes the place of the first; 0 gives everything back.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/claims", tag = "holds", request_body = ClaimBody,
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = KeptUnits), Refused),
)]
async fn claim(
    asker: Asker<SignedIn>,
    Path(id): Path<SessionId>,
    Json(body): Json<ClaimBody>,
) -> Answer<Json<KeptUnits>> {
    let name = name::shortened(&asker.signed_in()?.identity.name);
    let request = body.into_wire(id.to_string(), String::new(), name);
    Ok(Json(asker.ask(request).await?.into()))
}

/// What I hold and wait for in a session.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/holds/own", tag = "holds",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = KeptInSession), Refused),
)]
async fn list_own(
    asker: Asker<SignedIn>,
    Path(id): Path<SessionId>,
) -> Answer<Json<KeptInSession>> {
    Ok(Json(asker.ask(list_request(id, true)).await?.into()))
}

/// What is held and waited for in a session, soonest deadline first. Whoever works for its organiser.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/holds", tag = "holds",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = KeptInSession), Refused),
)]
async fn list_of_session(
    asker: Asker<Staff>,
    Path(id): Path<SessionId>,
) -> Answer<Json<KeptInSession>> {
    Ok(Json(asker.ask(list_request(id, false)).await?.into()))
}

fn list_request(id: SessionId, own: bool) -> orders::ListKept {
    orders::ListKept {
        session_id: id.to_string(),
        own,
    }
}

/// Keep my units of an offer a little longer, once, while I check out.
#[utoipa::path(
    post, path = "/v1/offers/{id}/hold/extend", tag = "holds",
    params(("id" = String, Path, description = "The offer")),
    responses((status = 200, body = KeptUnits), Refused),
)]
async fn extend(asker: Asker<SignedIn>, Path(id): Path<OfferId>) -> Answer<Json<KeptUnits>> {
    let request = orders::ExtendHold {
        offer_id: id.to_string(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}
