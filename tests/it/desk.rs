//! The desk: claims that a person has to look at, the counter, and shoppers who are restricted.

use std::{collections::BTreeSet, time::Duration};

use chassis::testing::eventually;
use phien_tests::{
    api::{Api, number, text},
    market::transfer,
    world::{SEPAY_KEY, Stage, World},
};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(20);

async fn ok(api: &Api, path: &str, body: &Value) -> Value {
    let key = rand::random::<u64>().to_string();
    let reply = api.post_once(path, &key, body).await.unwrap();
    reply.ok().unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Open items of a session's desk, once there are so many.
async fn open_items(api: &Api, session: &str, count: usize) -> Vec<Value> {
    eventually("the items at the desk", PATIENCE, || async {
        let path = format!("/v1/sessions/{session}/desk/items?state=open&limit=100");
        let page = api.get(&path).await.unwrap().ok().unwrap();
        let items = page["items"].as_array().unwrap().clone();
        (items.len() == count).then_some(items)
    })
    .await
}

#[tokio::test]
async fn an_unclear_claim_is_settled_by_one_person_once() {
    let world = World::start().await;
    let stage = world.stage(5, 0).await;
    let (desk, session) = (&stage.organiser, stage.session_id.as_str());
    let [lan, hoa] = &world.people(2).await[..] else {
        unreachable!()
    };
    let comments = format!("/v1/sessions/{session}/comments");
    ok(
        &lan.api,
        &comments,
        &json!({ "text": "chốt Z99 x2 0912345678" }),
    )
    .await;
    ok(&hoa.api, &comments, &json!({ "text": "chốt A01 x0" })).await;
    let items = open_items(desk, session, 2).await;
    assert_eq!(items[0]["reason"], "unknown_code", "{items:?}");
    assert_eq!(items[1]["reason"], "invalid_quantity", "{items:?}");
    assert!(!items[0].to_string().contains("0912345678"), "masked");

    let take = format!("/v1/sessions/{session}/desk/take");
    let taken = ok(desk, &take, &json!({})).await["item"].clone();
    let first = text(&taken, "desk_item_id");
    assert_eq!(first, text(&items[0], "desk_item_id"), "the oldest");
    let other = world.staff("volunteer").await;
    let refused = other
        .post(&take, &json!({ "desk_item_id": first }))
        .await
        .unwrap();
    assert_eq!((refused.status, refused.code()), (409, "item_not_free"));
    let handle = format!("/v1/desk/items/{first}/handle");
    let lines = json!({ "lines": [{ "offer_id": stage.offer_id, "units": 2 }] });
    let refused = other.post(&handle, &lines).await.unwrap();
    assert_eq!((refused.status, refused.code()), (409, "not_taken"));
    let handled = ok(desk, &handle, &lines).await;
    assert_eq!(handled["kept"][0]["hold"]["units"], 2, "{handled}");
    let again = desk.post(&handle, &lines).await.unwrap().ok().unwrap();
    assert_eq!(again["item"]["state"], "handled");

    // A lease that is over gives the item back; its holder can do nothing with it any more.
    let taken = ok(&other, &take, &json!({})).await["item"].clone();
    let second = text(&taken, "desk_item_id");
    world.clock.advance(chrono::TimeDelta::minutes(3));
    let dismiss = format!("/v1/desk/items/{second}/dismiss");
    let reason = json!({ "reason": "hỏi lại rồi, không mua" });
    let refused = other.post(&dismiss, &reason).await.unwrap();
    assert_eq!((refused.status, refused.code()), (409, "not_taken"));
    let taken = ok(desk, &take, &json!({ "desk_item_id": second })).await;
    assert_eq!(text(&taken["item"], "desk_item_id"), second);
    let dismissed = ok(desk, &dismiss, &reason).await;
    assert_eq!(dismissed["state"], "dismissed");
    open_items(desk, session, 0).await;
    world.finish().await;
}

#[tokio::test]
async fn the_counter_sells_to_somebody_without_an_account() {
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let session = stage.session_id.as_str();
    let volunteer = world.staff("volunteer").await;
    let person = json!({ "phone": "0987 654 321", "name": "Trần Thị Na" });
    let shoppers = format!("/v1/sessions/{session}/desk/shoppers");
    let na = ok(&volunteer, &shoppers, &person).await;
    let account = text(&na, "account_id");
    let renamed = json!({ "phone": "0987654321", "name": "Người khác" });
    assert_eq!(
        ok(&volunteer, &shoppers, &renamed).await,
        na,
        "a name that is known stays"
    );

    let claims = format!("/v1/sessions/{session}/desk/claims");
    let wish =
        json!({ "account_id": account, "lines": [{ "offer_id": stage.offer_id, "units": 2 }] });
    let kept = ok(&volunteer, &claims, &wish).await;
    assert_eq!(kept["kept"][0]["hold"]["units"], 2, "{kept}");
    assert!(kept["kept"][0]["hold"]["assisted_by"].is_string());

    let paid = |order: &Value, state: &'static str| {
        let path = format!("/v1/orders/{}", text(order, "order_id"));
        let volunteer = volunteer.clone();
        async move {
            eventually("the order is paid", PATIENCE, || async {
                let order = volunteer.get(&path).await.unwrap().ok().unwrap();
                (order["state"] == state).then_some(order)
            })
            .await
        }
    };
    // Two jars by VietQR.
    let cart = json!({ "account_id": account, "order": stage.cart(2, "vietqr") });
    let order = ok(&volunteer, "/v1/desk/orders", &cart).await;
    let payment = &order["payments"][0];
    let (memo, due) = (text(payment, "payment_code"), number(payment, "amount_due"));
    let account_no = text(&payment["payee"], "account_no");
    world
        .api
        .webhook(SEPAY_KEY, &transfer("counter-1", &account_no, due, &memo))
        .await
        .unwrap();
    let order = paid(&order, "confirmed").await;
    assert_eq!(order["account_id"], account.as_str());
    assert!(order["assisted_by"].is_string(), "{order}");

    // Three in cash: exactly what is due, each receipt once.
    let cart = json!({ "account_id": account, "order": stage.cart(3, "vietqr") });
    let order = ok(&volunteer, "/v1/desk/orders", &cart).await;
    let payment = text(&order["payments"][0], "payment_id");
    let due = number(&order["payments"][0], "amount_due");
    let cash = format!("/v1/payments/{payment}/cash");
    let body = |amount: i64, receipt: &str| json!({ "amount": amount, "receipt_no": receipt });
    let refused = volunteer.post(&cash, &body(due - 1, "BN-1")).await.unwrap();
    assert_eq!((refused.status, refused.code()), (409, "not_what_is_due"));
    let told = ok(&volunteer, &cash, &body(due, "BN-1")).await;
    assert_eq!(told["state"], "exact", "{told}");
    paid(&order, "confirmed").await;
    let again = volunteer.post(&cash, &body(due, "BN-1")).await.unwrap();
    assert_eq!(again.ok().unwrap()["amount_received"], due);
    let refused = volunteer.post(&cash, &body(due, "BN-2")).await.unwrap();
    assert_eq!((refused.status, refused.code()), (409, "nothing_due"));

    let path = format!("{shoppers}/{account}");
    let shopper = volunteer.get(&path).await.unwrap().ok().unwrap();
    assert_eq!(
        (&shopper["orders_placed"], &shopper["orders_paid"]),
        (&json!(2), &json!(2)),
        "{shopper}"
    );
    world.finish().await;
}

