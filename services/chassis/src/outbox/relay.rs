//! The relay's round: what is due is read, published, marked.

use std::time::Duration;

use async_nats::HeaderMap;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use proto::contract::{SPEAKERS, stream_of};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use tokio::time::Instant;

use super::{
    RelayError, again,
    publish::{Acked, publish_events, publish_feeds},
    sweep::Sweep,
};
use crate::{
    counters::Counters,
    envelope::{self, EventHead},
    id::{EventId, Id as _},
    service::Core,
    trace::{Span, Trace},
};

/// Rows of one round.
const ROUND: i64 = 500;
/// Rows of an atomic batch at most, as the server takes them.
const BATCH: i64 = 1_000;
/// How long the relay sleeps when nobody wakes it.
const POLL: Duration = Duration::from_millis(40);
/// After a round that said all there was the relay rests as long as that took, within these bounds: what is committed
/// meanwhile goes together, the more of it the more there is to do.
const RESTS: [Duration; 2] = [Duration::from_millis(4), Duration::from_millis(20)];
/// How often it is asked whether a person wants a parked row said after all.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// A row on its way.
pub(super) struct Due {
    pub(super) id: i64,
    pub(super) aggregate: Option<String>,
    pub(super) subject: String,
    pub(super) headers: HeaderMap,
    pub(super) payload: Bytes,
    /// Ends once the row is acknowledged, or has to be said again.
    _span: Span,
}

impl Due {
    pub(super) fn is_feed(&self) -> bool {
        self.aggregate.is_none()
    }
}

/// Rows on their way, in the order of their numbers, each with the event of its aggregate and kind before it: from the
/// same rows, or else from the last thousand of the aggregate, so that a rare kind costs no more than a frequent one.
macro_rules! due {
    ($which:literal) => {
        concat!(
            "with due as materialized (
                 select id, event_id, aggregate, aggregate_seq, subject, event_type, payload, created_at, trace,
                     case when aggregate is not null then
                         lag(event_id) over (partition by aggregate, subject order by aggregate_seq)
                     end as beside
                 from (select * from chassis.outbox where ",
            $which,
            " order by id limit $1) as due
             )
             select due.*, coalesce(due.beside, before.event_id) as after
             from due left join lateral (
                 select event_id from chassis.outbox o
                 where due.beside is null and o.aggregate = due.aggregate and o.subject = due.subject
                     and o.aggregate_seq < due.aggregate_seq and o.aggregate_seq >= due.aggregate_seq - 1000
                 order by o.aggregate_seq desc limit 1
             ) as before on true
             order by due.id"
        )
    };
}

const UNPUBLISHED: &str = due!(
    "published_at is null and parked_at is null and (aggregate is null or aggregate not in
         (select aggregate from chassis.outbox where parked_at is not null and aggregate is not null))"
);
const PUBLISHED: &str = due!("id > $2 and published_at is not null and aggregate is not null");

/// Publishes what is due, until the role stops, the bus was connected anew, or an acknowledgement shows a loss.
pub(super) async fn relay(core: &Core, conn: &mut PgConnection) -> Result<(), RelayError> {
    let connections = core.bus.link.connections();
    // What is noted here may be lost with the database's end, as with the relay's own: it is said again, and known to be
    // a repeat. The log of the database is written at once for those who wait for it. And what is due is found by index,
    // whatever the planner knows of an outbox that was empty a minute ago: it would read all of it, each round.
    sqlx::raw_sql("set synchronous_commit = off; set enable_seqscan = off")
        .execute(&mut *conn)
        .await?;
    core.bus
        .ensure_streams()
        .await
        .map_err(|error| RelayError::bus(&error))?;
    let mut highest = if SPEAKERS.contains(&core.bus.service) {
        again::say_what_was_lost(core, conn).await?
    } else {
        0
    };
    if core.lifecycle.is_stopping() {
        // What was lost may not all be said again yet: nothing new comes before it.
        return Ok(());
    }
    let mut sweep = Sweep::default();
    let mut asked = Instant::now();
    loop {
        let began = Instant::now();
        let due = read(core.bus.service, sqlx::query(UNPUBLISHED).bind(ROUND), conn).await?;
        let count = due.len();
        if count > 0 && !say(core, conn, due, &mut highest).await? {
            return Ok(());
        }
        let more_is_due = i64::try_from(count).is_ok_and(|count| count == ROUND);
        if count > 0 && !more_is_due {
            let [least, most] = RESTS;
            tokio::time::sleep(began.elapsed().clamp(least, most)).await;
        }
        sweep.go_on(conn).await?;
        if asked.elapsed() > ASK_EVERY {
            asked = Instant::now();
            take_up_parked(conn).await?;
        }
        if core.bus.link.connections() != connections {
            return Ok(());
        }
        if more_is_due && !core.lifecycle.is_stopping() {
            continue;
        }
        tokio::select! {
            () = core.bus.link.said.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            () = core.lifecycle.stopping() => return Ok(()),
        }
    }
}

