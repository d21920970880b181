//! Many viewers, own feeds, silence and the end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chassis::{
    Refusal,
    id::{Id as _, ProducerId, SessionId},
    testing::eventually,
};
use futures_util::{FutureExt as _, StreamExt as _, future::join_all};
use proto::{
    common::v1::RefusalKind,
    contract::Audience,
    feed::v1::{OrderNews, OrdersNews, Pin, Sale, feed::Of},
};
use uuid::Uuid;

use super::{
    client::Client,
    world::{LIMIT, World, account, nobody, room, session, somebody, staff},
};
use crate::feeds::{StillSignedIn, Viewer, Watcher, frame::BEAT};

#[tokio::test]
async fn a_herd_asks_the_owners_once_and_viewers_are_counted() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    Client::come(&rooms).await.next().await;
    let before = world.owners.rooms_shown.load(Ordering::Relaxed);
    let mut herd = join_all((0..500).map(|_| Client::come(&rooms))).await;
    let asked = world.owners.rooms_shown.load(Ordering::Relaxed) - before;
    assert!((1..=5).contains(&asked), "asked {asked} times for 500");
    world.comment().await;
    for client in &mut herd {
        client
            .until("the comment", |client| client.last_comment == Some(1))
            .await;
    }
    let reported = |viewers| {
        let reports = world.owners.reports.lock().unwrap();
        let counts = reports
            .values()
            .next()
            .and_then(|sessions| sessions.get(&session().to_string()))
            .copied();
        std::future::ready((counts == Some(viewers)).then_some(()))
    };
    eventually("500 are reported", LIMIT, || reported(500)).await;
    drop(herd);
    eventually("0 are reported", LIMIT, || reported(0)).await;
}

#[tokio::test]
async fn own_feeds_are_merged_in() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut shopper = Client::of(
        rooms
            .watch_session(session(), false, somebody(10))
            .await
            .unwrap(),
    );
    let mut desk = Client::of(
        rooms
            .watch_session(session(), true, staff(11))
            .await
            .unwrap(),
    );
    let mut own = Client::of(rooms.watch_own(somebody(10)).await.unwrap());
    let snapshot = shopper.next().await.data;
    let orders = snapshot["shopper"]["orders"].as_array().unwrap();
    assert_eq!(
        (orders.len(), orders[0]["order_id"].as_str()),
        (1, Some(format!("ord_{}", account(10)).as_str()))
    );
    assert!(snapshot["desk"].is_null() && snapshot["room"]["session"].is_object());
    let snapshot = desk.next().await.data;
    assert_eq!(snapshot["desk"]["figures"]["orders"], 7);
    assert!(snapshot["shopper"].is_object());
    let tokio_own = tokio::time::timeout(LIMIT, own.viewer.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(tokio_own.starts_with(b"retry: "));
    let news = |order_id: &str, whose: u128| OrderNews {
        order_id: order_id.into(),
        session_id: session().to_string(),
        version: 1,
        account_id: account(whose).to_string(),
        ..OrderNews::default()
    };
    world
        .say(
            &Audience::Desk(session().to_string()),
            Of::Orders(OrdersNews {
                session_id: session().to_string(),
                orders: vec![news("ord_mine", 10), news("ord_others", 12)],
            }),
        )
        .await;
    world
        .say(
            &room(),
            Of::Pin(Pin {
                session_id: session().to_string(),
                offer_id: "off_1".into(),
                version: 1,
            }),
        )
        .await;
    let event = shopper.next().await;
    assert_eq!(
        (event.kind.as_str(), ids(&event.data)),
        ("orders", vec!["ord_mine".to_owned()])
    );
    assert_eq!(shopper.next().await.kind, "pin");
    let event = desk.next().await;
    assert_eq!(
        (event.kind.as_str(), ids(&event.data)),
        (
            "orders",
            vec!["ord_mine".to_owned(), "ord_others".to_owned()]
        )
    );
    assert_eq!(desk.next().await.kind, "pin");
}

