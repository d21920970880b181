//! One stream, followed: events are applied and acknowledged, or become dead letters; those of a kind in its order. What
//! several kinds brought within a breath is applied kind by kind.
//!
//! An event that fails while the database is well waits for its next try here, unacknowledged, and what its aggregate
//! says later waits behind it; the others go on. While the database is away nothing is tried and nothing dies.

use std::{collections::BTreeMap, time::Duration};

use async_nats::jetstream::{
    AckKind, Message,
    consumer::{AckPolicy, pull},
};
use futures_util::{FutureExt as _, StreamExt as _};
use sqlx::PgConnection;
use tokio::time::Instant;

use super::{Failure, Handler, TOGETHER, dead, gaps::Known, held::Held, order};
use crate::{
    bus::PULL_BYTES, counters::Counters, envelope::EventHead, service::Core, telemetry::chain,
};

/// How long events gather whose kinds are applied together.
const BREATH: Duration = Duration::from_millis(100);
/// What a role had fetched when it died comes again after this; what comes twice has no effect.
const ACK_WAIT: Duration = Duration::from_secs(10);
/// What waits says so, well within [`ACK_WAIT`].
const PROGRESS: Duration = Duration::from_secs(3);
/// The lead is looked at, and dead letters that somebody wants replayed are looked for.
const BEAT: Duration = Duration::from_secs(1);
/// Events waiting for a try; when there are more, no new ones are fetched.
const WAITING_MOST: usize = 2000;
/// Tries while the database is well, about fifty seconds in all; then the event is a dead letter.
const TRIES: u32 = 20;

/// What follows one stream.
pub(super) struct Follower<'a, C> {
    pub(super) ctx: &'a C,
    pub(super) core: &'a Core,
    pub(super) stream: &'a str,
    pub(super) handlers: &'a BTreeMap<&'static str, Handler<C>>,
    held: Held,
    known: Known,
}

/// A message whose attributes were read.
pub(super) type Arrived = (EventHead, Message);

/// Follows one stream until the role stops or something breaks; says what.
pub(super) async fn follow<C: Clone>(
    ctx: &C,
    core: &Core,
    conn: &mut PgConnection,
    stream: &str,
    handlers: &BTreeMap<&'static str, Handler<C>>,
) -> Result<(), String> {
    let follower = Follower {
        ctx,
        core,
        stream,
        handlers,
        held: Held::default(),
        known: Known::default(),
    };
    follower.run(conn).await
}

