//! Wrong, missing, oversized, hostile input gets a clear answer, whatever the route.

use chassis::testing::eventually;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    roles::{described, request},
    world::{SOON, World, json_of, refused},
};

#[tokio::test]
async fn a_problem_names_fields_in_the_language_that_is_read() {
    let world = World::start(&[]).await;
    let token = world.shopper().await;
    let order = json!({
        "session_id": "ses_1", "lines": [{ "offer_id": "off_1", "units": "two" }], "expected_total": 1,
        "payment_method": "cod", "contact": { "name": "Lan", "phone": "0912345678" }, "delivery": { "pickup": true },
    });
    let ask = |tongue: &str| {
        world
            .post("/v1/orders", &token, order.clone())
            .header("idempotency-key", "k")
            .header("accept-language", tongue)
    };
    let answer = ask("en").send().await.unwrap();
    assert_eq!(answer.headers()["content-language"], "en");
    let problem = json_of(answer, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(problem["errors"][0]["field"], "lines[0].units");
    assert_eq!(
        problem["errors"][0]["message"],
        "Not a value of the right type and range."
    );
    assert_eq!(problem["detail"], problem["detail_en"]);
    let problem = json_of(
        ask("vi,en;q=0.5").send().await.unwrap(),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    assert_eq!(
        problem["errors"][0]["message"],
        problem["errors"][0]["message_vi"]
    );
    assert_eq!(problem["title"], "Dữ liệu chưa đúng");
}

#[tokio::test]
async fn what_cannot_be_read_is_said_to_be_so() {
    let world = World::start(&[]).await;
    let token = world.shopper().await;
    let post = || {
        world
            .ask(Method::POST, "/v1/me/consents")
            .bearer_auth(&token)
    };
    let json = |body: &str| {
        post()
            .header("content-type", "application/json; charset=utf-8")
            .body(body.to_owned())
    };
    assert_eq!(refused(json("{"), 400).await, "malformed_json");
    assert_eq!(refused(json(""), 400).await, "malformed_json");
    assert_eq!(refused(json("\u{0}"), 400).await, "nul");
    assert_eq!(refused(json(r#"{"purpose":"a\u0000"}"#), 400).await, "nul");
    assert_eq!(refused(json("{}"), 422).await, "invalid_input");
    assert_eq!(
        refused(
            json(r#"{"purpose":"a","text_version":"1","given":true,"x":1}"#),
            422
        )
        .await,
        "invalid_input"
    );
    assert_eq!(refused(post().body("a=1"), 415).await, "content_type");
    assert_eq!(
        refused(json(&" ".repeat(64 * 1024 + 1)), 413).await,
        "too_large"
    );
    assert_eq!(
        refused(world.ask(Method::GET, "/nowhere"), 404).await,
        "not_found"
    );
    assert_eq!(
        refused(world.ask(Method::DELETE, "/v1/me"), 405).await,
        "method_not_allowed"
    );
    assert_eq!(
        refused(world.get("/v1/orders/x", &token), 404).await,
        "not_found"
    );
    assert_eq!(
        refused(
            world.get("/v1/orders/ses_00000000000000000000000000000001", &token),
            404
        )
        .await,
        "not_found"
    );
    assert_eq!(
        refused(world.get("/v1/orders/%ff", &token), 404).await,
        "not_found"
    );
    assert_eq!(
        refused(world.get("/v1/orders?limit=x", &token), 422).await,
        "invalid_input"
    );
    assert_eq!(
        refused(world.get("/v1/orders?limit=-1", &token), 422).await,
        "invalid_input"
    );
    assert_eq!(
        refused(world.get("/v1/orders?who=me", &token), 422).await,
        "invalid_input"
    );
    assert_eq!(
        refused(world.get("/v1/orders?state=unknown", &token), 422).await,
        "invalid_input"
    );
    assert_eq!(
        refused(world.get("/v1/products?text=%00", &token), 400).await,
        "nul"
    );
}

#[tokio::test]
async fn no_route_breaks_on_hostile_bodies() {
    let world = World::start(&[
        "--demo",
        "--sepay-keys",
        "k",
        "--limit-account-burst",
        "100000",
        "--limit-sign-ins",
        "100000",
    ])
    .await;
    world.bootstrap().await;
    let token = world.token_of("organiser").await;
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let bodies = [
        "null",
        "[]",
        "{}",
        "\"\"",
        "1e999",
        "-0",
        &deep,
        r#"{"":""}"#,
        r#"{"__proto__":{}}"#,
        r#"{"units":9223372036854775808}"#,
        r#"{"name":"\ud800"}"#,
        r#"{"name":"\u202e"}"#,
        "{\"name\":\"\u{feff}\"}",
        "\u{1}",
    ];
    for (method, path, _) in described() {
        if method == "GET" || path == "/v1/sign-out" {
            continue;
        }
        for body in bodies {
            for kind in ["application/json", "text/csv"] {
                let ask = request(&world, &method, &path)
                    .bearer_auth(&token)
                    .header("idempotency-key", "k")
                    .header("content-type", kind);
                let status = ask
                    .body(body.to_owned())
                    .send()
                    .await
                    .unwrap()
                    .status()
                    .as_u16();
                assert!(
                    status < 500 || status == 503,
                    "{method} {path} {body}: {status}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_head_that_is_no_http_or_too_long_is_refused() {
    let world = World::start(&[]).await;
    let address = world.url.strip_prefix("http://").unwrap();
    for (sent, answer) in [
        ("nonsense\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        (
            // More than what may be there already when a read of as much as is allowed comes on top.
            format!(
                "GET / HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n",
                "x".repeat(80_000)
            ),
            "HTTP/1.1 431",
        ),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // The server may answer before it has read all.
        drop(stream.write_all(sent.as_bytes()).await);
        let mut got = Vec::new();
        drop(stream.read_to_end(&mut got).await);
        assert!(
            String::from_utf8_lossy(&got).starts_with(answer),
            "{}",
            String::from_utf8_lossy(&got)
        );
    }
}

#[tokio::test]
async fn stopping_lets_go_of_idle_connections() {
    let world = World::start(&[]).await;
    assert_eq!(
        world
            .ask(Method::GET, "/healthz")
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "ok\n"
    );
    assert!(
        world.lifecycle.stop(SOON).await,
        "everything stopped, though a client keeps its connection"
    );
    eventually("no more connections", SOON, || async {
        world
            .ask(Method::GET, "/healthz")
            .send()
            .await
            .is_err()
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn idempotency_keys_are_plain_and_present() {
    let world = World::start(&[]).await;
    let token = world.shopper().await;
    let place = || world.post("/v1/orders", &token, Value::Null);
    assert_eq!(refused(place(), 400).await, "idempotency_key_missing");
    for wrong in ["", "a b", &"x".repeat(256), "é"] {
        let key = reqwest::header::HeaderValue::from_bytes(wrong.as_bytes()).unwrap();
        assert_eq!(
            refused(place().header("idempotency-key", key), 400).await,
            "idempotency_key_malformed"
        );
    }
    let twice = place()
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    assert_eq!(refused(twice, 400).await, "idempotency_key_malformed");
    assert_eq!(
        refused(place().header("idempotency-key", "x".repeat(255)), 422).await,
        "invalid_input"
    );
}
