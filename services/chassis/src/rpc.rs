//! Asking another service, and answering: request-reply on the NATS service API, protobuf both ways.
//!
//! Who asks is signed by the asker and checked by the answerer; how long the asker waits travels along, so that
//! nobody works on a question whose asker has gone.
//!
//! The bus delivers a question at most once, and one that had just reached a process that leaves or is killed is lost
//! with it. Where the contract says that it may, the asker asks again, by the same id.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use async_nats::{HeaderMap, service::ServiceExt as _};
use bytes::Bytes;
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{Either, select},
};
use prost::Message as _;
use proto::{
    common::v1::{self as common, Actor, RefusalKind},
    contract::Request,
};
use tokio::{sync::Semaphore, time::Instant};

use crate::{
    bus::Bus,
    counters::Counters,
    envelope::{ask_within, trace_of},
    id::QuestionId,
    lifecycle::Lifecycle,
    refusal::Refusal,
    telemetry::chain,
    trace::{self, Span, Trace},
};

/// How long an asker waits unless told otherwise.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// A question that has not been answered for so long may be lost.
pub const SILENCE: Duration = Duration::from_secs(2);
/// Questions of one role under way at once; more are told *busy*.
const AT_ONCE: usize = 256;
/// Set on a reply whose payload is a refusal.
const REFUSED: &str = "Phien-Refused";

/// A question as it reaches the one who answers.
#[derive(Debug, Clone)]
pub struct Asked<R> {
    /// The question's own, the same when it is asked again: what has its effect once has it by this.
    pub id: QuestionId,
    /// Who asks; believed.
    pub actor: Actor,
    /// What is asked.
    pub request: R,
    /// When the asker stops waiting.
    pub deadline: Instant,
}

/// A question on its way.
struct Question {
    id: QuestionId,
    headers: HeaderMap,
    payload: Bytes,
    until: Instant,
}

impl Bus {
    /// Asks the service that answers `R`.
    ///
    /// # Errors
    /// The answerer's refusal; *busy* when nobody answered in time.
    pub async fn ask<R: Request>(&self, actor: &Actor, request: &R) -> Result<R::Reply, Refusal> {
        self.ask_at(R::SUBJECT, actor, request, PATIENCE).await
    }

    /// Asks at a subject of one's own choosing, such as a shard's.
    ///
    /// # Errors
    /// As [`Bus::ask`].
    pub async fn ask_at<R: Request>(
        &self,
        subject: &str,
        actor: &Actor,
        request: &R,
        patience: Duration,
    ) -> Result<R::Reply, Refusal> {
        self.ask_for(subject, actor, request, patience, trace::current())
            .await
    }

    /// The same for a trace that is not this task's.
    ///
    /// # Errors
    /// As [`Bus::ask`].
    pub async fn ask_for<R: Request>(
        &self,
        subject: &str,
        actor: &Actor,
        request: &R,
        patience: Duration,
        trace: Option<Trace>,
    ) -> Result<R::Reply, Refusal> {
        let payload = Bytes::from(request.encode_to_vec());
        let mut headers = self
            .keys
            .sign(R::SERVICE, subject, actor, self.clock.now(), &payload);
        if let Some(trace) = trace {
            headers.insert(trace::HEADER, trace.text());
        }
        let question = Question {
            id: self.clock.id(),
            headers,
            payload,
            until: Instant::now() + patience,
        };
        let first = pin!(self.send::<R>(subject, &question));
        if !R::AGAIN {
            return first.await;
        }
        let first = match select(first, pin!(tokio::time::sleep(SILENCE))).await {
            Either::Left((answer, _)) => return answer,
            Either::Right(((), first)) => first,
        };
        Counters::one(&self.counters.asked_again);
        let again = pin!(self.send::<R>(subject, &question));
        match select(first, again).await.factor_first() {
            (Err(refusal), other) if refusal.kind == RefusalKind::Busy => other.await,
            (answer, _) => answer,
        }
    }