impl<C: Clone> Follower<'_, C> {
    async fn run(mut self, conn: &mut PgConnection) -> Result<(), String> {
        let mut messages = self.messages().await?;
        let mut beat = tokio::time::interval(BEAT);
        let mut progress = tokio::time::interval(PROGRESS);
        let mut breath = Instant::now();
        let mut left_over = None;
        loop {
            let due = self.held.due();
            let message = tokio::select! {
                message = next(&mut left_over, &mut messages), if self.held.len() < WAITING_MOST => message?,
                () = until(due) => { self.try_held().await?; continue; }
                _ = progress.tick() => { self.held.progress().await?; continue; }
                // The lead is lost with its connection: somebody else may follow by now.
                _ = beat.tick() => { self.replay(conn).await?; continue; }
                () = self.core.lifecycle.stopping() => return Ok(()),
            };
            let Some(handler) = self.handlers.get(message.subject.as_str()) else {
                acknowledge(&message).await?;
                continue;
            };
            let mut kinds = vec![(handler, vec![message])];
            if handler.gathers {
                // The first after a silence goes at once; then events gather for a breath.
                let until = breath + BREATH;
                for _ in 1..TOGETHER {
                    let more = next(&mut left_over, &mut messages);
                    let Ok(message) = tokio::time::timeout_at(until, more).await else {
                        break;
                    };
                    let message = message?;
                    match self.handlers.get(message.subject.as_str()) {
                        Some(handler) if handler.gathers => add(&mut kinds, handler, message),
                        _ => {
                            left_over = Some(message);
                            break;
                        }
                    }
                }
                breath = Instant::now();
            }
            for (handler, alike) in kinds {
                let alike = if handler.in_order {
                    order::in_order(self.core, &self.known, alike).await?
                } else {
                    alike
                };
                let arrived = self.read(alike).await?;
                self.apply_together(arrived, handler).await?;
            }
        }
    }

    async fn messages(&self) -> Result<pull::Stream, String> {
        let config = pull::Config {
            durable_name: Some(self.core.bus.service.to_owned()),
            filter_subjects: self
                .handlers
                .keys()
                .map(|&subject| subject.to_owned())
                .collect(),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: 4000,
            ..pull::Config::default()
        };
        self.core
            .bus
            .jetstream
            .create_consumer_on_stream(config, self.stream)
            .await
            .map_err(|error| chain(&error))?
            .stream()
            .max_bytes_per_batch(PULL_BYTES)
            .heartbeat(Duration::from_secs(5))
            .expires(Duration::from_secs(15))
            .messages()
            .await
            .map_err(|error| chain(&error))
    }

    /// Reads the attributes; what has none is dead, what comes behind a waiting event waits too.
    async fn read(&mut self, messages: Vec<Message>) -> Result<Vec<Arrived>, String> {
        let mut arrived = Vec::with_capacity(messages.len());
        for message in messages {
            match head(&message) {
                Ok(head) if self.held.holds(&head) => self.held.add(head, message),
                Ok(head) => arrived.push((head, message)),
                Err(missing) => {
                    let reason = format!("attribute {missing} is missing or wrong");
                    dead::bury(self.core, &message, &reason).await?;
                }
            }
        }
        Ok(arrived)
    }

    /// Applies events of one kind at once; when that is refused, one by one, so that only a poisoned one dies or waits.
    async fn apply_together(
        &mut self,
        arrived: Vec<Arrived>,
        handler: &Handler<C>,
    ) -> Result<(), String> {
        if arrived.len() > 1 {
            loop {
                let failure = match self.act(handler, &arrived).await {
                    Ok(()) => return Ok(()),
                    Err(Failure::Lost(reason)) => return Err(reason),
                    Err(failure) => failure,
                };
                let mine = arrived.iter().map(|(_, message)| message);
                if self.is_well(&failure, mine).await? {
                    break;
                }
                if self.core.lifecycle.is_stopping() {
                    return Ok(());
                }
            }
        }
        for (head, message) in arrived {
            if self.held.holds(&head) {
                self.held.add(head, message);
            } else {
                self.apply(head, message, 0, handler).await?;
            }
        }
        Ok(())
    }

    /// Applies one event; false when it waits for another try.
    async fn apply(
        &mut self,
        head: EventHead,
        message: Message,
        tries: u32,
        handler: &Handler<C>,
    ) -> Result<bool, String> {
        let one = [(head, message)];
        loop {
            let failure = match self.act(handler, &one).await {
                Ok(()) => return Ok(true),
                Err(failure) => failure,
            };
            let well = self
                .is_well(&failure, one.iter().map(|(_, message)| message))
                .await?;
            let [(head, message)] = &one;
            match failure {
                Failure::Lost(reason) => return Err(reason),
                Failure::ForGood(reason) => {
                    dead::bury(self.core, message, &reason).await?;
                    return Ok(true);
                }
                Failure::NotYet(reason) if well && tries + 1 >= TRIES => {
                    dead::bury(self.core, message, &reason).await?;
                    return Ok(true);
                }
                Failure::NotYet(reason) if well => {
                    tracing::warn!(event.id = %head.id, tries, "event {} not applied yet: {reason}", head.event_type);
                    Counters::one(&self.core.counters.inbox_retries);
                    let [(head, message)] = one;
                    self.held.wait(head, message, tries + 1);
                    return Ok(false);
                }
                Failure::NotYet(_) if self.core.lifecycle.is_stopping() => return Ok(false),
                Failure::NotYet(_) => {}
            }
        }
    }

    /// Tries what is due again; behind what succeeds goes what waited for it.
    async fn try_held(&mut self) -> Result<(), String> {
        while let Some((head, message, tries)) = self.held.pop_due() {
            let handler = self.handlers.get(message.subject.as_str());
            if let Some(handler) = handler {
                let aggregate = Held::key(&head);
                if self.apply(head, message, tries, handler).await? {
                    self.held.go_on(&aggregate);
                }
            }
            if self.core.lifecycle.is_stopping() {
                break;
            }
        }
        Ok(())
    }

    /// One call of the verb; what it applied is acknowledged, and gaps before it are noted.
    async fn act(&mut self, handler: &Handler<C>, arrived: &[Arrived]) -> Result<(), Failure> {
        let events = arrived
            .iter()
            .map(|(head, message)| (head.clone(), message.payload.clone()))
            .collect();
        call(self.ctx, handler, events).await?;
        Counters::more(&self.core.counters.inbox_applied, arrived.len());
        self.known
            .note(self.core, arrived)
            .await
            .map_err(|error| Failure::Lost(chain(&error)))?;
        for (_, message) in arrived {
            acknowledge(message).await.map_err(Failure::Lost)?;
        }
        Ok(())
    }

    /// False when the failure may be the database's: then waits, holding on to all messages, until that is well again.
    async fn is_well(
        &self,
        failure: &Failure,
        mine: impl Iterator<Item = &Message> + Clone,
    ) -> Result<bool, String> {
        if !matches!(failure, Failure::NotYet(_)) || self.core.database_answers().await {
            return Ok(true);
        }
        tracing::warn!(stream = self.stream, "the database is away; events wait");
        let mut said = Instant::now();
        loop {
            let pause = Duration::from_millis(rand::random_range(100..400));
            if !self.core.lifecycle.sleep(pause).await || self.core.database_answers().await {
                return Ok(false);
            }
            if said.elapsed() > PROGRESS {
                said = Instant::now();
                self.held.progress().await?;
                for message in mine.clone() {
                    progress(message).await?;
                }
            }
        }
    }

    /// Applies dead letters of this stream that somebody wants replayed: the inbox lets each have its effect once.
    async fn replay(&mut self, conn: &mut PgConnection) -> Result<(), String> {
        for letter in dead::asked_for(conn, self.handlers.keys().copied())
            .await
            .map_err(|error| chain(&error))?
        {
            let Some(handler) = self.handlers.get(letter.subject.as_str()) else {
                continue;
            };
            let outcome = match EventHead::read(&letter.headers) {
                Err(missing) => Err(format!("attribute {missing} is missing or wrong")),
                Ok(head) => match call(self.ctx, handler, vec![(head, letter.payload)]).await {
                    Ok(()) => Ok(()),
                    Err(
                        Failure::NotYet(reason) | Failure::ForGood(reason) | Failure::Lost(reason),
                    ) => Err(reason),
                },
            };
            dead::replayed(self.core, conn, letter.id, outcome)
                .await
                .map_err(|error| chain(&error))?;
        }
        Ok(())
    }
}

