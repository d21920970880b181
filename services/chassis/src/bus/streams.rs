//! The streams: one a service for its events, one for all feeds.

use std::time::Duration;

use async_nats::jetstream::{
    self,
    stream::{Config, DiscardPolicy, StorageType},
};
use proto::contract::{FEEDS, SPEAKERS, stream_of};

use super::BusError;

/// All streams, as this version wants them.
pub(super) fn all(replicas: usize) -> Vec<Config> {
    let events = SPEAKERS.map(|service| Config {
        name: stream_of(service),
        subjects: vec![format!("evt.{service}.>")],
        storage: StorageType::File,
        // Never older than the outbox keeps its rows, so that what the stream lost can be said again.
        max_age: Duration::from_hours(168),
        duplicate_window: Duration::from_mins(2),
        allow_atomic_publish: true,
        num_replicas: replicas,
        ..Config::default()
    });
    let feeds = Config {
        name: FEEDS.to_owned(),
        subjects: vec!["feed.>".to_owned()],
        storage: StorageType::Memory,
        max_messages_per_subject: 1,
        max_age: Duration::from_hours(1),
        max_bytes: 256 * 1024 * 1024,
        discard: DiscardPolicy::Old,
        duplicate_window: Duration::from_mins(2),
        num_replicas: replicas,
        ..Config::default()
    };
    events.into_iter().chain([feeds]).collect()
}

/// Creates every stream, or brings it to this version's settings; only operators may.
///
/// # Errors
/// When the server refuses one.
pub async fn bring(jetstream: &jetstream::Context, replicas: usize) -> Result<(), BusError> {
    for config in all(replicas) {
        let stream = config.name.clone();
        jetstream
            .create_or_update_stream(config)
            .await
            .map_err(|source| BusError::Stream { stream, source })?;
    }
    Ok(())
}
