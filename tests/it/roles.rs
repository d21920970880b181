//! What is somebody else's: not shown, not changed, and not told apart from what is not there.

use chassis::testing::eventually;
use phien_tests::{
    api::{Api, Reply, text},
    market::SOON,
    world::{Person, Producer, Stage, World},
};
use serde_json::{Value, json};

/// Two organisers, two producers, two shoppers; all objects belong to the first of each.
struct Two {
    world: World,
    stage: Stage,
    buyer: Person,
    order: Value,
    comment_id: String,
    /// Works in the same role for somebody else.
    other_organiser: Api,
    other_producer: Producer,
    stranger: Person,
}

async fn two() -> Two {
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let mut people = world.people(2).await;
    let (stranger, buyer) = (people.remove(1), people.remove(0));
    let order = stage.order(&buyer, "o1", 2, "vietqr").await;
    let comments = format!("/v1/sessions/{}/comments", stage.session_id);
    let comment = buyer.api.post(&comments, &json!({ "text": "còn hàng không ạ" })).await.unwrap().ok().unwrap();

    let operator = world.staff("operator").await;
    let organiser = operator.post("/v1/organisers", &json!({ "name": "Đoàn xã Phú Nghĩa" })).await.unwrap().ok().unwrap();
    let members = format!("/v1/organisers/{}/members", text(&organiser, "organiser_id"));
    let member = json!({ "username": "phunghia", "name": "Lê Văn Bền", "password": "mot mat khau that dai", "role": "organiser" });
    operator.post(&members, &member).await.unwrap().ok().unwrap();
    let other_organiser = world.api.sign_in("phunghia", "mot mat khau that dai").await.unwrap();
    let other_producer = world.producer(&stage.organiser, "HTX khác").await;
    Two {
        comment_id: text(&comment, "comment_id"),
        world,
        stage,
        buyer,
        order,
        other_organiser,
        other_producer,
        stranger,
    }
}

impl Two {
    fn order_id(&self) -> String {
        text(&self.order, "order_id")
    }

    fn payment_id(&self) -> String {
        text(&self.order["payments"][0], "payment_id")
    }

    /// What only the organiser's people may do to its session: method, path, body.
    fn steering(&self) -> Vec<(&'static str, String, Value)> {
        let Stage { session_id, offer_id, variant, .. } = &self.stage;
        let offer = json!({
            "variant_id": variant.id, "claim_code": "B01", "live_price": 36_000, "units": 1, "payee_kind": "producer",
        });
        vec![
            ("GET", format!("/v1/sessions/{session_id}/figures"), Value::Null),
            ("GET", format!("/v1/sessions/{session_id}/orders"), Value::Null),
            ("GET", format!("/v1/sessions/{session_id}/bank-entries"), Value::Null),
            ("GET", format!("/v1/sessions/{session_id}/feed?desk=true"), Value::Null),
            ("POST", format!("/v1/sessions/{session_id}/end"), json!({})),
            ("POST", format!("/v1/sessions/{session_id}/stop"), json!({ "reason": "không phải phiên của tôi" })),
            ("POST", format!("/v1/sessions/{session_id}/reschedule"), json!({ "starts_at": "2027-01-01T00:00:00Z" })),
            ("PUT", format!("/v1/sessions/{session_id}/pin"), json!({ "offer_id": offer_id })),
            ("POST", format!("/v1/sessions/{session_id}/notices"), json!({ "text": "x", "warning": true })),
            ("POST", format!("/v1/sessions/{session_id}/offers"), offer),
            ("POST", format!("/v1/offers/{offer_id}/close"), json!({})),
            ("POST", format!("/v1/offers/{offer_id}/open"), json!({})),
            ("POST", format!("/v1/offers/{offer_id}/restock"), json!({ "units": 1 })),
            ("POST", format!("/v1/comments/{}/hide", self.comment_id), json!({ "reason": "không phải bình luận tôi quản" })),
            ("POST", format!("/v1/payments/{}/refund", self.payment_id()), json!({ "reference": "FT1" })),
            ("POST", format!("/v1/orders/{}/advance", self.order_id()), json!({ "to": "packed" })),
        ]
    }

