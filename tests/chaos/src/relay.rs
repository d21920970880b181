//! Says events again: copies of what was published, each under a new message id, several at once and in any order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use async_nats::{
    Client, HeaderMap, Message, header,
    jetstream::{
        self,
        consumer::{DeliverPolicy, pull::OrderedConfig},
    },
};
use bytes::Bytes;
use chassis::{bus::keys, lifecycle::Lifecycle};
use futures_util::StreamExt as _;
use proto::contract::{SPEAKERS, stream_of};
use rand::{RngExt as _, seq::SliceRandom as _};

use crate::stack::Stack;

/// Marks a copy, so that it is not copied again.
pub const COPY: &str = "Phien-Chaos-Copy";
/// Copied together at most.
const TOGETHER: usize = 200;

/// Copies while it is switched on.
#[derive(Debug, Clone)]
pub struct Relay {
    on: Arc<AtomicBool>,
    copied: Arc<AtomicU64>,
}

impl Relay {
    /// Reads all events as an operator, and says copies as the service that said them.
    ///
    /// # Errors
    /// When there is no broker.
    pub async fn start(stack: &Stack, lifecycle: &Lifecycle) -> anyhow::Result<Self> {
        let relay = Self {
            on: Arc::default(),
            copied: Arc::default(),
        };
        for speaker in SPEAKERS {
            let events = stack.operator().await?;
            let voice = keys::options(stack.direct().nats_keys.as_deref(), speaker)?
                .connect(stack.direct().nats.as_str())
                .await?;
            let (working, stops) = (relay.clone(), lifecycle.clone());
            lifecycle.spawn(async move {
                // The broker is stopped now and then, and its streams are lost.
                while let Err(error) = tokio::select! {
                    outcome = working.work(&events, speaker, &voice) => outcome,
                    () = stops.stopping() => Ok(()),
                } {
                    if working.on.load(Ordering::Relaxed) {
                        eprintln!("the chaos relay of {speaker} starts again: {error:#}");
                    }
                    stops.sleep(Duration::from_secs(1)).await;
                }
            });
        }
        Ok(relay)
    }

    /// Copies from now on, or no longer.
    pub fn switch(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }

    /// Copies so far.
    #[must_use]
    pub fn copied(&self) -> u64 {
        self.copied.load(Ordering::Relaxed)
    }

    async fn work(
        &self,
        events: &jetstream::Context,
        speaker: &str,
        voice: &Client,
    ) -> anyhow::Result<()> {
        let stream = events.get_stream(stream_of(speaker)).await?;
        let config = OrderedConfig {
            deliver_policy: DeliverPolicy::New,
            ..OrderedConfig::default()
        };
        let mut events = stream.create_consumer(config).await?.messages().await?;
        let mut gathered: Vec<Message> = Vec::new();
        let mut tick = tokio::time::interval(Duration::from_millis(150));
        loop {
            tokio::select! {
                event = events.next() => {
                    let event = event.context("the stream of events ended")??;
                    let is_copy = event.headers.as_ref().is_some_and(|headers| headers.get(COPY).is_some());
                    if self.on.load(Ordering::Relaxed) && !is_copy && gathered.len() < TOGETHER {
                        gathered.push(event.message.clone());
                    }
                }
                _ = tick.tick() => self.say_again(voice, std::mem::take(&mut gathered)).await?,
            }
        }
    }

    async fn say_again(&self, client: &Client, gathered: Vec<Message>) -> anyhow::Result<()> {
        let mut copies = Vec::new();
        for event in &gathered {
            let times = rand::rng().random_range(1..=3);
            copies.extend(std::iter::repeat_n(event, times));
        }
        copies.shuffle(&mut rand::rng());
        for event in copies {
            let payload: Bytes = event.payload.clone();
            client
                .publish_with_headers(event.subject.clone(), copy(event), payload)
                .await?;
            self.copied.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// The attributes of an event without those of its message.
fn copy(event: &Message) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, values) in event.headers.iter().flat_map(HeaderMap::iter) {
        if !name.to_string().to_ascii_lowercase().starts_with("nats-") {
            for value in values {
                headers.append(name.clone(), value.clone());
            }
        }
    }
    let id = format!("copy-{:032x}", rand::rng().random::<u128>());
    headers.insert(header::NATS_MESSAGE_ID, id);
    headers.insert(COPY, "1");
    headers
}
