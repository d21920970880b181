//! Two of everybody, so that there is somebody else.

use phien_tests::{
    api::{Api, Reply, text},
    world::{Person, Producer, Stage, World},
};
use serde_json::{Value, json};

/// Two organisers, two producers, two shoppers; all objects belong to the first of each.
pub(crate) struct Two {
    pub(crate) world: World,
    pub(crate) stage: Stage,
    pub(crate) buyer: Person,
    pub(crate) order: Value,
    pub(crate) comment_id: String,
    /// Works in the same role for somebody else.
    pub(crate) other_organiser: Api,
    pub(crate) other_producer: Producer,
    pub(crate) stranger: Person,
}

pub(crate) async fn two() -> Two {
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let mut people = world.people(2).await;
    let (stranger, buyer) = (people.remove(1), people.remove(0));
    let order = stage.order(&buyer, "o1", 2, "vietqr").await;
    let comments = format!("/v1/sessions/{}/comments", stage.session_id);
    let comment = buyer
        .api
        .post(&comments, &json!({ "text": "còn hàng không ạ" }))
        .await
        .unwrap()
        .ok()
        .unwrap();

    let operator = world.staff("operator").await;
    let organiser = operator
        .post("/v1/organisers", &json!({ "name": "Đoàn xã Phú Nghĩa" }))
        .await
        .unwrap()
        .ok()
        .unwrap();
    let members = format!(
        "/v1/organisers/{}/members",
        text(&organiser, "organiser_id")
    );
    let member = json!({ "username": "phunghia", "name": "Lê Văn Bền", "password": "mot mat khau that dai", "role": "organiser" });
    operator
        .post(&members, &member)
        .await
        .unwrap()
        .ok()
        .unwrap();
    let other_organiser = world
        .api
        .sign_in("phunghia", "mot mat khau that dai")
        .await
        .unwrap();
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
    pub(crate) fn order_id(&self) -> String {
        text(&self.order, "order_id")
    }

    pub(crate) fn payment_id(&self) -> String {
        text(&self.order["payments"][0], "payment_id")
    }

    /// What only the organiser's people may do to its session: method, path, body.
    pub(crate) fn steering(&self) -> Vec<(&'static str, String, Value)> {
        let Stage {
            session_id,
            offer_id,
            variant,
            ..
        } = &self.stage;
        let offer = json!({
            "variant_id": variant.id, "claim_code": "B01", "live_price": 36_000, "units": 1, "payee_kind": "producer",
        });
        vec![
            (
                "GET",
                format!("/v1/sessions/{session_id}/figures"),
                Value::Null,
            ),
            (
                "GET",
                format!("/v1/sessions/{session_id}/orders"),
                Value::Null,
            ),
            (
                "GET",
                format!("/v1/sessions/{session_id}/bank-entries"),
                Value::Null,
            ),
            (
                "GET",
                format!("/v1/sessions/{session_id}/feed?desk=true"),
                Value::Null,
            ),
            ("POST", format!("/v1/sessions/{session_id}/end"), json!({})),
            (
                "POST",
                format!("/v1/sessions/{session_id}/stop"),
                json!({ "reason": "không phải phiên của tôi" }),
            ),
            (
                "POST",
                format!("/v1/sessions/{session_id}/reschedule"),
                json!({ "starts_at": "2027-01-01T00:00:00Z" }),
            ),
            (
                "PUT",
                format!("/v1/sessions/{session_id}/title"),
                json!({ "title": "không phải phiên của tôi" }),
            ),
            (
                "PUT",
                format!("/v1/sessions/{session_id}/pin"),
                json!({ "offer_id": offer_id }),
            ),
            (
                "POST",
                format!("/v1/sessions/{session_id}/notices"),
                json!({ "text": "x", "warning": true }),
            ),
            ("POST", format!("/v1/sessions/{session_id}/offers"), offer),
            ("POST", format!("/v1/offers/{offer_id}/close"), json!({})),
            ("POST", format!("/v1/offers/{offer_id}/open"), json!({})),
            (
                "POST",
                format!("/v1/offers/{offer_id}/restock"),
                json!({ "units": 1 }),
            ),
            (
                "POST",
                format!("/v1/comments/{}/hide", self.comment_id),
                json!({ "reason": "không phải bình luận tôi quản" }),
            ),
            (
                "POST",
                format!("/v1/payments/{}/refund", self.payment_id()),
                json!({ "reference": "FT1" }),
            ),
            (
                "POST",
                format!("/v1/orders/{}/advance", self.order_id()),
                json!({ "to": "packed" }),
            ),
        ]
    }

    /// Is the session as it was?
    pub(crate) async fn untouched(&self) {
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

pub(crate) async fn ask(api: &Api, method: &str, path: &str, body: &Value) -> Reply {
    match method {
        "GET" => api.get(path).await.unwrap(),
        "PUT" => api.put(path, body).await.unwrap(),
        _ => api.post_once(path, "a-key", body).await.unwrap(),
    }
}

/// Refused, as a problem document that says nothing of what it is about.
pub(crate) fn must_refuse(reply: &Reply, statuses: &[u16], what: &str) {
    assert!(
        statuses.contains(&reply.status),
        "{what}: {} {}",
        reply.status,
        reply.text
    );
    assert_eq!(reply.content_type, "application/problem+json", "{what}");
    for secret in ["912345678", "Nguyễn Thị Lan", "7700000"] {
        assert!(!reply.text.contains(secret), "{what} tells {secret}");
    }
}
