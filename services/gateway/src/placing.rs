//! Orders on their way to the intake: what gathers while the last message is under way makes up the next.
//!
//! One queue and one sender a shard. At light load an order leaves at once and alone; under load a message carries
//! hundreds, without anybody having waited for a full one. The queue is bounded: who finds it full is told *busy*
//! at once instead of being kept waiting for nothing.

use std::{sync::Arc, time::Duration};

use chassis::{Refusal, bus::Bus, clock::to_ms, lifecycle::Lifecycle};
use prost::Message as _;
use proto::{
    common::v1::Actor,
    contract::{SHARDS, place_subject, shard_of},
    orders::v1::{PlaceOrder, PlaceOrders, PlacedOrder, placed_order},
};
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Orders of one shard that wait to be sent.
const QUEUE: usize = 4_096;
/// Orders in one message.
const BATCH: usize = 512;
/// Messages of one shard under way.
const UNDER_WAY: usize = 2;
/// A message must fit the broker's 1 MB, and so must its answer: orders come back with their payments.
const WEIGHT: usize = 700_000;
/// How long a shopper waits.
const PATIENCE: Duration = Duration::from_secs(10);

struct Waiting {
    order: PlaceOrder,
    answer: oneshot::Sender<Result<PlacedOrder, Refusal>>,
}

/// The way to the intake of every shard.
#[derive(Debug, Clone)]
pub(crate) struct Placing {
    bus: Bus,
    shards: Arc<[mpsc::Sender<Waiting>]>,
}

impl Placing {
    /// Starts one sender a shard; they send what they still have when the role stops.
    #[must_use]
    pub(crate) fn start(bus: &Bus, lifecycle: &Lifecycle) -> Self {
        let shards = (0..SHARDS)
            .map(|shard| {
                let (queue, waiting) = mpsc::channel(QUEUE);
                lifecycle.spawn(send(bus.clone(), lifecycle.clone(), place_subject(shard), waiting));
                queue
            })
            .collect();
        Self { bus: bus.clone(), shards }
    }

    /// Places an order. What comes back holds the order; a refusal of the intake is the error.
    ///
    /// # Errors
    /// The intake's refusal; *busy* when the queue is full or no answer came in time: the order may or may not stand
    /// then, and repeating it with the same key tells.
    pub(crate) async fn place(&self, mut order: PlaceOrder) -> Result<PlacedOrder, Refusal> {
        if order.deadline_ms == 0 {
            order.deadline_ms = to_ms(self.bus.clock().now() + PATIENCE);
        }
        if weight(&order) > WEIGHT {
            return Err(Refusal::invalid("too_large", "Đơn hàng quá lớn.", "The order is too large."));
        }
        let shard = usize::try_from(shard_of(&order.session_id)).unwrap_or_default();
        let (answer, answered) = oneshot::channel();
        self.shards[shard].try_send(Waiting { order, answer }).map_err(|_| Refusal::busy())?;
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(Refusal::busy()),
        }
    }
}

async fn send(bus: Bus, lifecycle: Lifecycle, subject: String, mut queue: mpsc::Receiver<Waiting>) {
    let under_way = Arc::new(Semaphore::new(UNDER_WAY));
    let mut gathered = Vec::new();
    loop {
        // Waiting for leave to send comes first: meanwhile the next message gathers in the queue.
        let Ok(leave) = Arc::clone(&under_way).acquire_owned().await else { return };
        if gathered.is_empty() {
            let came = tokio::select! {
                came = queue.recv_many(&mut gathered, BATCH) => came,
                () = lifecycle.stopping(), if !queue.is_closed() => {
                    // Takes no more, but sends what it has.
                    queue.close();
                    continue;
                }
            };
            if came == 0 {
                return;
            }
        }
        while gathered.len() < BATCH
            && let Ok(waiting) = queue.try_recv()
        {
            gathered.push(waiting);
        }
        let batch = cut(&mut gathered);
        if batch.is_empty() {
            continue;
        }
        let (bus, subject) = (bus.clone(), subject.clone());
        lifecycle.spawn(async move {
            ask(&bus, &subject, batch).await;
            drop(leave);
        });
    }
}

/// Takes from the front what one message can carry, leaving out those who no longer wait.
fn cut(gathered: &mut Vec<Waiting>) -> Vec<Waiting> {
    gathered.retain(|waiting| !waiting.answer.is_closed());
    let mut total = 0;
    let fit = gathered.iter().take_while(|waiting| {
        total += weight(&waiting.order);
        total <= WEIGHT
    });
    let fit = fit.take(BATCH).count();
    gathered.drain(..fit).collect()
}

/// What an order weighs in a message, or its answer in the answer: ids, titles and a payment for each line.
fn weight(order: &PlaceOrder) -> usize {
    order.encoded_len() + 400 + 700 * order.lines.len()
}

async fn ask(bus: &Bus, subject: &str, batch: Vec<Waiting>) {
    let (orders, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|waiting| (waiting.order, waiting.answer)).unzip();
    // Who orders stands in each order: the message as a whole is the gateway's.
    match bus.ask_at(subject, &Actor::default(), &PlaceOrders { orders }, PATIENCE).await {
        Ok(placed) => {
            if placed.results.len() != answers.len() {
                tracing::error!(subject, asked = answers.len(), answered = placed.results.len(), "orders left without an answer");
            }
            let results = placed.results.into_iter().map(read).chain(std::iter::repeat_with(|| Err(Refusal::internal())));
            for (answer, result) in answers.into_iter().zip(results) {
                // Whoever has gone repeats with the same key.
                let _ = answer.send(result);
            }
        }
        Err(refusal) => {
            for answer in answers {
                let _ = answer.send(Err(refusal.clone()));
            }
        }
    }
}

