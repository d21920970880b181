//! Money as a bank tells of it: matched to the đồng, once, and never by somebody else's word.

use chassis::testing::eventually;
use chrono::TimeDelta;
use phien_tests::{
    api::{self, Reply, number, text},
    market::{SOON, transfer},
    world::{Person, SEPAY_KEY, Stage, World},
};
use reqwest::Method;
use serde_json::{Value, json};

/// A shopper with an order of two units that waits for its transfer of 72.000 ₫.
struct Owing {
    world: World,
    stage: Stage,
    shopper: Person,
    order: Value,
}

const DUE: i64 = 72_000;

impl Owing {
    async fn start() -> Self {
        let world = World::start().await;
        let stage = world.stage(10, 0).await;
        let shopper = world.people(1).await.remove(0);
        let order = stage.order(&shopper, "o1", 2, "vietqr").await;
        assert_eq!(number(&order["payments"][0], "amount_due"), DUE);
        Self {
            world,
            stage,
            shopper,
            order,
        }
    }

    fn code(&self) -> String {
        text(&self.order["payments"][0], "payment_code")
    }

    async fn comes(&self, id: &str, amount: i64, memo: &str) -> Reply {
        let body = transfer(id, &self.stage.producer.account_no, amount, memo);
        self.world.api.webhook(SEPAY_KEY, &body).await.unwrap()
    }

    async fn now(&self) -> Value {
        let path = format!("/v1/orders/{}", text(&self.order, "order_id"));
        self.shopper.api.get(&path).await.unwrap().ok().unwrap()
    }

    /// Waits until the order and its payment are so.
    async fn becomes(&self, state: &str, payment: &str, received: i64) {
        eventually(&format!("{state}, {payment}, {received}"), SOON, || async {
            let order = self.now().await;
            let paid = &order["payments"][0];
            let is = order["state"] == state && paid["state"] == payment && number(paid, "amount_received") == received;
            is.then_some(())
        })
        .await;
    }

    /// What became of a line of the bank's statement.
    async fn judged(&self, id: &str, outcome: &str) {
        eventually(&format!("{id} is {outcome}"), SOON, || async {
            let mut conn = self.world.database("orders").await;
            let found: Option<String> =
                sqlx::query_scalar("select outcome from bank_entries where provider_txn_id like $1")
                    .bind(id)
                    .fetch_optional(&mut conn)
                    .await
                    .unwrap();
            found.filter(|found| found == outcome).map(drop)
        })
        .await;
    }

