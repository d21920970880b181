//! Every route has a policy, and this is all of them.

use chassis::id::{AccountId, Id as _, ProducerId};
use reqwest::{Method, RequestBuilder};
use uuid::Uuid;

use super::world::{World, refused};
use crate::{app::link_keeper::keep, openapi};

/// Who may ask at each route; a new route must be written down here.
const ROUTES: &[(&str, &str, &str)] = &[
    ("POST", "/v1/sign-in/phone", "anybody"),
    ("POST", "/v1/sign-in/phone/confirm", "anybody"),
    ("POST", "/v1/sign-in/password", "anybody"),
    ("POST", "/v1/sign-out", "signed in"),
    ("GET", "/v1/me", "signed in"),
    ("PUT", "/v1/me/name", "signed in"),
    ("POST", "/v1/me/consents", "signed in"),
    ("GET", "/v1/me/consents", "signed in"),
    ("POST", "/v1/demo/shoppers", "organiser"),
    ("POST", "/v1/organisers", "operator"),
    ("GET", "/v1/organisers", "signed in"),
    ("POST", "/v1/organisers/{id}/members", "organiser operator"),
    ("GET", "/v1/organisers/{id}/members", "organiser operator"),
    (
        "DELETE",
        "/v1/organisers/{id}/members/{account_id}",
        "organiser operator",
    ),
    ("POST", "/v1/producers", "signed in"),
    ("GET", "/v1/producers", "anybody"),
    ("GET", "/v1/producers/{id}", "anybody"),
    ("PUT", "/v1/producers/{id}", "producer organiser"),
    ("POST", "/v1/producers/{id}/state", "organiser"),
    ("POST", "/v1/producers/{id}/keepers", "organiser"),
    ("GET", "/v1/producers/{id}/orders", "producer"),
    ("POST", "/v1/products", "producer organiser"),
    ("GET", "/v1/products", "anybody"),
    ("GET", "/v1/products/{id}", "anybody"),
    ("PUT", "/v1/products/{id}", "producer organiser"),
    ("POST", "/v1/products/{id}/withdraw", "producer organiser"),
    (
        "POST",
        "/v1/products/{id}/certificates",
        "producer organiser",
    ),
    ("POST", "/v1/certificates/{id}/grade", "organiser"),
    ("POST", "/v1/certificates/{id}/revoke", "organiser"),
    ("POST", "/v1/goods/import", "producer organiser"),
    (
        "POST",
        "/v1/variants/{id}/stock/receive",
        "producer organiser",
    ),
    (
        "POST",
        "/v1/variants/{id}/stock/write-off",
        "producer organiser",
    ),
    ("GET", "/v1/variants/{id}/stock", "producer organiser"),
    ("POST", "/v1/sessions", "organiser"),
    ("GET", "/v1/sessions", "anybody"),
    ("GET", "/v1/sessions/{id}", "anybody"),
    ("POST", "/v1/sessions/{id}/reschedule", "organiser host"),
    ("PUT", "/v1/sessions/{id}/title", "organiser host"),
    ("POST", "/v1/sessions/{id}/go-live", "organiser host"),
    ("POST", "/v1/sessions/{id}/end", "organiser host"),
    ("POST", "/v1/sessions/{id}/stop", "organiser host moderator"),
    ("PUT", "/v1/sessions/{id}/pin", "organiser host"),
    (
        "POST",
        "/v1/sessions/{id}/notices",
        "organiser host moderator",
    ),
    ("POST", "/v1/sessions/{id}/offers", "organiser host"),
    ("POST", "/v1/offers/{id}/restock", "organiser host"),
    ("POST", "/v1/offers/{id}/open", "organiser host"),
    ("POST", "/v1/offers/{id}/close", "organiser host"),
    ("GET", "/v1/sessions/{id}/units", "anybody"),
    ("POST", "/v1/sessions/{id}/comments", "signed in"),
    ("GET", "/v1/sessions/{id}/comments", "anybody"),
    ("POST", "/v1/comments/{id}/hide", "organiser host moderator"),
    ("POST", "/v1/sessions/{id}/claims", "signed in"),
    ("GET", "/v1/sessions/{id}/holds/own", "signed in"),
    (
        "GET",
        "/v1/sessions/{id}/holds",
        "organiser host moderator volunteer",
    ),
    ("POST", "/v1/offers/{id}/hold/extend", "signed in"),
    (
        "GET",
        "/v1/sessions/{id}/desk/items",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/sessions/{id}/desk/take",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/desk/items/{id}/leave",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/desk/items/{id}/handle",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/desk/items/{id}/dismiss",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/sessions/{id}/desk/shoppers",
        "organiser host moderator volunteer",
    ),
    (
        "GET",
        "/v1/sessions/{id}/desk/shoppers/{account_id}",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/sessions/{id}/desk/claims",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/sessions/{id}/desk/merge",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/desk/orders",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/payments/{id}/cash",
        "organiser host moderator volunteer",
    ),
    (
        "PUT",
        "/v1/organisers/{id}/restrictions/{account_id}",
        "organiser host",
    ),
    (
        "DELETE",
        "/v1/organisers/{id}/restrictions/{account_id}",
        "organiser host",
    ),
    (
        "GET",
        "/v1/sessions/{id}/figures",
        "organiser host moderator volunteer",
    ),
    (
        "GET",
        "/v1/sessions/{id}/orders",
        "organiser host moderator volunteer",
    ),
    ("GET", "/v1/sessions/{id}/bank-entries", "organiser"),
    ("POST", "/v1/orders", "signed in"),
    ("GET", "/v1/orders", "signed in"),
    ("GET", "/v1/orders/{id}", "signed in"),
    ("POST", "/v1/orders/{id}/cancel", "signed in"),
    (
        "POST",
        "/v1/orders/{id}/advance",
        "producer organiser host moderator volunteer",
    ),
    ("GET", "/v1/payments/{id}/qr.svg", "signed in"),
    ("GET", "/v1/payments/{id}/qr.png", "signed in"),
    ("POST", "/v1/payments/{id}/refund", "organiser"),
    ("POST", "/v1/webhooks/sepay", "anybody"),
    ("POST", "/v1/me/links", "signed in"),
    ("GET", "/v1/me/complaints", "signed in"),
    ("PUT", "/v1/sessions/{id}/channels", "organiser host"),
    (
        "GET",
        "/v1/sessions/{id}/channels",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/sessions/{id}/channels/{source}/reconcile",
        "organiser host",
    ),
    (
        "GET",
        "/v1/sessions/{id}/claims/unlinked",
        "organiser host moderator volunteer",
    ),
    ("POST", "/v1/comments/{id}/mute", "organiser host moderator"),
    ("GET", "/v1/sessions/{id}/mutes", "organiser host moderator"),
    (
        "POST",
        "/v1/sessions/{id}/mutes/{account_id}/lift",
        "organiser host moderator",
    ),
    (
        "PUT",
        "/v1/sessions/{id}/slow-mode",
        "organiser host moderator",
    ),
    (
        "PUT",
        "/v1/organisers/{id}/banned-words",
        "organiser host moderator",
    ),
    (
        "GET",
        "/v1/organisers/{id}/banned-words",
        "organiser host moderator",
    ),
    (
        "GET",
        "/v1/organisers/{id}/moderation",
        "organiser host moderator",
    ),
    (
        "DELETE",
        "/v1/sessions/{id}/warning",
        "organiser host moderator",
    ),
    ("POST", "/v1/sessions/{id}/complaints", "signed in"),
    (
        "GET",
        "/v1/sessions/{id}/complaints",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/complaints/{id}/answer",
        "organiser host moderator",
    ),
    (
        "POST",
        "/v1/complaints/{id}/close",
        "organiser host moderator",
    ),
    ("GET", "/v1/webhooks/meta", "anybody"),
    ("POST", "/v1/webhooks/meta", "anybody"),
    ("POST", "/v1/webhooks/video", "anybody"),
    ("GET", "/v1/sessions/{id}/video", "organiser host"),
    ("GET", "/v1/sessions/{id}/feed", "anybody"),
    ("GET", "/v1/producers/{id}/feed", "producer"),
    ("GET", "/v1/me/feed", "signed in"),
    ("POST", "/v1/products/{id}/photos", "producer organiser"),
    ("PUT", "/v1/products/{id}/photos", "producer organiser"),
    (
        "DELETE",
        "/v1/products/{id}/photos/{photo_id}",
        "producer organiser",
    ),
    ("PUT", "/v1/certificates/{id}/scan", "producer organiser"),
    ("GET", "/v1/photos/{photo_id}/{side}", "anybody"),
    ("GET", "/v1/producers/{id}/offers", "anybody"),
    ("GET", "/v1/producers/{id}/parcels", "producer"),
    (
        "GET",
        "/v1/sessions/{id}/packing-list",
        "organiser host moderator volunteer",
    ),
    (
        "GET",
        "/v1/sessions/{id}/packing-list.csv",
        "organiser host moderator volunteer",
    ),
    (
        "POST",
        "/v1/orders/{id}/parcels/{producer_id}/advance",
        "producer organiser host moderator volunteer",
    ),
    (
        "GET",
        "/v1/sessions/{id}/report",
        "organiser host moderator volunteer",
    ),
    (
        "GET",
        "/v1/sessions/{id}/report.csv",
        "organiser host moderator volunteer",
    ),
    (
        "GET",
        "/v1/sessions/{id}/report.xlsx",
        "organiser host moderator volunteer",
    ),
    ("GET", "/v1/organisers/{id}/summary", "own staff"),
    ("GET", "/v1/organisers/{id}/summary.csv", "own staff"),
    ("GET", "/v1/organisers/{id}/summary.xlsx", "own staff"),
    ("GET", "/v1/producers/{id}/settlement", "producer organiser"),
    (
        "GET",
        "/v1/producers/{id}/settlement.csv",
        "producer organiser",
    ),
    ("GET", "/v1/wards", "anybody"),
    ("GET", "/v1/wards/{code}", "anybody"),
    ("GET", "/v1/provinces", "anybody"),
    ("GET", "/v1/provinces/{code}/wards", "anybody"),
];

