//! Decides what waits in a shard, batch by batch.
//!
//! One transaction a batch: [`books::open`] locks and loads, [`crate::domain::intake::decide`] decides in order
//! of arrival, [`books::save`] writes. Then the gate learns what became of the offers, and each asker is
//! answered.

use std::{borrow::Cow, collections::HashMap, sync::Arc, time::Duration};

use chassis::{
    Core, Refusal,
    id::{EventId, HoldId, Id as _, PaymentId},
    inbox,
    service::is_away,
    telemetry::chain,
    trace::{self, Span, Trace},
};
use chrono::{DateTime, Utc};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use super::{
    BATCH, CALM, Decided, Message, Told,
    gate::{Gate, find_buyers},
    news,
};
use crate::{
    domain::{
        desk::Restrictions,
        intake::{Answer, Ask, Books, Supply, decide, decided_before},
        order::PaymentMethod,
        payment_code::PaymentCode,
    },
    meters::Meters,
    store::{
        self,
        books::{self, Keys, Opened, is_known_key},
    },
};

/// Numbers for payment codes drawn at once.
const CODES: i64 = 1_000;
/// After the word to stop, how long requests that are on their way may take to arrive.
const LAST_CALL: Duration = Duration::from_millis(500);
/// Between two tries of a batch that the database could not take.
const PAUSE: Duration = Duration::from_millis(100);

/// The one that decides for a shard.
pub(super) struct Batcher {
    core: Core,
    gate: Arc<Gate>,
    meters: Arc<Meters>,
    restrictions: watch::Receiver<Arc<Restrictions>>,
    /// Payment codes drawn and not used yet.
    codes: Vec<PaymentCode>,
    /// Batches in a row in which every order was new.
    calm: u32,
}

/// The requests of one transaction, and who asked: each asker's requests in a row.
#[derive(Default)]
struct Batch {
    asks: Vec<Ask>,
    askers: Vec<Asker>,
    /// Those of its requests that are sampled.
    traces: Vec<Trace>,
}

struct Asker {
    asks: usize,
    deadline: Instant,
    answer: oneshot::Sender<Vec<Told>>,
}

impl Batcher {
    pub(super) fn new(
        core: Core,
        gate: Arc<Gate>,
        meters: Arc<Meters>,
        restrictions: watch::Receiver<Arc<Restrictions>>,
    ) -> Self {
        Self {
            core,
            gate,
            meters,
            restrictions,
            codes: Vec::new(),
            calm: 0,
        }
    }

