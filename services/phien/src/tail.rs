//! `phien tail`: events as readable JSON, one a line.

use anyhow::Context as _;
use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use chassis::envelope::EventHead;
use futures_util::StreamExt as _;
use prost_reflect::{DescriptorPool, DynamicMessage};
use proto::contract::{SPEAKERS, stream_of};

use crate::operator::Broker;

/// Prints events as JSON.
#[derive(Debug, clap::Args)]
pub struct Tail {
    #[command(flatten)]
    broker: Broker,
    /// From the first event that the streams still have, instead of only new ones.
    #[arg(long)]
    all: bool,
    /// Stop after this many.
    #[arg(long)]
    count: Option<usize>,
    /// Only events whose subject contains this: "orders_placed".
    #[arg(default_value = "")]
    filter: String,
}

impl Tail {
    /// Prints until Ctrl-C, or until enough were printed.
    ///
    /// # Errors
    /// When the server is not there.
    pub async fn run(self) -> anyhow::Result<()> {
        let jetstream = self.broker.connect().await?;
        let pool = DescriptorPool::decode(proto::DESCRIPTORS).context("reading the contract")?;
        let mut streams = Vec::new();
        for service in SPEAKERS {
            let deliver_policy = if self.all {
                DeliverPolicy::All
            } else {
                DeliverPolicy::New
            };
            let config = pull::OrderedConfig {
                deliver_policy,
                ..pull::OrderedConfig::default()
            };
            let consumer = jetstream
                .create_consumer_on_stream(config, stream_of(service))
                .await
                .context("following a stream")?;
            streams.push(consumer.messages().await?);
        }
        let mut events = futures_util::stream::select_all(streams);
        let mut printed = 0;
        while self.count.is_none_or(|count| printed < count) {
            let message = tokio::select! {
                message = events.next() => message.context("the streams ended")??,
                _ = tokio::signal::ctrl_c() => break,
            };
            if message.subject.contains(&self.filter) {
                println!("{}", line(&pool, &message));
                printed += 1;
            }
        }
        Ok(())
    }
}

fn line(pool: &DescriptorPool, message: &async_nats::Message) -> String {
    let head = message
        .headers
        .as_ref()
        .ok_or("no headers")
        .and_then(EventHead::read);
    let (event_type, at, aggregate, seq) = match &head {
        Ok(head) => {
            let (aggregate, seq) = head.aggregate.clone().unwrap_or_default();
            (
                head.event_type.clone(),
                head.at.to_rfc3339(),
                aggregate,
                seq,
            )
        }
        Err(missing) => (
            format!("undecodable: {missing}"),
            String::new(),
            String::new(),
            0,
        ),
    };
    let event = pool
        .get_message_by_name(&event_type)
        .and_then(|descriptor| DynamicMessage::decode(descriptor, message.payload.clone()).ok())
        .and_then(|event| serde_json::to_value(event).ok());
    serde_json::json!({ "at": at, "type": event_type, "aggregate": aggregate, "seq": seq, "event": event }).to_string()
}
