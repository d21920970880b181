//! Whoever is signed in: account, name, consents; and shoppers made for a demonstration.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use chassis::refusal::Refusal;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Asker, Organises, SignedIn},
    json::Json,
    problem::{Answer, Problem, Refused},
    routes,
};
use crate::{
    Ctx,
    app::{
        issue_tokens::{MOST, issue_tokens},
        record_consent::{list_consents, record_consent},
        rename::rename,
    },
    wire::people::{
        Account, Consent, ConsentBody, Consents, DemoBody, DemoShopper, DemoShoppers, NameBody,
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(set_name))
        .routes(routes!(consent, consents))
        .routes(routes!(make_shoppers))
}

/// Who am I, and what may I do?
#[utoipa::path(get, path = "/v1/me", tag = "me", responses((status = 200, body = Account), Refused))]
async fn show(asker: Asker<SignedIn>) -> Answer<Json<Account>> {
    Ok(Json(Account::from(&asker.signed_in()?.identity)))
}

/// Change my name.
#[utoipa::path(
    put, path = "/v1/me/name", tag = "me", request_body = NameBody,
    responses((status = 204, description = "Changed"), Refused),
)]
async fn set_name(asker: Asker<SignedIn>, Json(body): Json<NameBody>) -> Answer<StatusCode> {
    rename(
        &asker.ctx,
        asker.signed_in()?.identity.account_id,
        &body.name,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Agree to something, or take it back.
#[utoipa::path(
    post, path = "/v1/me/consents", tag = "me", request_body = ConsentBody,
    responses((status = 201, description = "Written down", body = Consent), Refused),
)]
async fn consent(
    asker: Asker<SignedIn>,
    Json(body): Json<ConsentBody>,
) -> Answer<(StatusCode, Json<Consent>)> {
    let account = asker.signed_in()?.identity.account_id;
    let consent = record_consent(
        &asker.ctx,
        account,
        &body.purpose,
        &body.text_version,
        body.given,
    )
    .await?;
    Ok((StatusCode::CREATED, Json(consent.into())))
}

/// What did I agree to?
#[utoipa::path(get, path = "/v1/me/consents", tag = "me", responses((status = 200, body = Consents), Refused))]
async fn consents(asker: Asker<SignedIn>) -> Answer<Json<Consents>> {
    let consents = list_consents(&asker.ctx, asker.signed_in()?.identity.account_id).await?;
    Ok(Json(Consents {
        consents: consents.into_iter().map(Into::into).collect(),
    }))
}

/// There only where demonstrations are switched on.
struct DemoOn;

impl FromRequestParts<Ctx> for DemoOn {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, ctx: &Ctx) -> Answer<Self> {
        if ctx.config.demo {
            Ok(Self)
        } else {
            Err(Problem::nothing_here())
        }
    }
}

/// Make shoppers for a demonstration or a load test.
///
/// Only where the installation allows it. Organisers.
#[utoipa::path(
    post, path = "/v1/demo/shoppers", tag = "demo", request_body = DemoBody,
    responses((status = 201, description = "Made", body = DemoShoppers), Refused),
)]
async fn make_shoppers(
    asker: Asker<Organises>,
    _: DemoOn,
    Json(body): Json<DemoBody>,
) -> Answer<(StatusCode, Json<DemoShoppers>)> {
    if !(1..=MOST).contains(&body.count) {
        return Err(Refusal::field(
            "count",
            format!("Từ 1 đến {MOST}."),
            format!("1 to {MOST}."),
        )
        .into());
    }
    let made = issue_tokens(&asker.ctx, body.count).await?;
    let shopper = |(id, token): (chassis::id::AccountId, String)| DemoShopper {
        account_id: id.to_string(),
        token,
    };
    Ok((
        StatusCode::CREATED,
        Json(DemoShoppers {
            shoppers: made.into_iter().map(shopper).collect(),
        }),
    ))
}
