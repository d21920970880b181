//! What a role counts of itself, for `/metrics`: plain numbers that only grow while the process runs.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counted by the chassis, each where it happens; read when somebody asks for the metrics.
#[derive(Debug, Default)]
pub struct Counters {
    /// Events said again because the stream had lost them.
    pub republished: AtomicU64,
    /// Batches that the stream refused whole, said row by row instead.
    pub batches_refused: AtomicU64,
    /// Rows of the outbox that the stream refuses for good.
    pub outbox_parked: AtomicU64,
    /// Events that came again after their effect.
    pub inbox_duplicates: AtomicU64,
    /// Events that a later one of their aggregate names and that were not heard by then.
    pub inbox_gaps: AtomicU64,
    /// Events that could not be applied and wait for another try.
    pub inbox_retries: AtomicU64,
    /// Events put aside for good, until a person has them replayed.
    pub dead_letters: AtomicU64,
    /// Dead letters that were replayed with success.
    pub replayed: AtomicU64,
    /// Messages that the client library dropped because a subscription was full; must stay 0.
    pub slow_consumers: AtomicU64,
    /// Connections to the bus after the first.
    pub reconnects: AtomicU64,
    /// Questions answered *busy* at once because too many were under way.
    pub shed: AtomicU64,
    /// Things that the role's own audit looked at.
    pub audit_checked: AtomicU64,
    /// What the role's own audit found wrong; must stay 0.
    pub audit_mismatches: AtomicU64,
    /// Rows of the outbox that the stream has acknowledged.
    pub published: AtomicU64,
    /// Events whose effect was committed.
    pub inbox_applied: AtomicU64,
    /// Questions sent to other services.
    pub asked: AtomicU64,
    /// Of these, such as were asked before and met with silence.
    pub asked_again: AtomicU64,
    /// Questions that nobody answered in time.
    pub unanswered: AtomicU64,
    /// Questions of others that were answered, with a refusal too.
    pub answered: AtomicU64,
    /// Tasks that wait for a connection to the database now.
    pub waiting_for_postgres: AtomicU64,
}

impl Counters {
    /// One more.
    pub fn one(counter: &AtomicU64) {
        Self::more(counter, 1);
    }

    /// So many more.
    pub fn more(counter: &AtomicU64, count: usize) {
        counter.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// As counted so far.
    #[must_use]
    pub fn get(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }
}
