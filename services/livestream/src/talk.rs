//! Comments on their way into their rooms: those of one room that wait at the same time are written together.
//!
//! Who finds nobody writing in a room starts a writer. It takes what waits, without lingering, until nothing does:
//! batches form while the one before commits. The room's order is the order in which comments came here.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chassis::{
    Refusal,
    id::SessionId,
    service::is_away,
    telemetry::chain,
    trace::{self, Span, Trace},
};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use crate::{
    Ctx,
    app::write_comments::{Said, write_comments},
    error::Error,
    store::comment::Comment,
};

/// Comments that may wait for one room; more are told *busy*.
const QUEUE: usize = 2_048;
/// Comments of one transaction.
const BATCH: usize = 128;

/// What an author is told.
type Told = Result<Comment, Refusal>;

struct Waiting {
    said: Said,
    answer: oneshot::Sender<Told>,
    /// What it belongs to, if it is sampled.
    trace: Option<Trace>,
}

/// What waits, by room; a room that is there has a writer.
#[derive(Clone, Default)]
pub struct Talk {
    rooms: Arc<Mutex<HashMap<SessionId, VecDeque<Waiting>>>>,
}

impl std::fmt::Debug for Talk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Talk").finish_non_exhaustive()
    }
}

impl Talk {
    /// Writes a comment, with those that wait beside it; returns it as it stands.
    ///
    /// # Errors
    /// What the room's rules say, no such session, *busy*.
    pub async fn say(&self, ctx: &Ctx, session: SessionId, said: Said) -> Told {
        let (answer, told) = oneshot::channel();
        let waiting = Waiting {
            said,
            answer,
            trace: trace::current(),
        };
        match self.rooms().entry(session) {
            Entry::Occupied(room) if room.get().len() >= QUEUE => return Err(Refusal::busy()),
            Entry::Occupied(mut room) => room.get_mut().push_back(waiting),
            Entry::Vacant(room) => {
                room.insert(VecDeque::from([waiting]));
                ctx.lifecycle.spawn(write(ctx.clone(), session));
            }
        }
        // Dropped: its batch broke off, and the same key again tells whether it stands.
        told.await.unwrap_or_else(|_dropped| Err(Refusal::busy()))
    }

    /// The next that are written together; when nobody waits, the room has no writer any more.
    fn next(&self, session: SessionId) -> Option<Vec<Waiting>> {
        let mut rooms = self.rooms();
        let waiting = rooms.get_mut(&session)?;
        if waiting.is_empty() {
            rooms.remove(&session);
            return None;
        }
        let most = waiting.len().min(BATCH);
        Some(waiting.drain(..most).collect())
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<SessionId, VecDeque<Waiting>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(ctx: Ctx, session: SessionId) {
    while let Some(batch) = ctx.talk.next(session) {
        // On its own, so that one that panics leaves the room a writer.
        let batch = ctx.lifecycle.spawn(answer(ctx.clone(), session, batch));
        if let Err(error) = batch.await {
            tracing::error!(session.id = %session, "comments broke off: {error}");
        }
    }
}

/// Writes those who still wait, and tells them.
async fn answer(ctx: Ctx, session: SessionId, batch: Vec<Waiting>) {
    let mut span = Span::after_all(
        "livestream",
        "comments transaction",
        batch.iter().filter_map(|waiting| waiting.trace.as_ref()),
    );
    let (said, answers): (Vec<Said>, Vec<_>) = batch
        .into_iter()
        .filter(|waiting| !waiting.answer.is_closed())
        .map(|waiting| (waiting.said, waiting.answer))
        .unzip();
    if said.is_empty() {
        return;
    }
    span.note("comments", i64::try_from(said.len()).unwrap_or(i64::MAX));
    let told = trace::within(span.trace(), settle(&ctx, session, &said)).await;
    for (answer, told) in answers.into_iter().zip(told) {
        // Who does not wait any more asks again.
        drop(answer.send(told));
    }
}

/// All in one transaction; when the database refuses that, one by one, so that a poisoned comment fails alone.
async fn settle(ctx: &Ctx, session: SessionId, said: &[Said]) -> Vec<Told> {
    match in_time(ctx, session, said).await {
        Ok(told) => told,
        Err(Error::Database(error)) if said.len() > 1 && !is_away(&error) => {
            tracing::warn!(session.id = %session, "comments refused together, written one by one: {}", chain(&error));
            let mut told = Vec::with_capacity(said.len());
            for one in said {
                let alone = in_time(ctx, session, std::slice::from_ref(one)).await;
                told.extend(alone.unwrap_or_else(|error| vec![Err(refusal(error))]));
            }
            told
        }
        Err(error) => vec![Err(refusal(error)); said.len()],
    }
}

/// Goes on for no longer than the most patient waits: what is told *busy* is not written afterwards.
async fn in_time(ctx: &Ctx, session: SessionId, said: &[Said]) -> Result<Vec<Told>, Error> {
    let until = said.iter().map(|said| said.deadline).max();
    // Large: boxed once a batch.
    let written = Box::pin(write_comments(ctx, session, said));
    timeout_at(until.unwrap_or_else(Instant::now), written)
        .await
        .unwrap_or_else(|_late| Ok(vec![Err(Refusal::busy()); said.len()]))
}

fn refusal(error: Error) -> Refusal {
    let cause = chain(&error);
    let refusal: Refusal = error.into();
    if refusal.is_internal() {
        tracing::error!("a comment failed: {cause}");
    }
    refusal
}
