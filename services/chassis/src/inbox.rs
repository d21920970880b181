//! What a service hears: at least once on the wire, exactly once in effect.
//!
//! One instance at a time follows each stream, in its order. An event is acknowledged after its effect and its inbox
//! row were committed together. What cannot be decoded, or is refused for good, becomes a dead letter; the rest go on.
//! Kinds that come by the hundred a second are applied together, in one transaction a breath ([`Hears::on_many`]).
//!
//! An effect must not need that earlier events of other kinds came before: what was lost and said again comes late.

mod dead;
mod follow;
mod gaps;
mod held;
mod order;

use std::{
    collections::{BTreeMap, HashSet},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use proto::{
    common::v1::RefusalKind,
    contract::{Event, stream_of},
};
use sqlx::PgConnection;

use self::follow::follow;
use crate::{
    counters::Counters,
    envelope::EventHead,
    id::{EventId, Id as _},
    leader::lead,
    refusal::Refusal,
    service::{Core, Tx},
    telemetry::chain,
    trace::{Span, within},
};

/// Events that gather at most; one transaction applies those of one kind.
const TOGETHER: usize = 256;

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
        if fresh.is_empty() {
            Counters::one(&core.counters.inbox_duplicates);
            return Ok(None);
        }
        Ok(Some(tx))
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
    let events_count = heard.len();
    let events: Vec<(EventId, &str)> = heard
        .iter()
        .map(|one| (one.head.id, one.head.event_type.as_str()))
        .collect();
    let mut fresh: HashSet<EventId> = enter(&mut tx, &events).await?.into_iter().collect();
    let fresh: Vec<Heard<E>> = heard
        .into_iter()
        .filter(|one| fresh.remove(&one.head.id))
        .collect();
    Counters::more(&core.counters.inbox_duplicates, events_count - fresh.len());
    Ok((!fresh.is_empty()).then_some((tx, fresh)))
}

/// Writes inbox rows in the caller's transaction and returns the events that were not there yet. In the order of their
/// ids, so that two writers of the same ones wait for each other one way only.
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
        "insert into chassis.inbox (event_id, event_type) select * from unnest($1::uuid[], $2::text[]) order by 1
         on conflict (event_id) do nothing returning event_id",
    )
    .bind(ids)
    .bind(types)
    .fetch_all(conn)
    .await?;
    Ok(fresh.into_iter().map(EventId::from_uuid).collect())
}

/// Takes rows out again that the caller's transaction has entered: what they stand for had no effect.
///
/// # Errors
/// When the database refuses.
pub async fn take_out(conn: &mut PgConnection, events: &[EventId]) -> Result<(), sqlx::Error> {
    let ids: Vec<uuid::Uuid> = events.iter().map(|id| id.uuid()).collect();
    sqlx::query("delete from chassis.inbox where event_id = any($1)")
        .bind(ids)
        .execute(conn)
        .await?;
    Ok(())
}

type Effect = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;
type Act<C> = Arc<dyn Fn(C, Vec<(EventHead, Bytes)>) -> Effect + Send + Sync>;

#[derive(Clone)]
struct Handler<C> {
    act: Act<C>,
    /// It takes several events at once, and waits for them to gather.
    gathers: bool,
    /// Each event waits for the one of its aggregate and kind before it.
    in_order: bool,
}

enum Failure {
    /// Trying again would change nothing.
    ForGood(String),
    /// The database is away, say.
    NotYet(String),
    /// Applied, but that could not be told: the stream is followed anew, and the inbox knows.
    Lost(String),
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
        self.with(false, false, move |ctx, heard| {
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
        self.with(true, false, verb)
    }

    /// The same, and each only after the event of its aggregate and kind before it, whatever the stream brings first:
    /// for effects of which the order decides.
    #[must_use]
    pub fn on_many_in_order<E, V, F, X>(self, verb: V) -> Self
    where
        E: Event,
        V: Fn(C, Vec<Heard<E>>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Refusal> + std::error::Error + 'static,
    {
        self.with(true, true, verb)
    }

    fn with<E, V, F, X>(mut self, gathers: bool, in_order: bool, verb: V) -> Self
    where
        E: Event,
        V: Fn(C, Vec<Heard<E>>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Refusal> + std::error::Error + 'static,
    {
        let verb = Arc::new(verb);
        let service = self.core.bus.service;
        let act: Act<C> = Arc::new(move |ctx, events: Vec<(EventHead, Bytes)>| {
            let verb = Arc::clone(&verb);
            Box::pin(async move {
                let traces = events.iter().filter_map(|(head, _)| head.trace.as_ref());
                let span = Span::after_all(service, &format!("hear {}", E::SUBJECT), traces);
                let heard = events
                    .into_iter()
                    .map(|(head, payload)| E::decode(payload).map(|event| Heard { head, event }))
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|error| Failure::ForGood(error.to_string()))?;
                within(span.trace(), verb(ctx, heard))
                    .await
                    .map_err(|error| {
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
            .insert(
                E::SUBJECT,
                Handler {
                    act,
                    gathers,
                    in_order,
                },
            );
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
