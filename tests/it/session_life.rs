//! The whole life of one session with three producers: every unit is accounted for at every step.

mod life;

use chassis::testing::eventually;
use chrono::TimeDelta;
use life::{
    Life, advance, expect_stock, expect_units, figures_become, order, order_becomes, pay, placed,
    shown,
};
use phien_tests::{
    api::{number, text},
    market::{self, SOON, Wish, units_when},
    world::{Variant, World, stage},
};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_unit_is_accounted_for() {
    let mut life = plan().await;
    propose(&mut life).await;
    let (cod, paid, silk) = sell(&life).await;
    expire_cancel_and_restock(&life).await;
    close_and_settle(&life).await;
    figures_before_returns(&life).await;
    send_and_take_back(&life, &cod, &paid, &silk).await;
    life.world.finish().await;
}

async fn plan() -> Life {
    let world = World::start().await;
    let organiser = world.staff("organiser").await;
    let pottery = world.producer(&organiser, "HTX gốm Bát Tràng").await;
    let sweets = world.producer(&organiser, "Hộ chè lam Thạch Xá").await;
    let silk = world.producer(&organiser, "Lụa Vạn Phúc").await;
    let bowl = world.variant(&pottery, "Bát men lam", 100_000, 60).await;
    let cake = world.variant(&sweets, "Chè lam", 50_000, 20).await;
    let scarf = world.variant(&silk, "Khăn lụa", 200_000, 10).await;
    let session_id = world.session(&organiser, "Phiên chợ OCOP Hoàn Kiếm").await;
    let shoppers = world.people(6).await;
    Life {
        world,
        organiser,
        session_id,
        pottery: (pottery, bowl),
        sweets: (sweets, cake),
        silk: (silk, scarf),
        shoppers,
        offers: Vec::new(),
    }
}

/// Catalogue allots what is on hand and refuses what is not; nothing is sold before the session is live.
async fn propose(life: &mut Life) {
    let wish = |variant: &Variant, code: &str, live_price, units, limit, payee| Wish {
        variant_id: variant.id.clone(),
        claim_code: code.into(),
        live_price,
        units,
        limit,
        payee,
    };
    let (organiser, session) = (&life.organiser, &life.session_id);
    let a01 = wish(&life.pottery.1, "A01", 90_000, 40, 0, "producer");
    let too_many = wish(&life.sweets.1, "A02", 45_000, 21, 0, "producer");
    let a02 = wish(&life.sweets.1, "A02", 45_000, 15, 0, "producer");
    let a03 = wish(&life.silk.1, "A03", 180_000, 10, 2, "organiser");

    life.offers
        .push(stage::offer(organiser, session, &a01).await);
    let short = market::propose(organiser, session, &too_many)
        .await
        .unwrap()
        .ok()
        .unwrap();
    let decided = market::decided(organiser, session).await.unwrap();
    let short = decided
        .iter()
        .find(|offer| offer["offer_id"] == short["offer_id"])
        .unwrap();
    assert_eq!(short["state"], "refused");
    assert!(
        short["refused_reason_vi"]
            .as_str()
            .is_some_and(|reason| reason.contains("20")),
        "{short}"
    );
    life.offers
        .push(stage::offer(organiser, session, &a02).await);
    life.offers
        .push(stage::offer(organiser, session, &a03).await);

    let early = organiser
        .post(&format!("/v1/offers/{}/open", life.offers[0]), &json!({}))
        .await
        .unwrap();
    assert_eq!((early.status, early.code()), (409, "session_not_live"));
    let early = order(life, 0, "early", &[(0, 1)], 90_000, "cod", true).await;
    assert!(
        matches!(early.code(), Some("offer_not_open" | "not_found")),
        "{early:?}"
    );

    stage::go_live(organiser, session).await;
    for offer in &life.offers {
        market::open(organiser, session, offer).await.unwrap();
    }
    expect_stock(life, &life.pottery, [60, 20, 40, 0, 0]).await;
    expect_stock(life, &life.sweets, [20, 5, 15, 0, 0]).await;
    expect_stock(life, &life.silk, [10, 0, 10, 0, 0]).await;
}

