//! What comes in and goes out: JSON bodies, paths, queries, keys, each refused as a problem that names the field.
//!
//! Axum's own extractors answer in plain text and repeat what was sent.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use chassis::refusal::{Fields, Refusal};
use serde::{Serialize, de::DeserializeOwned};

use super::problem::Problem;

/// The most that a body may have.
pub(crate) const BODY: usize = 64 * 1024;
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
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
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
            return Json::from_request(request, state).await.map(|Json(body)| Self(body));
        }
        let body = read(request.into_body(), BODY).await?;
        if body.is_empty() { Ok(Self(T::default())) } else { Err(wrong_type("application/json")) }
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

/// What stands in the path: an id. One of another shape names nothing.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path)).map_err(|_| Problem::nothing_here())
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
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let path = error.path().to_string();
            field_problem(&path, &error.inner().to_string())
        })
    }
}

/// The key under which repeating a request does it once.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(pub(crate) String);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let OptionalIdempotencyKey(key) = OptionalIdempotencyKey::from_request_parts(parts, state).await?;
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
pub(crate) struct OptionalIdempotencyKey(pub(crate) Option<String>);

impl<S: Sync> FromRequestParts<S> for OptionalIdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(key) = given.next() else { return Ok(Self(None)) };
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

fn must_be(request: &Request, kind: &'static str) -> Result<(), Problem> {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(kind) { Ok(()) } else { Err(wrong_type(kind)) }
}

fn wrong_type(kind: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type",
        &format!("Hãy gửi với Content-Type: {kind}."),
        &format!("Send it with Content-Type: {kind}."),
    )
}

async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    to_bytes(body, most).await.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>());
        if too_large {
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                &format!("Nội dung lớn hơn {} kB.", most / 1024),
                &format!("The body is larger than {} kB.", most / 1024),
            )
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "incomplete", "Nội dung không đến đủ.", "The body did not arrive whole.")
        }
    })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if has_nul(body) {
        return Err(nul());
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| match error.inner().classify() {
        serde_json::error::Category::Data => {
            let path = error.path().to_string();
            field_problem(&path, &error.inner().to_string())
        }
        _ => malformed(),
    })?;
    json.end().map_err(|_| malformed())?;
    Ok(value)
}

/// U+0000, as it is or escaped: no text of ours has it, and databases do not take it.
fn has_nul(body: &[u8]) -> bool {
    let escaped = |at: usize| {
        let backslashes = body[..=at].iter().rev().take_while(|byte| **byte == b'\\').count();
        body[at..].starts_with(br"\u0000") && backslashes % 2 == 1
    };
    body.contains(&0) || body.iter().enumerate().any(|(at, byte)| *byte == b'\\' && escaped(at))
}

fn nul() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "nul", "Không được có ký tự U+0000.", "The character U+0000 is not taken.")
}

fn malformed() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", "Nội dung không phải JSON.", "The body is not JSON.")
}

/// One field that is missing, unknown or of the wrong type; says nothing of what was sent but names.
fn field_problem(path: &str, message: &str) -> Problem {
    let named = message.split('`').nth(1).unwrap_or_default();
    let below = |name: &str| if matches!(path, "." | "") { name.to_owned() } else { format!("{path}.{name}") };
    let within = |name: &str| if path == name || path.ends_with(&format!(".{name}")) { path.to_owned() } else { below(name) };
    let (field, vi, en) = if message.starts_with("missing field") {
        (below(named), "Thiếu trường này.", "This field is missing.")
    } else if message.starts_with("unknown field") {
        (within(named), "Không có trường này.", "There is no such field.")
    } else if message.starts_with("duplicate field") {
        (within(named), "Trường này lặp lại.", "This field stands twice.")
    } else if message.starts_with("unknown variant") {
        (path.to_owned(), "Không phải một trong các giá trị được nhận.", "Not one of the values that are taken.")
    } else {
        (path.to_owned(), "Giá trị không đúng kiểu hoặc ngoài khoảng cho phép.", "Not a value of the right type and range.")
    };
    let field: String = field.chars().filter(|letter| !letter.is_control()).take(80).collect();
    let mut fields = Fields::default();
    fields.refuse(field, vi, en);
    fields.into_refusal().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Line {
        units: i64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Body {
        lines: Vec<Line>,
    }

    fn refused(body: &str) -> (u16, String, String) {
        let problem = parse::<Body>(body.as_bytes()).unwrap_err();
        let field = problem.refusal.fields.first().map(|field| field.field.clone()).unwrap_or_default();
        (problem.status.as_u16(), problem.refusal.code, field)
    }

    #[test]
    fn a_refusal_names_the_field() {
        let invalid = |field: &str| (422, "invalid_input".to_owned(), field.to_owned());
        assert_eq!(refused("{}"), invalid("lines"));
        assert_eq!(refused(r#"{"lines":[{"units":1},{}]}"#), invalid("lines[1].units"));
        assert_eq!(refused(r#"{"lines":[{"units":"x"}]}"#), invalid("lines[0].units"));
        assert_eq!(refused(r#"{"lines":[{"units":1.5}]}"#), invalid("lines[0].units"));
        assert_eq!(refused(r#"{"lines":[{"units":99999999999999999999}]}"#), invalid("lines[0].units"));
        assert_eq!(refused(r#"{"lines":[],"price":1}"#), invalid("price"));
        assert_eq!(refused(r#"{"lines":[],"lines":[]}"#), invalid("lines"));
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in ["", "{", "[1", "lines=1", r#"{"lines":[]}{}"#, "\u{feff}{}", r#"{"lines":[{"units":NaN}]}"#] {
            let (status, code, _) = refused(body);
            assert_eq!((status, code.as_str()), (400, "malformed_json"), "{body}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(refused(&deep).0, 422, "wrong type before any depth");
        assert_eq!(refused(&format!(r#"{{"lines":{deep}"#)).0, 422);
    }

    #[test]
    fn nul_is_not_taken_and_a_backslash_is() {
        assert!(has_nul(br#"{"a":"\u0000"}"#));
        assert!(has_nul(b"\"\0\""));
        assert!(has_nul(br#""\\\u0000""#));
        assert!(!has_nul(br#""\\u0000""#));
    }

    proptest! {
        #[test]
        fn no_body_panics(body: Vec<u8>) {
            let _: Result<Body, _> = parse(&body);
        }

        #[test]
        fn nul_is_found_however_it_is_escaped(text: String) {
            let json = serde_json::to_vec(&text).unwrap();
            prop_assert_eq!(has_nul(&json), text.contains('\0'));
        }
    }
}