/// Events and feeds beside each other: those who watch do not wait for what services are told, and neither keeps what
/// became of the other from being noted. False when an acknowledgement's number fell.
async fn say(
    core: &Core,
    conn: &mut PgConnection,
    due: Vec<Due>,
    highest: &mut i64,
) -> Result<bool, RelayError> {
    let (feeds, events): (Vec<_>, Vec<_>) = due.into_iter().partition(Due::is_feed);
    let (mut events, mut feeds) =
        tokio::join!(publish_events(core, &events), publish_feeds(core, &feeds));
    let fell = fell(core, conn, &events.acked, highest).await?;
    for said in [&events, &feeds] {
        park(core, conn, &said.refused).await?;
        Counters::more(&core.counters.published, said.acked.len());
        mark(conn, &said.acked).await?;
    }
    events.failed()?;
    feeds.failed()?;
    Ok(!fell)
}

/// Did an acknowledgement's number fall? Then the stream was made anew, or lost its end; how far is noted.
async fn fell(
    core: &Core,
    conn: &mut PgConnection,
    acked: &[Acked],
    highest: &mut i64,
) -> Result<bool, sqlx::Error> {
    let fresh = acked.iter().filter(|ack| !ack.duplicate);
    let (lowest, newest) = fresh.fold((i64::MAX, *highest), |(low, high), ack| {
        (low.min(ack.seq), high.max(ack.seq))
    });
    let fell = lowest <= *highest;
    if fell {
        tracing::warn!(seq = lowest, highest, "the stream's numbers fell");
        again::note(conn, &stream_of(core.bus.service), lowest - 1).await?;
    }
    *highest = newest;
    Ok(fell)
}

/// The next page of what was published, after the row `after`: as much as one batch takes.
pub(super) async fn published(
    service: &'static str,
    conn: &mut PgConnection,
    after: i64,
) -> Result<Vec<Due>, sqlx::Error> {
    let page = sqlx::query(PUBLISHED).bind(BATCH).bind(after);
    read(service, page, conn).await
}

async fn read(
    service: &'static str,
    query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
    conn: &mut PgConnection,
) -> Result<Vec<Due>, sqlx::Error> {
    let rows = query.fetch_all(conn).await?;
    rows.into_iter().map(|row| due(service, &row)).collect()
}

fn due(service: &'static str, row: &PgRow) -> Result<Due, sqlx::Error> {
    let aggregate: Option<String> = row.try_get("aggregate")?;
    let seq: Option<i64> = row.try_get("aggregate_seq")?;
    let at: DateTime<Utc> = row.try_get("created_at")?;
    let after: Option<uuid::Uuid> = row.try_get("after")?;
    let trace: Option<&str> = row.try_get("trace")?;
    let trace = trace.and_then(Trace::read);
    let span = Span::after(service, "outbox.publish", trace.as_ref());
    let head = EventHead {
        trace: span.trace(),
        source: service.to_owned(),
        id: EventId::from_uuid(row.try_get("event_id")?),
        event_type: row.try_get("event_type")?,
        aggregate: aggregate.clone().zip(seq),
        at,
    };
    let mut headers = head.headers();
    if let Some(after) = after {
        envelope::comes_after(&mut headers, EventId::from_uuid(after));
    }
    Ok(Due {
        id: row.try_get("id")?,
        aggregate,
        subject: row.try_get("subject")?,
        headers,
        payload: Bytes::from(row.try_get::<Vec<u8>, _>("payload")?),
        _span: span,
    })
}

/// Notes that the stream has these rows, and under which numbers.
async fn mark(conn: &mut PgConnection, acked: &[Acked]) -> Result<(), sqlx::Error> {
    if acked.is_empty() {
        return Ok(());
    }
    let (ids, seqs): (Vec<i64>, Vec<i64>) = acked.iter().map(|ack| (ack.id, ack.seq)).unzip();
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

/// Puts rows aside that the stream refuses for good, each as a dead letter of this service's own.
pub(super) async fn park(
    core: &Core,
    conn: &mut PgConnection,
    refused: &[(i64, String)],
) -> Result<(), sqlx::Error> {
    for (id, reason) in refused {
        tracing::error!(row = id, "parked, the stream refuses it: {reason}");
        sqlx::query(
            "with parked as (
                 update chassis.outbox set parked_at = clock_timestamp() where id = $1
                 returning id, subject, event_type, event_id
             )
             insert into chassis.dead_letter (subject, event_type, event_id, payload, reason, outbox_id)
             select subject, event_type, 'evt_' || replace(event_id::text, '-', ''), '', $2, id from parked
             on conflict (outbox_id) do update
             set reason = excluded.reason, died_at = clock_timestamp(), replay_at = null, replayed_at = null",
        )
        .bind(id)
        .bind(reason)
        .execute(&mut *conn)
        .await?;
        Counters::one(&core.counters.outbox_parked);
        Counters::one(&core.counters.dead_letters);
    }
    Ok(())
}

/// Says parked rows after all when a person asked for it; one that is refused again becomes a dead letter again.
async fn take_up_parked(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with asked as (
             update chassis.dead_letter set replayed_at = clock_timestamp()
             where replayed_at is null and replay_at is not null and outbox_id is not null
             returning outbox_id
         )
         update chassis.outbox o set parked_at = null from asked where o.id = asked.outbox_id",
    )
    .execute(conn)
    .await?;
    Ok(())
}