    /// Is the session as it was?
    async fn untouched(&self) {
        let session = format!("/v1/sessions/{}", self.stage.session_id);
        let session = self.world.api.get(&session).await.unwrap().ok().unwrap();
        assert_eq!(session["state"], "live");
        assert_eq!(session["pinned_offer_id"], Value::Null);
        assert_eq!(session["offers"].as_array().unwrap().len(), 1);
        assert_eq!(session["offers"][0]["state"], "open");
        let order = format!("/v1/orders/{}", self.order_id());
        let order = self.buyer.api.get(&order).await.unwrap().ok().unwrap();
        assert_eq!(order["state"], "awaiting_payment");
        let comments = format!("/v1/sessions/{}/comments", self.stage.session_id);
        let comments = self.world.api.get(&comments).await.unwrap().ok().unwrap();
        assert_eq!(comments["comments"][0]["hidden"], false);
    }
}

async fn ask(api: &Api, method: &str, path: &str, body: &Value) -> Reply {
    match method {
        "GET" => api.get(path).await.unwrap(),
        "PUT" => api.put(path, body).await.unwrap(),
        _ => api.post_once(path, "a-key", body).await.unwrap(),
    }
}

/// Refused, as a problem document that says nothing of what it is about.
fn must_refuse(reply: &Reply, statuses: &[u16], what: &str) {
    assert!(statuses.contains(&reply.status), "{what}: {} {}", reply.status, reply.text);
    assert_eq!(reply.content_type, "application/problem+json", "{what}");
    for secret in ["912345678", "Nguyễn Thị Lan", "7700000"] {
        assert!(!reply.text.contains(secret), "{what} tells {secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn steering_is_for_the_organisers_own_people() {
    let two = two().await;
    for (method, path, body) in two.steering() {
        let what = format!("{method} {path}");
        let nobody = ask(&two.world.api, method, &path, &body).await;
        must_refuse(&nobody, &[401], &format!("nobody: {what}"));
        let shopper = ask(&two.stranger.api, method, &path, &body).await;
        must_refuse(&shopper, &[403, 404], &format!("a shopper: {what}"));
        let buyer = ask(&two.buyer.api, method, &path, &body).await;
        must_refuse(&buyer, &[403, 404], &format!("the buyer: {what}"));
        let producer = ask(&two.other_producer.keeper, method, &path, &body).await;
        must_refuse(&producer, &[403, 404], &format!("another producer: {what}"));
        let foreign = ask(&two.other_organiser, method, &path, &body).await;
        if path.ends_with("/orders") {
            // Everybody may list their own orders of a session: they have none.
            assert_eq!(foreign.ok().unwrap()["orders"], json!([]), "another organiser: {what}");
        } else {
            must_refuse(&foreign, &[403, 404], &format!("another organiser: {what}"));
        }
    }
    two.untouched().await;
    two.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_what_its_work_needs() {
    let two = two().await;
    let (volunteer, moderator) = (two.world.staff("volunteer").await, two.world.staff("moderator").await);
    let session = &two.stage.session_id;
    let hide = format!("/v1/comments/{}/hide", two.comment_id);
    for (method, path, body) in two.steering() {
        let looks = method == "GET" && !path.ends_with("bank-entries") && !path.contains("feed");
        let packs = path.ends_with("advance");
        let moderates = path == hide || path.ends_with("stop") || path.ends_with("notices");
        // What is theirs is tried below.
        for (who, api, may) in [
            ("volunteer", &volunteer, looks || packs || path.contains("feed")),
            ("moderator", &moderator, looks || packs || moderates || path.contains("feed")),
        ] {
            if !may {
                must_refuse(&ask(api, method, &path, &body).await, &[403, 404], &format!("{who}: {method} {path}"));
            }
        }
    }
    two.untouched().await;

    for api in [&volunteer, &moderator] {
        let orders = api.list(&format!("/v1/sessions/{session}/orders"), "orders").await.unwrap();
        assert_eq!(orders[0]["contact"]["phone"], "+84912345678", "those who pack call");
        api.get(&format!("/v1/sessions/{session}/figures")).await.unwrap().ok().unwrap();
    }
    let hidden = moderator.post(&hide, &json!({ "reason": "quảng cáo nơi khác" })).await.unwrap().ok().unwrap();
    assert_eq!(hidden["hidden"], true);
    let stop = format!("/v1/sessions/{session}/stop");
    let stopped = moderator.post(&stop, &json!({ "reason": "hàng không rõ nguồn gốc" })).await.unwrap().ok().unwrap();
    assert_eq!((stopped["state"].as_str(), stopped["stopped_reason"].as_str()), (Some("ended"), Some("hàng không rõ nguồn gốc")));
    two.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_its_shoppers_and_its_packers() {
    let two = two().await;
    let (order, payment) = (two.order_id(), two.payment_id());
    let paths = [
        ("GET", format!("/v1/orders/{order}")),
        ("POST", format!("/v1/orders/{order}/cancel")),
        ("GET", format!("/v1/payments/{payment}/qr.svg")),
        ("GET", format!("/v1/payments/{payment}/qr.png")),
    ];
    for (method, path) in &paths {
        must_refuse(&ask(&two.world.api, method, path, &json!({})).await, &[401], path);
        for api in [&two.stranger.api, &two.other_organiser, &two.other_producer.keeper] {
            let reply = ask(api, method, path, &json!({})).await;
            must_refuse(&reply, &[404], path);
            // As if there were none.
            let made_up = path.replace(&order, "ord_0192f0c1d2e37a4b8c5d6e7f80910203").replace(&payment, "pay_0192f0c1d2e37a4b8c5d6e7f80910203");
            let nothing = ask(api, method, &made_up, &json!({})).await;
            assert_eq!((nothing.status, &nothing.body), (reply.status, &reply.body), "{path}");
        }
    }
    assert_eq!(two.stranger.api.list("/v1/orders", "orders").await.unwrap().len(), 0);
    assert_eq!(two.buyer.api.list("/v1/orders", "orders").await.unwrap().len(), 1);

    // The producer of the goods sees where to send them, another sees nothing.
    let path = format!("/v1/producers/{}/orders", two.stage.producer.id);
    let own = two.stage.producer.keeper.list(&path, "orders").await.unwrap();
    assert_eq!(own[0]["contact"]["phone"], "+84912345678");
    must_refuse(&two.other_producer.keeper.get(&path).await.unwrap(), &[403, 404], "orders of another producer");
    must_refuse(&two.buyer.api.get(&path).await.unwrap(), &[403], "orders of a producer");
    // Everybody sees the room; nobody sees there who bought.
    let session = two.world.api.get(&format!("/v1/sessions/{}", two.stage.session_id)).await.unwrap();
    assert!(session.is_ok() && !session.text.contains("1029384756"), "the account number is no public matter");
    two.untouched().await;
    two.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_are_their_producers() {
    let two = two().await;
    let Stage { producer, variant, .. } = &two.stage;
    let change = json!({
        "kind": "household", "name": "Tên khác", "tax_code": "001099012345",
        "address": { "line": "x", "ward_code": "00070" },
        "bank_account": { "bin": "970436", "account_no": "666", "account_name": "KE GIAN" },
    });
    let product = json!({
        "producer_id": producer.id, "name": "Chè lam", "product_set": 6,
        "origin": { "line": "x", "ward_code": "00070" },
        "variants": [{ "sku": "GIAN", "pack": "hộp", "list_price": 1, "weight_grams": 1 }],
    });
    let certificate = json!({
        "decision_no": "1/QĐ-UBND", "decision_date": "2026-06-01", "issuing_authority": "UBND thành phố Hà Nội",
        "issuing_level": "province", "legal_version": "qd26", "stars": 4,
    });
    let tries = [
        ("PUT", format!("/v1/producers/{}", producer.id), change),
        ("POST", format!("/v1/producers/{}/state", producer.id), json!({ "state": "suspended", "reason": "cạnh tranh" })),
        ("POST", format!("/v1/producers/{}/keepers", producer.id), json!({ "username": "phunghia" })),
        ("POST", "/v1/products".to_owned(), product.clone()),
        ("PUT", format!("/v1/products/{}", variant.product_id), product),
        ("POST", format!("/v1/products/{}/withdraw", variant.product_id), json!({ "reason": "cạnh tranh" })),
        ("POST", format!("/v1/products/{}/certificates", variant.product_id), certificate),
        ("POST", format!("/v1/variants/{}/stock/receive", variant.id), json!({ "units": 1_000 })),
        ("POST", format!("/v1/variants/{}/stock/write-off", variant.id), json!({ "units": 1 })),
        ("GET", format!("/v1/variants/{}/stock", variant.id), Value::Null),
        ("GET", format!("/v1/producers/{}/feed", producer.id), Value::Null),
    ];
    let before = two.world.stock(producer, variant).await;
    for (method, path, body) in &tries {
        must_refuse(&ask(&two.world.api, method, path, body).await, &[401], path);
        for api in [&two.buyer.api, &two.other_producer.keeper] {
            must_refuse(&ask(api, method, path, body).await, &[403, 404], path);
        }
    }
    assert_eq!(two.world.stock(producer, variant).await, before);
    let shown = two.world.api.get(&format!("/v1/producers/{}", producer.id)).await.unwrap().ok().unwrap();
    assert_eq!(
        (&shown["state"], &shown["phone"], &shown["bank_account"]),
        (&json!("verified"), &Value::Null, &Value::Null),
        "phone and account are for its keepers and for organisers"
    );
    two.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_sent_away_can_do_nothing_more() {
    let two = two().await;
    let me = two.other_organiser.get("/v1/me").await.unwrap().ok().unwrap();
    let organiser = text(&me["memberships"][0], "organiser_id");
    let second = json!({ "username": "phunghia2", "name": "Lê Thị Hai", "password": "mot mat khau that dai", "role": "host" });
    let members = format!("/v1/organisers/{organiser}/members");
    let added = two.other_organiser.post(&members, &second).await.unwrap().ok().unwrap();
    let host = two.world.api.sign_in("phunghia2", "mot mat khau that dai").await.unwrap();
    let escalate = json!({ "username": "phunghia3", "name": "Lê Thị Ba", "password": "mot mat khau that dai", "role": "organiser" });
    must_refuse(&host.post(&members, &escalate).await.unwrap(), &[403, 404], "a host takes nobody on");
    must_refuse(&two.stage.organiser.post(&members, &escalate).await.unwrap(), &[403, 404], "nor does another organiser");

    let gone = format!("{members}/{}", text(&added, "account_id"));
    let request = two.other_organiser.request(reqwest::Method::DELETE, &gone);
    assert_eq!(phien_tests::api::read(request).await.unwrap().status, 204);
    eventually("the role is gone", SOON, || async {
        let me = host.get("/v1/me").await.unwrap();
        (me.status == 401 || me.body["memberships"] == json!([])).then_some(())
    })
    .await;
    let out = two.other_organiser.post("/v1/sign-out", &json!({})).await.unwrap();
    assert_eq!(out.status, 204);
    eventually("the token is worth nothing", SOON, || async {
        (two.other_organiser.get("/v1/me").await.unwrap().status == 401).then_some(())
    })
    .await;
    two.world.finish().await;
}
