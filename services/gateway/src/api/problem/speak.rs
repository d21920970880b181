//! Problems put into words: documents of RFC 9457, in Vietnamese or English.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use chassis::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;

/// What most problems fit, in bytes.
const USUAL: usize = 1_024;

/// What an asker reads when something is refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDetails<'a> {
    /// Names the sort of problem; stable.
    #[serde(rename = "type")]
    #[schema(example = "/problems/sold_out")]
    kind: String,
    title: &'static str,
    status: u16,
    /// In the language that `Accept-Language` prefers: `vi`, or `en`.
    detail: &'a str,
    /// Stable and machine readable.
    #[schema(example = "sold_out")]
    code: &'a str,
    detail_vi: &'a str,
    detail_en: &'a str,
    /// The fields at fault, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem<'a>>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldProblem<'a> {
    /// Its path in the body.
    #[schema(example = "lines[0].units")]
    field: &'a str,
    message: &'a str,
    message_vi: &'a str,
    message_en: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Vietnamese,
    English,
}

impl Language {
    fn of<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vietnamese => vi,
            Self::English => en,
        }
    }
}

/// Who will read the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    language: Language,
    /// Asked with HEAD: reads no body.
    silent: bool,
}

impl Reader {
    /// Whoever sent this.
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            language: preferred(request.headers()),
            silent: request.method() == Method::HEAD,
        }
    }
}

/// Puts a problem into words, if the answer is one.
pub(crate) fn speak(reader: Reader, mut response: Response) -> Response {
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_bare_error(&response) => of_status(response.status()),
        None => return response,
    };
    let retry_after = problem.refusal.retry_after_seconds;
    let status = problem.status;
    let mut body = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut body, &details(&problem, reader.language))
        .expect("a problem is plain data");
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let tongue = HeaderValue::from_static(reader.language.of("vi", "en"));
    headers.insert(header::CONTENT_LANGUAGE, tongue);
    if retry_after > 0 {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    }
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        // The rest is not read: who kept the connection would lose the next request with it (RFC 9112, 9.6).
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"phien\""),
        );
    }
    if !reader.silent {
        *response.body_mut() = Body::from(body);
    }
    response
}

/// An error that no handler of ours worded.
fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error())
        && response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_none_or(|kind| kind != "application/problem+json")
}

fn of_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::nothing_here(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            status,
            "method_not_allowed",
            "Địa chỉ này không nhận phương thức đó.",
            "This address does not take that method.",
        ),
        status if status.is_client_error() => Problem::new(
            status,
            "bad_request",
            "Yêu cầu không đọc được.",
            "The request cannot be read.",
        ),
        _ => Refusal::internal().into(),
    }
}

fn details(problem: &Problem, language: Language) -> ProblemDetails<'_> {
    let refusal = &*problem.refusal;
    let fields = refusal.fields.iter().map(|field| FieldProblem {
        field: &field.field,
        message: language.of(&field.message_vi, &field.message_en),
        message_vi: &field.message_vi,
        message_en: &field.message_en,
    });
    let (title_vi, title_en) = title(problem.status);
    ProblemDetails {
        kind: format!("/problems/{}", refusal.code),
        title: language.of(title_vi, title_en),
        status: problem.status.as_u16(),
        detail: language.of(&refusal.vi, &refusal.en),
        code: &refusal.code,
        detail_vi: &refusal.vi,
        detail_en: &refusal.en,
        errors: fields.collect(),
    }
}

fn title(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        401 => ("Chưa đăng nhập", "Not signed in"),
        403 => ("Không được phép", "Not allowed"),
        404 => ("Không tìm thấy", "Not found"),
        405 => ("Phương thức không được nhận", "Method not taken"),
        409 => (
            "Không còn như yêu cầu giả định",
            "Not as the request supposes",
        ),
        413 => ("Yêu cầu quá lớn", "Request too large"),
        415 => ("Kiểu nội dung không được nhận", "Content type not taken"),
        422 => ("Dữ liệu chưa đúng", "Input not right"),
        429 => ("Quá nhiều yêu cầu", "Too many requests"),
        503 => ("Đang bận", "Busy"),
        400..500 => ("Yêu cầu không đọc được", "Request cannot be read"),
        _ => ("Lỗi phía máy chủ", "Error on our side"),
    }
}

/// Vietnamese unless English is preferred to it.
fn preferred(headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let weight = |tongue: &str| {
        let of = |part: &str| {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let main = tag.trim().split('-').next()?.to_ascii_lowercase();
            let quality = rest
                .trim()
                .strip_prefix("q=")
                .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())?;
            (main == tongue).then_some(quality)
        };
        accepted.split(',').filter_map(of).fold(0.0, f32::max)
    };
    if weight("en") > weight("vi") {
        Language::English
    } else {
        Language::Vietnamese
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefers(accepted: &str) -> Language {
        preferred(&HeaderMap::from_iter([(
            header::ACCEPT_LANGUAGE,
            accepted.parse().unwrap(),
        )]))
    }

    #[test]
    fn vietnamese_unless_english_is_preferred() {
        assert_eq!(preferred(&HeaderMap::new()), Language::Vietnamese);
        assert_eq!(prefers("en-US,en;q=0.9"), Language::English);
        assert_eq!(prefers("vi-VN,vi;q=0.9,en;q=0.8"), Language::Vietnamese);
        assert_eq!(prefers("vi;q=0.5, en;q=0.8"), Language::English);
        assert_eq!(prefers("fr"), Language::Vietnamese);
        assert_eq!(prefers("en;q=x"), Language::Vietnamese);
    }
}
