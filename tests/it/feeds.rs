//! Somebody who watches sees every event once and the newest state, however often the connection is cut.

use std::time::Duration;

use phien_tests::{
    api::{Api, number, text},
    feed_client::FeedClient,
    market::{self, SOON},
    shopper,
    wait::until,
    world::{Person, Stage, World, stage},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const CUTS: u64 = 50;

/// Orders, comments, pins and notices, until everybody has done their part.
async fn bustle(stage: &Stage, people: &[Person], round: &str) {
    let mut doing = JoinSet::new();
    for (number, person) in people.iter().enumerate() {
        let (api, body) = (
            person.api.clone(),
            stage.cart(1, if number % 2 == 0 { "cod" } else { "vietqr" }),
        );
        let comments = format!("/v1/sessions/{}/comments", stage.session_id);
        let key = format!("{round}-{number}");
        doing.spawn(async move {
            let comment = json!({ "text": format!("ngon quá, lần {number}") });
            let said = api.post_patiently(&comments, &key, &comment).await;
            said.unwrap().ok().unwrap();
            let (settled, _) = shopper::order(&api, &key, &body).await.unwrap();
            if number % 5 == 0 {
                let cancel = format!("/v1/orders/{}/cancel", settled.order_id().expect("placed"));
                api.post(&cancel, &json!({})).await.unwrap().ok().unwrap();
            }
        });
    }
    let (organiser, session, offer) = (
        stage.organiser.clone(),
        stage.session_id.clone(),
        stage.offer_id.clone(),
    );
    doing.spawn(async move {
        for number in 0..10 {
            let pinned = (number % 2 == 1).then_some(&offer);
            let pin = json!({ "offer_id": pinned });
            organiser
                .put(&format!("/v1/sessions/{session}/pin"), &pin)
                .await
                .unwrap()
                .ok()
                .unwrap();
            let notice = json!({ "text": format!("Thông báo {number}"), "warning": number == 9 });
            organiser
                .post(&format!("/v1/sessions/{session}/notices"), &notice)
                .await
                .unwrap()
                .ok()
                .unwrap();
        }
    });
    doing.join_all().await;
}

/// What the owners of the states say: of the session, its offers, its pin and its units.
async fn truth(stage: &Stage) -> (Value, Vec<Value>) {
    let session = stage
        .organiser
        .get(&format!("/v1/sessions/{}", stage.session_id))
        .await
        .unwrap()
        .ok()
        .unwrap();
    (
        session,
        market::units(&stage.organiser, &stage.session_id)
            .await
            .unwrap(),
    )
}

async fn comments(api: &Api, session_id: &str) -> u64 {
    let comments = api
        .get(&format!("/v1/sessions/{session_id}/comments?limit=1"))
        .await
        .unwrap()
        .ok()
        .unwrap();
    comments["comments"][0]["seq"].as_u64().unwrap_or_default()
}

/// The watcher knows what the databases hold, and no promise was broken on the way.
async fn is_right(watcher: &FeedClient, world: &World, stage: &Stage, sales: u64) {
    let (session, units) = truth(stage).await;
    let said = comments(&world.api, &stage.session_id).await;
    watcher
        .until("the newest state and every event", SOON, |view| {
            let same = |kind, object: &str, version: &Value| {
                view.state(kind, object)
                    .is_some_and(|known| &known["version"] == version)
            };
            let offers = session["offers"].as_array().unwrap();
            same("session", &stage.session_id, &session["version"])
                && offers
                    .iter()
                    .all(|offer| same("offer", &text(offer, "offer_id"), &offer["version"]))
                && units
                    .iter()
                    .all(|units| same("units", &text(units, "offer_id"), &units["version"]))
                && view.seq("comment") == said
                && view.seq("sale") == sales
        })
        .await
        .unwrap();
    watcher.look(|view| {
        assert_eq!(view.faults, Vec::<String>::new());
        for units in &units {
            assert_eq!(view.state("units", &text(units, "offer_id")), Some(units));
        }
        let pin = view.state("pin", &stage.session_id).expect("the pin");
        assert_eq!(pin["offer_id"], session["pinned_offer_id"]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_fifty_times_and_nothing_is_missed() {
    let world = World::start().await;
    let stage = world.stage(500, 0).await;
    let people = world.people(100).await;
    let path = format!("/v1/sessions/{}/feed", stage.session_id);
    let guest = FeedClient::watch(&world.api, &path);
    let desk = FeedClient::watch(&stage.organiser, &format!("{path}?desk=true"));
    let shopper = FeedClient::watch(&people[0].api, &path);
    for watcher in [&guest, &desk, &shopper] {
        watcher
            .until("a snapshot", SOON, |view| view.snapshots == 1)
            .await
            .unwrap();
    }
    let cutting = async {
        for _ in 0..CUTS {
            for watcher in [&guest, &desk] {
                let heard = watcher.look(|view| view.connections);
                watcher.cut();
                watcher
                    .until("it comes back", SOON, |view| view.connections > heard)
                    .await
                    .unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::join!(cutting, async {
        for round in ["a", "b", "c"] {
            bustle(&stage, &people, round).await;
        }
    });
    for watcher in [&guest, &desk, &shopper] {
        is_right(watcher, &world, &stage, 300).await;
        watcher
            .until("every notice", SOON, |view| view.seq("notice") == 30)
            .await
            .unwrap();
        watcher.look(|view| {
            assert_eq!(
                (view.resets, view.snapshots),
                (0, 1),
                "it went on where it was, every time"
            );
            assert_eq!(view.events["sale"], 300);
            assert_eq!(view.events["notice"], 30);
        });
    }
    guest.look(|view| {
        assert!(
            view.cuts == CUTS && view.connections == CUTS + 1,
            "{view:?}"
        );
    });

    let path = format!("/v1/sessions/{}/figures", stage.session_id);
    until("the figures are level", SOON, || async {
        let figures = stage.organiser.get(&path).await?.ok()?;
        let level = number(&figures, "orders") == 300 && number(&figures, "orders_cancelled") == 60;
        Ok(level.then_some(()))
    })
    .await
    .unwrap();
    desk.until("the desk's figures", SOON, |view| {
        view.state("figures", &stage.session_id)
            .is_some_and(|known| known["orders"] == 300 && known["orders_cancelled"] == 60)
    })
    .await
    .unwrap();
    // One's own orders are on one's own feed, other people's are not.
    let own = people[0].api.list("/v1/orders", "orders").await.unwrap();
    shopper.look(|view| {
        let known = view
            .states
            .keys()
            .filter(|(kind, _)| *kind == "order")
            .count();
        assert_eq!((known, own.len()), (3, 3));
        for order in &own {
            let known = view
                .state("order", &text(order, "order_id"))
                .expect("my order");
            assert_eq!(known["state"], order["state"]);
        }
    });
    guest.look(|view| {
        assert!(
            view.states
                .keys()
                .all(|(kind, _)| *kind != "order" && *kind != "figures"),
            "nobody's business"
        );
    });
    drop((guest, desk, shopper));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_broker_was_lost_a_watcher_begins_anew_and_is_right() {
    let mut world = World::start().await;
    let stage = world.stage(500, 0).await;
    let people = world.people(40).await;
    let path = format!("/v1/sessions/{}/feed", stage.session_id);
    let watcher = FeedClient::watch(&people[0].api, &path);
    watcher
        .until("a snapshot", SOON, |view| view.snapshots == 1)
        .await
        .unwrap();
    bustle(&stage, &people, "a").await;
    is_right(&watcher, &world, &stage, 40).await;

    // The feeds live in the broker's memory: they are gone, the watcher's place in them with it.
    world.nats.restart().await.unwrap();
    watcher
        .until("it is told to begin anew", SOON, |view| {
            view.resets == 1 && view.snapshots == 2
        })
        .await
        .unwrap();
    is_right(&watcher, &world, &stage, 40).await;
    bustle(&stage, &people, "b").await;
    is_right(&watcher, &world, &stage, 80).await;

    // A place of before the loss, shown at a fresh connection, is no place either.
    let place = watcher.look(|view| view.last_id.clone()).expect("an id");
    world.nats.restart().await.unwrap();
    watcher
        .until("it is told again", SOON, |view| {
            view.resets == 2 && view.snapshots == 3
        })
        .await
        .unwrap();
    let query = format!("{path}?last_event_id={place}");
    let late = FeedClient::watch(&world.api, &query);
    late.until("a reset, then a snapshot", SOON, |view| {
        view.resets == 1 && view.snapshots == 1
    })
    .await
    .unwrap();
    stage::end(&stage.organiser, &stage.session_id).await;
    for watcher in [&watcher, &late] {
        watcher
            .until("the end", SOON, |view| {
                view.state("session", &stage.session_id)
                    .is_some_and(|session| session["state"] == "ended")
            })
            .await
            .unwrap();
        watcher.look(|view| assert_eq!(view.faults, Vec::<String>::new()));
    }
    drop((watcher, late));
    world.finish().await;
}
