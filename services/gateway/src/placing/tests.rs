//! With a real broker and an intake that answers as told.

use std::sync::Mutex;

use chassis::{
    clock::Clock,
    rpc::{Answers, Asked, PATIENCE},
    testing,
};
use futures_util::future::join_all;
use proto::orders::v1::{Order, PlaceLine, PlacedOrders};
use tokio::sync::OnceCell;

use super::*;

const SESSION: &str = "ses_00000000000000000000000000000001";

fn order(key: &str) -> PlaceOrder {
    PlaceOrder {
        session_id: SESSION.into(),
        idempotency_key: key.into(),
        lines: vec![PlaceLine {
            offer_id: "off_1".into(),
            units: 1,
        }],
        ..PlaceOrder::default()
    }
}

async fn put(placing: &Placing, key: &str) -> Result<PlacedOrder, Refusal> {
    placing
        .place(order(key), Instant::now() + PATIENCE, None)
        .await
}

/// An intake that notes the size of every message and refuses keys that start with "no". One whose first order has the
/// key "lost" it takes along once, as an owner that dies would.
#[derive(Clone, Default)]
struct Intake {
    sizes: Arc<Mutex<Vec<usize>>>,
    doors: Option<Arc<Semaphore>>,
    lost: Arc<OnceCell<()>>,
}

async fn place(intake: Intake, asked: Asked<PlaceOrders>) -> Result<PlacedOrders, Refusal> {
    intake
        .sizes
        .lock()
        .unwrap()
        .push(asked.request.orders.len());
    if asked.request.orders[0].idempotency_key == "lost" && intake.lost.set(()).is_ok() {
        std::future::pending::<()>().await;
    }
    if let Some(doors) = &intake.doors {
        doors.acquire().await.unwrap().forget();
    }
    let results = asked.request.orders.into_iter().map(|order| {
        let result = if order.idempotency_key.starts_with("no") {
            placed_order::Result::Refusal(
                Refusal::conflict("sold_out", "Hết hàng.", "Sold out.").into(),
            )
        } else {
            placed_order::Result::Order(Order {
                order_id: order.idempotency_key,
                pay_by_ms: order.deadline_ms,
                ..Order::default()
            })
        };
        PlacedOrder {
            result: Some(result),
            replayed: false,
        }
    });
    Ok(PlacedOrders {
        results: results.collect(),
    })
}

async fn start(intake: Intake) -> (chassis::local::LocalNats, Lifecycle, Placing) {
    let nats = testing::nats().await;
    let settings = testing::settings(&nats);
    let lifecycle = Lifecycle::default();
    let orders = Bus::connect(&settings, "orders", Clock::default())
        .await
        .unwrap();
    let subject = place_subject(shard_of(SESSION));
    Answers::start(intake, &orders, &lifecycle)
        .await
        .unwrap()
        .on_at(&subject, place)
        .await
        .unwrap()
        .serve();
    let gateway = Bus::connect(&settings, "gateway", Clock::default())
        .await
        .unwrap();
    let placing = Placing::start(&gateway, &lifecycle);
    // The subscription is there when a question is answered.
    testing::eventually("the intake answers", Duration::from_secs(5), || async {
        put(&placing, "first").await.ok()
    })
    .await;
    (nats, lifecycle, placing)
}

