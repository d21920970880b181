//! The books as the checker takes them.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

/// What services and streams hold once all is quiet.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// Orders by id.
    pub orders: HashMap<Uuid, Order>,
    /// Moves of units, in the order they were written.
    pub ledger: Vec<Entry>,
    /// Where each offer's units are by its counters.
    pub offers: HashMap<Uuid, Units>,
    /// Money that banks told of.
    pub bank: Vec<BankEntry>,
    /// What each payment has received, đồng.
    pub payments: HashMap<Uuid, i64>,
    /// The journal.
    pub journal: Vec<JournalLine>,
    /// Events in the outboxes.
    pub said: Vec<Said>,
    /// Ids in each service's stream.
    pub streams: HashMap<&'static str, HashSet<Uuid>>,
    /// Inbox rows, by hearer and kind.
    pub heard: HashMap<(&'static str, String), Vec<Uuid>>,
    /// Kinds of events and who hears them.
    pub contract: Vec<(String, Vec<&'static str>)>,
    /// Orders that the figures of each session count.
    pub figures: HashMap<Uuid, i64>,
}

/// An order.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// In which session.
    pub session: Uuid,
    /// Under which key.
    pub key: String,
    /// As [`crate::history::content`].
    pub content: String,
    /// Where it stands.
    pub state: String,
    /// Offers and units.
    pub lines: Vec<(Uuid, i64)>,
}

impl Order {
    /// Are its units somebody's?
    #[must_use]
    pub fn keeps_units(&self) -> bool {
        !matches!(self.state.as_str(), "cancelled" | "expired" | "returned")
    }
}

/// One entry of the ledger.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Of which offer.
    pub offer: Uuid,
    /// By how much each place changed.
    pub moved: Units,
}

/// Units by place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns' own names")]
pub struct Units {
    pub allotted: i64,
    pub left: i64,
    pub held: i64,
    pub awaiting: i64,
    pub sold: i64,
    pub given_back: i64,
}

impl Units {
    /// Place by place.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            allotted: self.allotted + other.allotted,
            left: self.left + other.left,
            held: self.held + other.held,
            awaiting: self.awaiting + other.awaiting,
            sold: self.sold + other.sold,
            given_back: self.given_back + other.given_back,
        }
    }

    /// Every unit is in exactly one place.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let places = [
            self.left,
            self.held,
            self.awaiting,
            self.sold,
            self.given_back,
        ];
        places.iter().all(|place| *place >= 0) && places.iter().sum::<i64>() == self.allotted
    }

    /// Units that are somebody's beyond those that were offered.
    #[must_use]
    pub fn oversold(&self) -> i64 {
        (self.held + self.awaiting + self.sold - self.allotted).max(0)
    }
}

/// Money that a bank told of.
#[derive(Debug, Clone)]
pub struct BankEntry {
    /// The bank's number.
    pub txn: String,
    /// Đồng.
    pub amount: i64,
    /// What became of it.
    pub outcome: String,
    /// For which payment.
    pub payment: Option<Uuid>,
}

/// One side of an entry of the journal.
#[derive(Debug, Clone)]
pub struct JournalLine {
    /// Of which entry.
    pub entry: Uuid,
    /// Which account.
    pub account: String,
    /// Đồng; debit is positive.
    pub amount: i64,
    /// For which payment.
    pub payment: Option<Uuid>,
}

/// An event in an outbox.
#[derive(Debug, Clone)]
pub struct Said {
    /// By whom.
    pub service: &'static str,
    /// Which.
    pub id: Uuid,
    /// Its message.
    pub kind: String,
    /// Of what it tells.
    pub aggregate: String,
    /// Its number there, from 1.
    pub seq: i64,
    /// The broker acknowledged it.
    pub published: bool,
}
