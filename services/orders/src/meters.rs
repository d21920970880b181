//! What orders counts for `/metrics`: orders placed and refused, and how full and how quick the intake is.

use chassis::metrics::{Counter, Histogram, Metrics, SECONDS};

chassis::declare_metrics! {
    /// The metrics of orders.
    pub static ALL;
    PLACED = Counter "phien_orders_placed_total": "Orders placed.";
    REPLAYED = Counter "phien_orders_replayed_total": "Orders asked for again under their key, and answered as the first time.";
    REFUSED = Counter "phien_orders_refused_total": "Orders refused, by reason: the refusal's code, other for the rarer ones.";
    QUEUE = Gauge "phien_intake_queue_requests": "Requests that wait in the intake's queues.";
    BATCH = Histogram "phien_intake_batch_requests": "Requests that one transaction of the intake decides.";
    BATCH_SECONDS = Histogram "phien_intake_batch_seconds": "How long such a transaction takes.";
}

/// Reasons with a series of their own; the last one takes all others.
const REASONS: [&str; 9] = [
    "sold_out",
    "over_limit",
    "offer_not_open",
    "busy",
    "total_changed",
    "key_reused",
    "age_not_confirmed",
    "internal",
    "other",
];
const BATCH_BOUNDS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// The counters at hand.
#[derive(Debug)]
pub struct Meters {
    pub(crate) placed: Counter,
    pub(crate) replayed: Counter,
    refused: [Counter; REASONS.len()],
    pub(crate) batch: Histogram,
    pub(crate) batch_seconds: Histogram,
}

impl Meters {
    /// Shows them.
    #[must_use]
    pub fn new(metrics: &Metrics) -> Self {
        Self {
            placed: metrics.counter(&PLACED, &[]),
            replayed: metrics.counter(&REPLAYED, &[]),
            refused: REASONS.map(|reason| metrics.counter(&REFUSED, &[("reason", reason)])),
            batch: metrics.histogram(&BATCH, &[], &BATCH_BOUNDS),
            batch_seconds: metrics.histogram(&BATCH_SECONDS, &[], &SECONDS),
        }
    }

    /// An order was refused, with this code.
    pub(crate) fn refused(&self, code: &str) {
        let known = REASONS.iter().position(|reason| *reason == code);
        self.refused[known.unwrap_or(REASONS.len() - 1)].inc();
    }

    /// Shows how many requests wait, which `waiting` knows.
    pub(crate) fn show_queue(metrics: &Metrics, waiting: impl Fn() -> u64 + Send + Sync + 'static) {
        metrics.read(&QUEUE, &[], waiting);
    }
}