/// To its kind, which stands where its first event came: kinds that take turns in the stream cost one transaction each,
/// not one a turn.
fn add<'a, C>(
    kinds: &mut Vec<(&'a Handler<C>, Vec<Message>)>,
    handler: &'a Handler<C>,
    message: Message,
) {
    match kinds
        .iter_mut()
        .find(|(kind, _)| std::ptr::eq(*kind, handler))
    {
        Some((_, alike)) => alike.push(message),
        None => kinds.push((handler, vec![message])),
    }
}

/// The verb; one that panics fails for good.
async fn call<C: Clone>(
    ctx: &C,
    handler: &Handler<C>,
    events: Vec<(EventHead, bytes::Bytes)>,
) -> Result<(), Failure> {
    let effect = (handler.act)(ctx.clone(), events);
    std::panic::AssertUnwindSafe(effect)
        .catch_unwind()
        .await
        .unwrap_or_else(|_panic| Err(Failure::ForGood("the verb panicked".into())))
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

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

fn head(message: &Message) -> Result<EventHead, &'static str> {
    message
        .headers
        .as_ref()
        .ok_or("no headers")
        .and_then(EventHead::read)
}

async fn acknowledge(message: &Message) -> Result<(), String> {
    message.ack().await.map_err(|error| error.to_string())
}

/// Tells the server that the message is still being worked on.
pub(super) async fn progress(message: &Message) -> Result<(), String> {
    message
        .ack_with(AckKind::Progress)
        .await
        .map_err(|error| error.to_string())
}
