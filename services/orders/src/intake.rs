//! Where everything that moves units is asked for: one bounded queue and one batcher a shard.
//!
//! A message's orders go past the `gate`, which answers *sold out* from memory, and wait in the queue as one entry.
//! The `batcher` takes what is waiting, without lingering: batches form while the previous one commits. A full queue
//! refuses at once; nothing is half done.

mod batcher;
mod gate;
mod news;

use std::{collections::BTreeMap, sync::Arc};

use chassis::{
    Core, Refusal,
    id::{OfferId, OrderId, SessionId},
    trace::{self, Trace},
};
use proto::contract::{SHARDS, shard_of};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch},
    time::Instant,
};

use self::{batcher::Batcher, gate::Gate};
use crate::{
    domain::{
        desk::Restrictions,
        intake::{Answer, Ask, PlaceRefused},
        order::Order,
    },
    meters::Meters,
};

/// Requests that may wait in a shard; more are told *busy*.
const QUEUE: usize = 4_096;
/// Requests of one transaction.
const BATCH: usize = 512;

/// After so many batches in a row in which every order was new, keys are taken as new. A batch that is tried twice costs
/// some six times what looking up its keys does.
pub(crate) const CALM: u32 = 16;

/// What an asker is told.
type Told = Result<Decided, Refusal>;

/// Requests that came together, on their way with their asker.
struct Message {
    /// At most [`BATCH`].
    asks: Vec<Ask>,
    deadline: Instant,
    answer: oneshot::Sender<Vec<Told>>,
    /// Their room in the queue.
    room: OwnedSemaphorePermit,
    /// What they belong to, if it is sampled.
    trace: Option<Trace>,
}

/// What became of a request.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The decision.
    pub answer: Answer,
    /// The order it is about, among those of its batch.
    order: Option<(OrderId, Arc<BTreeMap<OrderId, Order>>)>,
}

impl Decided {
    /// The order it is about as it is now, if there is one.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        let (id, orders) = self.order.as_ref()?;
        orders.get(id)
    }

    fn sold_out(offer: OfferId) -> Self {
        Self {
            answer: Answer::PlaceRefused(PlaceRefused::SoldOut { offer, left: 0 }),
            order: None,
        }
    }
}

/// A handle on the queues of all shards.
#[derive(Debug, Clone)]
pub struct Intake {
    shards: Arc<[Shard]>,
}

#[derive(Debug)]
struct Shard {
    gate: Arc<Gate>,
    queue: mpsc::UnboundedSender<Message>,
    /// What bounds the queue: it counts requests, not messages.
    room: Arc<Semaphore>,
}

/// This instance owns a shard as long as it holds this: the shard's gate answers.
#[derive(Debug)]
#[must_use]
pub struct Term(Arc<Gate>);

impl Drop for Term {
    fn drop(&mut self) {
        self.0.end_term();
    }
}

impl Intake {
    /// Starts a batcher a shard.
    #[must_use]
    pub fn start(
        core: &Core,
        meters: &Arc<Meters>,
        restrictions: &watch::Receiver<Arc<Restrictions>>,
    ) -> Self {
        let shards: Arc<[Shard]> = (0..SHARDS)
            .map(|shard| {
                let (queue, waiting) = mpsc::unbounded_channel();
                let gate = Arc::new(Gate::of(shard));
                let batcher = Batcher::new(
                    core.clone(),
                    Arc::clone(&gate),
                    Arc::clone(meters),
                    restrictions.clone(),
                );
                core.lifecycle.spawn(batcher.run(waiting));
                let room = Arc::new(Semaphore::new(QUEUE));
                Shard { gate, queue, room }
            })
            .collect();
        let seen = Arc::clone(&shards);
        Meters::show_queue(&core.metrics, move || {
            let waiting = |shard: &Shard| QUEUE.saturating_sub(shard.room.available_permits());
            seen.iter().map(waiting).sum::<usize>() as u64
        });
        Self { shards }
    }

    /// This instance is the owner of a shard from now on. What its gate knew before is forgotten: somebody else may
    /// have sold since.
    pub fn own(&self, shard: u32) -> Term {
        let gate = Arc::clone(&self.shards[shard as usize].gate);
        gate.begin_term();
        Term(gate)
    }

    /// Asks, and waits for the decision.
    ///
    /// # Errors
    /// *busy* when the queue is full, the deadline has passed or the database cannot be reached in time.
    pub async fn ask(&self, session: SessionId, ask: Ask, deadline: Instant) -> Told {
        let told = self.ask_all(vec![(session, ask)], deadline).await.pop();
        told.unwrap_or_else(|| Err(Refusal::internal()))
    }

    /// Asks for several at once, in order; each gets its own answer.
    pub async fn ask_all(&self, asks: Vec<(SessionId, Ask)>, deadline: Instant) -> Vec<Told> {
        let mut told: Vec<Option<Told>> = asks.iter().map(|_| None).collect();
        let mut waiting = Vec::new();
        for (shard, (mut places, asks)) in self.shards.iter().zip(by_shard(asks)) {
            let asks = shard.gate.admit(Instant::now(), asks, |at, offer| {
                told[places[at]] = Some(Ok(Decided::sold_out(offer)));
            });
            places.retain(|at| told[*at].is_none());
            waiting.extend(shard.enqueue(&places, asks, deadline));
        }
        for (places, answers) in waiting {
            // Dropped: too late, or the role stops.
            for (at, answer) in places.into_iter().zip(answers.await.unwrap_or_default()) {
                told[at] = Some(answer);
            }
        }
        told.into_iter()
            .map(|told| told.unwrap_or_else(|| Err(Refusal::busy())))
            .collect()
    }
}

/// The requests of each shard, with their places among all.
fn by_shard(asks: Vec<(SessionId, Ask)>) -> [(Vec<usize>, Vec<Ask>); SHARDS as usize] {
    let mut shards: [(Vec<usize>, Vec<Ask>); SHARDS as usize] = Default::default();
    let mut last = None;
    for (at, (session, ask)) in asks.into_iter().enumerate() {
        let shard = match last {
            Some((known, shard)) if known == session => shard,
            _ => shard_of(&session.to_string()) as usize,
        };
        last = Some((session, shard));
        shards[shard].0.push(at);
        shards[shard].1.push(ask);
    }
    shards
}

impl Shard {
    /// Puts into the queue what it has room for.
    fn enqueue(
        &self,
        places: &[usize],
        mut asks: Vec<Ask>,
        deadline: Instant,
    ) -> Vec<(Vec<usize>, oneshot::Receiver<Vec<Told>>)> {
        let mut waiting = Vec::new();
        for places in places.chunks(BATCH) {
            let rest = asks.split_off(places.len());
            let mut these = std::mem::replace(&mut asks, rest);
            let fit = these.len().min(self.room.available_permits());
            let Some(room) = u32::try_from(fit)
                .ok()
                .and_then(|fit| Arc::clone(&self.room).try_acquire_many_owned(fit).ok())
            else {
                self.gate.dismiss(&these, false);
                continue;
            };
            self.gate.dismiss(&these.split_off(fit), false);
            let (answer, answers) = oneshot::channel();
            let message = Message {
                asks: these,
                deadline,
                answer,
                room,
                trace: trace::current(),
            };
            // Refused when the role stops: the answer is dropped, which says *busy*.
            drop(self.queue.send(message));
            waiting.push((places[..fit].to_vec(), answers));
        }
        waiting
    }
}
