//! What a service says: written in the transaction of its cause, published afterwards by one relay.
//!
//! Rows are marked when the stream has acknowledged them; a crash at any point repeats, never loses. No cursor: a
//! row that commits late stays visible. The lock on the aggregate's row orders its events until commit.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use async_nats::{HeaderMap, header, jetstream};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use prost::Message as _;
use proto::{
    contract::{Audience, Event, FEEDS, SPEAKERS, feed_subject, stream_of},
    feed::v1::{Feed, feed::Of},
};
use serde::Deserialize;
use sqlx::{PgConnection, Row as _};

use crate::{
    bus::Bus,
    clock::Clock,
    envelope::EventHead,
    id::{EventId, Id as _},
    leader::lead,
    service::Core,
    telemetry::chain,
    trace::{self, Span, Trace},
};

/// Rows of one round; also the size of an atomic batch (the server takes 1,000).
const ROUND: i64 = 500;
/// How long the relay sleeps when nobody wakes it.
const POLL: Duration = Duration::from_millis(40);
/// Between two rounds that had something to say: what is committed meanwhile goes together.
const PACE: Duration = Duration::from_millis(20);
const ACK_WAIT: Duration = Duration::from_secs(5);
/// How long published rows are kept: as long as the stream keeps its messages.
const KEPT_DAYS: i32 = 7;
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Says an event of an aggregate ("session:ses_…") in the caller's transaction.
///
/// # Errors
/// When the database refuses; the caller's transaction is lost then.
pub async fn say<E: Event>(
    conn: &mut PgConnection,
    clock: &Clock,
    aggregate: &str,
    event: &E,
) -> Result<(), sqlx::Error> {
    let id: EventId = clock.id();
    sqlx::query(
        "with next as (
             insert into chassis.aggregate as a (aggregate, last_seq) values ($1, 1)
             on conflict (aggregate) do update set last_seq = a.last_seq + 1
             returning last_seq
         )
         insert into chassis.outbox (event_id, aggregate, aggregate_seq, subject, event_type, payload, trace)
         select $2, $1, last_seq, $3, $4, $5, $6 from next",
    )
    .bind(aggregate)
    .bind(id.uuid())
    .bind(E::SUBJECT)
    .bind(E::full_name())
    .bind(event.encode_to_vec())
    .bind(trace_text())
    .execute(conn)
    .await?;
    Ok(())
}

/// Says a feed message of an event kind, which must arrive, in the caller's transaction.
///
/// # Errors
/// As [`say`].
pub async fn say_feed(
    conn: &mut PgConnection,
    clock: &Clock,
    audience: &Audience,
    of: Of,
) -> Result<(), sqlx::Error> {
    let id: EventId = clock.id();
    let subject = feed_subject(audience, &of);
    sqlx::query("insert into chassis.outbox (event_id, subject, event_type, payload, trace) values ($1, $2, 'phien.feed.v1.Feed', $3, $4)")
        .bind(id.uuid())
        .bind(subject)
        .bind(Feed { of: Some(of) }.encode_to_vec())
        .bind(trace_text())
        .execute(conn)
        .await?;
    Ok(())
}

/// Says many feed messages of event kinds at once, in their order; as [`say_feed`].
///
/// # Errors
/// As [`say`].
pub async fn say_feeds(
    conn: &mut PgConnection,
    clock: &Clock,
    audience: &Audience,
    all: Vec<Of>,
) -> Result<(), sqlx::Error> {
    let ids: Vec<uuid::Uuid> = all.iter().map(|_| clock.id::<EventId>().uuid()).collect();
    let subjects: Vec<String> = all.iter().map(|of| feed_subject(audience, of)).collect();
    let payloads: Vec<Vec<u8>> = all
        .into_iter()
        .map(|of| Feed { of: Some(of) }.encode_to_vec())
        .collect();
    sqlx::query(
        "insert into chassis.outbox (event_id, subject, event_type, payload, trace)
         select event_id, subject, 'phien.feed.v1.Feed', payload, $4
         from unnest($1::uuid[], $2::text[], $3::bytea[]) with ordinality as a (event_id, subject, payload, place) order by place",
    )
    .bind(ids)
    .bind(subjects)
    .bind(payloads)
    .bind(trace_text())
    .execute(conn)
    .await?;
    Ok(())
}