fn id(placed: PlacedOrder) -> String {
    match placed.result {
        Some(placed_order::Result::Order(order)) => order.order_id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_order_gets_its_own_answer_and_many_share_a_message() {
    let intake = Intake::default();
    let (_nats, lifecycle, placing) = start(intake.clone()).await;
    intake.sizes.lock().unwrap().clear();
    let keys: Vec<String> = (0..2_000)
        .map(|n| {
            if n % 7 == 0 {
                format!("no{n}")
            } else {
                format!("key{n}")
            }
        })
        .collect();
    let answers = join_all(keys.iter().map(|key| put(&placing, key))).await;
    for (key, answer) in keys.iter().zip(answers) {
        match answer {
            Ok(placed) => assert_eq!(&id(placed), key),
            Err(refusal) => {
                assert_eq!(refusal.code, "sold_out");
                assert!(key.starts_with("no"));
            }
        }
    }
    let sizes = intake.sizes.lock().unwrap().clone();
    assert_eq!(sizes.iter().sum::<usize>(), 2_000);
    assert!(
        sizes.iter().all(|&size| size <= BATCH) && sizes.len() < 100,
        "{sizes:?}"
    );
    assert!(lifecycle.stop(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_a_stop_sends_what_waits() {
    let doors = Arc::new(Semaphore::new(1));
    let intake = Intake {
        doors: Some(Arc::clone(&doors)),
        ..Intake::default()
    };
    let (_nats, lifecycle, placing) = start(intake.clone()).await;
    // Nobody is let through: two messages are under way, the third stands gathered by nobody, the rest queue.
    let everybody = QUEUE + 3 * BATCH;
    let mut waiting: Vec<_> = (0..everybody)
        .map(|n| {
            let placing = placing.clone();
            lifecycle.spawn(async move { put(&placing, &format!("key{n}")).await })
        })
        .collect();
    let refused = testing::eventually("somebody is refused", Duration::from_secs(5), || {
        let refused = waiting
            .iter()
            .filter(|waiting| waiting.is_finished())
            .count();
        async move { (refused > 0).then_some(refused) }
    })
    .await;
    assert!(refused < everybody);
    doors.add_permits(10_000);
    let mut busy = 0;
    for waiting in waiting.drain(..) {
        match waiting.await.unwrap() {
            Ok(_) => {}
            Err(refusal) => {
                assert_eq!(refusal, Refusal::busy());
                busy += 1;
            }
        }
    }
    let sent: usize = intake.sizes.lock().unwrap().iter().sum();
    assert_eq!(sent + busy, everybody + 1, "one more came first");
    assert!(lifecycle.stop(Duration::from_secs(5)).await);
    assert_eq!(put(&placing, "late").await, Err(Refusal::busy()));
}

#[tokio::test]
async fn a_message_that_was_lost_is_sent_once_more() {
    let intake = Intake::default();
    let (_nats, _lifecycle, placing) = start(intake.clone()).await;
    intake.sizes.lock().unwrap().clear();
    let began = Instant::now();
    assert_eq!(put(&placing, "lost").await.map(id), Ok("lost".to_owned()));
    assert!(began.elapsed() >= SILENCE);
    assert_eq!(*intake.sizes.lock().unwrap(), [1, 1]);
}

#[tokio::test]
async fn a_slow_intake_is_asked_no_more_than_twice_and_its_first_answer_counts() {
    let doors = Arc::new(Semaphore::new(1));
    let intake = Intake {
        doors: Some(Arc::clone(&doors)),
        ..Intake::default()
    };
    let (_nats, lifecycle, placing) = start(intake.clone()).await;
    intake.sizes.lock().unwrap().clear();
    let waits = {
        let placing = placing.clone();
        lifecycle.spawn(async move { put(&placing, "slow").await })
    };
    tokio::time::sleep(3 * SILENCE).await;
    assert_eq!(*intake.sizes.lock().unwrap(), [1, 1]);
    // One is let through: the door opens in the order of coming.
    doors.add_permits(1);
    assert_eq!(waits.await.unwrap().map(id), Ok("slow".to_owned()));
}

#[tokio::test]
async fn a_message_that_nobody_answers_refuses_its_orders() {
    let nats = testing::nats().await;
    let lifecycle = Lifecycle::default();
    let gateway = Bus::connect(&testing::settings(&nats), "gateway", Clock::default())
        .await
        .unwrap();
    let placing = Placing::start(&gateway, &lifecycle);
    let (one, two) = tokio::join!(put(&placing, "a"), put(&placing, "b"));
    assert_eq!((one, two), (Err(Refusal::busy()), Err(Refusal::busy())));
}

#[test]
fn a_message_is_cut_by_weight_and_leaves_out_who_has_gone() {
    let mut gathered = Vec::new();
    let mut ears = Vec::new();
    for n in 0..600_usize {
        let (answer, ear) = oneshot::channel();
        let mut order = order(&n.to_string());
        order.lines = vec![PlaceLine::default(); if n < 2 { 400 } else { 1 }];
        gathered.push(Waiting {
            order,
            until: Instant::now() + PATIENCE,
            trace: None,
            answer,
        });
        if n != 5 {
            ears.push(ear);
        }
    }
    let first = cut(&mut gathered);
    assert!(
        first
            .iter()
            .map(|waiting| weight(&waiting.order))
            .sum::<usize>()
            <= WEIGHT
    );
    assert!(first.len() > 2 && first.len() < BATCH);
    let second = cut(&mut gathered);
    let keys: Vec<&str> = first
        .iter()
        .chain(&second)
        .map(|waiting| waiting.order.idempotency_key.as_str())
        .collect();
    assert!(!keys.contains(&"5"));
    assert!(
        keys.iter()
            .zip(keys.iter().skip(1))
            .all(|(a, b)| a.parse::<u32>().unwrap() < b.parse::<u32>().unwrap())
    );
    assert_eq!(first.len() + second.len(), 599.min(first.len() + BATCH));
}
