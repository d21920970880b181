//! The objects of the first of each, with words in them that only their owners may read.

use phien_tests::{
    api::{Api, text},
    market::{SOON, transfer},
    wait::until,
    world::{SEPAY_KEY, Stage},
};
use serde_json::{Value, json};

use super::two::Two;

/// A word that is for its owners.
pub(crate) struct Word {
    pub(crate) text: String,
    /// Roles of other houses that may read it too.
    pub(crate) seen_by: &'static [&'static str],
}

/// What is there to be found.
pub(crate) struct Planted {
    pub(crate) words: Vec<Word>,
    pub(crate) organiser_id: String,
    pub(crate) producer_id: String,
    pub(crate) product_id: String,
    pub(crate) variant_id: String,
    pub(crate) session_id: String,
    pub(crate) offer_id: String,
    certificate_id: String,
    comment_id: String,
    complaint_id: String,
    order_id: String,
    payment_id: String,
    member_id: String,
    draft_id: String,
    pub(crate) buyer_id: String,
    desk_item_id: String,
}

/// Plants them, each by its owner.
pub(crate) async fn plant(two: &Two) -> Planted {
    let Stage {
        organiser,
        producer,
        variant,
        session_id,
        offer_id,
        price,
    } = &two.stage;
    let keeper = &producer.keeper;
    let mut order = two.stage.cart(1, "vietqr");
    order["expected_total"] = json!(price + 25_000);
    order["contact"] = json!({ "name": "Cấn Thị Canari", "phone": "0977123123" });
    order["delivery"] = json!({ "address": { "line": "số 77 ngõ Canari", "ward_code": "00070" } });
    let order = done(&two.buyer.api, "/v1/orders", order).await;
    let consent = json!({ "purpose": "news", "text_version": "ban-canari-77", "given": true });
    let reply = two
        .buyer
        .api
        .post("/v1/me/consents", &consent)
        .await
        .unwrap();
    assert!(reply.is_ok(), "{}", reply.text);

    let organiser_id = two.world.organiser_id.to_string();
    let member = json!({ "username": "canari77", "name": "Trần Canari", "password": "mot mat khau that dai", "role": "volunteer" });
    let member = done(
        organiser,
        &format!("/v1/organisers/{organiser_id}/members"),
        member,
    )
    .await;
    let note = json!({ "units": 3, "note": "ghi chú canari 77" });
    done(
        keeper,
        &format!("/v1/variants/{}/stock/receive", variant.id),
        note,
    )
    .await;
    let certificate = json!({
        "decision_no": "77/QĐ-UBND", "decision_date": "2026-06-01", "issuing_authority": "UBND thành phố Hà Nội",
        "issuing_level": "province", "legal_version": "qd26", "stars": 4,
    });
    let path = format!("/v1/products/{}/certificates", variant.product_id);
    let certificate = done(keeper, &path, certificate).await;
    let draft = change_producers(two).await;
    talk(two).await;
    let desk_item_id = unclear(two).await;
    let buyer = two.buyer.api.get("/v1/me").await.unwrap().ok().unwrap();
    let complaint = done(
        &two.buyer.api,
        &format!("/v1/sessions/{session_id}/complaints"),
        json!({ "category": "goods", "text": "khiếu nại canari 77" }),
    )
    .await;
    let word = |text: &str, seen_by: &'static [&'static str]| Word {
        text: text.to_owned(),
        seen_by,
    };
    Planted {
        words: vec![
            word("Cấn Thị Canari", &[]),
            word("977123123", &[]),
            word("ngõ Canari", &[]),
            word("ban-canari-77", &[]),
            word("canari77", &["operator"]),
            word("Trần Canari", &["operator"]),
            word("ghi chú canari", &["organiser"]),
            word("966777888", &["organiser"]),
            word(&producer.account_no, &["organiser"]),
            word("Canari Nháp", &["organiser"]),
            word("1029384756", &[]),
            word("lời canari", &[]),
            word("khiếu nại canari", &[]),
            word("CANARI MEMO", &[]),
            word(&text(&order["payments"][0], "payment_code"), &[]),
        ],
        organiser_id,
        producer_id: producer.id.clone(),
        product_id: variant.product_id.clone(),
        variant_id: variant.id.clone(),
        session_id: session_id.clone(),
        offer_id: offer_id.clone(),
        certificate_id: text(&certificate, "certificate_id"),
        comment_id: two.comment_id.clone(),
        complaint_id: text(&complaint, "complaint_id"),
        order_id: text(&order, "order_id"),
        payment_id: text(&order["payments"][0], "payment_id"),
        member_id: text(&member, "account_id"),
        draft_id: draft,
        buyer_id: text(&buyer, "account_id"),
        desk_item_id,
    }
}