    /// Works until the role stops, and then until nothing has come for [`LAST_CALL`]: who had asked by then is answered.
    pub(super) async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Message>) {
        let lifecycle = self.core.lifecycle.clone();
        let mut next = None;
        loop {
            if next.is_none() {
                next = tokio::select! {
                    message = queue.recv() => message,
                    () = lifecycle.stopping_since(LAST_CALL) => None,
                };
            }
            let Some(first) = next.take() else { break };
            let mut batch = Batch::default();
            batch.add(first);
            while let Ok(message) = queue.try_recv() {
                if batch.asks.len() + message.asks.len() > BATCH {
                    next = Some(message);
                    break;
                }
                batch.add(message);
            }
            self.work(batch).await;
        }
    }

    /// Decides a batch. While the database is away it is tried again whole: keys, inbox rows and state machines make
    /// a repeat harmless even when the lost answer was a commit. One that the database refuses is decided one by one,
    /// so that a poisoned request fails alone; unless it was a key taken as new, then all are tried again with
    /// keys looked up.
    async fn work(&mut self, mut batch: Batch) {
        let now = Instant::now();
        let late = batch.leave_out(|asker| asker.deadline <= now || asker.answer.is_closed());
        self.gate.dismiss(&late, false);
        while !batch.asks.is_empty() {
            match self.decide_together(&batch).await {
                Ok(decided) => return batch.answer(decided.into_iter().map(Ok)),
                Err(error) if is_away(&error) => {
                    tracing::warn!("intake waits for the database: {}", chain(&error));
                    // If the lost answer was a commit, all of them are known.
                    self.calm = 0;
                    let alive = self.core.lifecycle.sleep(PAUSE).await;
                    let now = Instant::now();
                    let late = batch.leave_out(|asker| !alive || asker.deadline <= now);
                    self.gate.dismiss(&late, true);
                }
                Err(error) if is_known_key(&error) && self.keys() == Keys::TakenAsNew => {
                    tracing::debug!("somebody repeats a key, which is looked up");
                    self.calm = 0;
                }
                Err(error) => {
                    tracing::warn!(
                        requests = batch.asks.len(),
                        "intake batch refused, deciding one by one: {}",
                        chain(&error)
                    );
                    let mut told = Vec::with_capacity(batch.asks.len());
                    for (ask, deadline) in batch.asks.iter().zip(batch.deadlines()) {
                        told.push(self.decide_alone(ask, deadline).await);
                    }
                    return batch.answer(told.into_iter());
                }
            }
        }
    }

    /// One transaction, which takes no longer than its most patient asker waits.
    async fn decide_together(&mut self, batch: &Batch) -> Result<Vec<Decided>, sqlx::Error> {
        let began = Instant::now();
        let until = batch.askers.iter().map(|asker| asker.deadline).max();
        let mut span = Span::after_all("orders", "intake transaction", &batch.traces);
        span.note(
            "requests",
            i64::try_from(batch.asks.len()).unwrap_or(i64::MAX),
        );
        // Large: boxed once a batch, not carried by every turn of the loop.
        let decided = Box::pin(self.decide(&batch.asks, until.unwrap_or(began)));
        let decided = trace::within(span.trace(), decided).await?;
        let requests = u32::try_from(batch.asks.len()).unwrap_or(u32::MAX);
        self.meters.batch.observe(f64::from(requests));
        let took = began.elapsed().as_secs_f64();
        self.meters.batch_seconds.observe(took);
        Ok(decided)
    }

    async fn decide_alone(&mut self, ask: &Ask, deadline: Instant) -> Told {
        let ask = std::slice::from_ref(ask);
        loop {
            self.calm = 0;
            match self.decide(ask, deadline).await {
                Ok(mut decided) => return decided.pop().ok_or_else(Refusal::internal),
                Err(error) if is_away(&error) => {
                    tracing::warn!("intake waits for the database: {}", chain(&error));
                    if !self.core.lifecycle.sleep(PAUSE).await || deadline <= Instant::now() {
                        self.gate.dismiss(ask, true);
                        return Err(Refusal::busy());
                    }
                }
                Err(error) => {
                    tracing::error!("intake request failed: {}", chain(&error));
                    self.gate.dismiss(ask, true);
                    return Err(Refusal::internal());
                }
            }
        }
    }

    async fn decide(&mut self, asks: &[Ask], until: Instant) -> Result<Vec<Decided>, sqlx::Error> {
        let decided = self.transact(asks, until).await;
        if decided.is_err() {
            // A sequence may give them again whose transaction did not last (Postgres, *Sequence Manipulation Functions*).
            self.codes.clear();
        }
        decided
    }

    async fn transact(
        &mut self,
        asks: &[Ask],
        until: Instant,
    ) -> Result<Vec<Decided>, sqlx::Error> {
        let core = self.core.clone();
        let term = self.gate.term();
        let mut tx = core.begin_hot(until).await?;
        self.draw_codes(&mut tx, asks).await?;
        let now = core.clock.db_now(&mut tx).await?;
        let keys = self.keys();
        let Opened { mut books, fresh } = books::open(&mut tx, asks, keys).await?;
        let todo = if fresh.iter().all(|fresh| *fresh) {
            Cow::Borrowed(asks)
        } else {
            let fresh = asks.iter().zip(&fresh).filter(|(_, fresh)| **fresh);
            Cow::Owned(fresh.map(|(ask, _)| ask.clone()).collect())
        };
        let mut answers = self.judge(&mut books, now, &todo);
        if keys == Keys::TakenAsNew && !all_new(&answers) {
            // Whoever is refused may be owed the order of a key.
            self.draw_codes(&mut tx, asks).await?;
            books = books::load(&mut tx, asks, Keys::LookedUp).await?;
            answers = self.judge(&mut books, now, &todo);
        }
        let refused = refused_questions(&todo, &answers);
        if !refused.is_empty() {
            inbox::take_out(&mut tx, &refused).await?;
        }
        books::save(&mut tx, &core.clock, &books, &todo, now).await?;
        core.commit(tx).await?;
        for wanted in self.gate.learn(Instant::now(), term, &books, asks) {
            let gate = Arc::clone(&self.gate);
            self.core
                .lifecycle
                .spawn(find_buyers(core.clone(), gate, wanted));
        }
        news::say(&core.feeds, &books);
        if !all_new(&answers) {
            self.calm = 0;
        } else if !books.placed.is_empty() {
            self.calm = self.calm.saturating_add(1);
        }
        let beside = answers_beside(&todo, &answers, asks.len());
        let mut answers = answers.into_iter();
        let answer = |(ask, fresh): (&Ask, &bool)| {
            if *fresh {
                return answers.next().unwrap_or(Answer::Unknown);
            }
            let once = ask.once().map(|once| once.id);
            let told = once.and_then(|id| beside.get(&id).cloned());
            told.unwrap_or_else(|| decided_before(&books, ask))
        };
        let answers: Vec<Answer> = asks.iter().zip(&fresh).map(answer).collect();
        let orders = Arc::new(books.orders);
        let decided = |(ask, answer): (&Ask, Answer)| {
            let order = match &answer {
                Answer::Placed(id) | Answer::Replayed(id) => Some(*id),
                _ => ask.order(),
            };
            Decided {
                answer,
                order: order.map(|id| (id, Arc::clone(&orders))),
            }
        };
        Ok(asks.iter().zip(answers).map(decided).collect())
    }

    /// Repeats come in droves, as do those who come too late, and a known key that was taken as new costs a batch
    /// twice: after one they are looked up for a while.
    fn keys(&self) -> Keys {
        if self.calm >= CALM {
            Keys::TakenAsNew
        } else {
            Keys::LookedUp
        }
    }

    fn judge(&mut self, books: &mut Books, now: DateTime<Utc>, asks: &[Ask]) -> Vec<Answer> {
        books.restrictions = Arc::clone(&self.restrictions.borrow());
        let clock = &self.core.clock;
        let mut payment = || -> (PaymentId, PaymentCode) {
            let drawn = self.codes.pop();
            let drawn = drawn.expect("a code was drawn for every line of the batch");
            (clock.id(), drawn)
        };
        let mut supply = Supply {
            payment: &mut payment,
            id: &mut || clock.id::<HoldId>().uuid(),
        };
        decide(books, now, asks, &mut supply)
    }

    /// Makes sure that every order of the batch can have a code for each of its lines.
    async fn draw_codes(
        &mut self,
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
        if self.codes.len() < needed {
            let count = CODES.max(i64::try_from(needed).unwrap_or(CODES));
            let drawn = store::payments::draw_codes(tx, count).await?;
            let codes = drawn
                .into_iter()
                .filter_map(|n| PaymentCode::from_seq(u64::try_from(n).ok()?));
            self.codes.extend(codes);
        }
        Ok(())
    }
}

