//! What a service says: written in the transaction of its cause, published afterwards by one relay.
//!
//! Rows are marked when the stream has acknowledged them; a crash at any point repeats, never loses. No cursor: a
//! row that commits late stays visible. The lock on the aggregate's row orders its events until commit.
//!
//! What the stream loses is said again as long as its row is kept, events only: a reader of feeds that missed some asks
//! for a snapshot. A row that the stream refuses for good is parked with what its aggregate says later; others flow.

mod again;
mod publish;
mod relay;
mod sweep;

use std::time::Duration;

use prost::Message as _;
use proto::{
    contract::{Audience, Event, feed_subject},
    feed::v1::{Feed, feed::Of},
};
use sqlx::PgConnection;

use crate::{
    clock::Clock,
    id::{EventId, Id as _},
    leader::lead,
    service::Core,
    telemetry::chain,
    trace,
};

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

/// An event as its row has it.
#[derive(Debug)]
pub struct Word {
    subject: &'static str,
    event_type: String,
    payload: Vec<u8>,
}

impl Word {
    /// Of an event.
    #[must_use]
    pub fn of<E: Event>(event: &E) -> Self {
        Self {
            subject: E::SUBJECT,
            event_type: E::full_name(),
            payload: event.encode_to_vec(),
        }
    }
}

/// Says many events of one aggregate at once, in their order; as [`say`].
///
/// # Errors
/// As [`say`].
pub async fn say_all(
    conn: &mut PgConnection,
    clock: &Clock,
    aggregate: &str,
    words: &[Word],
) -> Result<(), sqlx::Error> {
    if words.is_empty() {
        return Ok(());
    }
    let ids: Vec<uuid::Uuid> = words.iter().map(|_| clock.id::<EventId>().uuid()).collect();
    let subjects: Vec<&str> = words.iter().map(|word| word.subject).collect();
    let types: Vec<&str> = words.iter().map(|word| &*word.event_type).collect();
    let payloads: Vec<&[u8]> = words.iter().map(|word| &*word.payload).collect();
    sqlx::query(
        "with next as (
             insert into chassis.aggregate as a (aggregate, last_seq) values ($1, cardinality($2::uuid[]))
             on conflict (aggregate) do update set last_seq = a.last_seq + excluded.last_seq
             returning last_seq
         )
         insert into chassis.outbox (event_id, aggregate, aggregate_seq, subject, event_type, payload, trace)
         select event_id, $1, last_seq - cardinality($2::uuid[]) + place, subject, event_type, payload, $6
         from next, unnest($2::uuid[], $3::text[], $4::text[], $5::bytea[]) with ordinality
             as w (event_id, subject, event_type, payload, place)
         order by place",
    )
    .bind(aggregate)
    .bind(ids)
    .bind(subjects)
    .bind(types)
    .bind(payloads)
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

/// Runs the relay: on one instance at a time, until the role stops.
pub(crate) fn start(core: &Core) {
    let core = core.clone();
    core.lifecycle.clone().spawn(async move {
        while !core.lifecycle.is_stopping() {
            let Some(mut lead) = lead(&core, "outbox").await else {
                break;
            };
            while !core.lifecycle.is_stopping() {
                if let Err(error) = relay::relay(&core, &mut lead.conn).await {
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

impl RelayError {
    fn bus(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Bus(chain(error))
    }
}
