//! Refusals with the status that says them over HTTP.
//!
//! A handler returns a [`Problem`]; the words are put in by [`speak`], which knows what language the asker reads, and
//! turns every other error answer (no such route, wrong method, panic) into the same shape.

mod speak;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chassis::{Refusal, telemetry::chain};
use proto::common::v1::RefusalKind;
use utoipa::{
    IntoResponses, PartialSchema as _,
    openapi::{Content, RefOr, Response as ResponseDoc, ResponseBuilder, Schema},
};

use speak::{FieldProblem, ProblemDetails};
pub(crate) use speak::{Reader, speak};

use crate::{
    error::{Error, RATE_LIMITED},
    limits::TooOften,
};

/// A refusal with its status.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) refusal: Arc<Refusal>,
}

/// Busy because of this asker, not of everybody.
const TOO_OFTEN: [&str; 2] = [RATE_LIMITED, "comment_too_fast"];

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Problem>;

impl Problem {
    /// A refusal with a status of its own.
    pub(crate) fn new(status: StatusCode, code: &str, vi: &str, en: &str) -> Self {
        Self {
            status,
            refusal: Arc::new(Refusal::new(RefusalKind::Invalid, code, vi, en)),
        }
    }

    /// There is nothing at this address.
    pub(crate) fn nothing_here() -> Self {
        Refusal::new(
            RefusalKind::NotFound,
            "not_found",
            "Không có gì ở địa chỉ này.",
            "There is nothing at this address.",
        )
        .into()
    }

    /// Nobody is signed in, or not any more.
    pub(crate) fn sign_in_first() -> Self {
        Refusal::new(
            RefusalKind::Unauthenticated,
            "sign_in_first",
            "Hãy đăng nhập trước.",
            "Please sign in first.",
        )
        .into()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Arc::new(refusal).into()
    }
}

impl From<Arc<Refusal>> for Problem {
    fn from(refusal: Arc<Refusal>) -> Self {
        let status = match refusal.kind {
            RefusalKind::Busy if TOO_OFTEN.contains(&refusal.code.as_str()) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
            RefusalKind::Internal | RefusalKind::Unspecified => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, refusal }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let cause = chain(&error);
        let refusal = Refusal::from(error);
        if refusal.is_internal() {
            tracing::error!("failed: {cause}");
        }
        refusal.into()
    }
}

impl From<TooOften> for Problem {
    fn from(too_often: TooOften) -> Self {
        let seconds = too_often.seconds;
        Refusal {
            retry_after_seconds: seconds,
            ..Refusal::new(
                RefusalKind::Busy,
                RATE_LIMITED,
                format!("Quá nhiều yêu cầu. Hãy thử lại sau {seconds} giây."),
                format!("Too many requests. Try again in {seconds} seconds."),
            )
        }
        .into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What every route may answer besides what it documents.
pub(crate) struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        let schema = utoipa::openapi::Ref::from_schema_name("ProblemDetails");
        let content = Content::builder().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description("Refused: the reason as a problem document (RFC 9457)")
            .content("application/problem+json", content)
            .build();
        BTreeMap::from([("default".to_owned(), response.into())])
    }
}

/// The schemas that [`Refused`] names.
pub(crate) fn schemas() -> Vec<(String, RefOr<Schema>)> {
    vec![
        ("ProblemDetails".to_owned(), ProblemDetails::schema()),
        ("FieldProblem".to_owned(), FieldProblem::schema()),
    ]
}
