//! One stream, followed: events are applied in its order and acknowledged, or become dead letters.

use std::{collections::BTreeMap, sync::atomic::Ordering::Relaxed, time::Duration};

use async_nats::jetstream::{
    AckKind, Message,
    consumer::{AckPolicy, pull},
};
use futures_util::StreamExt as _;
use sqlx::PgConnection;
use tokio::time::Instant;

use super::{Failure, Handler};
use crate::{counters::count, envelope::EventHead, service::Core, telemetry::chain};

/// How long events of a kind that is applied together gather.
const BREATH: Duration = Duration::from_millis(100);

/// Follows one stream until the role stops or something breaks; says what.
pub(super) async fn follow<C: Clone>(
    ctx: &C,
    core: &Core,
    conn: &mut PgConnection,
    stream: &str,
    handlers: &BTreeMap<&'static str, Handler<C>>,
) -> Result<(), String> {
    let config = pull::Config {
        durable_name: Some(core.bus.service.to_owned()),
        filter_subjects: handlers.keys().map(|&subject| subject.to_owned()).collect(),
        ack_policy: AckPolicy::Explicit,
        // What a role had fetched when it died comes again after this; what comes twice has no effect.
        ack_wait: Duration::from_secs(10),
        max_ack_pending: 1000,
        ..pull::Config::default()
    };
    let consumer = core
        .bus
        .jetstream
        .create_consumer_on_stream(config, stream)
        .await
        .map_err(|error| chain(&error))?;
    let mut messages = consumer
        .stream()
        .heartbeat(Duration::from_secs(5))
        .expires(Duration::from_secs(15))
        .messages()
        .await
        .map_err(|error| chain(&error))?;
    let mut beat = tokio::time::interval(Duration::from_secs(5));
    let mut breath = Instant::now();
    let mut left_over = None;
    loop {
        let message = tokio::select! {
            message = next(&mut left_over, &mut messages) => message?,
            // The lead is lost with its connection: somebody else may follow by now.
            _ = beat.tick() => { sqlx::query("select 1").execute(&mut *conn).await.map_err(|error| chain(&error))?; continue; }
            () = core.lifecycle.stopping() => return Ok(()),
        };
        let Some(handler) = handlers.get(message.subject.as_str()) else {
            acknowledge(&message).await?;
            continue;
        };
        let mut together = vec![message];
        if handler.most > 1 {
            // The first after a silence goes at once; then events of the kind gather for a breath.
            let until = breath + BREATH;
            while together.len() < handler.most
                && let Ok(message) =
                    tokio::time::timeout_at(until, next(&mut left_over, &mut messages)).await
            {
                let message = message?;
                if message.subject != together[0].subject {
                    left_over = Some(message);
                    break;
                }
                together.push(message);
            }
            breath = Instant::now();
        }
        apply_together(ctx, core, &together, handler).await?;
    }
}

/// The message that was fetched and not used, or else the next.
async fn next(
    left_over: &mut Option<Message>,
    messages: &mut pull::Stream,
) -> Result<Message, String> {
    if let Some(message) = left_over.take() {
        return Ok(message);
    }
    messages
        .next()
        .await
        .ok_or("the stream of messages ended")?
        .map_err(|error| chain(&error))
}

/// Applies events of one kind at once; when that is refused for good, one by one, so that only a poisoned one dies.
async fn apply_together<C: Clone>(
    ctx: &C,
    core: &Core,
    messages: &[Message],
    handler: &Handler<C>,
) -> Result<(), String> {
    let heads: Option<Vec<EventHead>> = messages.iter().map(|message| head(message).ok()).collect();
    if messages.len() > 1
        && let Some(heads) = heads
    {
        let events = heads
            .into_iter()
            .zip(messages.iter().map(|message| message.payload.clone()))
            .collect();
        if (handler.act)(ctx.clone(), events).await.is_ok() {
            core.counters
                .inbox_applied
                .fetch_add(messages.len() as u64, Relaxed);
            for message in messages {
                acknowledge(message).await?;
            }
            return Ok(());
        }
    }
    for message in messages {
        apply(ctx, core, message, handler).await?;
    }
    Ok(())
}

fn head(message: &Message) -> Result<EventHead, &'static str> {
    message
        .headers
        .as_ref()
        .ok_or("no headers")
        .and_then(EventHead::read)
}

/// Applies one event, however long the database takes to come back; returns early only when the role stops.
async fn apply<C: Clone>(
    ctx: &C,
    core: &Core,
    message: &Message,
    handler: &Handler<C>,
) -> Result<(), String> {
    let head = match head(message) {
        Ok(head) => head,
        Err(missing) => {
            return bury(
                core,
                message,
                &format!("attribute {missing} is missing or wrong"),
            )
            .await;
        }
    };
    let mut attempt = 0_u32;
    loop {
        let event = vec![(head.clone(), message.payload.clone())];
        match (handler.act)(ctx.clone(), event).await {
            Ok(()) => {
                count(&core.counters.inbox_applied);
                return acknowledge(message).await;
            }
            Err(Failure::ForGood(reason)) => return bury(core, message, &reason).await,
            Err(Failure::NotYet(reason)) => {
                attempt += 1;
                if attempt > 20 && core.is_ready().await {
                    return bury(core, message, &reason).await;
                }
                tracing::warn!(event.id = %head.id, attempt, "event {} not applied yet: {reason}", head.event_type);
                message
                    .ack_with(AckKind::Progress)
                    .await
                    .map_err(|error| error.to_string())?;
                let delay = Duration::from_millis(50 << attempt.min(6))
                    + Duration::from_millis(rand::random_range(0..50));
                if !core.lifecycle.sleep(delay).await {
                    return Ok(());
                }
            }
        }
    }
}

async fn acknowledge(message: &Message) -> Result<(), String> {
    message.ack().await.map_err(|error| error.to_string())
}

async fn bury(core: &Core, message: &Message, reason: &str) -> Result<(), String> {
    let header = |name| {
        message
            .headers
            .as_ref()
            .and_then(|headers| headers.get(name))
            .map(|value| value.as_str().to_owned())
            .unwrap_or_default()
    };
    tracing::error!(subject = %message.subject, "dead letter: {reason}");
    sqlx::query("insert into chassis.dead_letter (subject, event_type, event_id, payload, reason) values ($1, $2, $3, $4, $5)")
        .bind(message.subject.as_str())
        .bind(header(crate::envelope::EVENT_TYPE))
        .bind(header(crate::envelope::EVENT_ID))
        .bind(message.payload.as_ref())
        .bind(reason)
        .execute(&core.db)
        .await
        .map_err(|error| chain(&error))?;
    message
        .ack_with(AckKind::Term)
        .await
        .map_err(|error| error.to_string())
}
