//! Orders on their way to the intake: what gathers while the last message is under way makes up the next.
//!
//! One queue and one sender a shard. At light load an order leaves at once and alone; under load a message carries
//! hundreds, without anybody having waited for a full one. The queue is bounded: who finds it full is told *busy*
//! at once instead of being kept waiting for nothing.

mod asking;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use asking::Asking;
use chassis::{
    Refusal,
    bus::Bus,
    clock::to_ms,
    lifecycle::Lifecycle,
    trace::{Span, Trace},
};
use prost::{Message as _, bytes::Bytes};
use proto::{
    contract::{SHARDS, place_subject, shard_of},
    encoded,
    orders::v1::{Order, PlaceOrder, PlacedOrder, placed_order},
};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::Instant,
};

/// Orders of one shard that wait to be sent.
const QUEUE: usize = 4_096;
/// Orders in one message.
const BATCH: usize = 512;
/// Messages of one shard under way.
const UNDER_WAY: usize = 2;
/// A message must fit the broker's 1 MB, and so must its answer: orders come back with their payments.
const WEIGHT: usize = 700_000;
/// How much longer than the first of a message the last may wait: its end is the end of all.
const SPREAD: Duration = Duration::from_secs(1);

struct Waiting {
    /// A [`PlaceOrder`].
    order: Bytes,
    /// In a message.
    weight: usize,
    until: Instant,
    trace: Option<Trace>,
    answer: oneshot::Sender<Answered>,
}

/// What became of an order. Those of a message who are refused alike share the refusal.
type Answered = Result<Standing, Arc<Refusal>>;

/// An order that stands.
struct Standing {
    /// An [`Order`].
    order: Bytes,
    replayed: bool,
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
                lifecycle.spawn(send(
                    bus.clone(),
                    lifecycle.clone(),
                    place_subject(shard),
                    waiting,
                ));
                queue
            })
            .collect();
        Self {
            bus: bus.clone(),
            shards,
        }
    }

    /// Places an order for somebody who waits until then, or [`SPREAD`] longer: a clock for each would cost more than
    /// what it is for. What comes back holds the order; a refusal of the intake is the error.
    ///
    /// # Errors
    /// The intake's refusal; *busy* when the queue is full or no answer came in time: the order may or may not stand
    /// then, and repeating it with the same key tells.
    pub(crate) async fn place(
        &self,
        order: PlaceOrder,
        until: Instant,
        trace: Option<Trace>,
    ) -> Result<PlacedOrder, Arc<Refusal>> {
        let answered = self.enqueue(order, until, trace)?.await;
        let standing = answered.map_err(|_| Refusal::busy())??;
        let order = Order::decode(standing.order).map_err(|error| {
            tracing::error!("undecodable order: {error}");
            Refusal::internal()
        })?;
        Ok(PlacedOrder {
            result: Some(placed_order::Result::Order(Box::new(order))),
            replayed: standing.replayed,
        })
    }

    fn enqueue(
        &self,
        mut order: PlaceOrder,
        until: Instant,
        trace: Option<Trace>,
    ) -> Result<oneshot::Receiver<Answered>, Refusal> {
        if order.deadline_ms == 0 {
            let left = until.saturating_duration_since(Instant::now());
            order.deadline_ms = to_ms(self.bus.clock().now() + left);
        }
        let weight = weight(&order);
        if weight > WEIGHT {
            return Err(Refusal::invalid(
                "too_large",
                "Đơn hàng quá lớn.",
                "The order is too large.",
            ));
        }
        let shard = usize::try_from(shard_of(&order.session_id)).unwrap_or_default();
        let place = self.shards[shard].try_reserve();
        let (answer, answered) = oneshot::channel();
        place.map_err(|_| Refusal::busy())?.send(Waiting {
            order: order.encode_to_vec().into(),
            weight,
            until,
            trace,
            answer,
        });
        Ok(answered)
    }
}

async fn send(bus: Bus, lifecycle: Lifecycle, subject: String, mut queue: mpsc::Receiver<Waiting>) {
    let under_way = Arc::new(Semaphore::new(UNDER_WAY));
    let mut gathered = Vec::new();
    loop {
        // Waiting for leave to send comes first: meanwhile the next message gathers in the queue.
        let Ok(leave) = Arc::clone(&under_way).acquire_owned().await else {
            return;
        };
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
    let now = Instant::now();
    gathered.retain(|waiting| waiting.until > now && !waiting.answer.is_closed());
    let mut total = 0;
    let latest = gathered.first().map(|first| first.until + SPREAD);
    let fit = gathered.iter().take_while(|waiting| {
        total += waiting.weight;
        total <= WEIGHT && Some(waiting.until) <= latest
    });
    let fit = fit.take(BATCH).count();
    gathered.drain(..fit).collect()
}

/// What an order weighs in a message, or its answer in the answer: ids, titles and a payment for each line.
fn weight(order: &PlaceOrder) -> usize {
    order.encoded_len() + 400 + 700 * order.lines.len()
}

async fn ask(bus: &Bus, subject: &str, batch: Vec<Waiting>) {
    let Some(until) = batch.iter().map(|waiting| waiting.until).max() else {
        return;
    };
    let (spans, trace) = spans(&batch);
    let (orders, answers): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|waiting| (waiting.order, waiting.answer))
        .unzip();
    // Who orders stands in each order: the message as a whole is the gateway's.
    let asked = encoded::PlaceOrders {
        orders,
        knows_refused_as: true,
    };
    let asking = Asking {
        bus,
        subject,
        asked: &asked,
        until,
        trace: trace.as_ref(),
    };
    match asking.ask().await {
        Ok(results) => {
            if results.len() != answers.len() {
                tracing::error!(
                    subject,
                    asked = answers.len(),
                    answered = results.len(),
                    "orders left without an answer"
                );
            }
            let unanswered = || Err(Refusal::internal().into());
            let results = results
                .into_iter()
                .chain(std::iter::repeat_with(unanswered));
            drop(spans);
            for (answer, result) in answers.into_iter().zip(results) {
                // Whoever has gone repeats with the same key.
                let _ = answer.send(result);
            }
        }
        Err(refusal) => {
            let refusal = Arc::new(refusal);
            for answer in answers {
                let _ = answer.send(Err(Arc::clone(&refusal)));
            }
        }
    }
}

/// One message for several traces: it goes on in that of the first sampled order, linked to the others; those get a
/// span of their own, linked to it.
fn spans(batch: &[Waiting]) -> (Vec<Span>, Option<Trace>) {
    let mut traces = batch.iter().filter_map(|waiting| waiting.trace.as_ref());
    let Some(first) = traces.next() else {
        return (Vec::new(), None);
    };
    let others: Vec<&Trace> = traces.collect();
    let all = std::iter::once(first).chain(others.iter().copied());
    let mut message = Span::after_all("gateway", "place orders", all);
    message.note("orders", i64::try_from(batch.len()).unwrap_or(i64::MAX));
    let trace = message.trace();
    let mut spans = vec![message];
    for other in others {
        let mut own = Span::after("gateway", "placed in another's message", Some(other));
        if let Some(trace) = &trace {
            own.link(trace);
        }
        spans.push(own);
    }
    (spans, trace)
}
