//! Webhooks: who sends is checked here, the body goes as it came to its owner, who stores it before the answer.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use chassis::refusal::Refusal;
use proto::{common::v1::RefusalKind, orders::v1::ReceiveBankFeed};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker},
    json::{Json, Raw},
    problem::{Answer, Problem, Refused},
    routes,
};
use crate::{Ctx, wire::payments::Received};

mod meta;

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(sepay))
        .merge(meta::router())
}

/// SePay's key, shown as `Authorization: Apikey …`.
struct SepayKey;

impl FromRequestParts<Ctx> for SepayKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Answer<Self> {
        let keys = &ctx.config.sepay_keys;
        if keys.is_empty() {
            return Err(Problem::nothing_here());
        }
        let shown = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let key = shown
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("apikey"))
            .map(|(_, key)| key.trim());
        if key.is_some_and(|key| is_one_of(key, keys)) {
            Ok(Self)
        } else {
            Err(wrong_key())
        }
    }
}

/// Compares with every key, in the same time whichever it is and however much of it is right.
fn is_one_of(shown: &str, keys: &[SecretString]) -> bool {
    let shown = Sha256::digest(shown.as_bytes());
    let equal = |key: &SecretString| {
        Sha256::digest(key.expose_secret().as_bytes())
            .as_slice()
            .ct_eq(shown.as_slice())
    };
    let usable = keys.iter().filter(|key| !key.expose_secret().is_empty());
    usable
        .fold(Choice::from(0), |any, key| any | equal(key))
        .into()
}

pub(super) fn wrong_key() -> Problem {
    Refusal::new(
        RefusalKind::Unauthenticated,
        "wrong_key",
        "Khóa không đúng.",
        "Not the key.",
    )
    .into()
}

/// Money came in: SePay's webhook.
///
/// Answered only when the line is stored, also when it was stored before; anything else means: send it again.
#[utoipa::path(
    post, path = "/v1/webhooks/sepay", tag = "webhooks", security(()),
    params(("Authorization" = String, Header, description = "`Apikey …`")),
    request_body(content = String, content_type = "application/json", description = "A transaction as SePay describes it"),
    responses((status = 200, description = "Stored", body = Received), Refused),
)]
async fn sepay(asker: Asker<Anybody>, _: SepayKey, Raw(body): Raw) -> Answer<Json<Received>> {
    asker
        .ask(ReceiveBankFeed {
            provider: "sepay".into(),
            body,
        })
        .await?;
    Ok(Json(Received { success: true }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_the_keys_opens_and_an_empty_one_none() {
        let keys: Vec<SecretString> = vec!["old".into(), "new".into(), "".into()];
        assert!(is_one_of("old", &keys));
        assert!(is_one_of("new", &keys));
        assert!(!is_one_of("", &keys));
        assert!(!is_one_of("ol", &keys));
        assert!(!is_one_of("old", &[]));
    }
}
