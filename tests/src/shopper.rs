//! A shopper's client: one key an intent, sent again until there is an answer that settles it.

use std::time::Duration;

use anyhow::ensure;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use crate::api::{Api, Reply};

/// How long a shopper goes on trying.
const PERSISTENCE: Duration = Duration::from_mins(1);

/// What became of an intent.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// It is an order; whether this answer said that the key was known.
    Placed {
        /// The order.
        order: Box<Value>,
        /// The first call's order, said again.
        replayed: bool,
    },
    /// It was refused, and nothing was kept.
    Refused {
        /// The status.
        status: u16,
        /// Why.
        code: String,
    },
}

impl Settled {
    /// The order's id, if it is one.
    #[must_use]
    pub fn order_id(&self) -> Option<&str> {
        match self {
            Self::Placed { order, .. } => order["order_id"].as_str(),
            Self::Refused { .. } => None,
        }
    }

    /// Why it was refused, if it was.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Placed { .. } => None,
            Self::Refused { code, .. } => Some(code),
        }
    }
}

/// Orders with a key; sends the same again while the answer is lost or *busy*. Returns how often it was sent.
///
/// # Errors
/// An answer that a shopper must never get, or none for a whole minute.
pub async fn order(api: &Api, key: &str, body: &Value) -> anyhow::Result<(Settled, u32)> {
    let until = Instant::now() + PERSISTENCE;
    let mut sent = 0;
    loop {
        sent += 1;
        match api.post_once("/v1/orders", key, body).await {
            Ok(reply) => match settled(reply)? {
                Some(settled) => return Ok((settled, sent)),
                None => sleep(Duration::from_millis(u64::from(sent.min(10)) * 50)).await,
            },
            Err(_lost) => sleep(Duration::from_millis(100)).await,
        }
        ensure!(Instant::now() < until, "no answer for {PERSISTENCE:?}");
    }
}

/// Sends and does not wait for the answer, as a phone that loses its network: the order may or may not be placed.
pub async fn order_and_lose_the_answer(api: &Api, key: &str, body: &Value, after: Duration) {
    // Lost on purpose.
    drop(timeout(after, api.post_once("/v1/orders", key, body)).await);
}

/// What an answer settles; nothing when it says *busy*.
fn settled(reply: Reply) -> anyhow::Result<Option<Settled>> {
    match reply.status {
        200 | 201 => Ok(Some(Settled::Placed {
            replayed: reply.replayed,
            order: Box::new(reply.body),
        })),
        429 | 503 => Ok(None),
        400..=499 => {
            ensure!(
                reply.content_type == "application/problem+json",
                "a refusal that is no problem document: {}",
                reply.text
            );
            Ok(Some(Settled::Refused {
                status: reply.status,
                code: reply.code().to_owned(),
            }))
        }
        status => anyhow::bail!("an answer of {status}: {}", reply.text),
    }
}
