//! What a role counts of itself, for `/metrics`: plain numbers that only grow while the process runs.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counted by the chassis, each where it happens; read when somebody asks for the metrics.
#[derive(Debug, Default)]
pub struct Counters {
    /// Events said again because the stream had lost them.
    pub republished: AtomicU64,
    /// Events that arrived though their effect was there already.
    pub inbox_duplicates: AtomicU64,
    /// Events of an aggregate that were missing when a later one arrived.
    pub inbox_gaps: AtomicU64,
    /// Events that could not be applied and were put aside.
    pub dead_letters: AtomicU64,
    /// Messages that the client library dropped because a subscription was full; must stay 0.
    pub slow_consumers: AtomicU64,
    /// Connections to the broker made after the first one.
    pub reconnects: AtomicU64,
    /// Requests refused at once because there was no room or no time for them.
    pub shed: AtomicU64,
    /// Books that did not agree when the audit looked; must stay 0.
    pub audit_mismatches: AtomicU64,
    /// Books that the audit compared.
    pub audit_checked: AtomicU64,
    /// Rows of the outbox that the stream has acknowledged.
    pub published: AtomicU64,
    /// Events whose effect was committed.
    pub inbox_applied: AtomicU64,
    /// Questions sent to other services.
    pub asked: AtomicU64,
    /// Questions that nobody answered in time.
    pub unanswered: AtomicU64,
    /// Questions of others that were answered, with a refusal too.
    pub answered: AtomicU64,
    /// Tasks that wait for a connection to the database now.
    pub waiting_for_postgres: AtomicU64,
}

/// One more.
pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
