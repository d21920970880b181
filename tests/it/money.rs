//! Money as a bank tells of it: matched to the đồng, once, and never by somebody else's word.

mod hostile;
mod owing;

use chassis::testing::eventually;
use chrono::TimeDelta;
use owing::{DUE, Owing};
use phien_tests::{
    api::{number, text},
    market::{SOON, transfer},
    world::{SEPAY_KEY, World},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn exact_however_the_bank_writes_the_memo() {
    let owing = Owing::start().await;
    let memo = format!(
        "MBVCB.3278907687.Nguyen Thi Lan.{}.CT tu 0011 toi 7700",
        owing.code().to_lowercase()
    );
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
    owing
        .comes("FT1", 50_000, &owing.code())
        .await
        .ok()
        .unwrap();
    owing.becomes("awaiting_payment", "partial", 50_000).await;
    owing.judged("FT1", "under").await;
    owing
        .comes("FT2", 22_000, &owing.code())
        .await
        .ok()
        .unwrap();
    owing.becomes("confirmed", "exact", DUE).await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_a_sale_and_the_rest_is_due_back() {
    let owing = Owing::start().await;
    owing
        .comes("FT1", 80_000, &owing.code())
        .await
        .ok()
        .unwrap();
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

    let refund = format!(
        "/v1/payments/{}/refund",
        text(&owing.order["payments"][0], "payment_id")
    );
    let body = json!({ "reference": "FT26328012345" });
    let foreign = owing.shopper.api.post(&refund, &body).await.unwrap();
    assert_eq!(foreign.status, 403);
    let refunded = owing
        .stage
        .organiser
        .post(&refund, &body)
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!(refunded["state"], "refunded");
    let again = owing.stage.organiser.post(&refund, &body).await.unwrap();
    assert_eq!((again.status, again.code()), (409, "nothing_due"));
    owing.world.finish().await;
}

/// Deadlines are the database's.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_half_an_hour_wrong_moves_no_deadline() {
    let owing = Owing::start().await;
    owing.world.clock.advance(TimeDelta::seconds(300));
    let later = owing.stage.order(&owing.shopper, "o2", 2, "vietqr").await;
    owing.world.clock.skew(TimeDelta::minutes(30));
    owing.world.clock.advance(TimeDelta::seconds(301));
    // Whoever expired the first has looked at the second, too.
    owing.becomes("expired", "none", 0).await;
    let code = text(&later["payments"][0], "payment_code");
    owing.comes("FT1", DUE, &code).await.ok().unwrap();
    owing.judged("FT1", "exact").await;
    owing.world.finish().await;

    let owing = Owing::start().await;
    owing.world.clock.skew(TimeDelta::minutes(-30));
    owing.world.clock.advance(TimeDelta::seconds(601));
    owing.becomes("expired", "none", 0).await;
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
        let body = transfer(
            &format!("FT{number}"),
            &stage.producer.account_no,
            36_000,
            &text(payment, "payment_code"),
        );
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
        let decided = eventually("decided", SOON, || async {
            let order = person.api.get(&path).await.unwrap().ok().unwrap();
            let pair = (text(&order, "state"), text(&order["payments"][0], "state"));
            (pair.1 != "none").then_some(pair)
        })
        .await;
        match (decided.0.as_str(), decided.1.as_str()) {
            ("confirmed", "exact") => sold += 1,
            ("expired", "late") => expired += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sold + expired, 40);
    let units = stage.units().await;
    assert_eq!(
        (number(&units, "sold"), number(&units, "left")),
        (sold, 100 - sold)
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_line_counts_once() {
    let owing = Owing::start().await;
    let body = transfer(
        "FT1",
        &owing.stage.producer.account_no,
        30_000,
        &owing.code(),
    );
    let mut words = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (api, body) = (owing.world.api.clone(), body.clone());
        words.spawn(async move { api.webhook(SEPAY_KEY, &body).await.unwrap() });
    }
    for reply in words.join_all().await {
        assert_eq!(
            reply.ok().unwrap(),
            json!({ "success": true }),
            "a repeat is a success"
        );
    }
    owing.becomes("awaiting_payment", "partial", 30_000).await;
    // The bank's number decides, not what else the line says.
    owing
        .comes("FT1", 42_000, &owing.code())
        .await
        .ok()
        .unwrap();
    assert_eq!(owing.stored().await, 1);
    owing.becomes("awaiting_payment", "partial", 30_000).await;
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
    assert!(
        vietqr.starts_with("000201") && vietqr.contains(&owing.code()),
        "{vietqr}"
    );
    owing.world.finish().await;
}