/// Does something that must not be refused.
async fn done(api: &Api, path: &str, body: Value) -> Value {
    let reply = api.post_once(path, path, &body).await.unwrap();
    reply.ok().unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A phone of the producer's own, and a draft that nobody has checked yet; returns the draft.
async fn change_producers(two: &Two) -> String {
    let producer = &two.stage.producer;
    let keeper = &producer.keeper;
    let mut known = keeper
        .get(&format!("/v1/producers/{}", producer.id))
        .await
        .unwrap()
        .ok()
        .unwrap();
    let mut change = json!({ "phone": "0966777888" });
    for field in ["kind", "name", "tax_code", "bank_account"] {
        change[field] = known[field].take();
    }
    change["address"] = json!({ "line": "Thôn 3", "ward_code": "00070" });
    let changed = keeper
        .put(&format!("/v1/producers/{}", producer.id), &change)
        .await
        .unwrap();
    changed.ok().unwrap();
    change["name"] = json!("Hộ Canari Nháp");
    change["tax_code"] = json!("001099077777");
    let draft = done(keeper, "/v1/producers", change).await;
    text(&draft, "producer_id")
}

/// A comment that was hidden, and money that nobody owes.
async fn talk(two: &Two) {
    let Stage {
        organiser,
        producer,
        session_id,
        ..
    } = &two.stage;
    let comments = format!("/v1/sessions/{session_id}/comments");
    let hidden = done(
        &two.buyer.api,
        &comments,
        json!({ "text": "lời canari bị ẩn" }),
    )
    .await;
    let hide = format!("/v1/comments/{}/hide", text(&hidden, "comment_id"));
    done(organiser, &hide, json!({ "reason": "lý do canari" })).await;
    let memo = transfer("77", &producer.account_no, 12_345, "CANARI MEMO 77");
    two.world.api.webhook(SEPAY_KEY, &memo).await.unwrap();
}

/// A comment that somebody at the desk has to look at; returns its item.
async fn unclear(two: &Two) -> String {
    let session = &two.stage.session_id;
    let comments = format!("/v1/sessions/{session}/comments");
    let typed = json!({ "text": "chốt Z99 x2" });
    let posted = two.buyer.api.post(&comments, &typed).await.unwrap();
    assert!(posted.is_ok(), "{}", posted.text);
    let items = format!("/v1/sessions/{session}/desk/items");
    until("the unclear claim at the desk", SOON, || async {
        let page = two.stage.organiser.get(&items).await?.ok()?;
        Ok(page["items"].get(0).map(|item| text(item, "desk_item_id")))
    })
    .await
    .unwrap()
}

impl Planted {
    /// A path of the document with the owner's ids in it.
    pub(crate) fn fill(&self, path: &str) -> String {
        let noun = path.split('/').nth(2).unwrap();
        let id = match noun {
            "organisers" => &self.organiser_id,
            "producers" => &self.producer_id,
            "products" => &self.product_id,
            "certificates" => &self.certificate_id,
            "variants" => &self.variant_id,
            "sessions" => &self.session_id,
            "offers" => &self.offer_id,
            "comments" => &self.comment_id,
            "orders" => &self.order_id,
            "payments" => &self.payment_id,
            "desk" => &self.desk_item_id,
            "complaints" => &self.complaint_id,
            _ => "01",
        };
        let path = path
            .replace("{account_id}", &self.member_id)
            .replace("{producer_id}", &self.producer_id)
            .replace("{photo_id}", &"0".repeat(64))
            .replace("{side}", "320")
            .replace("{code}", "01")
            .replace("{source}", "facebook");
        assert!(
            id != "01" || !path.contains("{id}"),
            "{path}: whose is it? plant one"
        );
        path.replace("{id}", id)
    }

    /// One of each role in another house, and nobody.
    pub(crate) async fn strangers(&self, two: &Two) -> Vec<(&'static str, Api)> {
        let me = two
            .other_organiser
            .get("/v1/me")
            .await
            .unwrap()
            .ok()
            .unwrap();
        let members = format!(
            "/v1/organisers/{}/members",
            text(&me["memberships"][0], "organiser_id")
        );
        let mut strangers = vec![
            ("nobody", two.world.api.clone()),
            ("shopper", two.stranger.api.clone()),
            ("producer", two.other_producer.keeper.clone()),
            ("organiser", two.other_organiser.clone()),
            ("operator", two.world.staff("operator").await),
        ];
        for role in ["host", "moderator", "volunteer"] {
            let (username, password) = (format!("khac.{role}"), "mot mat khau that dai");
            let body = json!({ "username": username, "name": "Người khác", "password": password, "role": role });
            let added = two.other_organiser.post(&members, &body).await.unwrap();
            added.ok().unwrap();
            strangers.push((
                role,
                two.world.api.sign_in(&username, password).await.unwrap(),
            ));
        }
        strangers
    }

    /// All of it as its owners see it.
    pub(crate) async fn as_owned(&self, two: &Two) -> Value {
        let (organiser, keeper, buyer) = (
            &two.stage.organiser,
            &two.stage.producer.keeper,
            &two.buyer.api,
        );
        let session = format!("/v1/sessions/{}", self.session_id);
        // Stored before it was answered, sorted out a moment later.
        let entries = format!("{session}/bank-entries");
        until("the bank's line is there", SOON, || async {
            let entries = organiser.get(&entries).await?.ok()?;
            Ok(entries.to_string().contains("unmatched").then_some(()))
        })
        .await
        .unwrap();
        let places = [
            (organiser, session.clone()),
            (organiser, format!("{session}/orders")),
            (organiser, format!("{session}/bank-entries")),
            (organiser, format!("{session}/comments?before_seq=3")),
            (
                organiser,
                format!("/v1/organisers/{}/members", self.organiser_id),
            ),
            (keeper, format!("/v1/producers/{}", self.producer_id)),
            (keeper, format!("/v1/producers/{}", self.draft_id)),
            (keeper, format!("/v1/producers/{}/orders", self.producer_id)),
            (keeper, format!("/v1/products/{}", self.product_id)),
            (keeper, format!("/v1/variants/{}/stock", self.variant_id)),
            (buyer, "/v1/orders".to_owned()),
            (buyer, "/v1/me".to_owned()),
            (buyer, "/v1/me/consents".to_owned()),
            (buyer, "/v1/me/complaints".to_owned()),
        ];
        let mut all = json!({});
        for (api, path) in places {
            let reply = api.get(&path).await.unwrap();
            all[&path] = reply.ok().unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        all
    }
}
