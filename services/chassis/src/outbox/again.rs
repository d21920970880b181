//! Postgres is the truth: what the stream lost is said again, from the outbox, in pages.
//!
//! A loss is seen in three ways: the server created the stream at another moment than the one whose acknowledgements we
//! hold; the stream is shorter than an acknowledgement we hold; a new acknowledgement has a number that is not higher.
//! Until everything is said again nothing new is: the order of each aggregate stands in the stream as it happened.

use async_nats::jetstream::stream::Info;
use chrono::{DateTime, Utc};
use proto::contract::stream_of;
use sqlx::PgConnection;

use super::{
    RelayError,
    publish::{Said, publish_events},
    relay::{park, published},
};
use crate::{bus::Bus, counters::Counters, service::Core};

/// Rows looked at in one step, newest first, when the end of the stream is missing.
const STEP: i64 = 1000;

/// Compares the stream with what it acknowledged and says again what it lost; returns its highest number.
pub(super) async fn say_what_was_lost(
    core: &Core,
    conn: &mut PgConnection,
) -> Result<i64, RelayError> {
    let stream = stream_of(core.bus.service);
    let info = info(&core.bus, &stream).await?;
    compare(conn, &stream, &info).await?;
    say_again(core, conn, &stream).await?;
    last_sequence(&core.bus, &stream).await
}

async fn compare(conn: &mut PgConnection, stream: &str, info: &Info) -> Result<(), RelayError> {
    let created = info.created.timestamp_micros();
    let seen: Option<i64> =
        sqlx::query_scalar("select created_us from chassis.stream_seen where stream = $1")
            .bind(stream)
            .fetch_optional(&mut *conn)
            .await?;
    let same = match seen {
        Some(seen) => seen == created,
        // The first look: all that can be said is whether something was published before the stream was there.
        None => !sqlx::query_scalar::<_, bool>(
            "select exists (select from chassis.outbox where published_at < to_timestamp($1::float8 / 1e6) and aggregate is not null)",
        )
        .bind(created)
        .fetch_one(&mut *conn)
        .await?,
    };
    sqlx::query(
        "insert into chassis.stream_seen as s (stream, created_us, said_again_up_to) values ($1, $2, $3)
         on conflict (stream) do update
         set created_us = excluded.created_us, said_again_up_to = coalesce(excluded.said_again_up_to, s.said_again_up_to)",
    )
    .bind(stream)
    .bind(created)
    .bind((!same).then_some(0_i64))
    .execute(&mut *conn)
    .await?;
    if same {
        let last = i64::try_from(info.state.last_sequence).unwrap_or(i64::MAX);
        note(conn, stream, last).await?;
    }
    Ok(())
}

/// Notes that everything the stream acknowledged after number `up_to` has to be said again.
pub(super) async fn note(
    conn: &mut PgConnection,
    stream: &str,
    up_to: i64,
) -> Result<(), sqlx::Error> {
    let mut first: Option<i64> = None;
    let mut until: Option<DateTime<Utc>> = None;
    // The newest rows have the highest numbers: a step without a lost one is the last.
    loop {
        let (lost, oldest): (Option<i64>, Option<DateTime<Utc>>) = sqlx::query_as(
            "select min(id) filter (where last_seq > $1), min(published_at)
             from (select id, last_seq, published_at from chassis.standing
                   where published_at <= coalesce($2::timestamptz, 'infinity')
                   order by published_at desc limit $3) as newest",
        )
        .bind(up_to)
        .bind(until)
        .bind(STEP)
        .fetch_one(&mut *conn)
        .await?;
        let Some(lost) = lost else { break };
        first = Some(first.map_or(lost, |first| first.min(lost)));
        if oldest == until {
            break;
        }
        until = oldest;
    }
    if let Some(first) = first {
        sqlx::query(
            "update chassis.stream_seen set said_again_up_to = least(said_again_up_to, $2) where stream = $1",
        )
        .bind(stream)
        .bind(first - 1)
        .execute(conn)
        .await?;
    }
    Ok(())
}