/// What the caller works for, as the row keeps it.
fn trace_text() -> Option<String> {
    trace::current().map(|trace| trace.text())
}

/// A row on its way.
struct Due {
    id: i64,
    subject: String,
    headers: HeaderMap,
    payload: Bytes,
    is_feed: bool,
    /// Ends once the row is acknowledged, or has to be said again.
    _span: Span,
}

/// Runs the relay: on one instance at a time, until the role stops.
pub(crate) fn start(core: &Core) {
    let core = core.clone();
    core.lifecycle.clone().spawn(async move {
        while !core.lifecycle.is_stopping() {
            let Some(mut lead) = lead(&core, "outbox").await else {
                break;
            };
            while !core.lifecycle.is_stopping() {
                if let Err(error) = relay(&core, &mut lead.conn).await {
                    tracing::warn!("outbox relay starts again: {}", chain(&error));
                    core.lifecycle.sleep(Duration::from_millis(200)).await;
                    break;
                }
            }
        }
    });
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("the database")]
    Database(#[from] sqlx::Error),
    #[error("the bus: {0}")]
    Bus(String),
}

/// Publishes what is due, until the role stops or the bus was connected anew: a broker that came back may have lost
/// streams, or what was in them.
async fn relay(core: &Core, conn: &mut PgConnection) -> Result<(), RelayError> {
    let connections = core.bus.link.connections();
    core.bus
        .ensure_streams()
        .await
        .map_err(|error| RelayError::Bus(chain(&error)))?;
    if SPEAKERS.contains(&core.bus.service) {
        say_again_what_the_stream_lost(&core.bus, conn).await?;
    }
    let mut swept = tokio::time::Instant::now();
    loop {
        let began = tokio::time::Instant::now();
        let due = read_due(core.bus.service, conn).await?;
        let count = due.len();
        if count > 0 {
            let (feeds, events): (Vec<_>, Vec<_>) = due.into_iter().partition(|row| row.is_feed);
            let mut acked = publish_batch(&core.bus, &events).await?;
            acked.extend(publish_singly(&core.bus, &feeds).await?);
            mark(conn, &acked).await?;
            core.counters
                .published
                .fetch_add(acked.len() as u64, Relaxed);
            tokio::time::sleep_until(began + PACE).await;
        }
        if swept.elapsed() > SWEEP_EVERY {
            sweep(conn).await?;
            swept = tokio::time::Instant::now();
        }
        if core.bus.link.connections() != connections {
            return Ok(());
        }
        if i64::try_from(count).is_ok_and(|count| count == ROUND) {
            continue;
        }
        tokio::select! {
            () = core.bus.link.said.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            () = core.lifecycle.stopping() => return Ok(()),
        }
    }
}

