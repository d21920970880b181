//! What a service hears: at least once on the wire, exactly once in effect.
//!
//! One instance at a time follows each stream, in its order. An event is acknowledged after its effect and its inbox
//! row were committed together. What cannot be decoded, or is refused for good, becomes a dead letter; the rest go on.
//! Kinds that come by the hundred a second are applied together, in one transaction a breath ([`Hears::on_many`]).

use std::{
    collections::{BTreeMap, HashSet},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

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
use tokio::time::Instant;

use crate::{
    envelope::EventHead,
    id::{EventId, Id as _},
    leader::lead,
    refusal::Refusal,
    service::{Core, Tx},
    telemetry::chain,
};

/// Events that one transaction applies at most.
const TOGETHER: usize = 256;
/// How long events of a kind that is applied together gather.
const BREATH: Duration = Duration::from_millis(100);

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

/// Opens the transaction of the effect of several events; gives back those whose effect is not there yet, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn begin_many<E>(
    core: &Core,
    heard: Vec<Heard<E>>,
) -> Result<Option<(Tx, Vec<Heard<E>>)>, sqlx::Error> {
    let mut tx = core.begin().await?;
    let events: Vec<(EventId, &str)> = heard
        .iter()
        .map(|one| (one.head.id, one.head.event_type.as_str()))
        .collect();
    let mut fresh: HashSet<EventId> = enter(&mut tx, &events).await?.into_iter().collect();
    let fresh: Vec<Heard<E>> = heard
        .into_iter()
        .filter(|one| fresh.remove(&one.head.id))
        .collect();
    Ok((!fresh.is_empty()).then_some((tx, fresh)))
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
type Act<C> = Arc<dyn Fn(C, Vec<(EventHead, Bytes)>) -> Effect + Send + Sync>;

#[derive(Clone)]
struct Handler<C> {
    act: Act<C>,
    /// How many events at most it takes at once; one that takes several also waits for them to gather.
    most: usize,
}

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
    pub fn on<E, V, F, X>(self, verb: V) -> Self
    where
        E: Event,
        V: Fn(C, Heard<E>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Refusal> + std::error::Error + 'static,
    {
        let verb = Arc::new(verb);
        self.with(1, move |ctx, heard| {
            let verb = Arc::clone(&verb);
            async move {
                for one in heard {
                    verb(ctx.clone(), one).await?;
                }
                Ok::<_, X>(())
            }
        })
    }

    /// Applies one kind of event with one verb that takes all that came within a breath.
    #[must_use]
    pub fn on_many<E, V, F, X>(self, verb: V) -> Self
    where
        E: Event,
        V: Fn(C, Vec<Heard<E>>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Refusal> + std::error::Error + 'static,
    {
        self.with(TOGETHER, verb)
    }

    fn with<E, V, F, X>(mut self, most: usize, verb: V) -> Self
    where
        E: Event,
        V: Fn(C, Vec<Heard<E>>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Refusal> + std::error::Error + 'static,
    {
        let verb = Arc::new(verb);
        let act: Act<C> = Arc::new(move |ctx, events| {
            let verb = Arc::clone(&verb);
            Box::pin(async move {
                let heard = events
                    .into_iter()
                    .map(|(head, payload)| E::decode(payload).map(|event| Heard { head, event }))
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|error| Failure::ForGood(error.to_string()))?;
                verb(ctx, heard).await.map_err(|error| {
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
            .insert(E::SUBJECT, Handler { act, most });
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
