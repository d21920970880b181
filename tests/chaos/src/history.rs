//! What clients were told: every request under a key with every answer, kept until the books are compared with it.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use serde_json::Value;
use uuid::Uuid;

/// One answer to one request, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is an order.
    Placed {
        /// Which.
        order: Uuid,
        /// All of it that never changes.
        content: String,
        /// The answer said that the key was known.
        replayed: bool,
    },
    /// It was refused, and nothing may have been kept.
    Refused {
        /// The status.
        status: u16,
        /// Why.
        code: String,
    },
    /// No answer, or one that settles nothing.
    Unknown,
}

/// One wish to buy, under one key, however often it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Its key, like no other.
    pub key: String,
    /// Every answer, in the order of the answers.
    pub told: Vec<Told>,
}

/// A cancellation that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    /// Of which order.
    pub order: Uuid,
    /// Was it done, by the answer? None: not known.
    pub done: Option<bool>,
}

/// Money that a bank told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The bank's number.
    pub id: String,
    /// Đồng.
    pub amount: i64,
    /// Some answer said that it is stored.
    pub stored: bool,
}

/// What a watcher of a feed saw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched {
    /// Which feed, by whom.
    pub name: String,
    /// Gaps, repeats, and other broken promises.
    pub faults: Vec<String>,
    /// The newest number of each kind of event.
    pub last: BTreeMap<String, u64>,
    /// How often it was told to begin anew.
    pub resets: u64,
    /// What it heard.
    pub messages: u64,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Wishes to buy.
    pub intents: Vec<Intent>,
    /// Cancellations.
    pub cancels: Vec<Cancel>,
    /// Money.
    pub transfers: Vec<Transfer>,
    /// Watchers that have gone.
    pub watched: Vec<Watched>,
}

/// A wish that will be sent again when all is quiet.
#[derive(Debug, Clone)]
pub struct Again {
    /// Under which key.
    pub key: String,
    /// Whose.
    pub token: String,
    /// In which session.
    pub session: String,
    /// What.
    pub body: Value,
}

/// Wishes that are kept to be sent again: every so many of those that are settled, and the newest that are not.
const AGAIN: usize = 600;

/// Where everybody notes what they were told.
#[derive(Debug, Default)]
pub struct History {
    told: Mutex<Record>,
    figures: Mutex<Figures>,
    again: Mutex<VecDeque<Again>>,
}

/// Counts of the run so far.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Orders that were acknowledged.
    pub acknowledged: u64,
    /// Answers by status; 0: none.
    pub answers: BTreeMap<u16, u64>,
    /// Refusals by status and code.
    pub refusals: BTreeMap<(u16, String), u64>,
    /// When the newest acknowledged request of each session was sent, by session and gateway.
    pub newest: HashMap<(String, usize), Instant>,
}

impl History {
    fn told(&self) -> MutexGuard<'_, Record> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts.
    pub fn figures(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a wish that is settled or given up.
    pub fn intent(&self, intent: Intent) {
        if intent
            .told
            .iter()
            .any(|told| matches!(told, Told::Placed { .. }))
        {
            self.figures().acknowledged += 1;
        }
        self.told().intents.push(intent);
    }

    /// Keeps a wish, to be sent again at the end.
    pub fn keep(&self, wish: Again) {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        if again.len() == AGAIN {
            again.pop_front();
        }
        again.push_back(wish);
    }

    /// The wishes that were kept.
    #[must_use]
    pub fn to_ask_again(&self) -> Vec<Again> {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        again.drain(..).collect()
    }

    /// Notes one more answer under a key that is known already.
    pub fn asked_again(&self, intent: Intent) {
        self.told().intents.push(intent);
    }

    /// Notes a cancellation.
    pub fn cancel(&self, cancel: Cancel) {
        self.told().cancels.push(cancel);
    }

    /// Notes money.
    pub fn transfer(&self, transfer: Transfer) {
        self.told().transfers.push(transfer);
    }

    /// Notes what somebody saw.
    pub fn watched(&self, watched: Watched) {
        self.told().watched.push(watched);
    }

    /// All of it; nothing stays.
    #[must_use]
    pub fn take(&self) -> Record {
        std::mem::take(&mut self.told())
    }
}

/// The id behind the prefix: `ord_…`.
#[must_use]
pub fn id_of(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text.split_once('_')?.1).ok()
}

/// What never changes of an order, from its JSON; none when it is no order.
#[must_use]
pub fn content_of(order: &Value) -> Option<(Uuid, String)> {
    let id = id_of(order["order_id"].as_str()?)?;
    let uuid = |value: &Value| id_of(value.as_str()?);
    let lines = order["lines"]
        .as_array()?
        .iter()
        .map(|line| {
            Some((
                uuid(&line["offer_id"])?,
                line["units"].as_i64()?,
                line["unit_price"].as_i64()?,
            ))
        })
        .collect::<Option<Vec<_>>>()?;
    let payments = order["payments"]
        .as_array()?
        .iter()
        .map(|payment| {
            Some((
                uuid(&payment["payment_id"])?,
                payment["payment_code"].as_str()?.to_owned(),
                payment["amount_due"].as_i64()?,
            ))
        })
        .collect::<Option<Vec<_>>>()?;
    let content = content(
        uuid(&order["session_id"])?,
        uuid(&order["account_id"])?,
        order["payment_method"].as_str()?,
        order["total"].as_i64()?,
        lines,
        payments,
    );
    Some((id, content))
}

/// The same from the books.
#[must_use]
pub fn content(
    session: Uuid,
    account: Uuid,
    method: &str,
    total: i64,
    mut lines: Vec<(Uuid, i64, i64)>,
    mut payments: Vec<(Uuid, String, i64)>,
) -> String {
    lines.sort_unstable();
    payments.sort_unstable();
    let short = |id: &Uuid| format!("{:x}", id.as_u128() & 0xffff_ffff_ffff);
    let lines: Vec<String> = lines
        .iter()
        .map(|(offer, units, price)| format!("{}x{units}@{price}", short(offer)))
        .collect();
    let payments: Vec<String> = payments
        .iter()
        .map(|(id, code, due)| format!("{}:{code}:{due}", short(id)))
        .collect();
    format!(
        "{} {} {method} {total} [{}] [{}]",
        short(&session),
        short(&account),
        lines.join(","),
        payments.join(",")
    )
}
