//! Where everything that moves units is asked for: one bounded queue and one batcher a shard.
//!
//! A batch takes what is waiting, without lingering: batches form while the previous one commits. One transaction a
//! batch: [`store::books::open`] locks and loads, [`crate::domain::intake::decide`] decides in order of arrival,
//! [`store::books::save`] writes. Then each asker is answered. A full queue refuses at once; nothing is half done.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chassis::{
    Core, Refusal,
    id::{OrderId, PaymentId, SessionId},
    telemetry::chain,
};
use proto::{
    contract::{Audience, SHARDS, shard_of},
    feed::v1::feed::Of,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::{
    domain::{
        intake::{Answer, Ask, Books, decide},
        order::{Order, PaymentMethod},
        payment_code::PaymentCode,
    },
    store, wire,
};

/// Requests that may wait in a shard; more are told *busy*.
const QUEUE: usize = 4_096;
/// Requests of one transaction.
const BATCH: usize = 512;
/// Numbers for payment codes drawn at once.
const CODES: i64 = 1_000;
/// Between two tries of a batch that the database could not take.
const PAUSE: Duration = Duration::from_millis(100);

/// A request on its way, with its asker.
struct Waiting {
    ask: Ask,
    deadline: Instant,
    answer: oneshot::Sender<Result<Decided, Refusal>>,
}

/// What became of a request, with its order as it is now if it has one.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The decision.
    pub answer: Answer,
    /// The order it is about.
    pub order: Option<Arc<Order>>,
}

/// A handle on the queues of all shards.
#[derive(Debug, Clone)]
pub struct Intake {
    shards: Arc<[mpsc::Sender<Waiting>]>,
}

impl Intake {
    /// Starts a batcher a shard.
    #[must_use]
    pub fn start(core: &Core) -> Self {
        let shards = (0..SHARDS)
            .map(|_| {
                let (queue, waiting) = mpsc::channel(QUEUE);
                core.lifecycle.spawn(
                    Batcher {
                        core: core.clone(),
                        codes: Mutex::default(),
                    }
                    .run(waiting),
                );
                queue
            })
            .collect();
        Self { shards }
    }

    /// Asks, and waits for the decision.
    ///
    /// # Errors
    /// *busy* when the queue is full, the deadline has passed or the database cannot be reached in time.
    pub async fn ask(
        &self,
        session: SessionId,
        ask: Ask,
        deadline: Instant,
    ) -> Result<Decided, Refusal> {
        self.enqueue(session, ask, deadline)?
            .await
            .map_err(|_| Refusal::busy())?
    }

    /// Asks for several at once, in order; each gets its own answer.
    pub async fn ask_all(
        &self,
        asks: Vec<(SessionId, Ask)>,
        deadline: Instant,
    ) -> Vec<Result<Decided, Refusal>> {
        let waiting: Vec<_> = asks
            .into_iter()
            .map(|(session, ask)| self.enqueue(session, ask, deadline))
            .collect();
        let mut answers = Vec::with_capacity(waiting.len());
        for one in waiting {
            answers.push(match one {
                Ok(answer) => answer.await.unwrap_or_else(|_| Err(Refusal::busy())),
                Err(refusal) => Err(refusal),
            });
        }
        answers
    }

    fn enqueue(
        &self,
        session: SessionId,
        ask: Ask,
        deadline: Instant,
    ) -> Result<oneshot::Receiver<Result<Decided, Refusal>>, Refusal> {
        let (answer, decided) = oneshot::channel();
        let shard = shard_of(&session.to_string()) as usize;
        let queue = self.shards.get(shard).ok_or_else(Refusal::internal)?;
        queue
            .try_send(Waiting {
                ask,
                deadline,
                answer,
            })
            .map_err(|_| Refusal::busy())?;
        Ok(decided)
    }
}

struct Batcher {
    core: Core,
    /// Payment codes drawn and not used yet.
    codes: Mutex<Vec<PaymentCode>>,
}