    async fn stored(&self) -> i64 {
        let mut conn = self.world.database("orders").await;
        sqlx::query_scalar("select count(*) from bank_entries").fetch_one(&mut conn).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_however_the_bank_writes_the_memo() {
    let owing = Owing::start().await;
    let memo = format!("MBVCB.3278907687.Nguyen Thi Lan.{}.CT tu 0011 toi 7700", owing.code().to_lowercase());
    assert!(owing.comes("FT1", DUE, &memo).await.is_ok());
    owing.becomes("confirmed", "exact", DUE).await;
    owing.judged("FT1", "exact").await;
    let units = owing.stage.units().await;
    assert_eq!((number(&units, "sold"), number(&units, "awaiting")), (2, 0));
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_and_then_the_rest() {
    let owing = Owing::start().await;
    owing.comes("FT1", 50_000, &owing.code()).await.ok().unwrap();
    owing.becomes("awaiting_payment", "partial", 50_000).await;
    owing.judged("FT1", "under").await;
    owing.comes("FT2", 22_000, &owing.code()).await.ok().unwrap();
    owing.becomes("confirmed", "exact", DUE).await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_a_sale_and_the_rest_is_due_back() {
    let owing = Owing::start().await;
    owing.comes("FT1", 80_000, &owing.code()).await.ok().unwrap();
    owing.becomes("confirmed", "over", 80_000).await;
    owing.judged("FT1", "over").await;
    // And once more, in full: also noted, never a second sale.
    owing.comes("FT2", DUE, &owing.code()).await.ok().unwrap();
    owing.becomes("confirmed", "over", 152_000).await;
    assert_eq!(number(&owing.stage.units().await, "sold"), 2);
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_buys_nothing_and_is_given_back() {
    let owing = Owing::start().await;
    owing.world.clock.advance(TimeDelta::seconds(601));
    owing.becomes("expired", "none", 0).await;
    assert_eq!(number(&owing.stage.units().await, "left"), 10);
    owing.comes("FT1", DUE, &owing.code()).await.ok().unwrap();
    owing.judged("FT1", "late").await;
    owing.becomes("expired", "late", DUE).await;
    assert_eq!(number(&owing.stage.units().await, "left"), 10);

    let refund = format!("/v1/payments/{}/refund", text(&owing.order["payments"][0], "payment_id"));
    let body = json!({ "reference": "FT26328012345" });
    let foreign = owing.shopper.api.post(&refund, &body).await.unwrap();
    assert_eq!(foreign.status, 403);
    let refunded = owing.stage.organiser.post(&refund, &body).await.unwrap().ok().unwrap();
    assert_eq!(refunded["state"], "refunded");
    let again = owing.stage.organiser.post(&refund, &body).await.unwrap();
    assert_eq!((again.status, again.code()), (409, "nothing_due"));
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_in_the_last_moment_wins_or_loses_but_never_both() {
    let world = World::start().await;
    let stage = world.stage(100, 0).await;
    let people = world.people(40).await;
    let mut orders = Vec::new();
    for person in &people {
        orders.push(stage.order(person, "o", 1, "vietqr").await);
    }
    world.clock.advance(TimeDelta::seconds(599));
    let mut words = tokio::task::JoinSet::new();
    for (number, order) in orders.iter().enumerate() {
        let payment = &order["payments"][0];
        let body = transfer(&format!("FT{number}"), &stage.producer.account_no, 36_000, &text(payment, "payment_code"));
        let (api, clock) = (world.api.clone(), world.clock.clone());
        words.spawn(async move {
            if number == 20 {
                clock.advance(TimeDelta::seconds(2));
            }
            api.webhook(SEPAY_KEY, &body).await.unwrap().ok().unwrap();
        });
    }
    words.join_all().await;
    let (mut sold, mut expired) = (0, 0);
    for (person, order) in people.iter().zip(&orders) {
        let path = format!("/v1/orders/{}", text(order, "order_id"));
        let state = eventually("decided", SOON, || async {
            let order = person.api.get(&path).await.unwrap().ok().unwrap();
            let pair = (text(&order, "state"), text(&order["payments"][0], "state"));
            (pair.1 != "none").then_some(pair)
        })
        .await;
        match (state.0.as_str(), state.1.as_str()) {
            ("confirmed", "exact") => sold += 1,
            ("expired", "late") => expired += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sold + expired, 40);
    let units = stage.units().await;
    assert_eq!((number(&units, "sold"), number(&units, "left")), (sold, 100 - sold));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_line_counts_once() {
    let owing = Owing::start().await;
    let body = transfer("FT1", &owing.stage.producer.account_no, 30_000, &owing.code());
    let mut words = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (api, body) = (owing.world.api.clone(), body.clone());
        words.spawn(async move { api.webhook(SEPAY_KEY, &body).await.unwrap() });
    }
    for reply in words.join_all().await {
        assert_eq!(reply.ok().unwrap(), json!({ "success": true }), "a repeat is a success");
    }
    owing.becomes("awaiting_payment", "partial", 30_000).await;
    // The bank's number decides, not what else the line says.
    owing.comes("FT1", 42_000, &owing.code()).await.ok().unwrap();
    assert_eq!(owing.stored().await, 1);
    owing.becomes("awaiting_payment", "partial", 30_000).await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_waits_for_a_person() {
    let owing = Owing::start().await;
    owing.comes("no-code", DUE, "chuyen tien mua hang").await.ok().unwrap();
    owing.judged("no-code", "unmatched").await;
    // One letter off: the check digit tells.
    let mut wrong = owing.code();
    let last = if wrong.ends_with('2') { '3' } else { '2' };
    wrong.pop();
    wrong.push(last);
    owing.comes("typo", DUE, &wrong).await.ok().unwrap();
    owing.judged("typo", "unmatched").await;
    // The right code on somebody else's account.
    let body = transfer("elsewhere", "9999999999", DUE, &owing.code());
    owing.world.api.webhook(SEPAY_KEY, &body).await.unwrap().ok().unwrap();
    owing.judged("elsewhere", "unmatched").await;
    let mut body = transfer("out", &owing.stage.producer.account_no, DUE, &owing.code());
    body["transferType"] = json!("out");
    owing.world.api.webhook(SEPAY_KEY, &body).await.unwrap().ok().unwrap();
    owing.judged("out", "outgoing").await;
    owing.becomes("awaiting_payment", "none", 0).await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_word_is_not_even_kept() {
    let owing = Owing::start().await;
    let body = transfer("FT1", &owing.stage.producer.account_no, DUE, &owing.code());
    for key in ["", "wrong", &SEPAY_KEY[1..], &format!("{SEPAY_KEY} "), &SEPAY_KEY.to_uppercase()] {
        let reply = owing.world.api.webhook(key, &body).await.unwrap();
        // Blanks around a header's value belong to nobody.
        if key.trim() != SEPAY_KEY {
            assert_eq!((reply.status, reply.code()), (401, "wrong_key"), "{key:?}");
        }
    }
    let bare = owing.world.api.post("/v1/webhooks/sepay", &body).await.unwrap();
    assert_eq!(bare.status, 401);
    let bearer = owing.stage.organiser.post("/v1/webhooks/sepay", &body).await.unwrap();
    assert_eq!(bearer.status, 401);
    let known: i64 = 1;
    assert_eq!(owing.stored().await, known, "only the one with the right key");
    // The key before the last one is still believed while it is being replaced.
    let body = transfer("FT2", &owing.stage.producer.account_no, 1_000, &owing.code());
    owing.world.api.webhook("the-key-before", &body).await.unwrap().ok().unwrap();
    owing.judged("FT2", "over").await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_body_is_kept_and_does_no_harm() {
    let owing = Owing::start().await;
    let send = async |body: &[u8]| {
        let request = owing
            .world
            .api
            .request(Method::POST, "/v1/webhooks/sepay")
            .header("authorization", format!("Apikey {SEPAY_KEY}"))
            .header("content-type", "application/json")
            .body(body.to_vec());
        api::read(request).await
    };
    let twice = format!(
        r#"{{"id":"x","accountNumber":"1","transferType":"in","transferAmount":1,"transferAmount":{DUE},"content":"{}"}}"#,
        owing.code()
    );
    let bodies: [&[u8]; 6] = [b"", b"{", b"null", b"\xff\xfe\x00", twice.as_bytes(), br#"{"id":"y","transferAmount":-5}"#];
    for body in bodies {
        let reply = send(body).await.unwrap();
        assert!(reply.status < 500, "{body:?}: {}", reply.text);
    }
    owing.judged("malformed:%", "malformed").await;
    let kept = owing.stored().await;
    // The gateway may hang up before all has been sent.
    if let Ok(large) = send(&vec![b' '; 10 << 20]).await {
        assert_eq!(large.status, 413);
    }
    assert_eq!(owing.stored().await, kept, "what is too large is not kept");
    owing.comes("FT1", DUE, &owing.code()).await.ok().unwrap();
    owing.becomes("confirmed", "exact", DUE).await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_to_scan_is_its_shoppers() {
    let owing = Owing::start().await;
    let stranger = owing.world.people(1).await.remove(0);
    let payment = text(&owing.order["payments"][0], "payment_id");
    for (format, kind) in [("svg", "image/svg+xml"), ("png", "image/png")] {
        let path = format!("/v1/payments/{payment}/qr.{format}");
        let qr = owing.shopper.api.get(&path).await.unwrap();
        assert_eq!((qr.status, qr.content_type.as_str()), (200, kind));
        assert_eq!(stranger.api.get(&path).await.unwrap().status, 404);
        assert_eq!(owing.world.api.get(&path).await.unwrap().status, 401);
    }
    let vietqr = text(&owing.order["payments"][0], "vietqr");
    assert!(vietqr.starts_with("000201") && vietqr.contains(&owing.code()), "{vietqr}");
    owing.world.finish().await;
}
