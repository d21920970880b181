//! What the clients were told: the other side of every figure that the services show.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;

use crate::{
    api::{number, text},
    shopper::Settled,
};

/// An order as its shopper knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// `cod` or `vietqr`.
    pub method: String,
    /// Offer and units of each line.
    pub lines: Vec<(String, i64)>,
    /// Đồng, without shipping.
    pub goods_total: i64,
    /// Đồng.
    pub total: i64,
    /// What the shopper has sent by bank, and the bank has told.
    pub sent: i64,
    /// The shopper has cancelled it.
    pub cancelled: bool,
}

/// Counts for the progress line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Orders.
    pub placed: usize,
    /// Repeats that were given the first order again.
    pub replayed: u64,
    /// Refusals.
    pub refused: u64,
    /// Orders whose money is on its way or was not needed.
    pub paid: usize,
}

/// What was told so far.
#[derive(Debug, Default)]
pub struct Told {
    /// Orders, by id.
    pub orders: HashMap<String, Order>,
    /// Repeats that were given the first order again.
    pub replayed: u64,
    /// Refusals, by code.
    pub refused: BTreeMap<String, u64>,
    /// Sendings beyond one an intent: double taps, lost answers, *busy*.
    pub repeats: u64,
    /// Lines of the bank's statement, each counted once.
    pub transfers: u64,
    /// What they come to.
    pub transferred: i64,
    /// Lines that the bank told again.
    pub told_again: u64,
    /// Comments.
    pub comments: u64,
    /// QR codes that were looked at.
    pub scanned: u64,
    /// What a shopper must never be told.
    pub broken: Vec<String>,
}

/// Shared by all shoppers.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Told>);

impl Tally {
    /// Everything so far.
    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the answers to one intent, which was sent so often.
    pub fn note(&self, answers: &[Settled], sent: u32) {
        let mut told = self.told();
        told.repeats += u64::from(sent.saturating_sub(1));
        let mut first: Option<&str> = None;
        for answer in answers {
            match answer {
                Settled::Placed { order, replayed } => {
                    let id = text(order, "order_id");
                    told.replayed += u64::from(*replayed);
                    if first.is_some_and(|first| first != id) {
                        told.broken
                            .push(format!("one key, two orders: {first:?} and {id}"));
                    }
                    told.orders.entry(id).or_insert_with(|| Order::read(order));
                    first = answer.order_id();
                }
                Settled::Refused { code, .. } => {
                    if let Some(first) = first {
                        told.broken
                            .push(format!("{code} for a key that has order {first}"));
                    }
                    *told.refused.entry(code.clone()).or_default() += 1;
                }
            }
        }
    }

    /// Counts for people.
    pub fn counts(&self) -> Counts {
        let told = self.told();
        Counts {
            placed: told.orders.len(),
            replayed: told.replayed,
            refused: told.refused.values().sum(),
            paid: told.orders.values().filter(|order| order.is_sold()).count(),
        }
    }
}

impl Order {
    fn read(order: &Value) -> Self {
        let lines = order["lines"].as_array().cloned().unwrap_or_default();
        Self {
            method: text(order, "payment_method"),
            lines: lines
                .iter()
                .map(|line| (text(line, "offer_id"), number(line, "units")))
                .collect(),
            goods_total: number(order, "goods_total"),
            total: number(order, "total"),
            sent: 0,
            cancelled: false,
        }
    }

    /// The state it must end in, now that nobody pays any more.
    #[must_use]
    pub fn must_be(&self) -> &'static str {
        match self.method.as_str() {
            _ if self.cancelled => "cancelled",
            "cod" => "confirmed",
            _ if self.sent >= self.total => "confirmed",
            _ => "expired",
        }
    }

    fn is_sold(&self) -> bool {
        self.must_be() == "confirmed"
    }
}