/// Returns the orders that are sold: on delivery, to two payees, of silk.
async fn sell(life: &Life) -> (Value, Value, Value) {
    let cod = placed(order(life, 0, "o1", &[(0, 3)], 295_000, "cod", false).await);
    assert_eq!(
        (text(&cod, "state"), number(&cod, "shipping_fee")),
        ("confirmed".into(), 25_000)
    );

    // One order, two payees: it is confirmed when both have their money.
    let paid = placed(order(life, 1, "o2", &[(0, 2), (1, 4)], 385_000, "vietqr", false).await);
    let payments = paid["payments"].as_array().unwrap();
    assert_eq!(payments.len(), 2);
    let dues: i64 = payments
        .iter()
        .map(|payment| number(payment, "amount_due"))
        .sum();
    assert_eq!(dues, 385_000);
    pay(life, &payments[0]).await;
    order_becomes(life, 1, &paid, |order| {
        order["payments"][0]["state"] == "exact"
    })
    .await;
    let half = shown(life, 1, &paid).await;
    assert_eq!(half["state"], "awaiting_payment", "half paid is not paid");
    pay(life, &payments[1]).await;
    order_becomes(life, 1, &paid, |order| order["state"] == "confirmed").await;

    let silk = placed(order(life, 3, "o4", &[(2, 2)], 360_000, "vietqr", true).await);
    let greedy = order(life, 3, "o5", &[(2, 1)], 180_000, "vietqr", true).await;
    assert_eq!(greedy.code(), Some("over_limit"));
    pay(life, &silk["payments"][0]).await;
    order_becomes(life, 3, &silk, |order| order["state"] == "confirmed").await;

    // allotted, left, awaiting, sold, given back
    expect_units(life, 0, [40, 35, 0, 5, 0]).await;
    expect_units(life, 1, [15, 11, 0, 4, 0]).await;
    expect_units(life, 2, [10, 8, 0, 2, 0]).await;
    (cod, paid, silk)
}

/// Units of an order that is not paid, or called off, are for sale again; more can be added while on air.
async fn expire_cancel_and_restock(life: &Life) {
    let unpaid = placed(order(life, 2, "o3", &[(1, 5)], 225_000, "vietqr", true).await);
    expect_units(life, 1, [15, 6, 5, 4, 0]).await;
    life.world.clock.advance(TimeDelta::seconds(601));
    order_becomes(life, 2, &unpaid, |order| order["state"] == "expired").await;
    expect_units(life, 1, [15, 11, 0, 4, 0]).await;

    let regretted = placed(order(life, 4, "o6", &[(0, 4)], 360_000, "cod", true).await);
    expect_units(life, 0, [40, 31, 0, 9, 0]).await;
    let cancel = format!("/v1/orders/{}/cancel", text(&regretted, "order_id"));
    for _ in 0..2 {
        let reply = life.shoppers[4]
            .api
            .post(&cancel, &json!({ "reason": "đổi ý" }))
            .await
            .unwrap();
        assert_eq!(reply.ok().unwrap()["state"], "cancelled");
    }
    expect_units(life, 0, [40, 35, 0, 5, 0]).await;

    // Asked for by one tap that arrived twice.
    let restock = format!("/v1/offers/{}/restock", life.offers[0]);
    for _ in 0..2 {
        let reply = life
            .organiser
            .post_once(&restock, "restock-1", &json!({ "units": 10 }))
            .await
            .unwrap();
        reply.ok().unwrap();
    }
    expect_units(life, 0, [50, 45, 0, 5, 0]).await;
    expect_stock(life, &life.pottery, [60, 10, 50, 0, 0]).await;
}

