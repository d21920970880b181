//! Signing in and out, and what stands against guessing.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::world::{World, json_of, refused};

const PHONE: &str = "0912 345 678";
const E164: &str = "+84912345678";

async fn ask_for_code(world: &World, phone: &str) -> Value {
    let answer = world
        .ask(Method::POST, "/v1/sign-in/phone")
        .json(&json!({ "phone": phone }))
        .send()
        .await
        .unwrap();
    json_of(answer, StatusCode::ACCEPTED).await
}

fn confirm(world: &World, sent: &Value, code: &str) -> reqwest::RequestBuilder {
    let body = json!({ "sign_in_id": sent["sign_in_id"], "code": code, "name": "Nguyễn Thị Lan" });
    world
        .ask(Method::POST, "/v1/sign-in/phone/confirm")
        .json(&body)
}

#[tokio::test]
async fn a_phone_signs_in_by_code_and_out_again() {
    let world = World::start(&[]).await;
    let sent = ask_for_code(&world, PHONE).await;
    let answer = confirm(&world, &sent, &world.phones.code(E164))
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let signed_in = json_of(answer, StatusCode::OK).await;
    let token = signed_in["token"].as_str().unwrap();
    assert_eq!(
        cookie,
        format!("phien={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000")
    );
    assert_eq!(signed_in["account"]["name"], "Nguyễn Thị Lan");

    let me = json_of(
        world.get("/v1/me", token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(me["account_id"], signed_in["account"]["account_id"]);
    assert_eq!(me["memberships"], json!([]));
    let by_cookie = world
        .ask(Method::GET, "/v1/me")
        .header("cookie", format!("a=b; phien={token}"))
        .send()
        .await
        .unwrap();
    json_of(by_cookie, StatusCode::OK).await;

    assert_eq!(
        refused(confirm(&world, &sent, &world.phones.code(E164)), 409).await,
        "code_spent"
    );
    let out = world
        .ask(Method::POST, "/v1/sign-out")
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert!(
        out.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    json_of(out, StatusCode::NO_CONTENT).await;
    assert_eq!(
        refused(world.get("/v1/me", token), 401).await,
        "sign_in_first"
    );

    // The same phone is the same account.
    world.clock.advance(TimeDelta::minutes(2));
    let sent = ask_for_code(&world, "+84912345678").await;
    let again = confirm(&world, &sent, &world.phones.code(E164))
        .send()
        .await
        .unwrap();
    assert_eq!(
        json_of(again, StatusCode::OK).await["account"]["account_id"],
        me["account_id"]
    );
}

#[tokio::test]
async fn five_wrong_codes_end_a_sign_in() {
    let world = World::start(&[]).await;
    let sent = ask_for_code(&world, PHONE).await;
    let right = world.phones.code(E164);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for _ in 0..5 {
        assert_eq!(
            refused(confirm(&world, &sent, wrong), 422).await,
            "wrong_code"
        );
    }
    assert_eq!(
        refused(confirm(&world, &sent, &right), 409).await,
        "code_spent"
    );
    let other = json!({ "sign_in_id": "sgn_00000000000000000000000000000001" });
    assert_eq!(
        refused(confirm(&world, &other, &right), 409).await,
        "code_spent",
        "no telling whether it ever was"
    );
    assert_eq!(
        refused(confirm(&world, &json!({ "sign_in_id": "x" }), &right), 422).await,
        "invalid_input"
    );
    assert_eq!(
        refused(confirm(&world, &sent, "12345"), 422).await,
        "invalid_input"
    );
}

#[tokio::test]
async fn codes_are_few_and_short_lived() {
    let world = World::start(&[]).await;
    let sent = ask_for_code(&world, PHONE).await;
    let too_soon = world
        .ask(Method::POST, "/v1/sign-in/phone")
        .json(&json!({ "phone": E164 }));
    let answer = too_soon.try_clone().unwrap().send().await.unwrap();
    let wait: i64 = answer.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((50..=60).contains(&wait));
    assert_eq!(refused(too_soon, 429).await, "rate_limited");
    assert_eq!(world.phones.count(E164), 1);

    world.clock.advance(TimeDelta::minutes(5));
    assert_eq!(
        refused(confirm(&world, &sent, &world.phones.code(E164)), 409).await,
        "code_spent"
    );
    ask_for_code(&world, PHONE).await;
}

#[tokio::test]
async fn a_code_that_was_not_sent_does_not_count() {
    let world = World::start(&[]).await;
    let unreachable = || {
        world
            .ask(Method::POST, "/v1/sign-in/phone")
            .json(&json!({ "phone": "0912345000" }))
    };
    assert_eq!(refused(unreachable(), 503).await, "code_not_sent");
    assert_eq!(refused(unreachable(), 503).await, "code_not_sent");
    for phone in ["", "113", "+1 202 555 0100", "024 3825 1234", "0912345678x"] {
        let request = world
            .ask(Method::POST, "/v1/sign-in/phone")
            .json(&json!({ "phone": phone }));
        assert_eq!(refused(request, 422).await, "invalid_input", "{phone}");
    }
}

#[tokio::test]
async fn staff_sign_in_by_password() {
    let world = World::start(&[]).await;
    world.bootstrap().await;
    let token = world.token_of("host").await;
    let me = json_of(
        world.get("/v1/me", &token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(me["memberships"][0]["role"], "host");
    // Half a day, kept also by the memory.
    world.clock.advance(TimeDelta::hours(12));
    assert_eq!(
        refused(world.get("/v1/me", &token), 401).await,
        "sign_in_first"
    );

    let sign_in = |username: &str| {
        let body = json!({ "username": username, "password": "con trâu đi sau" });
        world.ask(Method::POST, "/v1/sign-in/password").json(&body)
    };
    assert_eq!(refused(sign_in("nobody"), 401).await, "wrong_password");
    for _ in 0..6 {
        assert_eq!(refused(sign_in("volunteer"), 401).await, "wrong_password");
    }
    assert_eq!(refused(sign_in("volunteer"), 429).await, "rate_limited");
    assert_eq!(
        refused(sign_in(" Volunteer"), 429).await,
        "rate_limited",
        "the same name"
    );
    let long = json!({ "username": "organiser", "password": "x".repeat(60_000) });
    assert_eq!(
        refused(
            world.ask(Method::POST, "/v1/sign-in/password").json(&long),
            401
        )
        .await,
        "wrong_password"
    );
}

#[tokio::test]
async fn attempts_of_an_address_are_counted() {
    let world = World::start(&["--limit-sign-ins", "3"]).await;
    let attempt = || {
        world
            .ask(Method::POST, "/v1/sign-in/phone")
            .json(&json!({ "phone": "nonsense" }))
    };
    for _ in 0..3 {
        refused(attempt(), 422).await;
    }
    assert_eq!(refused(attempt(), 429).await, "rate_limited");
}

#[tokio::test]
async fn a_cookie_counts_from_our_own_pages_only() {
    let world = World::start(&["--public-url", "https://phien.example"]).await;
    world.bootstrap().await;
    let token = world.token_of("host").await;
    let rename = |origin: &str| {
        let request = world
            .ask(Method::PUT, "/v1/me/name")
            .json(&json!({ "name": "Lan" }));
        request
            .header("cookie", format!("__Host-phien={token}"))
            .header("origin", origin)
    };
    assert_eq!(
        refused(rename("https://evil.example"), 403).await,
        "foreign_page"
    );
    assert_eq!(
        refused(
            rename("https://phien.example").header("sec-fetch-site", "cross-site"),
            403
        )
        .await,
        "foreign_page"
    );
    let ours = rename("https://phien.example").send().await.unwrap();
    assert_eq!(
        ours.headers()["strict-transport-security"],
        "max-age=31536000; includeSubDomains"
    );
    json_of(ours, StatusCode::NO_CONTENT).await;
    let by_header = world
        .ask(Method::PUT, "/v1/me/name")
        .json(&json!({ "name": "Mai" }))
        .bearer_auth(&token);
    json_of(by_header.send().await.unwrap(), StatusCode::NO_CONTENT).await;
    let me = json_of(
        world.get("/v1/me", &token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(me["name"], "Mai");
    let plain = world
        .ask(Method::GET, "/v1/me")
        .header("cookie", format!("phien={token}"));
    refused(plain, 401).await;
}
