//! The key under which repeating a request does it once.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, StatusCode, request::Parts},
};

use super::problem::Problem;

/// A key that must be there.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(pub(crate) String);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let OptionalIdempotencyKey(key) =
            OptionalIdempotencyKey::from_request_parts(parts, state).await?;
        key.map(Self).ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "idempotency_key_missing",
                "Thiếu tiêu đề Idempotency-Key: mỗi lần bấm một khóa mới, gửi lại thì dùng lại khóa cũ.",
                "The header Idempotency-Key is missing: a new key for each intent, the same key for a repeat.",
            )
        })
    }
}

/// A key that may be left out.
#[derive(Debug)]
pub(crate) struct OptionalIdempotencyKey(Option<String>);

impl OptionalIdempotencyKey {
    /// The key, or one of this request's own: a service that does not answer is asked again.
    pub(crate) fn or_new(self) -> String {
        self.0
            .unwrap_or_else(|| format!("{:032x}", rand::random::<u128>()))
    }
}

impl<S: Sync> FromRequestParts<S> for OptionalIdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(key) = given.next() else {
            return Ok(Self(None));
        };
        let bytes = key.as_bytes();
        let shaped = (1..=255).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
        if !shaped || given.next().is_some() {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "idempotency_key_malformed",
                "Idempotency-Key gồm 1 đến 255 ký tự ASCII nhìn thấy được, và chỉ có một.",
                "An Idempotency-Key has 1 to 255 visible ASCII characters, and there is one of it.",
            ));
        }
        Ok(Self(Some(String::from_utf8_lossy(bytes).into_owned())))
    }
}
