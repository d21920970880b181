//! State for those who watch, said at most ten times a second an object.
//!
//! Said at once when idle; while the last saying is fresh, changes gather and only the newest is said at the next
//! tick; news of orders gather in one message a desk. Lost sayings do no harm: states are said again, and a reader keeps the highest version. Event kinds of a
//! feed do not go this way: they must arrive, so they leave by the outbox ([`crate::outbox::say_feed`]).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::HeaderMap;
use prost::Message as _;
use proto::{
    contract::{Audience, feed_subject},
    feed::v1::{Feed, OrderNews, OrdersNews, feed::Of},
};
use tokio::sync::Notify;

use crate::{
    bus::Bus,
    lifecycle::Lifecycle,
    telemetry::chain,
    trace::{self, Span, Trace},
};

const TICK: Duration = Duration::from_millis(100);
/// What one message of orders may weigh; the broker takes 1 MB by default.
const WEIGHT: usize = 500_000;

/// Where a service says the newest state of its objects.
#[derive(Debug, Clone)]
pub struct Feeds {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    pending: Mutex<Pending>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Pending {
    /// The newest of each subject.
    states: HashMap<String, (Of, Option<Trace>)>,
    /// All of them, by session, with the first trace among them.
    orders: HashMap<String, (Vec<OrderNews>, Option<Trace>)>,
}

impl Feeds {
    /// Starts saying what is put in.
    #[must_use]
    pub fn start(bus: &Bus, lifecycle: &Lifecycle) -> Self {
        let feeds = Self {
            inner: Arc::default(),
        };
        let (inner, bus, alive) = (Arc::clone(&feeds.inner), bus.clone(), lifecycle.clone());
        lifecycle.spawn(async move {
            loop {
                tokio::select! {
                    () = inner.news.notified() => {}
                    () = alive.stopping() => break,
                }
                inner.say_pending(&bus).await;
                if !alive.sleep(TICK).await {
                    break;
                }
            }
            inner.say_pending(&bus).await;
        });
        feeds
    }

    /// Says a state; an older one of the same object that still waits is dropped.
    pub fn say(&self, audience: &Audience, of: Of) {
        let subject = feed_subject(audience, &of);
        let mut pending = lock(&self.inner.pending);
        let newer = pending
            .states
            .get(&subject)
            .is_none_or(|(waiting, _)| waiting.version() <= of.version());
        if newer {
            pending.states.insert(subject, (of, trace::current()));
        }
        drop(pending);
        self.inner.news.notify_one();
    }

    /// Says that orders of a session are new or changed, to its desk, their shoppers and their producers.
    pub fn say_orders(&self, session: &str, orders: impl IntoIterator<Item = OrderNews>) {
        let mut orders = orders.into_iter().peekable();
        if orders.peek().is_none() {
            return;
        }
        let mut pending = lock(&self.inner.pending);
        if let Some((waiting, first)) = pending.orders.get_mut(session) {
            waiting.extend(orders);
            *first = first.take().or_else(trace::current);
        } else {
            let orders = (orders.collect(), trace::current());
            pending.orders.insert(session.to_owned(), orders);
        }
        drop(pending);
        self.inner.news.notify_one();
    }
}

impl Inner {
    async fn say_pending(&self, bus: &Bus) {
        let Pending { states, orders } = std::mem::take(&mut *lock(&self.pending));
        for (subject, (of, trace)) in states {
            say_now(bus, subject, of, trace).await;
        }
        for (session_id, (orders, trace)) in orders {
            let desk = Audience::Desk(session_id.clone());
            for orders in parts(orders) {
                let of = Of::Orders(OrdersNews {
                    session_id: session_id.clone(),
                    orders,
                });
                say_now(bus, feed_subject(&desk, &of), of, trace.clone()).await;
            }
        }
    }
}

async fn say_now(bus: &Bus, subject: String, of: Of, trace: Option<Trace>) {
    let payload = Feed { of: Some(of) }.encode_to_vec().into();
    let span = Span::after(bus.service, "feed.say", trace.as_ref());
    let said = match span.trace() {
        None => bus.client.publish(subject, payload).await,
        Some(trace) => {
            let mut headers = HeaderMap::new();
            headers.insert(trace::HEADER, trace.text());
            bus.client
                .publish_with_headers(subject, headers, payload)
                .await
        }
    };
    if let Err(error) = said {
        tracing::warn!("feed state not said: {}", chain(&error));
    }
}

/// Cuts a list where a message would become too heavy.
fn parts(orders: Vec<OrderNews>) -> Vec<Vec<OrderNews>> {
    let mut parts: Vec<Vec<OrderNews>> = Vec::new();
    let mut weight = WEIGHT;
    for order in orders {
        let more = order.encoded_len();
        weight += more;
        match parts.last_mut() {
            Some(part) if weight <= WEIGHT => part.push(order),
            _ => {
                weight = more;
                parts.push(vec![order]);
            }
        }
    }
    parts
}

fn lock(pending: &Mutex<Pending>) -> MutexGuard<'_, Pending> {
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_leaves_in_parts_whole_and_in_order() {
        let orders: Vec<OrderNews> = (0..2_000)
            .map(|number| OrderNews {
                order_id: format!("ord_{number}"),
                session_id: "x".repeat(1_000),
                ..OrderNews::default()
            })
            .collect();
        let parts = parts(orders.clone());
        assert!((4..=6).contains(&parts.len()), "{}", parts.len());
        for part in &parts {
            let weight: usize = part.iter().map(OrderNews::encoded_len).sum();
            assert!(weight <= WEIGHT);
        }
        assert_eq!(parts.concat(), orders);
        assert!(super::parts(Vec::new()).is_empty());
    }
}