/// Closed offers settle as soon as nothing is awaited; what was not sold is on hand again.
async fn close_and_settle(life: &Life) {
    let close = format!("/v1/offers/{}/close", life.offers[2]);
    life.organiser
        .post(&close, &json!({}))
        .await
        .unwrap()
        .ok()
        .unwrap();
    expect_units(life, 2, [10, 0, 0, 2, 8]).await;
    expect_stock(life, &life.silk, [10, 8, 0, 2, 0]).await;

    let late = placed(order(life, 5, "o7", &[(0, 1)], 90_000, "vietqr", true).await);
    stage::end(&life.organiser, &life.session_id).await;
    expect_units(life, 1, [15, 0, 0, 4, 11]).await;
    expect_stock(life, &life.sweets, [20, 16, 0, 4, 0]).await;
    // The last shopper still may pay: until then A01 is closed, not settled.
    let units = units_when(
        &life.organiser,
        &life.session_id,
        &life.offers[0],
        "closed",
        |units| units["open"] == false,
    );
    assert_eq!(units.await.unwrap()["settled"], false);
    expect_units(life, 0, [50, 44, 1, 5, 0]).await;
    let after = order(life, 5, "o8", &[(0, 1)], 90_000, "cod", true).await;
    assert_eq!(after.code(), Some("offer_not_open"));
    pay(life, &late["payments"][0]).await;
    expect_units(life, 0, [50, 0, 0, 6, 44]).await;
    expect_stock(life, &life.pottery, [60, 54, 0, 6, 0]).await;

    let session = format!("/v1/sessions/{}", life.session_id);
    eventually("livestream knows that all is settled", SOON, || async {
        let session = life.organiser.get(&session).await.unwrap().ok().unwrap();
        let offers = session["offers"].as_array().unwrap().clone();
        let done = offers
            .iter()
            .all(|offer| offer["state"] == "settled" || offer["state"] == "refused");
        done.then_some(())
    })
    .await;
}

async fn figures_before_returns(life: &Life) {
    let path = format!("/v1/sessions/{}/figures", life.session_id);
    let expected = json!({
        "orders": 6, "units": 21, "gross": 1_665_000, "net": 1_080_000, "unpaid": 0, "orders_unpaid": 0,
        "orders_cancelled": 1, "orders_expired": 1, "paid": 835_000,
    });
    figures_become(life, &path, &expected).await;
    let entries = life
        .organiser
        .list(
            &format!("/v1/sessions/{}/bank-entries", life.session_id),
            "entries",
        )
        .await
        .unwrap();
    let amounts: i64 = entries.iter().map(|entry| number(entry, "amount")).sum();
    assert_eq!((entries.len(), amounts), (4, 835_000));
    assert!(entries.iter().all(|entry| entry["outcome"] == "exact"));
}

/// Parcels that come back: on hand again, or written off; each once.
async fn send_and_take_back(life: &Life, cod: &Value, paid: &Value, silk: &Value) {
    let keeper = &life.pottery.0.keeper;
    let foreign = advance(keeper, paid, json!({ "to": "packed" })).await;
    assert_eq!(foreign.status, 403, "part of it is somebody else's");
    for to in ["packed", "shipped"] {
        assert_eq!(
            advance(keeper, cod, json!({ "to": to }))
                .await
                .ok()
                .unwrap()["state"],
            to
        );
    }
    for _ in 0..2 {
        let back = json!({ "to": "returned", "restock": true, "reason": "khách không nhận" });
        assert_eq!(
            advance(&life.organiser, cod, back).await.ok().unwrap()["state"],
            "returned"
        );
    }
    expect_units(life, 0, [50, 0, 0, 3, 47]).await;
    expect_stock(life, &life.pottery, [60, 57, 0, 3, 0]).await;

    for to in ["shipped", "delivered"] {
        advance(&life.organiser, silk, json!({ "to": to }))
            .await
            .ok()
            .unwrap();
    }
    let broken = json!({ "to": "returned", "restock": false, "reason": "rách" });
    advance(&life.organiser, silk, broken).await.ok().unwrap();
    expect_units(life, 2, [10, 0, 0, 0, 10]).await;
    expect_stock(life, &life.silk, [10, 8, 0, 0, 2]).await;
    let returned = shown(life, 3, silk).await;
    assert_eq!(returned["payments"][0]["state"], "refund_due");

    let path = format!("/v1/sessions/{}/figures", life.session_id);
    figures_become(
        life,
        &path,
        &json!({ "orders": 6, "gross": 1_665_000, "net": 450_000 }),
    )
    .await;
}
