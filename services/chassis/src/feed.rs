//! State for those who watch, said at most ten times a second an object.
//!
//! Said at once when idle; while the last saying is fresh, changes gather and only the newest is said at the next
//! tick. Lost sayings do no harm: states are said again, and a reader keeps the highest version. Event kinds of a
//! feed do not go this way: they must arrive, so they leave by the outbox ([`crate::outbox::say_feed`]).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use prost::Message as _;
use proto::{
    contract::{Audience, feed_subject},
    feed::v1::{Feed, feed::Of},
};
use tokio::sync::Notify;

use crate::{bus::Bus, lifecycle::Lifecycle, telemetry::chain};

const TICK: Duration = Duration::from_millis(100);

/// Where a service says the newest state of its objects.
#[derive(Debug, Clone)]
pub struct Feeds {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    pending: Mutex<HashMap<String, Of>>,
    news: Notify,
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
        let mut pending = self
            .inner
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let newer = pending
            .get(&subject)
            .is_none_or(|waiting| waiting.version() <= of.version());
        if newer {
            pending.insert(subject, of);
        }
        drop(pending);
        self.inner.news.notify_one();
    }
}

impl Inner {
    async fn say_pending(&self, bus: &Bus) {
        let pending =
            std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        for (subject, of) in pending {
            let payload = Feed { of: Some(of) }.encode_to_vec();
            if let Err(error) = bus.client.publish(subject, payload.into()).await {
                tracing::warn!("feed state not said: {}", chain(&error));
            }
        }
    }
}
