//! Rows to the stream. Events of one aggregate stand in it in their order, whatever becomes of the connection meanwhile.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use async_nats::{
    HeaderMap, header,
    jetstream::{
        context::{PublishAckFuture, PublishError, PublishErrorKind},
        message::PublishMessage,
        publish::PublishAck,
    },
};
use futures_util::future::join_all;
use proto::contract::{FEEDS, stream_of};
use serde::Deserialize;
use tokio::time::Instant;

use super::{RelayError, relay::Due};
use crate::{bus::Bus, counters::Counters, id::EventId, service::Core, telemetry::chain};

/// For a whole batch; the client waits as long for a single message.
const ACK_WAIT: Duration = Duration::from_secs(5);
/// For a round that goes one by one; what is left then is of the next.
const ROUND_WAIT: Duration = Duration::from_secs(10);
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
    /// Why it is not known of the others; what was acknowledged stands all the same.
    failed: Option<RelayError>,
}

impl Said {
    /// # Errors
    /// When it is not known what became of some.
    pub(super) fn of_all(mut self) -> Result<Self, RelayError> {
        self.failed().map(|()| self)
    }

    /// # Errors
    /// As [`of_all`](Self::of_all), to be asked when the rest was noted.
    pub(super) fn failed(&mut self) -> Result<(), RelayError> {
        self.failed.take().map_or(Ok(()), Err)
    }

    fn fail(&mut self, error: &(dyn std::error::Error + 'static)) {
        self.failed.get_or_insert_with(|| RelayError::bus(error));
    }

    /// Takes down an answer; true when the row is in the stream.
    fn take(&mut self, id: i64, ack: Result<PublishAck, PublishError>) -> bool {
        match ack {
            Ok(ack) => {
                self.acked.push(Acked {
                    id,
                    seq: number(ack.sequence),
                    duplicate: ack.duplicate,
                });
                return true;
            }
            Err(error) if for_good(&error) => self.refused.push((id, chain(&error))),
            Err(error) => self.fail(&error),
        }
        false
    }

    fn add(&mut self, other: Self) {
        self.acked.extend(other.acked);
        self.refused.extend(other.refused);
        self.failed = self.failed.take().or(other.failed);
    }
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

/// Events: many in one batch, with one fsync; fewer, or those of a batch that is refused (one row was already there), one
/// by one.
pub(super) async fn publish_events(core: &Core, rows: &[Due]) -> Said {
    let (rows, mut said) = fitting(core.bus.client.max_payload(), rows);
    if rows.len() >= WORTH_A_BATCH {
        match batch(&core.bus, &rows).await {
            Ok(Some(acked)) => {
                said.acked = acked;
                return said;
            }
            Ok(None) => Counters::one(&core.counters.batches_refused),
            Err(error) => {
                said.failed = Some(error);
                return said;
            }
        }
    }
    let mut aggregates: HashMap<Option<&str>, Vec<&Due>> = HashMap::new();
    for row in rows {
        let rows = aggregates.entry(row.aggregate.as_deref());
        rows.or_default().push(row);
    }
    let mut aggregates: Vec<Vec<&Due>> = aggregates.into_values().collect();
    aggregates.sort_by_key(|rows| rows[0].id);
    let until = Instant::now() + ROUND_WAIT;
    let in_turn = |rows| in_turn(&core.bus, rows, until);
    for one in join_all(aggregates.into_iter().map(in_turn)).await {
        said.add(one);
    }
    said
}

/// Messages of feeds: one by one, many under way at once.
pub(super) async fn publish_feeds(core: &Core, rows: &[Due]) -> Said {
    let (rows, mut said) = fitting(core.bus.client.max_payload(), rows);
    let mut under_way = Vec::with_capacity(rows.len());
    for row in rows {
        match send(&core.bus, row).await {
            Ok(ack) => under_way.push((row.id, ack)),
            Err(error) => {
                said.fail(&error);
                break;
            }
        }
    }
    // A client counts an acknowledgement's patience from when it is waited for: all together.
    let under_way = under_way
        .into_iter()
        .map(|(id, ack)| async move { (id, ack.await) });
    for (id, ack) in join_all(under_way).await {
        said.take(id, ack);
    }
    said
}

/// A message that is too large would cost the connection: it is told apart before. What its aggregate says later waits.
fn fitting(most: usize, rows: &[Due]) -> (Vec<&Due>, Said) {
    let (mut fits, mut waits) = (Vec::with_capacity(rows.len()), HashSet::new());
    let mut said = Said::default();
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
            said.refused
                .push((row.id, format!("{size} bytes, the server takes {most}")));
            waits.extend(row.aggregate.as_ref());
        } else {
            fits.push(row);
        }
    }
    (fits, said)
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

/// The events of one aggregate, each when the one before it is in the stream: a connection that is lost loses what it had
/// taken, and what waited behind goes out on the next.
async fn in_turn(bus: &Bus, rows: Vec<&Due>, until: Instant) -> Said {
    let mut said = Said::default();
    for row in rows {
        if until <= Instant::now() {
            said.failed = Some(RelayError::Bus("it took too long".into()));
            break;
        }
        let ack = match send(bus, row).await {
            Ok(ack) => ack.await,
            Err(error) => Err(error),
        };
        if !said.take(row.id, ack) {
            break;
        }
    }
    said
}

async fn send(bus: &Bus, row: &Due) -> Result<PublishAckFuture, PublishError> {
    let stream = if row.is_feed() {
        FEEDS.to_owned()
    } else {
        stream_of(bus.service)
    };
    let message = PublishMessage::build()
        .payload(row.payload.clone())
        .headers(row.headers.clone())
        .expected_stream(stream);
    bus.jetstream
        .send_publish(row.subject.clone(), message)
        .await
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
