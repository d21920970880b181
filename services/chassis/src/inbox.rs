//! What a service hears: at least once on the wire, exactly once in effect.
//!
//! One instance at a time follows each stream, in its order. An event is acknowledged after its effect and its inbox
//! row were committed together. What cannot be decoded, or is refused for good, becomes a dead letter; the rest go on.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use async_nats::jetstream::{
    AckKind, Message,
    consumer::{AckPolicy, pull},
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use proto::{
    common::v1::RefusalKind,
    contract::{Event, stream_of},
};
use sqlx::PgConnection;

use crate::{
    envelope::EventHead,
    id::{EventId, Id as _},
    leader::lead,
    refusal::Refusal,
    service::{Core, Tx},
    telemetry::chain,
};

/// An event that arrived.
#[derive(Debug, Clone)]
pub struct Heard<E> {
    /// Its attributes.
    pub head: EventHead,
    /// The fact.
    pub event: E,
}

impl<E> Heard<E> {
    /// Opens the transaction of the effect; `None` when the effect is already there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self, core: &Core) -> Result<Option<Tx>, sqlx::Error> {
        let mut tx = core.begin().await?;
        let fresh = enter(&mut tx, &[(self.head.id, self.head.event_type.as_str())]).await?;
        Ok(if fresh.is_empty() { None } else { Some(tx) })
    }
}

/// Writes inbox rows in the caller's transaction and returns the events that were not there yet.
///
/// # Errors
/// When the database refuses.
pub async fn enter(
    conn: &mut PgConnection,
    events: &[(EventId, &str)],
) -> Result<Vec<EventId>, sqlx::Error> {
    let ids: Vec<uuid::Uuid> = events.iter().map(|(id, _)| id.uuid()).collect();
    let types: Vec<String> = events
        .iter()
        .map(|(_, event_type)| (*event_type).to_owned())
        .collect();
    let fresh: Vec<uuid::Uuid> = sqlx::query_scalar(
        "insert into chassis.inbox (event_id, event_type) select * from unnest($1::uuid[], $2::text[])
         on conflict (event_id) do nothing returning event_id",
    )
    .bind(ids)
    .bind(types)
    .fetch_all(conn)
    .await?;
    Ok(fresh.into_iter().map(EventId::from_uuid).collect())
}

type Effect = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;
type Handler<C> = Arc<dyn Fn(C, EventHead, Bytes) -> Effect + Send + Sync>;

enum Failure {
    /// Trying again would change nothing.
    ForGood(String),
    /// The database is away, say.
    NotYet(String),
}

/// What a service hears, one line an event.
pub struct Hears<C> {
    ctx: C,
    core: Core,
    /// By stream, then by subject.
    handlers: BTreeMap<String, BTreeMap<&'static str, Handler<C>>>,
}

impl<C: Clone + Send + Sync + 'static> Hears<C> {
    /// Hears nothing yet.
    pub fn new(ctx: C, core: &Core) -> Self {
        Self {
            ctx,
            core: core.clone(),
            handlers: BTreeMap::new(),
        }
    }

    /// Applies one kind of event with one verb of `app/`.
    #[must_use]
    pub fn on<E, V, F, X>(mut self, verb: V) -> Self
    where
        E: Event,
        V: Fn(C, Heard<E>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Refusal> + std::error::Error + 'static,
    {
        let verb = Arc::new(verb);
        let handler: Handler<C> = Arc::new(move |ctx, head, payload| {
            let verb = Arc::clone(&verb);
            Box::pin(async move {
                let event =
                    E::decode(payload).map_err(|error| Failure::ForGood(error.to_string()))?;
                verb(ctx, Heard { head, event }).await.map_err(|error| {
                    let reason = chain(&error);
                    let refusal: Refusal = error.into();
                    match refusal.kind {
                        RefusalKind::Internal | RefusalKind::Busy => Failure::NotYet(reason),
                        _ => Failure::ForGood(reason),
                    }
                })
            })
        });
        self.handlers
            .entry(stream_of(E::SERVICE))
            .or_default()
            .insert(E::SUBJECT, handler);
        self
    }

    /// Follows the streams until the role stops.
    pub fn start(self) {
        for (stream, handlers) in self.handlers {
            let (ctx, core) = (self.ctx.clone(), self.core.clone());
            self.core.lifecycle.spawn(async move {
                while !core.lifecycle.is_stopping() {
                    let Some(mut lead) = lead(&core, &format!("inbox:{stream}")).await else {
                        break;
                    };
                    if let Err(error) =
                        follow(&ctx, &core, &mut lead.conn, &stream, &handlers).await
                    {
                        tracing::warn!(stream, "follows the stream again: {error}");
                        core.lifecycle.sleep(Duration::from_millis(300)).await;
                    }
                }
            });
        }
    }
}

async fn follow<C: Clone>(
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
        ack_wait: Duration::from_mins(1),
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
    loop {
        let message = tokio::select! {
            message = messages.next() => message.ok_or("the stream of messages ended")?.map_err(|error| chain(&error))?,
            // The lead is lost with its connection: somebody else may follow by now.
            _ = beat.tick() => { sqlx::query("select 1").execute(&mut *conn).await.map_err(|error| chain(&error))?; continue; }
            () = core.lifecycle.stopping() => return Ok(()),
        };
        apply(ctx, core, &message, handlers).await?;
    }
}

/// Applies one event, however long the database takes to come back; returns early only when the role stops.
async fn apply<C: Clone>(
    ctx: &C,
    core: &Core,
    message: &Message,
    handlers: &BTreeMap<&'static str, Handler<C>>,
) -> Result<(), String> {
    let Some(handler) = handlers.get(message.subject.as_str()) else {
        return acknowledge(message).await;
    };
    let head = message
        .headers
        .as_ref()
        .ok_or("no headers")
        .and_then(EventHead::read);
    let head = match head {
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
        match handler(ctx.clone(), head.clone(), message.payload.clone()).await {
            Ok(()) => return acknowledge(message).await,
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