/// All routes of the description, as method, path, and whether it says that nobody need be signed in.
pub(super) fn described() -> Vec<(String, String, bool)> {
    let document = serde_json::to_value(openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let routes = paths.iter().flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| {
                let open = operation["security"]
                    .as_array()
                    .is_some_and(|ways| ways.iter().any(|way| way == &serde_json::json!({})));
                (method.to_uppercase(), path.clone(), open)
            })
    });
    routes.collect()
}

/// A request to a route with ids that could be.
pub(super) fn request(world: &World, method: &str, path: &str) -> RequestBuilder {
    let noun = path.split('/').nth(2).unwrap();
    let prefix = match noun {
        "organisers" => "org",
        "producers" => "prd",
        "products" => "prod",
        "certificates" => "crt",
        "variants" => "var",
        "sessions" => "ses",
        "offers" => "off",
        "comments" => "cmt",
        "orders" => "ord",
        "payments" => "pay",
        "complaints" => "cpl",
        _ => "x",
    };
    let id = |prefix: &str| format!("{prefix}_00000000000000000000000000000001");
    let path = path
        .replace("{id}", &id(prefix))
        .replace("{account_id}", &id("acc"))
        .replace("{producer_id}", &id("prd"))
        .replace("{photo_id}", &"0".repeat(64))
        .replace("{side}", "320")
        .replace("{code}", "01")
        .replace("{source}", "facebook");
    world.ask(Method::from_bytes(method.as_bytes()).unwrap(), &path)
}

