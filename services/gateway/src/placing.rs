//! Orders on their way to the intake: what gathers while the last message is under way makes up the next.
//!
//! One queue and one sender a shard. At light load an order leaves at once and alone; under load a message carries
//! hundreds, without anybody having waited for a full one. The queue is bounded: who finds it full is told *busy*
//! at once instead of being kept waiting for nothing.

#[cfg(test)]
mod tests;

use std::{pin::pin, sync::Arc, time::Duration};

use chassis::{
    Refusal,
    bus::Bus,
    clock::to_ms,
    lifecycle::Lifecycle,
    rpc::SILENCE,
    trace::{Span, Trace},
};
use futures_util::future::{Either, select};
use prost::Message as _;
use proto::{
    common::v1::{Actor, RefusalKind},
    contract::{SHARDS, place_subject, shard_of},
    orders::v1::{
        PlaceOrder, PlaceOrders, PlacedOrder, PlacedOrders, placed_order::Result as Placed,
    },
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
/// How long a shard may be without an owner: a stop in order, and the next one's look at the lock.
const HAND_OVER: Duration = Duration::from_secs(3);
/// Before it is asked again.
const AGAIN: Duration = Duration::from_millis(50);

struct Waiting {
    order: PlaceOrder,
    until: Instant,
    trace: Option<Trace>,
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

    /// Places an order for somebody who waits so long. What comes back holds the order; a refusal of the intake is the error.
    ///
    /// # Errors
    /// The intake's refusal; *busy* when the queue is full or no answer came in time: the order may or may not stand
    /// then, and repeating it with the same key tells.
    pub(crate) async fn place(
        &self,
        mut order: PlaceOrder,
        until: Instant,
        trace: Option<Trace>,
    ) -> Result<PlacedOrder, Refusal> {
        if order.deadline_ms == 0 {
            let left = until.saturating_duration_since(Instant::now());
            order.deadline_ms = to_ms(self.bus.clock().now() + left);
        }
        if weight(&order) > WEIGHT {
            return Err(Refusal::invalid(
                "too_large",
                "Đơn hàng quá lớn.",
                "The order is too large.",
            ));
        }
        let shard = usize::try_from(shard_of(&order.session_id)).unwrap_or_default();
        let (answer, answered) = oneshot::channel();
        self.shards[shard]
            .try_send(Waiting {
                order,
                until,
                trace,
                answer,
            })
            .map_err(|_| Refusal::busy())?;
        match tokio::time::timeout_at(until, answered).await {
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
    let Some(until) = batch.iter().map(|waiting| waiting.until).max() else {
        return;
    };
    let (spans, trace) = spans(&batch);
    let (orders, answers): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|waiting| (waiting.order, waiting.answer))
        .unzip();
    // Who orders stands in each order: the message as a whole is the gateway's.
    let asked = PlaceOrders { orders };
    let asking = Asking {
        bus,
        subject,
        asked: &asked,
        until,
        trace: trace.as_ref(),
    };
    match asking.ask().await {
        Ok(placed) => {
            if placed.results.len() != answers.len() {
                tracing::error!(
                    subject,
                    asked = answers.len(),
                    answered = placed.results.len(),
                    "orders left without an answer"
                );
            }
            let results = placed
                .results
                .into_iter()
                .map(read)
                .chain(std::iter::repeat_with(|| Err(Refusal::internal())));
            drop(spans);
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

/// A message on its way to the owner of a shard. Every order has its key, so that a repeat is harmless.
struct Asking<'a> {
    bus: &'a Bus,
    subject: &'a str,
    asked: &'a PlaceOrders,
    /// When nobody waits for an answer any more.
    until: Instant,
    trace: Option<&'a Trace>,
}

impl Asking<'_> {
    /// Asks, and once more when that was met with silence: a message can be lost with the owner that it had just
    /// reached. Only once, so that a slow intake has no more than twice the work.
    async fn ask(&self) -> Result<PlacedOrders, Refusal> {
        let first = pin!(self.once());
        let first = match select(first, pin!(tokio::time::sleep(SILENCE))).await {
            Either::Left((Err(refusal), _)) if refusal.kind == RefusalKind::Busy => {
                return self.through_hand_over(refusal).await;
            }
            Either::Left((answer, _)) => return answer,
            Either::Right(((), first)) => first,
        };
        let again = pin!(self.through_hand_over(Refusal::busy()));
        match select(first, again).await {
            Either::Left((first, _))
                if is_final(&first, |result| matches!(result, Placed::Order(_))) =>
            {
                first
            }
            // What the first was refused, the second may get: units come back.
            Either::Left((first, again)) => settle(first, again.await),
            // The owner decides in order of coming: the second knows what became of the first, unless it is *busy*.
            Either::Right((again, _)) if is_final(&again, |result| !is_busy(result)) => again,
            Either::Right((again, first)) => settle(first.await, again),
        }
    }

    /// Asks again for a moment while nobody answers at once: when the owner of a shard stops, another takes it over.
    async fn through_hand_over(&self, mut refusal: Refusal) -> Result<PlacedOrders, Refusal> {
        let until = self.until.min(Instant::now() + HAND_OVER);
        // Sent too late, it would outlive the patience of whoever waits.
        while Instant::now() + AGAIN < until {
            tokio::time::sleep(AGAIN).await;
            match self.once().await {
                Err(busy) if busy.kind == RefusalKind::Busy => refusal = busy,
                answer => return answer,
            }
        }
        Err(refusal)
    }

    async fn once(&self) -> Result<PlacedOrders, Refusal> {
        let patience = self.until.saturating_duration_since(Instant::now());
        let (actor, trace) = (Actor::default(), self.trace.cloned());
        self.bus
            .ask_for(self.subject, &actor, self.asked, patience, trace)
            .await
    }
}

/// Did it reach the intake, and is every result such a one?
fn is_final(answer: &Result<PlacedOrders, Refusal>, such: impl Fn(&Placed) -> bool) -> bool {
    let all = |placed: &PlacedOrders| {
        placed
            .results
            .iter()
            .all(|one| one.result.as_ref().is_some_and(&such))
    };
    answer.as_ref().is_ok_and(all)
}

fn is_busy(result: &Placed) -> bool {
    matches!(result, Placed::Refusal(refusal) if refusal.kind() == RefusalKind::Busy)
}

/// What stands after both tries: an order, whichever tells of it; else what was decided last.
fn settle(
    first: Result<PlacedOrders, Refusal>,
    again: Result<PlacedOrders, Refusal>,
) -> Result<PlacedOrders, Refusal> {
    let (first, again) = match (first, again) {
        (Ok(first), Ok(again)) => (first, again),
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => return Ok(only),
        (Err(_), Err(refusal)) => return Err(refusal),
    };
    let results = std::iter::zip(first.results, again.results).map(|(first, again)| {
        let first_stands = match (&first.result, &again.result) {
            (Some(Placed::Order(_)), _) | (_, None) => true,
            (_, Some(again)) => is_busy(again),
        };
        if first_stands { first } else { again }
    });
    Ok(PlacedOrders {
        results: results.collect(),
    })
}

fn read(placed: PlacedOrder) -> Result<PlacedOrder, Refusal> {
    match placed.result {
        Some(Placed::Order(_)) => Ok(placed),
        Some(Placed::Refusal(refusal)) => Err(refusal.into()),
        None => Err(Refusal::internal()),
    }
}
