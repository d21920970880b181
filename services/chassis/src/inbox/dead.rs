//! Dead letters: what could not be applied, kept with its attributes until a person has it replayed.

use std::collections::BTreeMap;

use async_nats::{
    HeaderMap,
    jetstream::{AckKind, Message},
};
use bytes::Bytes;
use sqlx::{PgConnection, Row as _, types::Json};

use crate::{counters::Counters, envelope, service::Core, telemetry::chain};

/// Replayed in one go.
const AT_ONCE: i64 = 50;

/// A dead letter that somebody wants replayed.
pub(super) struct Letter {
    pub(super) id: i64,
    pub(super) subject: String,
    pub(super) headers: HeaderMap,
    pub(super) payload: Bytes,
}

/// Keeps the message as a dead letter, once, and has it delivered no more.
pub(super) async fn bury(core: &Core, message: &Message, reason: &str) -> Result<(), String> {
    let headers: BTreeMap<&str, &str> = message
        .headers
        .iter()
        .flat_map(HeaderMap::iter)
        .filter_map(|(name, values)| Some((name.as_ref(), values.first()?.as_str())))
        .collect();
    let attribute = |name| headers.get(name).copied().unwrap_or_default().to_owned();
    tracing::error!(subject = %message.subject, "dead letter: {reason}");
    Counters::one(&core.counters.dead_letters);
    // A stream that was filled anew delivers a poisoned event once more.
    sqlx::query(
        "insert into chassis.dead_letter (subject, event_type, event_id, payload, reason, headers)
         select $1, $2, $3, $4, $5, $6 where $3 = '' or not exists
             (select from chassis.dead_letter where event_id = $3 and outbox_id is null and replayed_at is null)",
    )
    .bind(message.subject.as_str())
    .bind(attribute(envelope::EVENT_TYPE))
    .bind(attribute(envelope::EVENT_ID))
    .bind(message.payload.as_ref())
    .bind(reason)
    .bind(Json(&headers))
    .execute(&core.db)
    .await
    .map_err(|error| chain(&error))?;
    message
        .ack_with(AckKind::Term)
        .await
        .map_err(|error| error.to_string())
}

/// Dead letters on these subjects that somebody wants replayed, oldest first.
pub(super) async fn asked_for(
    conn: &mut PgConnection,
    subjects: impl Iterator<Item = &'static str>,
) -> Result<Vec<Letter>, sqlx::Error> {
    let rows = sqlx::query(
        "select id, subject, headers, payload from chassis.dead_letter
         where replayed_at is null and replay_at is not null and outbox_id is null and subject = any($1) order by id limit $2",
    )
    .bind(subjects.collect::<Vec<_>>())
    .bind(AT_ONCE)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let Json(attributes): Json<BTreeMap<String, String>> = row.try_get("headers")?;
            let mut headers = HeaderMap::new();
            for (name, value) in attributes {
                headers.insert(name, value);
            }
            Ok(Letter {
                id: row.try_get("id")?,
                subject: row.try_get("subject")?,
                headers,
                payload: Bytes::from(row.try_get::<Vec<u8>, _>("payload")?),
            })
        })
        .collect()
}

/// Closes a letter that was applied; keeps the reason why another was not.
pub(super) async fn replayed(
    core: &Core,
    conn: &mut PgConnection,
    id: i64,
    outcome: Result<(), String>,
) -> Result<(), sqlx::Error> {
    match &outcome {
        Ok(()) => {
            Counters::one(&core.counters.replayed);
            tracing::info!(letter = id, "dead letter {id} was replayed");
        }
        Err(reason) => tracing::warn!(letter = id, "dead letter {id} failed again: {reason}"),
    }
    sqlx::query(
        "update chassis.dead_letter set replay_at = null, reason = coalesce($2, reason),
             replayed_at = case when $2 is null then clock_timestamp() end
         where id = $1",
    )
    .bind(id)
    .bind(outcome.err())
    .execute(conn)
    .await?;
    Ok(())
}
