//! Says events again: copies of what was published, each under a new message id, several at once and in any order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{Client, ConnectOptions, HeaderMap, Message, header};
use bytes::Bytes;
use chassis::lifecycle::Lifecycle;
use futures_util::StreamExt as _;
use rand::{RngExt as _, seq::SliceRandom as _};

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
    /// Listens to all events at a broker.
    ///
    /// # Errors
    /// When there is no broker.
    pub async fn start(nats: &str, lifecycle: &Lifecycle) -> anyhow::Result<Self> {
        let client = ConnectOptions::new()
            .name("chaos-relay")
            .connect(nats)
            .await?;
        let relay = Self {
            on: Arc::default(),
            copied: Arc::default(),
        };
        let (working, stops) = (relay.clone(), lifecycle.clone());
        lifecycle.spawn(async move {
            tokio::select! {
                outcome = working.work(client) => if let Err(error) = outcome {
                    eprintln!("the chaos relay ended: {error:#}");
                },
                () = stops.stopping() => {}
            }
        });
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

    async fn work(&self, client: Client) -> anyhow::Result<()> {
        let mut events = client.subscribe("evt.>").await?;
        let mut gathered: Vec<Message> = Vec::new();
        let mut tick = tokio::time::interval(Duration::from_millis(150));
        loop {
            tokio::select! {
                event = events.next() => {
                    let Some(event) = event else { return Ok(()) };
                    let is_copy = event.headers.as_ref().is_some_and(|headers| headers.get(COPY).is_some());
                    if self.on.load(Ordering::Relaxed) && !is_copy && gathered.len() < TOGETHER {
                        gathered.push(event);
                    }
                }
                _ = tick.tick() => self.say_again(&client, std::mem::take(&mut gathered)).await?,
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
