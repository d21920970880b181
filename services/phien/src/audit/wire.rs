//! The outbox against the stream, and what was said against what was heard.

use std::{collections::HashMap, time::Duration};

use anyhow::Context as _;
use async_nats::jetstream::{
    self,
    consumer::{DeliverPolicy, pull},
};
use chassis::{
    audit::Check,
    envelope::EVENT_ID,
    id::{EventId, Id as _},
};
use futures_util::StreamExt as _;
use proto::contract::{SPEAKERS, events, stream_of};
use sqlx::{PgConnection, types::Uuid};

use super::{Databases, conn_of};

/// Rows read at once.
const PAGE: i64 = 10_000;
/// The stream gives the next message within this.
const NEXT_WITHIN: Duration = Duration::from_secs(10);

/// Every published event of the outbox stands in the stream, under a number that was noted for it.
pub(super) async fn in_the_streams(
    databases: &mut Databases,
    jetstream: &jetstream::Context,
) -> anyhow::Result<Vec<(&'static str, Check)>> {
    let mut checks = Vec::new();
    for service in SPEAKERS {
        let stream = read(jetstream, &stream_of(service)).await?;
        let (checked, mismatches) = compare(conn_of(databases, service)?, &stream).await?;
        let check = Check {
            name: "outbox_stands_in_stream",
            checked,
            mismatches,
        };
        checks.push((service, check));
    }
    Ok(checks)
}

/// The numbers under which a stream has each event; what has expired is not there.
async fn read(
    jetstream: &jetstream::Context,
    name: &str,
) -> anyhow::Result<HashMap<Uuid, Vec<i64>>> {
    let stream = jetstream.get_stream(name).await?;
    let mut all: HashMap<_, Vec<i64>> = HashMap::new();
    if stream.cached_info().state.messages == 0 {
        return Ok(all);
    }
    let config = pull::OrderedConfig {
        deliver_policy: DeliverPolicy::All,
        headers_only: true,
        ..pull::OrderedConfig::default()
    };
    let mut messages = jetstream
        .create_consumer_on_stream(config, name)
        .await
        .context("reading a stream")?
        .messages()
        .await?;
    loop {
        let next = tokio::time::timeout(NEXT_WITHIN, messages.next());
        let message = next
            .await
            .context("a stream gives nothing more")?
            .context("a stream ended")??;
        let info = message.info().map_err(|error| anyhow::anyhow!("{error}"))?;
        let id = message
            .headers
            .as_ref()
            .and_then(|headers| headers.get(EVENT_ID)?.as_str().parse::<EventId>().ok());
        if let Some(id) = id {
            let seq = i64::try_from(info.stream_sequence)?;
            all.entry(id.uuid()).or_default().push(seq);
        }
        if info.pending == 0 {
            return Ok(all);
        }
    }
}

async fn compare(
    conn: &mut PgConnection,
    stream: &HashMap<Uuid, Vec<i64>>,
) -> anyhow::Result<(i64, Vec<String>)> {
    let (mut checked, mut mismatches, mut after) = (0, Vec::new(), 0);
    loop {
        // The oldest hours may have left the stream a moment ago.
        let page: Vec<(i64, Uuid, i64, i64)> = sqlx::query_as(
            "select id, event_id, first_seq, last_seq from chassis.standing
             where id > $1 and published_at > now() - interval '6 days 23 hours'
             order by id limit $2",
        )
        .bind(after)
        .bind(PAGE)
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = page.last() else { break };
        after = last.0;
        for (_, event, first, last) in page {
            checked += 1;
            let seqs = stream.get(&event).map(Vec::as_slice).unwrap_or_default();
            if !seqs.iter().any(|seq| (first..=last).contains(seq)) {
                let event = EventId::from_uuid(event);
                mismatches.push(format!(
                    "{event} should be within numbers {first} to {last} of the stream, and is not"
                ));
            }
        }
    }
    Ok((checked, mismatches))
}

/// Every event that was published was heard by each service that the contract names, or is its dead letter.
pub(super) async fn said_is_heard(databases: &mut Databases) -> anyhow::Result<Check> {
    let hearers: HashMap<String, &[&str]> = events()
        .into_iter()
        .map(|(_, event, hearers)| (event, hearers))
        .collect();
    let (mut checked, mut mismatches) = (0, Vec::new());
    for speaker in SPEAKERS {
        let mut after = 0;
        loop {
            let page: Vec<(i64, Uuid, String)> = sqlx::query_as(
                "select id, event_id, event_type from chassis.outbox
                 where id > $1 and aggregate is not null and published_at is not null order by id limit $2",
            )
            .bind(after)
            .bind(PAGE)
            .fetch_all(conn_of(databases, speaker)?)
            .await?;
            let Some(last) = page.last() else { break };
            after = last.0;
            let mut asked: HashMap<&str, Vec<Uuid>> = HashMap::new();
            for (_, event, event_type) in &page {
                for hearer in hearers.get(event_type).copied().unwrap_or_default() {
                    asked.entry(hearer).or_default().push(*event);
                }
            }
            for (hearer, ids) in asked {
                checked += i64::try_from(ids.len())?;
                let unheard = unheard(databases, hearer, &ids).await?;
                mismatches.extend(unheard.into_iter().map(|id| {
                    let id = EventId::from_uuid(id);
                    format!("{hearer} has not heard {id} of {speaker}")
                }));
            }
        }
    }
    Ok(Check {
        name: "what_was_said_was_heard",
        checked,
        mismatches,
    })
}

async fn unheard(
    databases: &mut Databases,
    hearer: &str,
    ids: &[Uuid],
) -> anyhow::Result<Vec<Uuid>> {
    let unheard = sqlx::query_scalar(
        "select id from unnest($1::uuid[]) as said (id)
         where not exists (select from chassis.inbox where event_id = id)
             and not exists (select from chassis.dead_letter d
                 where d.event_id = 'evt_' || replace(id::text, '-', '') and d.outbox_id is null and d.replayed_at is null)",
    )
    .bind(ids)
    .fetch_all(conn_of(databases, hearer)?)
    .await?;
    Ok(unheard)
}
