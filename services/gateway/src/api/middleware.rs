//! What every request goes through: seen, protected, admitted, timed.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    panic::AssertUnwindSafe,
    time::Duration,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chassis::{
    Refusal,
    rpc::PATIENCE,
    trace::{self, Span},
};
use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::time::Instant;
use tower::ServiceExt as _;
use tower_http::compression::{
    Compression,
    predicate::{DefaultPredicate, Predicate as _, SizeAbove},
};
use tracing::Instrument as _;

use super::problem::{Problem, Reader, speak};
use crate::{Ctx, limits::TooOften, meters::Class};

/// Smaller answers are not worth compressing.
const COMPRESSED_FROM: u64 = 2_048;
/// The most that an answer may take to begin.
const TIME: Duration = Duration::from_secs(15);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The one layer around everything: each more would cost every request a few boxes.
pub(crate) async fn edge(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let id = format!("{:032x}", rand::random::<u128>());
    let reader = Reader::of(&request);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let class = Class::of(request.method(), route.as_ref().map(MatchedPath::as_str));
    // Routes are logged as they are declared: never a path or query as sent.
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let log = tracing::debug_span!("http", request.id = id, method = %request.method(), route);
    let span = traced(&mut request, route);
    let answer = async {
        let began = Instant::now();
        let response = match ctx.admission.enter(class).await {
            Err(busy) => Problem::from(busy).into_response(),
            Ok(_place) => match admit(&ctx, &mut request, class, began) {
                Ok(()) => within_time(caught(answered(request, next))).await,
                Err(too_often) => Problem::from(too_often).into_response(),
            },
        };
        let mut response = speak(reader, response);
        let (status, took) = (response.status(), began.elapsed());
        ctx.meters.answered(class, status, took);
        let (status, ms) = (status.as_u16(), took.as_millis());
        // What is shed is counted; a line for each would be load of its own.
        if status >= 500 && status != 503 {
            tracing::warn!(
                request.id = id,
                route,
                status,
                ms,
                "answered {status} after {ms} ms"
            );
        } else {
            tracing::debug!(status, ms, "answered {status} after {ms} ms");
        }
        protect(response.headers_mut(), ctx.config.public_url.secure);
        response
    };
    let mut response = answer.instrument(log).await;
    note_status(span, &response);
    response.headers_mut().insert(
        REQUEST_ID,
        HeaderValue::from_str(&id).expect("hexadecimal digits"),
    );
    response
}

/// Begins the trace of a request, if it is sampled; handlers find it in its extensions.
fn traced(request: &mut Request, route: &str) -> Span {
    let asked = request.headers().get(trace::HEADER);
    let asked = asked.and_then(|value| value.to_str().ok());
    let name = || format!("{} {route}", request.method()).into();
    let span = Span::first("gateway", name, asked);
    if let Some(trace) = span.trace() {
        request.extensions_mut().insert(trace);
    }
    span
}

/// Ends the span of a request.
fn note_status(mut span: Span, response: &Response) {
    span.note(
        "http.response.status_code",
        i64::from(response.status().as_u16()),
    );
}

/// What is read is compressed when it is long; what is written has short answers. Boxed: every layer around it would
/// move it once more.
fn answered(request: Request, next: Next) -> BoxFuture<'static, Response> {
    if request.method() != Method::GET || !request.headers().contains_key(header::ACCEPT_ENCODING) {
        return Box::pin(next.run(request));
    }
    let long = DefaultPredicate::new().and(SizeAbove::new(COMPRESSED_FROM));
    let compressing = Compression::new(next).compress_when(long);
    Box::pin(
        compressing
            .oneshot(request)
            .map(|Ok(response)| response.map(Body::new)),
    )
}

