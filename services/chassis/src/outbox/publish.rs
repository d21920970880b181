//! Rows to the stream: many in one atomic batch; few, or those of a batch that was refused, one by one.

use std::{collections::HashSet, time::Duration};

use async_nats::{
    HeaderMap, header,
    jetstream::{
        self,
        context::{PublishError, PublishErrorKind},
    },
};
use proto::contract::{FEEDS, stream_of};
use serde::Deserialize;

use super::{RelayError, relay::Due};
use crate::{bus::Bus, counters::Counters, id::EventId, service::Core, telemetry::chain};

const ACK_WAIT: Duration = Duration::from_secs(5);
/// Rows that are worth a batch: for each, the server makes a store with folders and files of its own, which takes as long
/// as some ten rows one by one.
const WORTH_A_BATCH: usize = 8;
/// What the attributes of a batch add to a message, generously, in bytes.
const BATCH_HEADERS: usize = 256;

/// What became of rows.
#[derive(Default)]
pub(super) struct Said {
    pub(super) acked: Vec<Acked>,
    /// Refused for good, with the reason.
    pub(super) refused: Vec<(i64, String)>,
}

/// A row that the stream has, and under which number.
#[derive(Clone, Copy)]
pub(super) struct Acked {
    pub(super) id: i64,
    pub(super) seq: i64,
    /// The stream had it already: its number is of then.
    pub(super) duplicate: bool,
}

#[derive(Deserialize)]
struct BatchAck {
    seq: Option<u64>,
    error: Option<serde_json::Value>,
}

/// One fsync for all, where they are [worth it](WORTH_A_BATCH). A batch that is refused (one row was already there) is said
/// row by row.
pub(super) async fn publish_batch(core: &Core, rows: &[Due]) -> Result<Said, RelayError> {
    let (rows, refused) = fitting(core.bus.client.max_payload(), rows);
    if rows.len() < WORTH_A_BATCH {
        return singly(&core.bus, &rows, refused).await;
    }
    if let Some(acked) = batch(&core.bus, &rows).await? {
        return Ok(Said { acked, refused });
    }
    Counters::one(&core.counters.batches_refused);
    singly(&core.bus, &rows, refused).await
}

/// Row by row, many under way at once.
pub(super) async fn publish_singly(core: &Core, rows: &[Due]) -> Result<Said, RelayError> {
    let (rows, refused) = fitting(core.bus.client.max_payload(), rows);
    singly(&core.bus, &rows, refused).await
}

/// A message that is too large would cost the connection: it is told apart before. What its aggregate says later waits.
fn fitting(most: usize, rows: &[Due]) -> (Vec<&Due>, Vec<(i64, String)>) {
    let (mut fits, mut refused, mut waits) =
        (Vec::with_capacity(rows.len()), Vec::new(), HashSet::new());
    for row in rows {
        let size = row.payload.len() + size(&row.headers) + BATCH_HEADERS;
        if row
            .aggregate
            .as_ref()
            .is_some_and(|aggregate| waits.contains(aggregate))
        {
            continue;
        }
        if size > most {
            refused.push((row.id, format!("{size} bytes, the server takes {most}")));
            waits.extend(row.aggregate.as_ref());
        } else {
            fits.push(row);
        }
    }
    (fits, refused)
}

fn size(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .flat_map(|(name, values)| {
            let name: &str = name.as_ref();
            values
                .iter()
                .map(move |value| name.len() + value.as_str().len() + 4)
        })
        .sum()
}

/// `None` when the stream refuses the batch as a whole.
async fn batch(bus: &Bus, rows: &[&Due]) -> Result<Option<Vec<Acked>>, RelayError> {
    let batch = bus.clock.id::<EventId>().to_string();
    let message = |index: usize, row: &Due| {
        let mut headers = row.headers.clone();
        headers.insert(header::NATS_BATCH_ID, batch.as_str());
        headers.insert(header::NATS_BATCH_SEQUENCE, (index + 1).to_string());
        headers
    };
    let last = rows.len() - 1;
    for (index, row) in rows[..last].iter().enumerate() {
        bus.client
            .publish_with_headers(
                row.subject.clone(),
                message(index, row),
                row.payload.clone(),
            )
            .await
            .map_err(|error| RelayError::bus(&error))?;
    }
    let mut headers = message(last, rows[last]);
    headers.insert(header::NATS_BATCH_COMMIT, header::NATS_BATCH_COMMIT_FINAL);
    let commit = async_nats::Request::new()
        .payload(rows[last].payload.clone())
        .headers(headers)
        .timeout(Some(ACK_WAIT));
    let reply = bus
        .client
        .send_request(rows[last].subject.clone(), commit)
        .await
        .map_err(|error| RelayError::bus(&error))?;
    match serde_json::from_slice::<BatchAck>(&reply.payload) {
        Ok(BatchAck {
            seq: Some(seq),
            error: None,
        }) => {
            let first = number(seq) - i64::try_from(last).unwrap_or(0);
            let acked = rows.iter().zip(first..).map(|(row, seq)| Acked {
                id: row.id,
                seq,
                duplicate: false,
            });
            Ok(Some(acked.collect()))
        }
        Ok(BatchAck {
            error: Some(error), ..
        }) => {
            tracing::debug!("batch refused, saying row by row: {error}");
            Ok(None)
        }
        _ => Err(RelayError::Bus(
            "a batch was answered with neither a number nor an error".into(),
        )),
    }
}

async fn singly(bus: &Bus, rows: &[&Due], refused: Vec<(i64, String)>) -> Result<Said, RelayError> {
    let mut said = Said {
        acked: Vec::with_capacity(rows.len()),
        refused,
    };
    let mut under_way = Vec::with_capacity(rows.len());
    for row in rows {
        let stream = if row.is_feed() {
            FEEDS.to_owned()
        } else {
            stream_of(bus.service)
        };
        let message = jetstream::message::PublishMessage::build()
            .payload(row.payload.clone())
            .headers(row.headers.clone())
            .expected_stream(stream);
        let ack = bus
            .jetstream
            .send_publish(row.subject.clone(), message)
            .await
            .map_err(|error| RelayError::bus(&error))?;
        under_way.push((row.id, ack));
    }
    for (id, ack) in under_way {
        match ack.await {
            Ok(ack) => said.acked.push(Acked {
                id,
                seq: number(ack.sequence),
                duplicate: ack.duplicate,
            }),
            Err(error) if for_good(&error) => said.refused.push((id, chain(&error))),
            Err(error) => return Err(RelayError::bus(&error)),
        }
    }
    Ok(said)
}

/// The stream will never take this message: it is larger than the stream's own limit.
fn for_good(error: &PublishError) -> bool {
    // The client keeps the server's error to itself but for its words.
    error.kind() == PublishErrorKind::MaxPayloadExceeded
        || chain(error).contains("error code 10054")
}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
