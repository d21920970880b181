//! What comes in and goes out: JSON bodies, paths, queries, each refused as a problem that names the field.
//!
//! Axum's own extractors answer in plain text and repeat what was sent.

mod read;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use chassis::Refusal;
pub(crate) use read::read as body;
use read::{field_problem, must_be, nul, parse, read, wrong_type};
use serde::{Serialize, de::DeserializeOwned};

use super::problem::Problem;

/// The most that a body may have.
pub(crate) const BODY: usize = 64 * 1024;
/// What most answers fit, so that writing one does not grow it step by step.
const USUAL: usize = 2 * 1024;
/// The most that a delivery of comments may have; the bus takes 1 MB.
const BATCH: usize = 768 * 1024;
/// The most that a spreadsheet may have.
const SPREADSHEET: usize = 2 * 1024 * 1024;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        must_be(&request, "application/json")?;
        let body = read(request.into_body(), BODY).await?;
        parse(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut body = Vec::with_capacity(USUAL);
        match serde_json::to_writer(&mut body, &self.0) {
            Ok(()) => (
                [(
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("application/json"),
                )],
                body,
            )
                .into_response(),
            Err(error) => {
                tracing::error!("an answer is not JSON: {error}");
                Problem::from(Refusal::internal()).into_response()
            }
        }
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default, S: Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return Json::from_request(request, state)
                .await
                .map(|Json(body)| Self(body));
        }
        let body = read(request.into_body(), BODY).await?;
        if body.is_empty() {
            Ok(Self(T::default()))
        } else {
            Err(wrong_type("application/json"))
        }
    }
}

/// A CSV body.
#[derive(Debug)]
pub(crate) struct Csv(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for Csv {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        must_be(&request, "text/csv")?;
        read(request.into_body(), SPREADSHEET).await.map(Self)
    }
}

/// A body as it came, for those who check it themselves.
#[derive(Debug)]
pub(crate) struct Raw(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request.into_body(), BODY).await.map(Self)
    }
}

/// As [`Raw`], for senders who put many things into one body; what the bus takes is the limit.
#[derive(Debug)]
pub(crate) struct RawBatch(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for RawBatch {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request.into_body(), BATCH).await.map(Self)
    }
}

/// What stands in the path: an id. One of another shape names nothing.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path))
            .map_err(|_| Problem::nothing_here())
    }
}

/// What stands after the question mark.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            return Err(nul());
        }
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|error| {
                let path = error.path().to_string();
                field_problem(&path, &error.inner().to_string())
            })
    }
}
