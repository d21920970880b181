//! Everything comes one to five times, in any order: the books are as if it had come once.

use std::{collections::BTreeMap, time::Duration};

use async_nats::{HeaderMap, header, jetstream};
use chassis::{bus::permissions::OPS, testing::eventually};
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use phien_tests::{
    api::{number, text},
    market::{SOON, transfer},
    world::{SEPAY_KEY, Stage, World, stage},
};
use proto::contract::{SPEAKERS, stream_of};
use rand::{RngExt as _, seq::SliceRandom as _};
use serde_json::json;

use super::random;

/// What projections and effects of events are, in each service.
const STATE: [(&str, &[&str]); 3] = [
    (
        "catalogue",
        &["stock", "allotment", "proposal", "stock_ledger"],
    ),
    (
        "livestream",
        &[
            "offer", "proposal", "room", "ticker", "notice", "session", "product", "variant",
            "producer",
        ],
    ),
    (
        "orders",
        &[
            "offers",
            "offer_ledger",
            "orders",
            "order_steps",
            "payments",
            "journal",
            "figures",
            "figures_by_offer",
            "figures_by_minute",
        ],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn doubles_change_nothing() {
    let mut random = random();
    let world = World::start().await;
    let stage = world.stage(40, 0).await;
    day(&world, &stage).await;
    assert_eq!(world.audit().await, Vec::<String>::new());
    let before = state(&world).await;

    let (mut events, mut copies) = (0, Vec::new());
    for service in SPEAKERS {
        let said = read(&world, &stream_of(service)).await;
        events += said.len();
        for message in said {
            for _ in 0..random.random_range(1..=5) {
                copies.push((service, message.clone()));
            }
        }
    }
    copies.shuffle(&mut random);
    // Each service may say its own events only, so each copy comes from its speaker.
    let mut speakers = BTreeMap::new();
    for service in SPEAKERS {
        speakers.insert(service, jetstream::new(world.on_the_bus(service).await));
    }
    for (number, (speaker, (subject, headers, payload))) in copies.iter().cloned().enumerate() {
        // It is a message of its own now, no part of the batch that it came in.
        let mut headers = without_batch(&headers);
        headers.insert(header::NATS_MESSAGE_ID, format!("again-{number}"));
        let ack = speakers[speaker]
            .publish_with_headers(subject, headers, payload)
            .await
            .unwrap();
        assert!(!ack.await.unwrap().duplicate);
    }
    assert_eq!(world.audit().await, Vec::<String>::new());
    let after = state(&world).await;
    for (table, rows) in &before {
        assert_eq!(after.get(table), Some(rows), "{table}");
    }
    println!(
        "{events} events, {} more deliveries in any order: doubles 0 in {} tables",
        copies.len(),
        before.len()
    );
    world.finish().await;
}

/// A little of everything that is said.
async fn day(world: &World, stage: &Stage) {
    let people = world.people(12).await;
    for (number_of, person) in people.iter().enumerate() {
        let method = if number_of < 6 { "cod" } else { "vietqr" };
        let order = stage.order(person, "o", 2, method).await;
        let path = format!("/v1/orders/{}", text(&order, "order_id"));
        if number_of == 0 {
            let cancelled = person
                .api
                .post(&format!("{path}/cancel"), &json!({ "reason": "đổi ý" }))
                .await
                .unwrap();
            cancelled.ok().unwrap();
        }
        if (6..9).contains(&number_of) {
            let payment = &order["payments"][0];
            let code = text(payment, "payment_code");
            let body = transfer(
                &format!("FT{number_of}"),
                &stage.producer.account_no,
                number(payment, "amount_due"),
                &code,
            );
            world
                .api
                .webhook(SEPAY_KEY, &body)
                .await
                .unwrap()
                .ok()
                .unwrap();
            eventually("paid", SOON, || async {
                let order = person.api.get(&path).await.unwrap().ok().unwrap();
                (order["state"] == "confirmed").then_some(())
            })
            .await;
        }
    }
    let restock = format!("/v1/offers/{}/restock", stage.offer_id);
    stage
        .organiser
        .post_once(&restock, "r1", &json!({ "units": 3 }))
        .await
        .unwrap()
        .ok()
        .unwrap();
    eventually("restocked", SOON, || async {
        (number(&stage.units().await, "allotted") == 43).then_some(())
    })
    .await;
    // Those who have not paid lose their goods; then the session ends and what is left goes back.
    world.clock.advance(TimeDelta::seconds(601));
    eventually("expired", SOON, || async {
        (number(&stage.units().await, "awaiting") == 0).then_some(())
    })
    .await;
    stage::end(&stage.organiser, &stage.session_id).await;
    eventually("settled", SOON, || async {
        let stock = world.stock(&stage.producer, &stage.variant).await;
        (number(&stock, "allotted") == 0).then_some(())
    })
    .await;
}

type Message = (async_nats::Subject, HeaderMap, bytes::Bytes);

fn without_batch(headers: &HeaderMap) -> HeaderMap {
    let mut rest = HeaderMap::new();
    for (name, values) in headers.iter() {
        let of_batch = name.to_string().starts_with("Nats-Batch");
        for value in values.iter().filter(|_| !of_batch) {
            rest.append(name.clone(), value.clone());
        }
    }
    rest
}

async fn read(world: &World, stream: &str) -> Vec<Message> {
    let jetstream = jetstream::new(world.on_the_bus(OPS).await);
    let config = jetstream::consumer::pull::OrderedConfig::default();
    let consumer = jetstream
        .create_consumer_on_stream(config, stream)
        .await
        .unwrap();
    let mut messages = consumer.messages().await.unwrap();
    let mut all = Vec::new();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(10), messages.next());
        let message = next.await.unwrap().unwrap().unwrap();
        let pending = message.info().unwrap().pending;
        let headers = message.headers.clone().unwrap();
        all.push((message.subject.clone(), headers, message.payload.clone()));
        if pending == 0 {
            return all;
        }
    }
}

/// Every row of every table of [`STATE`].
async fn state(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut state = BTreeMap::new();
    for (service, tables) in STATE {
        let mut conn = world.database(service).await;
        for table in tables {
            let sql = sqlx::AssertSqlSafe(format!("select t::text from {table} t order by 1"));
            let rows = sqlx::query_scalar(sql).fetch_all(&mut conn).await.unwrap();
            state.insert(format!("{service}.{table}"), rows);
        }
    }
    state
}