    async fn send<R: Request>(
        &self,
        subject: &str,
        question: &Question,
    ) -> Result<R::Reply, Refusal> {
        let patience = question.until.saturating_duration_since(Instant::now());
        let mut headers = question.headers.clone();
        ask_within(&mut headers, question.id, patience);
        let question = async_nats::Request::new()
            .payload(question.payload.clone())
            .headers(headers)
            .timeout(Some(patience));
        Counters::one(&self.counters.asked);
        let reply = self
            .client
            .send_request(subject.to_owned(), question)
            .await
            .map_err(|error| {
                Counters::one(&self.counters.unanswered);
                tracing::warn!(subject, "no answer: {}", chain(&error));
                Refusal::busy()
            })?;
        if reply
            .headers
            .as_ref()
            .is_some_and(|headers| headers.get(REFUSED).is_some())
        {
            return Err(common::Refusal::decode(reply.payload)
                .map_or_else(|_| Refusal::internal(), Refusal::from));
        }
        R::Reply::decode(reply.payload).map_err(|error| {
            tracing::error!(subject, "undecodable reply: {error}");
            Refusal::internal()
        })
    }
}

/// The questions that one service answers, one line each.
pub struct Answers<C> {
    ctx: C,
    bus: Bus,
    lifecycle: Lifecycle,
    service: async_nats::service::Service,
    permits: Arc<Semaphore>,
}

/// The service could not be announced on the bus.
#[derive(Debug, thiserror::Error)]
#[error("cannot answer on {subject}")]
pub struct AnswerError {
    subject: String,
    #[source]
    source: async_nats::Error,
}

