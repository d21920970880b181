//! Many want what is few: never one unit too many, never two orders for one key.

use std::{collections::HashMap, time::Duration};

use chassis::testing::eventually;
use phien_tests::{
    api::number,
    shopper::{self, Settled},
    world::{Person, World},
};
use serde_json::Value;
use tokio::task::JoinSet;

/// One buyer's wish for one unit, with the repeats of their kind; every answer that arrived.
async fn buy(number: usize, person: Person, body: Value) -> Vec<Settled> {
    let key = format!("once-{number}");
    let order = async || shopper::order(&person.api, &key, &body).await.unwrap().0;
    match number % 4 {
        // Patient.
        0 => vec![order().await],
        // Taps twice.
        1 => {
            let (first, second) = tokio::join!(order(), order());
            vec![first, second]
        }
        // Loses the first answer.
        2 => {
            let soon = Duration::from_millis(1 + number as u64 % 40);
            shopper::order_and_lose_the_answer(&person.api, &key, &body, soon).await;
            vec![order().await]
        }
        // Asks again afterwards, to be sure.
        _ => vec![order().await, order().await, order().await],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_buyers_for_a_hundred_units() {
    const BUYERS: u32 = 2_000;
    const UNITS: u8 = 100;
    let world = World::start().await;
    let sale = world.stage(UNITS.into(), 0).await;
    let mut buying = JoinSet::new();
    for (number, person) in world.people(BUYERS).await.into_iter().enumerate() {
        let method = if number % 3 == 0 { "cod" } else { "vietqr" };
        buying.spawn(buy(number, person, sale.cart(1, method)));
    }
    let answers = buying.join_all().await;
    assert_eq!(answers.len(), BUYERS as usize);
    let mut winners: HashMap<String, usize> = HashMap::new();
    for answers in answers {
        let orders: Vec<&str> = answers.iter().filter_map(Settled::order_id).collect();
        match orders.first() {
            Some(&order) => {
                assert_eq!(
                    orders.len(),
                    answers.len(),
                    "one key, one answer: {answers:?}"
                );
                assert!(
                    orders.iter().all(|id| *id == order),
                    "one key, one order: {orders:?}"
                );
                *winners.entry(order.to_owned()).or_default() += 1;
            }
            None => {
                for answer in &answers {
                    let sold_out = Settled::Refused {
                        status: 409,
                        code: "sold_out".into(),
                    };
                    assert_eq!(answer, &sold_out);
                }
            }
        }
    }
    assert_eq!(
        winners.len(),
        usize::from(UNITS),
        "exactly the units there were"
    );
    assert!(
        winners.values().all(|buyers| *buyers == 1),
        "each order is one buyer's"
    );

    let units = sale.units().await;
    assert_eq!(
        (number(&units, "allotted"), number(&units, "left")),
        (i64::from(UNITS), 0)
    );
    assert_eq!(
        number(&units, "awaiting") + number(&units, "sold"),
        i64::from(UNITS)
    );
    let path = format!("/v1/sessions/{}/orders", sale.session_id);
    let listed = sale.organiser.list(&path, "orders").await.unwrap();
    assert_eq!(listed.len(), usize::from(UNITS));
    assert!(
        listed
            .iter()
            .all(|order| winners.contains_key(order["order_id"].as_str().unwrap()))
    );
    let path = format!("/v1/sessions/{}/figures", sale.session_id);
    eventually("the figures are level", Duration::from_secs(10), || async {
        let figures = sale.organiser.get(&path).await.unwrap().ok().unwrap();
        let level = figures["orders"] == UNITS && figures["gross"] == i64::from(UNITS) * sale.price;
        level.then_some(())
    })
    .await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_order_however_often_it_comes() {
    let world = World::start().await;
    let sale = world.stage(50, 0).await;
    let person = world.people(1).await.remove(0);
    let mut repeats = JoinSet::new();
    for _ in 0..200 {
        let (api, body) = (person.api.clone(), sale.cart(2, "vietqr"));
        repeats.spawn(async move { shopper::order(&api, "the-one-key", &body).await.unwrap().0 });
    }
    let answers = repeats.join_all().await;
    let first = answers[0].order_id().expect("placed").to_owned();
    assert!(
        answers
            .iter()
            .all(|answer| answer.order_id() == Some(&first))
    );
    let fresh = answers
        .iter()
        .filter(|answer| {
            matches!(
                answer,
                Settled::Placed {
                    replayed: false,
                    ..
                }
            )
        })
        .count();
    assert_eq!(fresh, 1, "one call placed it, the others were told so");

    let (other, _) = shopper::order(&person.api, "the-one-key", &sale.cart(3, "vietqr"))
        .await
        .unwrap();
    assert_eq!(other.code(), Some("key_reused"));
    // The same words from somebody else are another key.
    let stranger = world.people(1).await.remove(0);
    let (theirs, _) = shopper::order(&stranger.api, "the-one-key", &sale.cart(2, "vietqr"))
        .await
        .unwrap();
    assert_ne!(theirs.order_id(), Some(first.as_str()));

    let units = sale.units().await;
    assert_eq!(
        (number(&units, "awaiting"), number(&units, "left")),
        (4, 46)
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_more_than_the_limit() {
    let world = World::start().await;
    let sale = world.stage(500, 2).await;
    let mut buying = JoinSet::new();
    for (number, person) in world.people(40).await.into_iter().enumerate() {
        for attempt in 0..5 {
            let (api, body) = (person.api.clone(), sale.cart(1, "cod"));
            buying.spawn(async move {
                let key = format!("{number}-{attempt}");
                (number, shopper::order(&api, &key, &body).await.unwrap().0)
            });
        }
    }
    let mut placed = [0; 40];
    for (number, answer) in buying.join_all().await {
        match answer {
            Settled::Placed { .. } => placed[number] += 1,
            Settled::Refused { code, .. } => assert_eq!(code, "over_limit"),
        }
    }
    assert_eq!(placed, [2; 40]);
    world.finish().await;
}