/// Questions of which nothing was done: whoever repeats one is told why anew.
fn refused_questions(asks: &[Ask], answers: &[Answer]) -> Vec<EventId> {
    std::iter::zip(asks, answers)
        .filter(|(_, answer)| answer.refuses_all())
        .filter_map(|(ask, _)| ask.once())
        .filter(|once| once.is_question())
        .map(|once| once.id)
        .collect()
}

/// What a batch answers, for those who came twice in it.
fn answers_beside(asks: &[Ask], answers: &[Answer], of: usize) -> HashMap<EventId, Answer> {
    if asks.len() == of {
        return HashMap::new();
    }
    let told = std::iter::zip(asks, answers);
    told.filter_map(|(ask, answer)| Some((ask.once()?.id, answer.clone())))
        .collect()
}

/// Is there nobody who was refused, or known by a key?
fn all_new(answers: &[Answer]) -> bool {
    !answers
        .iter()
        .any(|answer| matches!(answer, Answer::Replayed(_) | Answer::PlaceRefused(_)))
}

impl Batch {
    fn add(&mut self, message: Message) {
        self.askers.push(Asker {
            asks: message.asks.len(),
            deadline: message.deadline,
            answer: message.answer,
        });
        self.asks.extend(message.asks);
        self.traces.extend(message.trace);
        drop(message.room);
    }

    /// Takes out whoever is not to be served, and returns what they asked.
    fn leave_out(&mut self, out: impl Fn(&Asker) -> bool) -> Vec<Ask> {
        let mut taken_out = Vec::new();
        if self.askers.iter().any(&out) {
            let mut all = std::mem::take(&mut self.asks).into_iter();
            self.askers.retain(|asker| {
                let out = out(asker);
                let to = if out { &mut taken_out } else { &mut self.asks };
                to.extend(all.by_ref().take(asker.asks));
                !out
            });
        }
        taken_out
    }

    /// By request.
    fn deadlines(&self) -> impl Iterator<Item = Instant> {
        self.askers
            .iter()
            .flat_map(|asker| std::iter::repeat_n(asker.deadline, asker.asks))
    }

    fn answer(self, mut told: impl Iterator<Item = Told>) {
        for asker in self.askers {
            // An asker that has gone will repeat its key.
            drop(asker.answer.send(told.by_ref().take(asker.asks).collect()));
        }
    }
}