/// Tells browsers what a page of ours may not do. A route that knows better has set its own words already.
fn protect(headers: &mut HeaderMap, secure: bool) {
    // For these and for what follows: a map that grows is made anew.
    headers.reserve(10);
    let mut usual = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    usual(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    usual(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    usual(header::REFERRER_POLICY, "no-referrer");
    usual(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    usual(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    // Most answers are somebody's own.
    usual(header::CACHE_CONTROL, "no-store");
    if secure {
        usual(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
}

/// Where a request comes from, and until when its asker waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Came {
    /// The address nearest to us that is not ours.
    pub(crate) from: IpAddr,
    /// Whatever is done for it is over by then, here and in the services; of an order, with its message.
    pub(crate) until: Instant,
}

impl Came {
    /// Of a request that went through [`edge`]; of another, from nowhere and just now.
    pub(crate) fn of(parts: &Parts) -> Self {
        parts.extensions.get().copied().unwrap_or_else(|| Self {
            from: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            until: Instant::now() + PATIENCE,
        })
    }
}

/// Counts requests of an address. Banks have no limit: they show a key, and repeat what they are refused.
fn admit(ctx: &Ctx, request: &mut Request, class: Class, began: Instant) -> Result<(), TooOften> {
    let peer = request.extensions().get().map_or(
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        |ConnectInfo(peer): &ConnectInfo<SocketAddr>| peer.ip(),
    );
    let address = address_of(peer, request.headers(), &ctx.config.trusted_proxies);
    if class != Class::Webhooks {
        ctx.limits.request(address)?;
    }
    request.extensions_mut().insert(Came {
        from: address,
        until: began + PATIENCE,
    });
    Ok(())
}

/// The nearest address that is not one of our own proxies.
fn address_of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let ours = |address: &IpAddr| {
        proxies
            .iter()
            .any(|proxy| proxy.to_canonical() == address.to_canonical())
    };
    if !ours(&peer) {
        return peer;
    }
    let lines = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> = lines
        .flat_map(|line| line.split(','))
        .map_while(|hop| hop.trim().parse().ok())
        .collect();
    hops.into_iter()
        .rev()
        .find(|hop| !ours(hop))
        .unwrap_or(peer)
}

/// Ends what takes too long to begin its answer.
async fn within_time(answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(TIME, answer).await.unwrap_or_else(|_| {
        Problem::from(Refusal {
            code: "timed_out".into(),
            vi: "Quá lâu chưa xong; chưa rõ đã thực hiện hay chưa. Hãy xem lại, hoặc gửi lại với cùng Idempotency-Key.".into(),
            en: "It took too long, and may or may not have been done. Look again, or repeat with the same Idempotency-Key.".into(),
            ..Refusal::busy()
        })
        .into_response()
    })
}

/// A panic is a bug of ours. What it said is in the log; the asker learns nothing of it.
async fn caught(answer: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answer)
        .catch_unwind()
        .await
        .unwrap_or_else(|panic| {
            let said = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned());
            tracing::error!("a handler panicked: {}", said.unwrap_or_default());
            Problem::from(Refusal::internal()).into_response()
        })
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    async fn read(answer: impl Future<Output = Response>) -> (StatusCode, String) {
        let reader = Reader::of(&Request::new(Body::empty()));
        let response = speak(reader, answer.await);
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_our_error_and_tells_nothing() {
        let broken = async {
            if std::hint::black_box(true) {
                panic!("the secret is 42")
            } else {
                Response::default()
            }
        };
        let (status, body) = read(caught(broken)).await;
        assert_eq!(status, 500);
        assert!(
            body.contains("\"/problems/internal\"") && !body.contains("42"),
            "{body}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_ends() {
        let (status, body) = read(within_time(std::future::pending())).await;
        assert_eq!(status, 503);
        assert!(body.contains("\"/problems/timed_out\""), "{body}");
    }

    #[tokio::test]
    async fn an_error_in_plain_text_becomes_a_problem() {
        let plain = (StatusCode::INTERNAL_SERVER_ERROR, "the secret is 42").into_response();
        let (status, body) = read(std::future::ready(plain)).await;
        assert_eq!(status, 500);
        assert!(
            body.contains("\"/problems/internal\"") && !body.contains("42"),
            "{body}"
        );
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let via = |peer: &str, forwarded: &str| {
            let headers = HeaderMap::from_iter([(
                HeaderName::from_static("x-forwarded-for"),
                forwarded.parse().unwrap(),
            )]);
            address_of(ip(peer), &headers, &[ip("10.0.0.1"), ip("10.0.0.2")])
        };
        assert_eq!(
            via("203.0.113.9", "198.51.100.1"),
            ip("203.0.113.9"),
            "a stranger names no other"
        );
        assert_eq!(via("10.0.0.1", "198.51.100.1"), ip("198.51.100.1"));
        assert_eq!(
            via("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2"),
            ip("198.51.100.1"),
            "what the asker wrote is to the left"
        );
        assert_eq!(via("10.0.0.1", "nonsense"), ip("10.0.0.1"));
    }
}
