//! What every request goes through: seen, protected, admitted, timed.

use std::{
    any::Any,
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chassis::Refusal;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::problem::Problem;
use crate::Ctx;

/// The most that anything but a feed may take.
const TIME: Duration = Duration::from_secs(15);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives every request an id and a span. Routes are logged as they are declared: never a path or query as sent.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let id = format!("{:032x}", rand::random::<u128>());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("http", request.id = %id, method = %request.method(), route);
    async move {
        let began = Instant::now();
        let mut response = next.run(request).await;
        let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
        if status >= 500 {
            tracing::warn!(status, ms, "answered {status} after {ms} ms");
        } else {
            tracing::debug!(status, ms, "answered {status} after {ms} ms");
        }
        response.headers_mut().insert(
            REQUEST_ID,
            HeaderValue::from_str(&id).expect("hexadecimal digits"),
        );
        response
    }
    .instrument(span)
    .await
}

/// Tells browsers what a page of ours may not do. A route that knows better has set its own words already.
pub(crate) async fn protect(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
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
    if ctx.config.public_url.secure {
        usual(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    response
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address(pub(crate) IpAddr);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get()
            .copied()
            .unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// Counts requests of an address.
pub(crate) async fn admit(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get().map_or(
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        |ConnectInfo(peer): &ConnectInfo<SocketAddr>| peer.ip(),
    );
    let address = address_of(peer, request.headers(), &ctx.config.trusted_proxies);
    if let Err(too_often) = ctx.limits.request(address) {
        return Problem::from(too_often).into_response();
    }
    request.extensions_mut().insert(Address(address));
    next.run(request).await
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

/// Ends what takes too long.
pub(crate) async fn within_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(TIME, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timed_out",
            "Quá lâu chưa xong; chưa rõ đã thực hiện hay chưa. Hãy xem lại, hoặc gửi lại với cùng Idempotency-Key.",
            "It took too long, and may or may not have been done. Look again, or repeat with the same Idempotency-Key.",
        )
        .into_response()
    })
}

/// A bug of ours. What it said is in the log; the asker learns nothing of it.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned());
    tracing::error!("a handler panicked: {}", said.unwrap_or_default());
    Problem::from(Refusal::internal()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware::from_fn, routing::get};
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::{super::problem::speak, *};

    async fn answer(router: Router) -> (StatusCode, String) {
        let response = router
            .layer(from_fn(speak))
            .oneshot(Request::new(axum::body::Body::empty()))
            .await
            .unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_our_error_and_tells_nothing() {
        let broken = get(async || {
            if std::hint::black_box(true) {
                panic!("the secret is 42")
            } else {
                "fine"
            }
        });
        let (status, body) = answer(
            Router::new()
                .route("/", broken)
                .layer(CatchPanicLayer::custom(panicked)),
        )
        .await;
        assert_eq!(status, 500);
        assert!(
            body.contains("\"/problems/internal\"") && !body.contains("42"),
            "{body}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_ends() {
        let slow = get(async || std::future::pending::<&str>().await);
        let (status, body) =
            answer(Router::new().route("/", slow).layer(from_fn(within_time))).await;
        assert_eq!(status, 503);
        assert!(body.contains("\"/problems/timed_out\""), "{body}");
    }

    #[tokio::test]
    async fn an_error_in_plain_text_becomes_a_problem() {
        let plain = get(async || (StatusCode::INTERNAL_SERVER_ERROR, "the secret is 42"));
        let (status, body) = answer(Router::new().route("/", plain)).await;
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