#[tokio::test]
async fn a_restricted_shopper_goes_through_the_desk() {
    let world = World::start().await;
    let stage = world.stage(5, 0).await;
    let Stage {
        organiser,
        session_id: session,
        ..
    } = &stage;
    let [lan] = &world.people(1).await[..] else {
        unreachable!()
    };
    let me = lan.api.get("/v1/me").await.unwrap().ok().unwrap();
    let account = text(&me, "account_id");
    let path = format!(
        "/v1/organisers/{}/restrictions/{account}",
        world.organiser_id
    );
    let refused = organiser
        .put(&path, &json!({ "reason": "" }))
        .await
        .unwrap();
    assert_eq!(refused.status, 422, "{}", refused.text);
    let reason = json!({ "reason": "ba đơn không nhận hàng" });
    organiser.put(&path, &reason).await.unwrap().ok().unwrap();

    let claims = format!("/v1/sessions/{session}/claims");
    let wish = json!({ "lines": [{ "offer_id": stage.offer_id, "units": 1 }] });
    let told = ok(&lan.api, &claims, &wish).await;
    assert_eq!(told["kept"][0]["refused"]["code"], "restricted", "{told}");
    let refused = lan
        .api
        .post_once("/v1/orders", "r", &stage.cart(1, "cod"))
        .await
        .unwrap();
    assert_eq!((refused.status, refused.code()), (409, "restricted"));
    let items = open_items(organiser, session, 1).await;
    assert_eq!(items[0]["reason"], "restricted");
    assert_eq!(items[0]["lines"][0]["units"], 1);
    let take = format!("/v1/sessions/{session}/desk/take");
    let taken = ok(organiser, &take, &json!({})).await;
    let handle = format!(
        "/v1/desk/items/{}/handle",
        text(&taken["item"], "desk_item_id")
    );
    let handled = ok(organiser, &handle, &json!({ "lines": items[0]["lines"] })).await;
    assert_eq!(handled["kept"][0]["hold"]["units"], 1, "{handled}");

    let lifted = organiser.request(reqwest::Method::DELETE, &path);
    assert!(phien_tests::api::read(lifted).await.unwrap().is_ok());
    let more = json!({ "lines": [{ "offer_id": stage.offer_id, "units": 2 }] });
    let told = ok(&lan.api, &claims, &more).await;
    assert_eq!(told["kept"][0]["hold"]["units"], 2, "{told}");
    let card = format!("/v1/sessions/{session}/desk/shoppers/{account}");
    let card = organiser.get(&card).await.unwrap().ok().unwrap();
    assert_eq!(card["restricted"], false);
    assert_eq!(card["restrictions"].as_array().unwrap().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn open_orders_are_merged_and_split() {
    let world = World::start().await;
    let stage = world.stage(5, 3).await;
    let (desk, session) = (&stage.organiser, stage.session_id.as_str());
    let [lan, second] = &world.people(2).await[..] else {
        unreachable!()
    };
    let mut accounts = Vec::new();
    for person in [lan, second] {
        let me = person.api.get("/v1/me").await.unwrap().ok().unwrap();
        accounts.push(text(&me, "account_id"));
    }
    let claims = format!("/v1/sessions/{session}/claims");
    for (person, units) in [(lan, 2), (second, 1)] {
        let wish = json!({ "lines": [{ "offer_id": stage.offer_id, "units": units }] });
        ok(&person.api, &claims, &wish).await;
    }
    let merge = format!("/v1/sessions/{session}/desk/merge");
    let pair = json!({ "from_account_id": accounts[1], "into_account_id": accounts[0] });
    let refused = lan.api.post(&merge, &pair).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.text);
    let held = |told: &Value| number(&told["kept"][0]["hold"], "units");
    assert_eq!(held(&ok(desk, &merge, &pair).await), 3);
    let own = format!("/v1/sessions/{session}/holds/own");
    let left = second.api.get(&own).await.unwrap().ok().unwrap();
    assert_eq!(left["holds"], json!([]), "{left}");

    // Back goes what the other may have, and no unit more than is there.
    let split = |units| {
        json!({
            "from_account_id": accounts[0], "into_account_id": accounts[1],
            "lines": [{ "offer_id": stage.offer_id, "units": units }],
        })
    };
    let told = ok(desk, &merge, &split(4)).await;
    assert_eq!(told["kept"][0]["refused"]["code"], "not_held", "{told}");
    assert_eq!(held(&ok(desk, &merge, &split(2)).await), 2);
    let more = json!({ "lines": [{ "offer_id": stage.offer_id, "units": 3 }] });
    ok(&lan.api, &claims, &more).await;
    let told = ok(desk, &merge, &split(2)).await;
    assert_eq!(told["kept"][0]["refused"]["code"], "over_limit", "{told}");
    assert_eq!(held(&told), 2, "{told}");
    let order = stage.cart(2, "cod");
    let order = second
        .api
        .post_once("/v1/orders", "m", &order)
        .await
        .unwrap();
    assert!(order.is_ok(), "{}", order.text);
    world.finish().await;
}

/// Five hundred unclear claims, two workers: each is handled once.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_on_a_queue_of_five_hundred() {
    let world = World::start().await;
    let stage = world.stage(2_000, 0).await;
    let session = stage.session_id.as_str();
    let mut conn = world.database("orders").await;
    let offer: uuid::Uuid = sqlx::query_scalar("select id from offers")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    sqlx::query(
        "insert into desk_items (id, session_id, account_id, shopper_name, comment_id, text, reason, offers, units, more,
                                 made_at, state, outcome, version)
         select gen_random_uuid(), o.session_id, gen_random_uuid(), 'Lan', gen_random_uuid(), 'cho em', 'unsure', '{}', '{}',
                '{}', clock_timestamp(), 'open', '', 1
         from offers o, generate_series(1, 500) where o.id = $1",
    )
    .bind(offer)
    .execute(&mut conn)
    .await
    .unwrap();
    let workers = [stage.organiser.clone(), world.staff("volunteer").await];
    let work = |api: Api| {
        let (take, offer) = (
            format!("/v1/sessions/{session}/desk/take"),
            stage.offer_id.clone(),
        );
        async move {
            let mut done = Vec::new();
            loop {
                let taken = api.post(&take, &json!({})).await.unwrap().ok().unwrap();
                if taken["item"].is_null() {
                    return done;
                }
                let item = text(&taken["item"], "desk_item_id");
                let handle = format!("/v1/desk/items/{item}/handle");
                let lines = json!({ "lines": [{ "offer_id": offer, "units": 1 }] });
                api.post(&handle, &lines).await.unwrap().ok().unwrap();
                done.push(item);
            }
        }
    };
    let [one, two] = workers;
    let (one, two) = tokio::join!(work(one), work(two));
    let all: BTreeSet<&String> = one.iter().chain(&two).collect();
    println!(
        "desk: {} and {} of 500 items, {} different",
        one.len(),
        two.len(),
        all.len()
    );
    assert_eq!((one.len() + two.len(), all.len()), (500, 500));
    let held: i64 = sqlx::query_scalar("select held from offers")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(held, 500);
    world.finish().await;
}
