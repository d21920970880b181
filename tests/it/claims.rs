//! Chốt đơn: a comment or a tap holds units, the rest waits in line, and an order takes what is held.

use std::time::Duration;

use chassis::testing::eventually;
use phien_tests::{
    api::{Api, number},
    world::World,
};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(15);

/// What somebody holds in a session, and waits for.
async fn kept(api: &Api, session: &str) -> (i64, i64) {
    let path = format!("/v1/sessions/{session}/holds/own");
    let kept = api.get(&path).await.unwrap().ok().unwrap();
    let units = |list: &str| {
        let all = kept[list].as_array().unwrap();
        all.iter().map(|one| number(one, "units")).sum()
    };
    (units("holds"), units("waiting"))
}

async fn claim(api: &Api, session: &str, offer: &str, units: i64) -> Value {
    let path = format!("/v1/sessions/{session}/claims");
    let body = json!({ "lines": [{ "offer_id": offer, "units": units }] });
    let told = api.post(&path, &body).await.unwrap().ok().unwrap();
    told["kept"][0].clone()
}

#[tokio::test]
async fn a_comment_claims_and_who_comes_later_waits_in_line() {
    let world = World::start().await;
    let stage = world.stage(3, 0).await;
    let (session, offer) = (stage.session_id.as_str(), stage.offer_id.as_str());
    let [lan, hoa, stranger] = &world.people(3).await[..] else {
        unreachable!()
    };
    let typed = json!({ "text": "chốt a01 x2 ạ" });
    let comments = format!("/v1/sessions/{session}/comments");
    lan.api.post(&comments, &typed).await.unwrap().ok().unwrap();
    eventually("the comment holds two", PATIENCE, || async {
        (kept(&lan.api, session).await == (2, 0)).then_some(())
    })
    .await;

    // A tap for two: one is left, for the other the shopper waits. Saying it again changes nothing.
    let told = claim(&hoa.api, session, offer, 2).await;
    assert_eq!(told["hold"]["units"], 1, "{told}");
    assert_eq!(told["waiting"]["units"], 1, "{told}");
    assert_eq!(claim(&hoa.api, session, offer, 2).await, told);

    // What comes back goes to who waits.
    claim(&lan.api, session, offer, 1).await;
    assert_eq!(kept(&hoa.api, session).await, (2, 0));

    // Nobody else can order what is held; who holds it can.
    let refused = stranger
        .api
        .post_once("/v1/orders", "a", &stage.cart(1, "cod"))
        .await
        .unwrap();
    assert_eq!((refused.status, refused.code()), (409, "sold_out"));
    stage.order(hoa, "a", 2, "cod").await;
    assert_eq!(kept(&hoa.api, session).await, (0, 0));

    // The room heard of each hold, once and in order.
    eventually("the room's answers", PATIENCE, || async {
        let mut conn = world.database("livestream").await;
        let last: i64 = sqlx::query_scalar("select max(last_claim_seq) from room")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        (last == 3).then_some(())
    })
    .await;
    world.finish().await;
}

#[tokio::test]
async fn a_hold_that_lapses_is_the_next_ones_and_a_comment_gives_back() {
    let world = World::start().await;
    let stage = world.stage(1, 0).await;
    let (session, offer) = (stage.session_id.as_str(), stage.offer_id.as_str());
    let [lan, hoa] = &world.people(2).await[..] else {
        unreachable!()
    };
    claim(&lan.api, session, offer, 1).await;
    claim(&hoa.api, session, offer, 1).await;
    assert_eq!(kept(&hoa.api, session).await, (0, 1));
    world.clock.advance(chrono::TimeDelta::hours(1));
    eventually("the hold lapses", PATIENCE, || async {
        (kept(&hoa.api, session).await == (1, 0)).then_some(())
    })
    .await;
    assert_eq!(kept(&lan.api, session).await, (0, 0));
    let comments = format!("/v1/sessions/{session}/comments");
    let typed = json!({ "text": "hủy đơn giúp em" });
    hoa.api.post(&comments, &typed).await.unwrap().ok().unwrap();
    eventually("the comment gives back", PATIENCE, || async {
        (kept(&hoa.api, session).await == (0, 0)).then_some(())
    })
    .await;
    world.finish().await;
}
