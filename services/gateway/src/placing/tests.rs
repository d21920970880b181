//! With a real broker and an intake that answers as told.

use std::{collections::VecDeque, sync::Mutex};

use chassis::{
    clock::Clock,
    rpc::{Answers, Asked, PATIENCE, SILENCE},
    testing,
};
use futures_util::future::join_all;
use proto::orders::v1::{self as orders, PlaceLine, PlacedOrders, placed_order::Result as Placed};

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
    let until = Instant::now() + PATIENCE;
    let placed = placing.place(order(key), until, None).await;
    placed.map_err(Arc::unwrap_or_clone)
}

type Scripted = (Duration, Option<Refusal>);

/// An intake that notes the size of every message and refuses keys that start with "no": alike, those that go on with
/// "more" each in its own words. What is in its script it follows first: how long a message takes, and how all its
/// orders are answered.
#[derive(Clone, Default)]
struct Intake {
    sizes: Arc<Mutex<Vec<usize>>>,
    doors: Option<Arc<Semaphore>>,
    script: Arc<Mutex<VecDeque<Scripted>>>,
}

async fn place(intake: Intake, asked: Asked<orders::PlaceOrders>) -> Result<PlacedOrders, Refusal> {
    assert!(asked.request.knows_refused_as);
    intake
        .sizes
        .lock()
        .unwrap()
        .push(asked.request.orders.len());
    let scripted = intake.script.lock().unwrap().pop_front();
    let mut refusal = None;
    if let Some((takes, answer)) = scripted {
        tokio::time::sleep(takes).await;
        refusal = answer;
    }
    if let Some(doors) = &intake.doors {
        doors.acquire().await.unwrap().forget();
    }
    let results = asked.request.orders.into_iter().map(|order| {
        let key = order.idempotency_key;
        let result = if let Some(refusal) = refusal.clone() {
            Placed::Refusal(refusal.into())
        } else if key.starts_with("nomore") {
            Placed::Refusal(Refusal::conflict("no_more", &key, &key).into())
        } else if key.starts_with("no") {
            Placed::RefusedAs(1)
        } else {
            Placed::Order(Box::new(Order {
                order_id: key,
                pay_by_ms: order.deadline_ms,
                ..Order::default()
            }))
        };
        PlacedOrder {
            result: Some(result),
            replayed: false,
        }
    });
    Ok(PlacedOrders {
        results: results.collect(),
        refusals: vec![Refusal::busy().into(), sold_out().into()],
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
        Some(Placed::Order(order)) => order.order_id,
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
            let name = match n % 7 {
                0 => "no",
                1 => "nomore",
                _ => "key",
            };
            format!("{name}{n}")
        })
        .collect();
    let answers = join_all(keys.iter().map(|key| put(&placing, key))).await;
    for (key, answer) in keys.iter().zip(answers) {
        match answer {
            Ok(placed) => {
                assert_eq!(&id(placed), key);
                assert!(!key.starts_with("no"));
            }
            Err(refusal) if key.starts_with("nomore") => assert_eq!(&refusal.en, key),
            Err(refusal) => {
                assert_eq!(refusal, sold_out());
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

/// What a shopper is told whose message and its repeat go as scripted, and how many messages came.
async fn told(
    first: (u32, Option<Refusal>),
    again: (u32, Option<Refusal>),
) -> (Result<String, String>, usize) {
    let intake = Intake::default();
    let (_nats, lifecycle, placing) = start(intake.clone()).await;
    intake.sizes.lock().unwrap().clear();
    // In tenths of the silence after which a message is repeated.
    let script = [first, again].map(|(tenths, answer)| (SILENCE * tenths / 10, answer));
    *intake.script.lock().unwrap() = script.into();
    let told = put(&placing, "key").await;
    let messages = intake.sizes.lock().unwrap().len();
    drop(lifecycle);
    (told.map(id).map_err(|refusal| refusal.code), messages)
}

fn sold_out() -> Refusal {
    Refusal::conflict("sold_out", "Hết hàng.", "Sold out.")
}

const NEVER: u32 = 100;

#[tokio::test]
async fn a_message_that_was_lost_is_sent_once_more() {
    let (order, refused) = tokio::join!(
        told((NEVER, None), (0, None)),
        told((NEVER, None), (0, Some(sold_out())))
    );
    assert_eq!(order, (Ok("key".to_owned()), 2));
    assert_eq!(refused, (Err("sold_out".to_owned()), 2));
}

#[tokio::test]
async fn an_order_that_either_try_tells_of_stands() {
    let busy = Some(Refusal::busy());
    let (quick, slow, changed, full, refused) = tokio::join!(
        told((5, Some(sold_out())), (0, None)),
        told((15, None), (NEVER, None)),
        told((15, Some(sold_out())), (10, None)),
        told((20, None), (0, busy.clone())),
        told((15, busy), (10, Some(sold_out())))
    );
    assert_eq!(
        quick,
        (Err("sold_out".to_owned()), 1),
        "nothing was repeated"
    );
    assert_eq!(slow, (Ok("key".to_owned()), 2));
    assert_eq!(
        changed,
        (Ok("key".to_owned()), 2),
        "units came back between the two"
    );
    assert_eq!(full, (Ok("key".to_owned()), 2), "busy is no decision");
    assert_eq!(refused, (Err("sold_out".to_owned()), 2));
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
fn a_message_is_cut_by_weight_and_leaves_out_who_has_gone_or_is_late() {
    let now = Instant::now();
    let mut gathered = Vec::new();
    let mut ears = Vec::new();
    for n in 0..600_usize {
        let (answer, ear) = oneshot::channel();
        let mut order = order(&n.to_string());
        order.lines = vec![PlaceLine::default(); if n < 2 { 400 } else { 1 }];
        gathered.push(Waiting {
            weight: weight(&order),
            order: order.encode_to_vec().into(),
            until: if n == 7 { now } else { now + PATIENCE },
            trace: None,
            answer,
        });
        if n != 5 {
            ears.push(ear);
        }
    }
    let first = cut(&mut gathered);
    assert!(first.iter().map(|waiting| waiting.weight).sum::<usize>() <= WEIGHT);
    assert!(first.len() > 2 && first.len() < BATCH);
    let second = cut(&mut gathered);
    let key = |waiting: &Waiting| -> u32 {
        let order = PlaceOrder::decode(waiting.order.clone()).unwrap();
        order.idempotency_key.parse().unwrap()
    };
    let keys: Vec<u32> = first.iter().chain(&second).map(key).collect();
    assert!(!keys.contains(&5) && !keys.contains(&7));
    assert!(keys.is_sorted_by(|one, next| one < next));
    assert_eq!(first.len() + second.len(), 598.min(first.len() + BATCH));
}

#[tokio::test]
async fn who_waits_shorter_is_told_earlier_that_nobody_answers() {
    let doors = Some(Arc::new(Semaphore::new(1)));
    let (_nats, _lifecycle, placing) = start(Intake {
        doors,
        ..Intake::default()
    })
    .await;
    let told = async |patience| {
        let began = Instant::now();
        let placed = placing.place(order("key"), began + patience, None).await;
        assert_eq!(*placed.unwrap_err(), Refusal::busy());
        began.elapsed()
    };
    let [short, long] = [1, 4].map(Duration::from_secs);
    // Both gather before anything is sent.
    let (shorter, longer) = tokio::join!(told(short), told(long));
    assert!(shorter < short + SPREAD, "{shorter:?}");
    assert!(longer > short + SPREAD, "{longer:?}");
}