fn read(placed: PlacedOrder) -> Result<PlacedOrder, Refusal> {
    match placed.result {
        Some(placed_order::Result::Order(_)) => Ok(placed),
        Some(placed_order::Result::Refusal(refusal)) => Err(refusal.into()),
        None => Err(Refusal::internal()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use chassis::{
        clock::Clock,
        rpc::{Answers, Asked},
        testing,
    };
    use futures_util::future::join_all;
    use proto::orders::v1::{Order, PlaceLine, PlacedOrders};

    use super::*;

    const SESSION: &str = "ses_00000000000000000000000000000001";

    fn order(key: &str) -> PlaceOrder {
        PlaceOrder {
            session_id: SESSION.into(),
            idempotency_key: key.into(),
            lines: vec![PlaceLine { offer_id: "off_1".into(), units: 1 }],
            ..PlaceOrder::default()
        }
    }

    /// An intake that notes the size of every message and refuses keys that start with "no".
    #[derive(Clone, Default)]
    struct Intake {
        sizes: Arc<Mutex<Vec<usize>>>,
        doors: Option<Arc<Semaphore>>,
    }

    async fn place(intake: Intake, asked: Asked<PlaceOrders>) -> Result<PlacedOrders, Refusal> {
        intake.sizes.lock().unwrap().push(asked.request.orders.len());
        if let Some(doors) = &intake.doors {
            doors.acquire().await.unwrap().forget();
        }
        let results = asked.request.orders.into_iter().map(|order| {
            let result = if order.idempotency_key.starts_with("no") {
                placed_order::Result::Refusal(Refusal::conflict("sold_out", "Hết hàng.", "Sold out.").into())
            } else {
                placed_order::Result::Order(Order { order_id: order.idempotency_key, pay_by_ms: order.deadline_ms, ..Order::default() })
            };
            PlacedOrder { result: Some(result), replayed: false }
        });
        Ok(PlacedOrders { results: results.collect() })
    }

    async fn start(intake: Intake) -> (chassis::local::LocalNats, Lifecycle, Placing) {
        let nats = testing::nats().await;
        let settings = testing::settings(&nats);
        let lifecycle = Lifecycle::default();
        let orders = Bus::connect(&settings, "orders", Clock::default()).await.unwrap();
        let subject = place_subject(shard_of(SESSION));
        Answers::start(intake, &orders, &lifecycle).await.unwrap().on_at(&subject, place).await.unwrap().serve();
        let gateway = Bus::connect(&settings, "gateway", Clock::default()).await.unwrap();
        let placing = Placing::start(&gateway, &lifecycle);
        // The subscription is there when a question is answered.
        testing::eventually("the intake answers", Duration::from_secs(5), || async { placing.place(order("first")).await.ok() }).await;
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
        let keys: Vec<String> = (0..2_000).map(|n| if n % 7 == 0 { format!("no{n}") } else { format!("key{n}") }).collect();
        let answers = join_all(keys.iter().map(|key| placing.place(order(key)))).await;
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
        assert!(sizes.iter().all(|&size| size <= BATCH) && sizes.len() < 100, "{sizes:?}");
        assert!(lifecycle.stop(Duration::from_secs(5)).await);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_a_stop_sends_what_waits() {
        let doors = Arc::new(Semaphore::new(1));
        let intake = Intake { doors: Some(Arc::clone(&doors)), ..Intake::default() };
        let (_nats, lifecycle, placing) = start(intake.clone()).await;
        // Nobody is let through: two messages are under way, the third stands gathered by nobody, the rest queue.
        let everybody = QUEUE + 3 * BATCH;
        let mut waiting: Vec<_> = (0..everybody)
            .map(|n| {
                let placing = placing.clone();
                lifecycle.spawn(async move { placing.place(order(&format!("key{n}"))).await })
            })
            .collect();
        let refused = testing::eventually("somebody is refused", Duration::from_secs(5), || {
            let refused = waiting.iter().filter(|waiting| waiting.is_finished()).count();
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
        assert_eq!(placing.place(order("late")).await, Err(Refusal::busy()));
    }

    #[tokio::test]
    async fn a_message_that_nobody_answers_refuses_its_orders() {
        let nats = testing::nats().await;
        let lifecycle = Lifecycle::default();
        let gateway = Bus::connect(&testing::settings(&nats), "gateway", Clock::default()).await.unwrap();
        let placing = Placing::start(&gateway, &lifecycle);
        let (one, two) = tokio::join!(placing.place(order("a")), placing.place(order("b")));
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
            gathered.push(Waiting { order, answer });
            if n != 5 {
                ears.push(ear);
            }
        }
        let first = cut(&mut gathered);
        assert!(first.iter().map(|waiting| weight(&waiting.order)).sum::<usize>() <= WEIGHT);
        assert!(first.len() > 2 && first.len() < BATCH);
        let second = cut(&mut gathered);
        let keys: Vec<&str> = first.iter().chain(&second).map(|waiting| waiting.order.idempotency_key.as_str()).collect();
        assert!(!keys.contains(&"5"));
        assert!(keys.iter().zip(keys.iter().skip(1)).all(|(a, b)| a.parse::<u32>().unwrap() < b.parse::<u32>().unwrap()));
        assert_eq!(first.len() + second.len(), 599.min(first.len() + BATCH));
    }
}