impl<C: Clone + Send + Sync + 'static> Answers<C> {
    /// Announces the service; questions are taken from the first [`Answers::on`].
    ///
    /// # Errors
    /// When the bus refuses.
    pub async fn start(ctx: C, bus: &Bus, lifecycle: &Lifecycle) -> Result<Self, AnswerError> {
        let service = bus
            .client
            .service_builder()
            .queue_group(bus.service)
            .start(format!("phien-{}", bus.service), env!("CARGO_PKG_VERSION"))
            .await
            .map_err(|source| AnswerError {
                subject: bus.service.to_owned(),
                source,
            })?;
        Ok(Self {
            ctx,
            bus: bus.clone(),
            lifecycle: lifecycle.clone(),
            service,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Answers one kind of question with one verb of `app/`.
    ///
    /// # Errors
    /// When the bus refuses the subscription.
    pub async fn on<R, V, F, E>(self, verb: V) -> Result<Self, AnswerError>
    where
        R: Request,
        V: Fn(C, Asked<R>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<R::Reply, E>> + Send + 'static,
        E: Into<Refusal> + std::error::Error + 'static,
    {
        self.on_at(R::SUBJECT, verb).await
    }

    /// Answers at a subject of one's own choosing, such as a shard's.
    ///
    /// # Errors
    /// As [`Answers::on`].
    pub async fn on_at<R, V, F, E>(self, subject: &str, verb: V) -> Result<Self, AnswerError>
    where
        R: Request,
        V: Fn(C, Asked<R>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<R::Reply, E>> + Send + 'static,
        E: Into<Refusal> + std::error::Error + 'static,
    {
        let mut questions = self
            .service
            .endpoint_builder()
            .name(
                subject
                    .rsplit("v1.")
                    .next()
                    .unwrap_or(subject)
                    .replace('.', "-"),
            )
            .add(subject)
            .await
            .map_err(|source| AnswerError {
                subject: subject.to_owned(),
                source,
            })?;
        self.bus.reached().await;
        let (ctx, bus, lifecycle, permits) = (
            self.ctx.clone(),
            self.bus.clone(),
            self.lifecycle.clone(),
            Arc::clone(&self.permits),
        );
        self.lifecycle.spawn(async move {
            let mut leaving = false;
            loop {
                let question = tokio::select! {
                    question = questions.next() => question,
                    // Takes no more, but answers what has arrived.
                    () = lifecycle.stopping(), if !leaving => {
                        leaving = true;
                        if let Err(error) = questions.stop().await {
                            tracing::debug!("not unsubscribed: {error}");
                            break;
                        }
                        continue;
                    }
                };
                let Some(question) = question else { break };
                let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
                    Counters::one(&bus.counters.shed);
                    reply(&bus, question.message, Err::<R::Reply, _>(Refusal::busy())).await;
                    continue;
                };
                let (ctx, bus, verb) = (ctx.clone(), bus.clone(), verb.clone());
                lifecycle.spawn(async move {
                    let answer = answer(&bus, ctx, &question.message, verb).await;
                    reply(&bus, question.message, answer).await;
                    drop(permit);
                });
            }
        });
        Ok(self)
    }
}

impl<C> Answers<C> {
    /// Keeps the service announced until the role stops.
    pub fn serve(self) {
        let lifecycle = self.lifecycle.clone();
        self.lifecycle.spawn(async move {
            lifecycle.stopping().await;
            if let Err(error) = self.service.stop().await {
                tracing::debug!("service not withdrawn: {error}");
            }
        });
    }
}

async fn answer<C, R, V, F, E>(
    bus: &Bus,
    ctx: C,
    message: &async_nats::Message,
    verb: V,
) -> Result<R::Reply, Refusal>
where
    R: Request,
    V: Fn(C, Asked<R>) -> F,
    F: Future<Output = Result<R::Reply, E>> + Send + 'static,
    E: Into<Refusal> + std::error::Error + 'static,
{
    let nothing = HeaderMap::new();
    let headers = message.headers.as_ref().unwrap_or(&nothing);
    let believed = bus
        .keys
        .believe(
            R::SERVICE,
            &message.subject,
            headers,
            bus.clock.now(),
            &message.payload,
        )
        .map_err(|error| {
            tracing::warn!(subject = %message.subject, "request not believed: {error}");
            Refusal::forbidden()
        })?;
    let request = R::decode(message.payload.clone()).map_err(|error| {
        tracing::warn!(subject = %message.subject, "undecodable request: {error}");
        Refusal::invalid(
            "undecodable",
            "Yêu cầu không đọc được.",
            "The request cannot be decoded.",
        )
    })?;
    let deadline = Instant::now() + believed.budget;
    let span = Span::after(bus.service, &message.subject, trace_of(headers).as_ref());
    let work = std::panic::AssertUnwindSafe(verb(
        ctx,
        Asked {
            id: believed.question.unwrap_or_else(|| bus.clock.id()),
            actor: believed.actor,
            request,
            deadline,
        },
    ));
    let work = trace::within(span.trace(), work.catch_unwind());
    let outcome = tokio::time::timeout_at(deadline, work).await;
    match outcome {
        Ok(Ok(Ok(reply))) => Ok(reply),
        Ok(Ok(Err(error))) => {
            let cause = chain(&error);
            let refusal: Refusal = error.into();
            if refusal.is_internal() {
                tracing::error!(subject = %message.subject, "failed: {cause}");
            }
            Err(refusal)
        }
        Ok(Err(_panic)) => {
            tracing::error!(subject = %message.subject, "panicked");
            Err(Refusal::internal())
        }
        Err(_elapsed) => {
            Counters::one(&bus.counters.shed);
            Err(Refusal::busy())
        }
    }
}

async fn reply<M: prost::Message>(
    bus: &Bus,
    question: async_nats::Message,
    answer: Result<M, Refusal>,
) {
    let Some(to) = question.reply else { return };
    Counters::one(&bus.counters.answered);
    let sent = match answer {
        Ok(reply) => bus.client.publish(to, reply.encode_to_vec().into()).await,
        Err(refusal) => {
            let mut headers = HeaderMap::new();
            headers.insert(REFUSED, refusal.code.as_str());
            bus.client
                .publish_with_headers(
                    to,
                    headers,
                    common::Refusal::from(refusal).encode_to_vec().into(),
                )
                .await
        }
    };
    if let Err(error) = sent {
        tracing::warn!("reply not sent: {}", chain(&error));
    }
}
