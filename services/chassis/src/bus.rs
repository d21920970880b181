//! The connection to NATS and the streams that stand on it.

pub mod accounts;
pub mod keys;
pub mod permissions;
pub mod streams;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{Client, Event, ServerError, jetstream};
use proto::contract::{FEEDS, stream_of};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::{clock::Clock, config::Settings, counters::Counters, envelope::Keyring};

/// Our own queues refuse before the client library would drop; see the intake's bound.
const SUBSCRIPTION_CAPACITY: usize = 65_536;
/// Commands that wait for the socket; then whoever publishes waits too.
const CLIENT_CAPACITY: usize = 4096;
/// A dead link is noticed within two of these.
const PING_EVERY: Duration = Duration::from_secs(10);
/// For the connection with its handshake, and for an answer of the server itself.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// What nobody answers within this is not answered; askers of services bring their own patience.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A role is not ready when it has been cut off for so long; a server that restarts takes less.
const DOWN_MOST: Duration = Duration::from_secs(3);

/// Bytes of a stream that are asked for at once, so that twice as many are on the way at most: the server cuts off whom
/// 64 MiB wait for (`max_pending`), and an event may have up to 4 MB.
pub const PULL_BYTES: usize = 16 << 20;

/// A role's hold on the bus.
#[derive(Clone, Debug)]
pub struct Bus {
    pub(crate) client: Client,
    pub(crate) jetstream: jetstream::Context,
    pub(crate) keys: Keyring,
    pub(crate) clock: Clock,
    pub(crate) link: Arc<Link>,
    pub(crate) counters: Arc<Counters>,
    /// The service this role is.
    pub service: &'static str,
    replicas: usize,
}

/// What is known of the connection.
#[derive(Debug, Default)]
pub(crate) struct Link {
    up: AtomicBool,
    /// Since when there has been no connection.
    down_since: Mutex<Option<Instant>>,
    /// Connections made so far: the relay looks at the streams again after each.
    connections: AtomicU64,
    pub(crate) counters: Arc<Counters>,
    /// What the server forbade this role to say or hear; must stay 0.
    denied: AtomicU64,
    /// Wakes the outbox relay after a commit.
    pub(crate) said: Notify,
}

