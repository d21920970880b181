//! Requests as bytes with two places to fill, answers read for their status and body alone.

use std::{ops::Range, time::Duration};

use anyhow::{Context as _, ensure};

/// `ph_` and 43 characters.
pub(crate) const TOKEN: usize = 46;
/// A UUID as text.
pub(crate) const KEY: usize = 36;

/// A `POST` of JSON by somebody, under a key.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    token_at: usize,
    key_at: usize,
}

impl Template {
    /// Everything of it but the token and the key.
    #[must_use]
    pub(crate) fn new(path: &str, body: &str) -> Self {
        let before_token =
            format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ");
        let before_key = "\r\nidempotency-key: ";
        let rest = format!(
            "\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let token_at = before_token.len();
        let key_at = token_at + TOKEN + before_key.len();
        let (token, key) = ("-".repeat(TOKEN), "-".repeat(KEY));
        let bytes = [before_token.as_str(), &token, before_key, &key, &rest]
            .map(str::as_bytes)
            .concat();
        Self {
            bytes,
            token_at,
            key_at,
        }
    }

    /// Writes it for somebody, under a key.
    pub(crate) fn fill(&self, token: &str, key: &[u8; KEY], request: &mut Vec<u8>) {
        request.clear();
        request.extend_from_slice(&self.bytes);
        request[self.token_at..self.token_at + TOKEN].copy_from_slice(token.as_bytes());
        request[self.key_at..self.key_at + KEY].copy_from_slice(key);
    }
}

/// A plain `GET`.
#[must_use]
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").into_bytes()
}

/// An answer that has arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// When to come back, if it says so.
    pub(crate) retry_after: Option<Duration>,
    /// Where its body is in what was read.
    pub(crate) body: Range<usize>,
}

/// The answer at the beginning of these bytes, once it is there whole.
///
/// # Errors
/// When it is not an answer with a length.
pub(crate) fn answer(bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
    let mut length: Option<usize> = None;
    let mut retry_after = None;
    let mut line_at = 0;
    while let Some(end) = bytes[line_at..].iter().position(|byte| *byte == b'\n') {
        let line = &bytes[line_at..line_at + end];
        line_at += end + 1;
        if line == b"\r" {
            let length = length.context("an answer without a length")?;
            let status = std::str::from_utf8(bytes.get(9..12).unwrap_or_default())?;
            let status = status.parse().context("an answer without a status")?;
            let body = line_at..line_at + length;
            ensure!(bytes.len() <= body.end, "more than was asked for");
            return Ok((bytes.len() == body.end).then_some(Answer {
                status,
                retry_after,
                body,
            }));
        }
        if line.len() > 15 && line[..15].eq_ignore_ascii_case(b"content-length:") {
            let text = std::str::from_utf8(&line[15..])?;
            length = Some(text.trim().parse().context("a length that is no number")?);
        }
        if line.len() > 12 && line[..12].eq_ignore_ascii_case(b"retry-after:") {
            let text = std::str::from_utf8(&line[12..])?;
            let seconds = text.trim().parse().context("no number of seconds")?;
            retry_after = Some(Duration::from_secs(seconds));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_it_is_whole() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nx: y\r\n\r\n{}";
        for part in 0..whole.len() {
            assert_eq!(answer(&whole[..part]).unwrap(), None, "{part} bytes");
        }
        let read = answer(whole).unwrap().unwrap();
        assert_eq!((read.status, &whole[read.body]), (201, &b"{}"[..]));
        let busy = b"HTTP/1.1 503 Busy\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n";
        let busy = answer(busy).unwrap().unwrap();
        assert_eq!(busy.retry_after, Some(Duration::from_secs(3)));
        assert!(answer(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn a_template_is_filled_in_its_two_places() {
        let template = Template::new("/v1/orders", "{}");
        let mut request = Vec::new();
        template.fill(&"t".repeat(TOKEN), &[b'k'; KEY], &mut request);
        let text = String::from_utf8(request).unwrap();
        assert!(text.contains(&format!(
            "Bearer {}\r\nidempotency-key: {}\r\n",
            "t".repeat(TOKEN),
            "k".repeat(KEY)
        )));
        assert!(text.ends_with("content-length: 2\r\n\r\n{}"));
    }
}