#[test]
fn the_list_is_complete_and_the_description_agrees() {
    let described = described();
    for (method, path, open) in &described {
        let found = ROUTES
            .iter()
            .find(|(known, of, _)| known == method && of == path);
        let (_, _, who) = found.unwrap_or_else(|| panic!("{method} {path} is not in the list"));
        assert_eq!(*open, *who == "anybody", "{method} {path}");
    }
    for (method, path, _) in ROUTES {
        assert!(
            described
                .iter()
                .any(|(known, of, _)| known == method && of == path),
            "{method} {path} is not described"
        );
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::start(&["--sepay-keys", "k"]).await;
    for (method, path, open) in described() {
        if open {
            continue;
        }
        let answer = request(&world, &method, &path).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{method} {path}");
        assert_eq!(
            answer.headers()["www-authenticate"],
            "Bearer realm=\"phien\""
        );
        let forged = request(&world, &method, &path)
            .bearer_auth(format!("ph_{}", "A".repeat(43)))
            .send()
            .await
            .unwrap();
        assert_eq!(forged.status(), 401, "{method} {path}");
    }
}

#[tokio::test]
async fn each_role_gets_in_where_it_may_and_nowhere_else() {
    let world = World::start(&["--limit-account-burst", "10000"]).await;
    world.bootstrap().await;
    let producer = world.token_of("producer").await;
    let me: serde_json::Value = world
        .get("/v1/me", &producer)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let account: AccountId = me["account_id"].as_str().unwrap().parse().unwrap();
    keep(
        &world.ctx,
        ProducerId::from_uuid(Uuid::from_u128(1)),
        account,
    )
    .await
    .unwrap();
    let mut people = vec![("shopper", world.shopper().await), ("producer", producer)];
    for username in ["organiser", "host", "moderator", "volunteer", "operator"] {
        people.push((username, world.token_of(username).await));
    }
    for (method, path, who) in ROUTES {
        if *path == "/v1/sign-out" {
            continue;
        }
        for (role, token) in &people {
            let may =
                matches!(*who, "anybody" | "signed in") || who.split(' ').any(|word| word == *role);
            let status = request(&world, method, path)
                .bearer_auth(token)
                .send()
                .await
                .unwrap()
                .status()
                .as_u16();
            assert_eq!(status == 403, !may, "{role} at {method} {path}: {status}");
            assert!(
                status != 401 || path.starts_with("/v1/webhooks/"),
                "{role} at {method} {path}: {status}"
            );
            assert_ne!(status, 500, "{role} at {method} {path}");
        }
    }
}

#[tokio::test]
async fn writes_of_an_account_are_counted_but_not_those_of_the_load_driver() {
    let world = World::start(&["--limit-account-writes", "1", "--limit-account-burst", "3"]).await;
    world.bootstrap().await;
    let (host, shopper) = (world.token_of("host").await, world.shopper().await);
    let write =
        |token: &str| request(&world, "POST", "/v1/me/consents").bearer_auth(token.to_owned());
    for _ in 0..3 {
        refused(write(&host), 415).await;
    }
    assert_eq!(refused(write(&host), 429).await, "rate_limited");
    assert_eq!(
        world.get("/v1/me", &host).send().await.unwrap().status(),
        200,
        "reading goes on"
    );
    for _ in 0..10 {
        refused(write(&shopper), 415).await;
    }
}

#[tokio::test]
async fn requests_of_an_address_are_counted() {
    let world = World::start(&["--limit-address", "10"]).await;
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(
            world
                .ask(Method::GET, "/healthz")
                .send()
                .await
                .unwrap()
                .status()
                .as_u16(),
        );
    }
    assert!(answers[..20].iter().all(|status| *status == 200));
    assert!(answers.contains(&429));
}
