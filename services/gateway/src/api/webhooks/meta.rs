//! Meta's webhook: comments under a page's posts and live videos.
//!
//! Meta signs the raw body with the app's secret (`X-Hub-Signature-256: sha256=<hex HMAC-SHA256>`) and repeats what is
//! not answered 200.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::HeaderMap;
use bytes::Bytes;
use chassis::refusal::Refusal;
use hmac::{Hmac, KeyInit as _, Mac as _};
use proto::{
    common::v1::RefusalKind,
    livestream::v1::{OutsideReceived, ReceiveOutside},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use super::is_one_of;
use crate::{
    Ctx,
    api::{
        auth::{Anybody, Asker},
        json::{Json, Query, RawBatch},
        problem::{Answer, Problem, Refused},
        routes,
    },
    wire::payments::Received,
};

/// What livestream knows the platform by.
const SOURCE: &str = "facebook";

/// Forged deliveries that livestream was not told of yet.
static FORGED: AtomicU32 = AtomicU32::new(0);

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(subscribe, comments))
}

/// Meta's questions before it sends anything.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Handshake {
    #[serde(rename = "hub.mode")]
    #[param(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.verify_token")]
    #[param(rename = "hub.verify_token")]
    verify_token: String,
    #[serde(rename = "hub.challenge")]
    #[param(rename = "hub.challenge")]
    challenge: String,
}

/// Meta asks whether this is the right place: the challenge goes back to who knows the token.
#[utoipa::path(
    get, path = "/v1/webhooks/meta", tag = "webhooks", security(()), params(Handshake),
    responses((status = 200, content_type = "text/plain", body = String), Refused),
)]
async fn subscribe(asker: Asker<Anybody>, Query(shake): Query<Handshake>) -> Answer<String> {
    let tokens = asker.ctx.config.meta_verify_token.as_slice();
    if tokens.is_empty() {
        return Err(Problem::nothing_here());
    }
    // A browser that is led here must get nothing to run.
    let plain = shake.challenge.len() <= 200
        && shake
            .challenge
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric());
    if shake.mode == "subscribe" && plain && is_one_of(&shake.verify_token, tokens) {
        Ok(shake.challenge)
    } else {
        let (vi, en) = ("Mã xác minh không đúng.", "Not the token.");
        Err(Refusal::new(RefusalKind::Forbidden, "wrong_token", vi, en).into())
    }
}

/// Somebody commented elsewhere: Meta's webhook.
///
/// Answered only when all comments are stored, also when they were stored before; anything else means: send it again.
#[utoipa::path(
    post, path = "/v1/webhooks/meta", tag = "webhooks", security(()),
    params(("X-Hub-Signature-256" = String, Header, description = "`sha256=…`")),
    request_body(content = String, content_type = "application/json", description = "Changes as Meta describes them"),
    responses((status = 200, description = "Stored", body = Received), Refused),
)]
async fn comments(
    asker: Asker<Anybody>,
    headers: HeaderMap,
    RawBatch(body): RawBatch,
) -> Answer<Json<Received>> {
    let secrets = asker.ctx.config.meta_app_secrets.as_slice();
    if secrets.is_empty() {
        return Err(Problem::nothing_here());
    }
    let shown = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok());
    if !signed(shown.unwrap_or_default(), &body, secrets) {
        FORGED.fetch_add(1, Ordering::Relaxed);
        // Best effort: what is not told now goes with the next delivery.
        if let Err(error) = hand_over(&asker, Bytes::new()).await {
            tracing::debug!("forged comments not told of: {error:?}");
        }
        return Err(super::wrong_key());
    }
    hand_over(&asker, body).await?;
    Ok(Json(Received { success: true }))
}

async fn hand_over(asker: &Asker<Anybody>, body: Bytes) -> Answer<OutsideReceived> {
    let forged = FORGED.swap(0, Ordering::Relaxed);
    let told = asker
        .ask(ReceiveOutside {
            source: SOURCE.into(),
            body,
            forged,
        })
        .await;
    if told.is_err() {
        FORGED.fetch_add(forged, Ordering::Relaxed);
    }
    told
}

/// Is the signature one of a secret's over exactly these bytes? Compared in constant time.
fn signed(shown: &str, body: &[u8], secrets: &[SecretString]) -> bool {
    let Some(signature) = shown.strip_prefix("sha256=").and_then(bytes_of_hex) else {
        return false;
    };
    secrets.iter().any(|secret| {
        let secret = secret.expose_secret().as_bytes();
        !secret.is_empty()
            && Hmac::<Sha256>::new_from_slice(secret)
                .is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
    })
}

fn bytes_of_hex(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.bytes().all(|letter| letter.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_over_these_very_bytes_signs() {
        // RFC 4231, test case 2.
        let right = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?";
        let secrets: Vec<SecretString> = vec!["old".into(), "Jefe".into()];
        assert!(signed(right, body, &secrets));
        assert!(!signed(right, b"what do ya want for nothing!", &secrets));
        assert!(!signed(right, body, &secrets[..1]));
        assert!(!signed(&right[7..], body, &secrets));
        assert!(!signed("sha256=", body, &secrets));
        assert!(!signed("", body, &secrets));
        assert!(!signed(right, body, &["".into()]));
    }
}