impl Batcher {
    async fn run(self, mut queue: mpsc::Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let taken = tokio::select! {
                taken = queue.recv_many(&mut batch, BATCH) => taken,
                () = self.core.lifecycle.stopping() => break,
            };
            if taken == 0 {
                break;
            }
            self.work(std::mem::take(&mut batch)).await;
        }
        // What still waits is answered *busy* by its dropped sender; nothing of it was begun.
    }

    /// Decides a batch. While the database is away it is tried again whole: keys, inbox rows and state machines make
    /// a repeat harmless even when the lost answer was a commit. One that the database refuses is split, so that a
    /// poisoned request fails alone.
    async fn work(&self, batch: Vec<Waiting>) {
        let now = Instant::now();
        let mut groups = vec![
            batch
                .into_iter()
                .filter(|one| one.deadline > now && !one.answer.is_closed())
                .collect::<Vec<_>>(),
        ];
        while let Some(group) = groups.pop() {
            if group.is_empty() {
                continue;
            }
            let asks: Vec<Ask> = group.iter().map(|one| one.ask.clone()).collect();
            match self.decide(&asks).await {
                Ok(decided) => {
                    for (one, decided) in group.into_iter().zip(decided) {
                        // An asker that has gone will repeat its key.
                        drop(one.answer.send(Ok(decided)));
                    }
                }
                Err(error) if is_away(&error) => {
                    tracing::warn!("intake waits for the database: {}", chain(&error));
                    let alive = self.core.lifecycle.sleep(PAUSE).await;
                    let now = Instant::now();
                    groups.push(
                        group
                            .into_iter()
                            .filter(|one| alive && one.deadline > now)
                            .collect(),
                    );
                }
                Err(error) if group.len() == 1 => {
                    tracing::error!("intake request failed: {}", chain(&error));
                    for one in group {
                        drop(one.answer.send(Err(Refusal::internal())));
                    }
                }
                Err(error) => {
                    tracing::warn!(
                        requests = group.len(),
                        "intake batch refused, deciding one by one: {}",
                        chain(&error)
                    );
                    // Last in, first out: reversed, so that the order of arrival stays.
                    groups.extend(group.into_iter().rev().map(|one| vec![one]));
                }
            }
        }
    }

    async fn decide(&self, asks: &[Ask]) -> Result<Vec<Decided>, sqlx::Error> {
        let core = &self.core;
        let mut tx = core.begin().await?;
        self.draw_codes(&mut tx, asks).await?;
        let now = core.clock.db_now(&mut tx).await?;
        let store::books::Opened { mut books, fresh } = store::books::open(&mut tx, asks).await?;
        let todo: Vec<Ask> = asks
            .iter()
            .zip(&fresh)
            .filter(|(_, fresh)| **fresh)
            .map(|(ask, _)| ask.clone())
            .collect();
        let mut answers = decide(&mut books, now, &todo, &mut || self.supply()).into_iter();
        store::books::save(&mut tx, &core.clock, &books, &todo, now).await?;
        core.commit(tx).await?;
        self.say(&books);
        let orders = share(books);
        Ok(asks
            .iter()
            .zip(fresh)
            .map(|(ask, fresh)| {
                let answer = if fresh {
                    answers.next().unwrap_or(Answer::Unknown)
                } else {
                    Answer::Done
                };
                let order = match &answer {
                    Answer::Placed(id) | Answer::Replayed(id) => Some(*id),
                    _ => ask.order(),
                };
                Decided {
                    answer,
                    order: order.and_then(|id| orders.get(&id).cloned()),
                }
            })
            .collect())
    }

    /// Makes sure that every order of the batch can have a code for each of its lines.
    async fn draw_codes(
        &self,
        tx: &mut chassis::service::Tx,
        asks: &[Ask],
    ) -> Result<(), sqlx::Error> {
        let needed: usize = asks
            .iter()
            .map(|ask| match ask {
                Ask::Place(place) if place.method == PaymentMethod::VietQr => place.lines.len(),
                _ => 0,
            })
            .sum();
        let there = self
            .codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        if there < needed {
            let count = CODES.max(i64::try_from(needed).unwrap_or(CODES));
            let drawn = store::payments::draw_codes(tx, count).await?;
            let codes = drawn
                .into_iter()
                .filter_map(|n| PaymentCode::from_seq(u64::try_from(n).ok()?));
            self.codes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(codes);
        }
        Ok(())
    }

    fn supply(&self) -> (PaymentId, PaymentCode) {
        let code = self
            .codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        (
            self.core.clock.id(),
            code.expect("a code was drawn for every line of the batch"),
        )
    }

    /// Says the new states to those who watch.
    fn say(&self, books: &Books) {
        let feeds = &self.core.feeds;
        for (offer, _) in books.changed_offers() {
            feeds.say(
                &Audience::Room(offer.session_id.to_string()),
                Of::Units(wire::offer_units(offer)),
            );
        }
        let news: BTreeSet<OrderId> = books
            .placed
            .iter()
            .map(|(id, _, _)| *id)
            .chain(books.changed.iter().copied())
            .collect();
        for order in news.iter().filter_map(|id| books.orders.get(id)) {
            for audience in audiences(order) {
                feeds.say(&audience, Of::Order(wire::order_news(order)));
            }
        }
        for (order, payment) in &books.paid {
            let Some(order) = books.orders.get(order) else {
                continue;
            };
            let Some(payment) = order.payments.iter().find(|one| one.id == *payment) else {
                continue;
            };
            for audience in [
                Audience::Shopper(order.account_id.to_string()),
                Audience::Desk(order.session_id.to_string()),
            ] {
                feeds.say(&audience, Of::Money(wire::money_news(order, payment)));
            }
        }
    }
}

fn share(books: Books) -> std::collections::BTreeMap<OrderId, Arc<Order>> {
    books
        .orders
        .into_iter()
        .map(|(id, order)| (id, Arc::new(order)))
        .collect()
}

/// Who watches an order: its shopper, the desk, the producers who pack it.
fn audiences(order: &Order) -> Vec<Audience> {
    let producers: BTreeSet<String> = order
        .lines
        .iter()
        .map(|line| line.producer_id.to_string())
        .collect();
    [
        Audience::Shopper(order.account_id.to_string()),
        Audience::Desk(order.session_id.to_string()),
    ]
    .into_iter()
    .chain(producers.into_iter().map(Audience::Producer))
    .collect()
}

/// Not the request's fault: the connection broke, the pool is exhausted, the server stops or starts.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        // 08: connection; 57P0x: shutting down; 55P03, 40P01: somebody holds the rows.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08") || code.starts_with("57P") || code == "55P03" || code == "40P01"
        }),
        _ => false,
    }
}
