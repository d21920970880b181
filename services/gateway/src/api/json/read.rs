//! Reading a body: its type, its size, its fields, and what to say when one of them is wrong.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{StatusCode, header},
};
use chassis::refusal::Fields;
use serde::de::DeserializeOwned;

use super::Problem;

pub(super) fn must_be(request: &Request, kind: &'static str) -> Result<(), Problem> {
    let given = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(kind) {
        Ok(())
    } else {
        Err(wrong_type(kind))
    }
}

pub(super) fn wrong_type(kind: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type",
        &format!("Hãy gửi với Content-Type: {kind}."),
        &format!("Send it with Content-Type: {kind}."),
    )
}

/// A body of at most so many bytes.
pub(crate) async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    to_bytes(body, most).await.map_err(|error| {
        let too_large = std::error::Error::source(&error)
            .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
        if too_large {
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                &format!("Nội dung lớn hơn {} kB.", most / 1024),
                &format!("The body is larger than {} kB.", most / 1024),
            )
        } else {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "incomplete",
                "Nội dung không đến đủ.",
                "The body did not arrive whole.",
            )
        }
    })
}

pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if has_nul(body) {
        return Err(nul());
    }
    // An array would be read as the fields in order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        let json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        return Err(if json {
            field_problem("", "invalid type")
        } else {
            malformed()
        });
    }
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    // Read once more for the path to what is wrong: keeping track of it costs as much as reading.
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        match error.inner().classify() {
            serde_json::error::Category::Data => {
                let path = error.path().to_string();
                field_problem(&path, &error.inner().to_string())
            }
            _ => malformed(),
        }
    })?;
    json.end().map_err(|_| malformed())?;
    Ok(value)
}

/// U+0000, as it is or escaped: no text of ours has it, and databases do not take it.
fn has_nul(body: &[u8]) -> bool {
    let escaped = |at: usize| {
        let backslashes = body[..=at]
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count();
        body[at..].starts_with(br"\u0000") && backslashes % 2 == 1
    };
    body.contains(&0)
        || body
            .iter()
            .enumerate()
            .any(|(at, byte)| *byte == b'\\' && escaped(at))
}

pub(super) fn nul() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "nul",
        "Không được có ký tự U+0000.",
        "The character U+0000 is not taken.",
    )
}

fn malformed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed_json",
        "Nội dung không phải JSON.",
        "The body is not JSON.",
    )
}

/// One field that is missing, unknown or of the wrong type; says nothing of what was sent but names.
pub(super) fn field_problem(path: &str, message: &str) -> Problem {
    let named = message.split('`').nth(1).unwrap_or_default();
    let below = |name: &str| {
        if matches!(path, "." | "") {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    let within = |name: &str| {
        if path == name || path.ends_with(&format!(".{name}")) {
            path.to_owned()
        } else {
            below(name)
        }
    };
    let (field, vi, en) = if message.starts_with("missing field") {
        (below(named), "Thiếu trường này.", "This field is missing.")
    } else if message.starts_with("unknown field") {
        (
            within(named),
            "Không có trường này.",
            "There is no such field.",
        )
    } else if message.starts_with("duplicate field") {
        (
            within(named),
            "Trường này lặp lại.",
            "This field stands twice.",
        )
    } else if message.starts_with("unknown variant") {
        (
            path.to_owned(),
            "Không phải một trong các giá trị được nhận.",
            "Not one of the values that are taken.",
        )
    } else {
        (
            path.to_owned(),
            "Giá trị không đúng kiểu hoặc ngoài khoảng cho phép.",
            "Not a value of the right type and range.",
        )
    };
    let field: String = field
        .chars()
        .filter(|letter| !letter.is_control())
        .take(80)
        .collect();
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
        let field = problem
            .refusal
            .fields
            .first()
            .map(|field| field.field.clone())
            .unwrap_or_default();
        (problem.status.as_u16(), problem.refusal.code.clone(), field)
    }

    #[test]
    fn a_refusal_names_the_field() {
        let invalid = |field: &str| (422, "invalid_input".to_owned(), field.to_owned());
        assert_eq!(refused("{}"), invalid("lines"));
        assert_eq!(
            refused(r#"{"lines":[{"units":1},{}]}"#),
            invalid("lines[1].units")
        );
        assert_eq!(
            refused(r#"{"lines":[{"units":"x"}]}"#),
            invalid("lines[0].units")
        );
        assert_eq!(
            refused(r#"{"lines":[{"units":1.5}]}"#),
            invalid("lines[0].units")
        );
        assert_eq!(
            refused(r#"{"lines":[{"units":99999999999999999999}]}"#),
            invalid("lines[0].units")
        );
        assert_eq!(refused(r#"{"lines":[],"price":1}"#), invalid("price"));
        assert_eq!(refused(r#"{"lines":[],"lines":[]}"#), invalid("lines"));
        for body in ["null", "[[]]", "7", "\"lines\""] {
            assert_eq!(refused(body), invalid(""), "{body}");
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in [
            "",
            "{",
            "[1",
            "lines=1",
            r#"{"lines":[]}{}"#,
            "\u{feff}{}",
            r#"{"lines":[{"units":NaN}]}"#,
        ] {
            let (status, code, _) = refused(body);
            assert_eq!((status, code.as_str()), (400, "malformed_json"), "{body}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(refused(&deep).1, "malformed_json");
        assert_eq!(
            refused(&format!(r#"{{"lines":{deep}"#)).0,
            422,
            "wrong type before any depth"
        );
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
