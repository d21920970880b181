//! Orders, comments and spreadsheets whose JSON is right and whose content is not.

use phien_tests::{
    api::{number, read},
    world::World,
};
use reqwest::Method;
use serde_json::{Value, json};

/// A change to a good order, and the field that the refusal names.
fn spoiled(good: &Value) -> Vec<(Value, &'static str)> {
    let change = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).expect("a field") = value;
        body
    };
    let line = good["lines"][0].clone();
    vec![
        (change("/lines/0/units", json!(0)), "lines[0].units"),
        (change("/lines/0/units", json!(-1)), "lines[0].units"),
        (change("/lines/0/units", json!(i64::MAX)), "lines[0].units"),
        (change("/lines/0/units", json!(i64::MIN)), "lines[0].units"),
        (change("/lines/0/units", json!(1.5)), "lines[0].units"),
        (change("/lines/0/units", json!("1")), "lines[0].units"),
        (
            change("/lines/0/offer_id", json!("off_1")),
            "lines[0].offer_id",
        ),
        (
            change(
                "/lines/0/offer_id",
                json!("ord_0192f0c1d2e37a4b8c5d6e7f80910203"),
            ),
            "lines[0].offer_id",
        ),
        (change("/lines", json!([])), "lines"),
        (change("/lines", Value::Array(vec![line; 51])), "lines"),
        (change("/expected_total", json!(0)), "expected_total"),
        (change("/expected_total", json!(-36_000)), "expected_total"),
        (
            change("/payment_method", json!("bitcoin")),
            "payment_method",
        ),
        (change("/contact/phone", json!("12345")), "contact.phone"),
        (
            change("/contact/phone", json!("0912345678'; drop table orders")),
            "contact.phone",
        ),
        (change("/contact/name", json!("")), "contact.name"),
        (change("/contact/name", json!("a\u{202e}b")), "contact.name"),
        (change("/contact/name", json!("a\u{7}b")), "contact.name"),
        (
            change("/contact/name", json!("x".repeat(101))),
            "contact.name",
        ),
        (change("/delivery", json!({})), "delivery"),
        (change("/delivery", json!({ "pickup": false })), "delivery"),
        (
            change(
                "/delivery",
                json!({ "address": { "line": "x", "ward_code": "99999" } }),
            ),
            "delivery.address.ward_code",
        ),
        (
            change(
                "/delivery",
                json!({ "address": { "line": "\u{1b}[31m", "ward_code": "00070" } }),
            ),
            "delivery.address.line",
        ),
        (change("/session_id", json!("ses_nonsense")), "session_id"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_breaks_a_rule_names_the_field_and_takes_nothing() {
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let shopper = world.people(1).await.remove(0).api;
    let good = stage.cart(1, "cod");
    for (body, field) in spoiled(&good) {
        let reply = shopper.post_once("/v1/orders", "k", &body).await.unwrap();
        assert_eq!(
            (reply.status, reply.code()),
            (422, "invalid_input"),
            "{field}: {}",
            reply.text
        );
        let errors = reply.body["errors"].as_array().unwrap();
        let named = errors.iter().find(|error| error["field"] == field);
        let error = named.unwrap_or_else(|| panic!("{field} is not named: {}", reply.text));
        assert!(error["message_vi"].is_string() && error["message_en"].is_string());
    }
    for (total, units, code) in [
        (36_001, 1, "total_changed"),
        (36_000 * 11, 11, "sold_out"),
        (36_000 * 1_000, 1_000, "sold_out"),
    ] {
        let mut body = stage.cart(units, "cod");
        body["expected_total"] = json!(total);
        let reply = shopper.post_once("/v1/orders", "k", &body).await.unwrap();
        assert_eq!((reply.status, reply.code()), (409, code));
    }
    for key in ["", " ", "a b", "khoá", &"k".repeat(256)] {
        let request = shopper
            .request(Method::POST, "/v1/orders")
            .header("idempotency-key", key.as_bytes())
            .json(&good);
        assert_eq!(read(request).await.unwrap().status, 400, "{key:?}");
    }
    let twice = shopper
        .request(Method::POST, "/v1/orders")
        .header("idempotency-key", "a")
        .header("idempotency-key", "b")
        .json(&good);
    assert_eq!(
        read(twice).await.unwrap().code(),
        "idempotency_key_malformed"
    );
    let none = shopper.post("/v1/orders", &good).await.unwrap();
    assert_eq!(none.code(), "idempotency_key_missing");

    let units = stage.units().await;
    assert_eq!((number(&units, "left"), number(&units, "sold")), (10, 0));
    let placed = shopper.post_once("/v1/orders", "k", &good).await.unwrap();
    assert_eq!(placed.status, 201, "a refused key is free: {}", placed.text);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_kept_as_text_and_without_phones() {
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let shopper = world.people(1).await.remove(0).api;
    let path = format!("/v1/sessions/{}/comments", stage.session_id);
    for text in [
        "",
        "   ",
        &"x".repeat(501),
        "\u{202e}đảo ngược",
        "chuông\u{7}",
    ] {
        let reply = shopper.post(&path, &json!({ "text": text })).await.unwrap();
        assert_eq!(reply.status, 422, "{text:?}: {}", reply.text);
    }
    let markup = "<script>alert(1)</script>'; drop table comment; --";
    for text in [markup, "gọi em 0912 345 678 nhé", "{{7*7}} ${7*7} %s%n"] {
        shopper
            .post(&path, &json!({ "text": text }))
            .await
            .unwrap()
            .ok()
            .unwrap();
    }
    let comments = shopper.get(&path).await.unwrap().ok().unwrap();
    let comments = comments["comments"].as_array().unwrap();
    assert_eq!(comments.len(), 3);
    assert_eq!(comments[2]["text"], markup);
    assert!(
        !comments[1]["text"].as_str().unwrap().contains("345"),
        "{}",
        comments[1]
    );
    let numbers: Vec<i64> = comments
        .iter()
        .map(|comment| number(comment, "seq"))
        .collect();
    assert_eq!(numbers, [3, 2, 1]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_is_taken_whole_or_not_at_all() {
    let world = World::start().await;
    let organiser = world.staff("organiser").await;
    let request = |body: Vec<u8>| {
        organiser
            .request(Method::POST, "/v1/goods/import")
            .header("content-type", "text/csv")
            .body(body)
    };
    let import = async |body: Vec<u8>| read(request(body)).await.unwrap();
    let nothing_but: [&[u8]; 7] = [
        b"",
        b"\xff\xfe\x00",
        b"a,b,c\n1,2\n",
        b"producer_name\n\"unclosed\n",
        b"=cmd|' /C calc'!A0,b\n1,2\n",
        b"producer_name,product_name\n,\n",
        b"\x00,\x00\n",
    ];
    for body in nothing_but {
        let reply = import(body.to_vec()).await;
        assert!(reply.status < 500, "{body:?}: {}", reply.text);
        let refused = reply.status >= 400
            || reply.body["errors"]
                .as_array()
                .is_some_and(|errors| !errors.is_empty());
        assert!(refused, "{body:?}: {}", reply.text);
    }
    let refused = request(vec![b'a'; 3 << 20]).send().await.unwrap();
    assert_eq!(refused.status(), 413);
    assert_eq!(refused.headers()["connection"], "close");
    assert_eq!(
        organiser
            .list("/v1/products", "products")
            .await
            .unwrap()
            .len(),
        0
    );
    world.finish().await;
}