/// The bus cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The role's key cannot be used.
    #[error("cannot sign in to NATS")]
    Key(#[from] keys::KeyError),
    /// No connection.
    #[error("cannot connect to NATS")]
    Connect(#[from] async_nats::ConnectError),
    /// The server has no JetStream, or refuses the stream.
    #[error("cannot create the stream {stream}")]
    Stream {
        /// Which one.
        stream: String,
        /// Why.
        #[source]
        source: jetstream::context::CreateStreamError,
    },
}

/// How long the server may take to answer the simplest question.
const REACHED_WITHIN: Duration = Duration::from_secs(2);

impl Bus {
    /// Connects, and makes sure that the streams stand. A connection that is lost later comes back by itself.
    ///
    /// # Errors
    /// When the server refuses the connection or a stream.
    pub async fn connect(
        settings: &Settings,
        service: &'static str,
        clock: Clock,
    ) -> Result<Self, BusError> {
        let link = Arc::new(Link::default());
        let seen = Arc::clone(&link);
        let client = keys::options(settings.nats_keys.as_deref(), service)?
            .ping_interval(PING_EVERY)
            .connection_timeout(CONNECT_WITHIN)
            .request_timeout(Some(ANSWER_WITHIN))
            .client_capacity(CLIENT_CAPACITY)
            .subscription_capacity(SUBSCRIPTION_CAPACITY)
            .reconnect_delay_callback(reconnect_delay)
            .event_callback(move |event| {
                let seen = Arc::clone(&seen);
                async move { seen.note(&event) }
            })
            .connect(settings.nats_url.split(',').collect::<Vec<_>>())
            .await?;
        link.up.store(true, Ordering::Relaxed);
        let bus = Self {
            jetstream: jetstream::new(client.clone()),
            client,
            keys: Keyring::new(settings.identity_secret.clone()),
            clock,
            counters: Arc::clone(&link.counters),
            link,
            service,
            replicas: settings.stream_replicas,
        };
        bus.ensure_streams().await?;
        Ok(bus)
    }

    /// Waits until the server has what this connection sent so far, a subscription say: it takes one thing after the
    /// other, so an answer to anything proves it. Ends in any case.
    pub(crate) async fn reached(&self) {
        let subject = format!("$JS.API.STREAM.INFO.{}", stream_of(self.service));
        let question = async_nats::Request::new().timeout(Some(REACHED_WITHIN));
        if let Err(error) = self.client.send_request(subject, question).await {
            tracing::debug!("the broker has not answered yet: {error}");
        }
    }

    /// Waits until what was said last, the answers of a role that stops, has left this process. Ends in any case, and
    /// at once while there is no broker to say it to.
    pub async fn flush(&self) {
        if !self.is_up() {
            return;
        }
        if !matches!(
            timeout(REACHED_WITHIN, self.client.flush()).await,
            Ok(Ok(()))
        ) {
            tracing::warn!("what was said last may not have reached NATS");
        }
    }

    /// Creates what this role needs and the broker does not have: the stream of its events, and that of all feeds.
    /// One that is there is left as it is; see [`streams::bring`].
    ///
    /// # Errors
    /// When the server refuses one.
    pub async fn ensure_streams(&self) -> Result<(), BusError> {
        for config in streams::all(self.replicas) {
            let stream = config.name.clone();
            if stream == FEEDS || stream == stream_of(self.service) {
                self.jetstream
                    .get_or_create_stream(config)
                    .await
                    .map_err(|source| BusError::Stream { stream, source })?;
            }
        }
        Ok(())
    }

    /// True while the connection stands.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.link.up.load(Ordering::Relaxed)
    }

    /// True unless the connection has been lost for some seconds.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        let since = *self
            .link
            .down_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        since.is_none_or(|since| since.elapsed() < DOWN_MOST)
    }

    /// Messages dropped by full subscriptions since the start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        Counters::get(&self.link.counters.slow_consumers)
    }

    /// Questions that were met with silence and asked again, so far.
    #[must_use]
    pub fn asked_again(&self) -> u64 {
        Counters::get(&self.counters.asked_again)
    }

    /// What the server forbade this role to say or hear since the start.
    #[must_use]
    pub fn denied(&self) -> u64 {
        self.link.denied.load(Ordering::Relaxed)
    }

    /// The clock that signs what is asked.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The stream of all feeds as JetStream knows it, for readers that follow it.
    #[must_use]
    pub fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }
}

impl Link {
    /// Connections made so far.
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    fn is_down(&self, since: Option<Instant>) {
        *self
            .down_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn note(&self, event: &Event) {
        match event {
            Event::Connected => {
                self.up.store(true, Ordering::Relaxed);
                self.is_down(None);
                if self.connections.fetch_add(1, Ordering::Relaxed) > 0 {
                    Counters::one(&self.counters.reconnects);
                }
                // What was not acknowledged before the cut is said again at once.
                self.said.notify_one();
                tracing::info!("connected to NATS");
            }
            Event::Disconnected | Event::Closed => {
                if self.up.swap(false, Ordering::Relaxed) {
                    self.is_down(Some(Instant::now()));
                }
                tracing::warn!("NATS connection lost");
            }
            Event::SlowConsumer(subscription) => {
                let slow = &self.counters.slow_consumers;
                if slow.fetch_add(1, Ordering::Relaxed).is_multiple_of(1000) {
                    tracing::error!(subscription, "a full subscription drops messages");
                }
            }
            Event::ServerError(ServerError::Other(said))
                if said.starts_with("Permissions Violation") =>
            {
                self.denied.fetch_add(1, Ordering::Relaxed);
                tracing::error!("NATS forbids it: {said}");
            }
            other => tracing::warn!(event = %other, "NATS"),
        }
    }
}

/// Doubles from 10 ms to 2 s, with up to half of it added by chance so that roles do not return in step.
fn reconnect_delay(attempt: usize) -> Duration {
    if attempt == 0 {
        return Duration::ZERO;
    }
    let base = 10_u64.saturating_mul(1 << attempt.min(8)).min(2_000);
    Duration::from_millis(base + rand::random_range(0..=base / 2))
}