async fn read_due(service: &'static str, conn: &mut PgConnection) -> Result<Vec<Due>, sqlx::Error> {
    let rows = sqlx::query(
        "select id, event_id, aggregate, aggregate_seq, subject, event_type, payload, created_at, trace
         from chassis.outbox where published_at is null order by id limit $1",
    )
    .bind(ROUND)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let aggregate: Option<String> = row.try_get("aggregate")?;
            let seq: Option<i64> = row.try_get("aggregate_seq")?;
            let is_feed = aggregate.is_none();
            let at: DateTime<Utc> = row.try_get("created_at")?;
            let trace: Option<&str> = row.try_get("trace")?;
            let trace = trace.and_then(Trace::read);
            let span = Span::after(service, "outbox.publish", trace.as_ref());
            let head = EventHead {
                trace: span.trace(),
                source: service.to_owned(),
                id: EventId::from_uuid(row.try_get("event_id")?),
                event_type: row.try_get("event_type")?,
                aggregate: aggregate.zip(seq),
                at,
            };
            Ok(Due {
                id: row.try_get("id")?,
                subject: row.try_get("subject")?,
                headers: head.headers(),
                payload: Bytes::from(row.try_get::<Vec<u8>, _>("payload")?),
                is_feed,
                _span: span,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct BatchAck {
    seq: Option<u64>,
    error: Option<serde_json::Value>,
}

/// One fsync for the whole batch. A batch that is refused (one row was already there) is said row by row.
async fn publish_batch(bus: &Bus, rows: &[Due]) -> Result<Vec<(i64, i64)>, RelayError> {
    if rows.len() < 2 {
        return publish_singly(bus, rows).await;
    }
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
            .map_err(|error| RelayError::Bus(chain(&error)))?;
    }
    let mut headers = message(last, &rows[last]);
    headers.insert(header::NATS_BATCH_COMMIT, header::NATS_BATCH_COMMIT_FINAL);
    let commit = async_nats::Request::new()
        .payload(rows[last].payload.clone())
        .headers(headers)
        .timeout(Some(ACK_WAIT));
    let reply = bus
        .client
        .send_request(rows[last].subject.clone(), commit)
        .await
        .map_err(|error| RelayError::Bus(chain(&error)))?;
    match serde_json::from_slice::<BatchAck>(&reply.payload) {
        Ok(BatchAck {
            seq: Some(seq),
            error: None,
        }) => {
            let first = i64::try_from(seq).unwrap_or(i64::MAX) - i64::try_from(last).unwrap_or(0);
            Ok(rows
                .iter()
                .zip(first..)
                .map(|(row, seq)| (row.id, seq))
                .collect())
        }
        Ok(BatchAck {
            error: Some(error), ..
        }) => {
            tracing::debug!("batch refused, saying row by row: {error}");
            publish_singly(bus, rows).await
        }
        _ => Err(RelayError::Bus(
            "a batch was answered with neither a number nor an error".into(),
        )),
    }
}

async fn publish_singly(bus: &Bus, rows: &[Due]) -> Result<Vec<(i64, i64)>, RelayError> {
    let fail = |error: &dyn std::error::Error| RelayError::Bus(error.to_string());
    let mut under_way = Vec::with_capacity(rows.len());
    for row in rows {
        let message = jetstream::message::PublishMessage::build()
            .payload(row.payload.clone())
            .headers(row.headers.clone())
            .expected_stream(if row.is_feed {
                FEEDS.to_owned()
            } else {
                stream_of(bus.service)
            });
        let ack = bus
            .jetstream
            .send_publish(row.subject.clone(), message)
            .await
            .map_err(|error| fail(&error))?;
        under_way.push((row.id, ack));
    }
    let mut acked = Vec::with_capacity(rows.len());
    for (id, ack) in under_way {
        let ack = ack.await.map_err(|error| fail(&error))?;
        acked.push((id, i64::try_from(ack.sequence).unwrap_or(i64::MAX)));
    }
    Ok(acked)
}

async fn mark(conn: &mut PgConnection, acked: &[(i64, i64)]) -> Result<(), sqlx::Error> {
    let (ids, seqs): (Vec<i64>, Vec<i64>) = acked.iter().copied().unzip();
    sqlx::query(
        "update chassis.outbox o set published_at = clock_timestamp(), stream_seq = a.seq
         from unnest($1::bigint[], $2::bigint[]) as a (id, seq) where o.id = a.id",
    )
    .bind(ids)
    .bind(seqs)
    .execute(conn)
    .await?;
    Ok(())
}

/// Postgres is the truth: a stream younger than our rows, or shorter than its own acknowledgements, gets them again.
async fn say_again_what_the_stream_lost(
    bus: &Bus,
    conn: &mut PgConnection,
) -> Result<(), RelayError> {
    let stream = bus
        .jetstream
        .get_stream(stream_of(bus.service))
        .await
        .map_err(|error| RelayError::Bus(chain(&error)))?;
    let info = stream.cached_info();
    let again = sqlx::query(
        "update chassis.outbox set published_at = null, stream_seq = null
         where aggregate is not null and published_at is not null and (published_at < $1 or stream_seq > $2)",
    )
    .bind(info.created)
    .bind(i64::try_from(info.state.last_sequence).unwrap_or(i64::MAX))
    .execute(conn)
    .await?
    .rows_affected();
    if again > 0 {
        tracing::warn!(events = again, "the stream lost events; saying them again");
    }
    Ok(())
}

async fn sweep(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "delete from chassis.outbox where published_at < now() - make_interval(days => $1)",
    )
    .bind(KEPT_DAYS)
    .execute(&mut *conn)
    .await?;
    sqlx::query("delete from chassis.inbox where heard_at < now() - make_interval(days => $1)")
        .bind(2 * KEPT_DAYS)
        .execute(conn)
        .await?;
    Ok(())
}
