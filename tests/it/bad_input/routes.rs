//! Every route of the OpenAPI document, with everything that can be wrong with a request.

use futures_util::StreamExt as _;
use phien_tests::{
    api::{Api, Reply, read},
    world::World,
};
use reqwest::Method;

use super::described::{Route, routes};

fn is_webhook(route: &Route) -> bool {
    route.path.contains("/webhooks/")
}

fn must_be_refused(reply: &Reply, what: &str) {
    let start: String = what.chars().take(160).collect();
    assert!(
        (400..500).contains(&reply.status),
        "{start}: {} {}",
        reply.status,
        reply.text
    );
    assert_ne!(
        reply.status, 429,
        "{start}: a rate limit hides what is to be seen"
    );
    assert_eq!(reply.content_type, "application/problem+json", "{start}");
    assert!(
        !reply.code().is_empty()
            && reply.body["detail_vi"].is_string()
            && reply.body["detail_en"].is_string(),
        "{start}: {}",
        reply.text
    );
}

async fn staff(world: &World) -> [Api; 3] {
    let producer = world
        .producer(&world.staff("organiser").await, "Hộ thử")
        .await;
    [
        world.staff("organiser").await,
        world.staff("operator").await,
        producer.keeper,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_not_what_is_asked() {
    let world = World::start().await;
    let staff = staff(&world).await;
    let bodies: [&[u8]; 16] = [
        b"",
        b"{",
        b"not json",
        b"[]",
        b"null",
        b"42",
        b"\"text\"",
        b"{}{}",
        b"\xff\xfe\x00\x01",
        b"\xef\xbb\xbf{}",
        br#"{"there_is_no_such_field":1}"#,
        br#"{"reason":{"a":[1]},"units":"x","text":7,"lines":{},"name":[],"count":"many"}"#,
        br#"{"units":1e400}"#,
        br#"{"units":99999999999999999999999999,"count":-1,"text":null}"#,
        b"{\"text\":\"a\\u0000b\",\"reason\":\"a\\u0000b\",\"name\":\"a\\u0000b\"}",
        b"{\"text\":\"\x00\"}",
    ];
    let deep = "[".repeat(60_000).into_bytes();
    let mut requests = Vec::new();
    for route in routes()
        .into_iter()
        .filter(|route| route.takes_json && !is_webhook(route))
    {
        for api in &staff {
            for body in bodies.iter().copied().chain([deep.as_slice()]) {
                let what = format!(
                    "{} {} {}",
                    route.method,
                    route.path,
                    String::from_utf8_lossy(body)
                );
                let request = api
                    .request(route.method.clone(), &route.path)
                    .header("idempotency-key", "k")
                    .header("content-type", "application/json")
                    .body(body.to_vec());
                requests.push((what, request));
            }
        }
    }
    assert!(requests.len() > 1_000);
    all_refused(requests).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_too_large_or_of_another_kind() {
    let world = World::start().await;
    let [organiser, ..] = staff(&world).await;
    let large = vec![b'a'; 10 << 20];
    for route in routes()
        .into_iter()
        .filter(|route| route.method != Method::GET)
    {
        let what = format!("{} {} with 10 MB", route.method, route.path);
        for kind in ["application/json", "text/csv"] {
            let request = organiser
                .request(route.method.clone(), &route.path)
                .header("idempotency-key", "k")
                .header("content-type", kind)
                .body(large.clone());
            // A server may answer and hang up before all has been sent.
            if let Ok(reply) = read(request).await {
                must_be_refused(&reply, &what);
            }
        }
        if route.takes_json {
            let request = organiser
                .request(route.method.clone(), &route.path)
                .header("idempotency-key", "k")
                .header("content-type", "application/x-www-form-urlencoded")
                .body("a=1");
            must_be_refused(&read(request).await.unwrap(), &format!("{what}: a form"));
        }
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_queries_and_methods_that_are_not_there() {
    let world = World::start().await;
    let staff = staff(&world).await;
    let mut requests = Vec::new();
    let mut add = |method: &Method, path: &str| {
        let what = format!("{method} {path}");
        requests.push((what, staff[0].request(method.clone(), path)));
    };
    let all = routes();
    for route in &all {
        for method in [
            Method::DELETE,
            Method::PATCH,
            Method::PUT,
            Method::POST,
            Method::GET,
        ] {
            if !all
                .iter()
                .any(|known| known.path == route.path && known.method == method)
            {
                add(&method, &route.path);
            }
        }
        if route.method == Method::GET && route.path.contains('_') {
            for wrong in [
                "0",
                "-1",
                "ses_",
                "%00",
                "%2e%2e%2f%2e%2e",
                "ord_zz",
                "'%20or%201=1",
                "%F0%9F%8E%89",
                &"9".repeat(5_000),
            ] {
                let start = route
                    .path
                    .find('_')
                    .map_or(0, |at| route.path[..at].rfind('/').unwrap_or(0) + 1);
                let end = route.path[start..]
                    .find('/')
                    .map_or(route.path.len(), |at| start + at);
                add(
                    &Method::GET,
                    &format!("{}{wrong}{}", &route.path[..start], &route.path[end..]),
                );
            }
        }
    }
    for list in [
        "/v1/sessions",
        "/v1/products",
        "/v1/producers",
        "/v1/orders",
    ] {
        for query in [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=x",
            "limit=99999999999",
            "cursor=%00",
            "cursor=zzz",
            "nothing=1",
            "limit=1&limit=2",
        ] {
            add(&Method::GET, &format!("{list}?{query}"));
        }
    }
    for path in [
        "/v1",
        "/v1/",
        "/v2/sessions",
        "/v1/sessions/",
        "/v1//sessions",
        "/.env",
        "/metrics",
    ] {
        add(&Method::GET, path);
    }
    all_refused(requests).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_lie() {
    let world = World::start().await;
    let nobody = &world.api;
    let tokens = [
        "",
        "Bearer",
        "Bearer ",
        "Bearer ph_",
        "Bearer null",
        "Basic YTpi",
        "Bearer ph_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Apikey x",
    ];
    for token in tokens {
        let request = nobody
            .request(Method::GET, "/v1/me")
            .header("authorization", token);
        let reply = read(request).await.unwrap();
        assert_eq!(
            (reply.status, reply.code()),
            (401, "sign_in_first"),
            "{token:?}"
        );
    }
    // Who stands in front is believed only when it was named.
    for (name, value) in [
        ("x-forwarded-for", "127.0.0.1"),
        ("phien-actor", "acc_1"),
        ("x-forwarded-user", "operator"),
    ] {
        let request = nobody.request(Method::GET, "/v1/me").header(name, value);
        assert_eq!(read(request).await.unwrap().status, 401, "{name}");
    }
    let request = nobody
        .request(Method::GET, "/v1/sessions")
        .header("x-long", "a".repeat(100_000));
    if let Ok(reply) = read(request).await {
        assert!((400..500).contains(&reply.status), "{}", reply.status);
    }
    // A page of somebody else's cannot use the cookie.
    let person = world.people(1).await.remove(0);
    let cookie = format!("phien={}", person.api.token().unwrap());
    let name = serde_json::json!({ "name": "Kẻ gian" });
    for (header, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("x-nothing", "1"),
    ] {
        let request = nobody
            .request(Method::PUT, "/v1/me/name")
            .header("cookie", &cookie)
            .header(header, value)
            .json(&name);
        let reply = read(request).await.unwrap();
        assert_eq!(
            (reply.status, reply.code()),
            (403, "foreign_page"),
            "{header}"
        );
    }
    let request = nobody
        .request(Method::PUT, "/v1/me/name")
        .header("cookie", &cookie)
        .header("sec-fetch-site", "same-origin")
        .json(&name);
    assert_eq!(read(request).await.unwrap().status, 204);
    world.finish().await;
}

/// Sends all, a few at a time; each must be refused.
async fn all_refused(requests: Vec<(String, reqwest::RequestBuilder)>) {
    let answers = futures_util::stream::iter(requests).map(async |(what, request)| {
        // A server may answer and hang up before a body has been read; the next request then finds a closed door.
        for _ in 0..5 {
            if let Ok(reply) = read(request.try_clone().expect("a plain body")).await {
                return (what, reply);
            }
        }
        panic!("{what}: not answered")
    });
    let mut answers = std::pin::pin!(answers.buffer_unordered(16));
    while let Some((what, reply)) = answers.next().await {
        must_be_refused(&reply, &what);
    }
}