async fn say_again(core: &Core, conn: &mut PgConnection, stream: &str) -> Result<(), RelayError> {
    let from: Option<i64> =
        sqlx::query_scalar("select said_again_up_to from chassis.stream_seen where stream = $1")
            .bind(stream)
            .fetch_one(&mut *conn)
            .await?;
    let Some(up_to) = from else {
        return Ok(());
    };
    tracing::warn!(
        stream,
        after_row = up_to,
        "the stream lost events; saying them again"
    );
    let (mut count, mut after) = (0, up_to);
    let mut page = published(core.bus.service, conn, up_to).await?;
    let mut said = Page::default();
    // While the server takes a page, the database notes the one before and reads the next.
    while let Some(last) = page.last() {
        let last = last.id;
        let (now, next) = tokio::join!(publish_events(core, &page), async {
            said.note(core, conn, stream).await?;
            published(core.bus.service, conn, last).await
        });
        said = Page {
            after,
            up_to: last,
            rows: page.len(),
            said: now.of_all()?,
        };
        (page, after) = (next?, last);
        Counters::more(&core.counters.republished, said.fresh());
        count += said.fresh();
        tracing::debug!(stream, last, count, "saying again");
        if core.lifecycle.is_stopping() {
            break;
        }
    }
    said.note(core, conn, stream).await?;
    if page.is_empty() {
        reached(conn, stream, None).await?;
    }
    tracing::warn!(stream, events = count, "{count} events were said again");
    Ok(())
}

/// A page that the stream has again.
#[derive(Default)]
struct Page {
    /// The row before its first, and its last.
    after: i64,
    up_to: i64,
    rows: usize,
    said: Said,
}

impl Page {
    fn fresh(&self) -> usize {
        self.said.acked.iter().filter(|ack| !ack.duplicate).count()
    }

    async fn note(
        &self,
        core: &Core,
        conn: &mut PgConnection,
        stream: &str,
    ) -> Result<(), sqlx::Error> {
        park(core, conn, &self.said.refused).await?;
        let seqs = || self.said.acked.iter().map(|ack| ack.seq);
        if let (Some(first), Some(last)) = (seqs().min(), seqs().max()) {
            sqlx::query(
                "insert into chassis.said_again (after, up_to, first_seq, last_seq) values ($1, $2, $3, $4)",
            )
            .bind(self.after)
            .bind(self.up_to)
            .bind(first)
            .bind(last)
            .execute(&mut *conn)
            .await?;
        }
        if self.said.acked.len() < self.rows {
            self.take_back(conn).await?;
        }
        if self.up_to > 0 {
            reached(conn, stream, Some(self.up_to)).await?;
        }
        Ok(())
    }

    /// What the stream did not take, and what waits behind it, is not published any more.
    async fn take_back(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let acked: Vec<i64> = self.said.acked.iter().map(|ack| ack.id).collect();
        sqlx::query(
            "update chassis.outbox set published_at = null, stream_seq = null
             where id > $1 and id <= $2 and published_at is not null and aggregate is not null and id <> all($3)",
        )
        .bind(self.after)
        .bind(self.up_to)
        .bind(acked)
        .execute(conn)
        .await?;
        Ok(())
    }
}

async fn reached(
    conn: &mut PgConnection,
    stream: &str,
    up_to: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query("update chassis.stream_seen set said_again_up_to = $2 where stream = $1")
        .bind(stream)
        .bind(up_to)
        .execute(conn)
        .await?;
    Ok(())
}

async fn info(bus: &Bus, stream: &str) -> Result<Info, RelayError> {
    let stream = bus
        .jetstream
        .get_stream(stream)
        .await
        .map_err(|error| RelayError::bus(&error))?;
    Ok(stream.cached_info().clone())
}

async fn last_sequence(bus: &Bus, stream: &str) -> Result<i64, RelayError> {
    let info = info(bus, stream).await?;
    Ok(i64::try_from(info.state.last_sequence).unwrap_or(i64::MAX))
}