/// The ids of the orders that an `orders` event tells of.
fn ids(data: &serde_json::Value) -> Vec<String> {
    let orders = data["orders"].as_array().unwrap();
    orders
        .iter()
        .map(|order| order["order_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn nobody_watches_what_is_not_theirs() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut shopper = Client::of(
        rooms
            .watch_session(session(), false, somebody(10))
            .await
            .unwrap(),
    );
    shopper.next().await;
    let refused = |result: Result<Viewer, Refusal>| result.err().map(|refusal| refusal.kind);
    let elsewhere = SessionId::from_uuid(Uuid::from_u128(99));
    let producer = ProducerId::from_uuid(Uuid::from_u128(3));
    assert_eq!(
        refused(rooms.watch_session(elsewhere, false, nobody(None)).await),
        Some(RefusalKind::NotFound)
    );
    assert_eq!(
        refused(rooms.watch_session(session(), true, nobody(None)).await),
        Some(RefusalKind::Unauthenticated)
    );
    assert_eq!(
        refused(rooms.watch_session(session(), true, somebody(10)).await),
        Some(RefusalKind::Forbidden)
    );
    let again = Watcher {
        last_event_id: shopper.last_id.clone(),
        ..somebody(10)
    };
    assert_eq!(
        refused(rooms.watch_session(session(), true, again).await),
        Some(RefusalKind::Forbidden),
        "also when resuming"
    );
    assert_eq!(
        refused(rooms.watch_own(nobody(None)).await),
        Some(RefusalKind::Unauthenticated)
    );
    assert_eq!(
        refused(rooms.watch_producer(producer, somebody(10)).await),
        Some(RefusalKind::Forbidden)
    );
    let mut keeper = somebody(13);
    keeper.actor.producer_ids.push(producer.to_string());
    let mut keeper = Client::of(rooms.watch_producer(producer, keeper).await.unwrap());
    assert!(keeper.viewer.next().await.is_some());
}

#[tokio::test]
async fn a_stop_says_when_to_come_back_and_ends() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    assert!(
        client.viewer.next().now_or_never().is_none(),
        "nothing is due"
    );
    let waiting = world.lifecycle.spawn(async move {
        let mut last = Bytes::new();
        while let Some(Ok(bytes)) = client.viewer.next().await {
            last = bytes;
        }
        last
    });
    assert!(world.lifecycle.stop(LIMIT).await, "nobody is waited for");
    assert!(waiting.await.unwrap().starts_with(b"retry: "));
}

#[tokio::test]
async fn silence_is_filled_and_whoever_signed_out_is_sent_away() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let signed_in = Arc::new(AtomicU64::new(1));
    let still = Arc::clone(&signed_in);
    let still_signed_in: StillSignedIn = Arc::new(move || {
        let still = still.load(Ordering::Relaxed) == 1;
        async move { still }.boxed()
    });
    let watcher = Watcher {
        still_signed_in: Some(still_signed_in),
        ..somebody(10)
    };
    let mut client = Client::of(
        rooms
            .watch_session(session(), false, watcher)
            .await
            .unwrap(),
    );
    client.next().await;
    tokio::time::pause();
    for beat in 0..8 {
        assert!(client.viewer.next().now_or_never().is_none(), "beat {beat}");
        tokio::time::advance(Duration::from_secs(16)).await;
        assert_eq!(
            client.viewer.next().now_or_never(),
            Some(Some(Ok(BEAT))),
            "beat {beat}"
        );
        if beat == 4 {
            signed_in.store(0, Ordering::Relaxed);
        }
    }
    assert!(
        client
            .viewer
            .next()
            .now_or_never()
            .unwrap()
            .unwrap()
            .unwrap()
            .starts_with(b"retry: ")
    );
    assert_eq!(client.viewer.next().now_or_never(), Some(None));
}

#[tokio::test]
async fn sales_and_comments_have_numbers_of_their_own() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    world.comment().await;
    world.owners.sales.store(1, Ordering::Relaxed);
    world
        .say(
            &room(),
            Of::Sale(Sale {
                session_id: session().to_string(),
                seq: 1,
                shopper_name: "Lan".into(),
                ..Sale::default()
            }),
        )
        .await;
    assert_eq!(client.next().await.kind, "comment");
    let sale = client.next().await;
    assert_eq!(
        (sale.kind.as_str(), sale.data["shopper_name"].as_str()),
        ("sale", Some("Lan"))
    );
}
