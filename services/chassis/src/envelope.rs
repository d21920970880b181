//! What travels beside a payload: CloudEvents attributes of an event, who asks and until when of a request.
//!
//! Events use the binary mode of CloudEvents: attributes as `ce-` headers, protobuf as the payload.

use std::time::Duration;

use async_nats::HeaderMap;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use prost::Message as _;
use proto::common::v1::Actor;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::{
    id::{EventId, QuestionId},
    trace::{self, Trace},
};

/// `ce-id`: also the message id by which JetStream drops repeats.
pub const EVENT_ID: &str = "ce-id";
/// `ce-type`: the full protobuf name.
pub const EVENT_TYPE: &str = "ce-type";
const EVENT_SOURCE: &str = "ce-source";
const EVENT_TIME: &str = "ce-time";
const EVENT_SUBJECT: &str = "ce-subject";
const EVENT_SEQ: &str = "ce-sequence";
/// The id of the event of this aggregate and kind before this one, when there was one lately.
const EVENT_AFTER: &str = "ce-after";
const SPEC_VERSION: &str = "ce-specversion";
const CONTENT_TYPE: &str = "ce-datacontenttype";

const ACTOR: &str = "Phien-Actor";
const ASKED_AT: &str = "Phien-Asked-At";
const QUESTION: &str = "Phien-Question";
const BUDGET_MS: &str = "Phien-Budget-Ms";
const SIGNATURE: &str = "Phien-Signature";

/// How long a signed request is believed: longer than clocks drift, shorter than anybody could use a stolen one.
const BELIEVED_MS: i64 = 300_000;

/// The attributes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHead {
    /// Who said it: "orders".
    pub source: String,
    /// Unique for ever.
    pub id: EventId,
    /// The full protobuf name of the payload.
    pub event_type: String,
    /// The aggregate and the event's number in it, from 1; feed messages have none.
    pub aggregate: Option<(String, i64)>,
    /// When its row was written.
    pub at: DateTime<Utc>,
    /// The trace it belongs to, if it is sampled.
    pub trace: Option<Trace>,
}

impl EventHead {
    /// As message headers.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let id = self.id.to_string();
        headers.insert(async_nats::header::NATS_MESSAGE_ID, id.as_str());
        headers.insert(SPEC_VERSION, "1.0");
        headers.insert(CONTENT_TYPE, "application/protobuf");
        headers.insert(EVENT_ID, id.as_str());
        headers.insert(EVENT_TYPE, self.event_type.as_str());
        headers.insert(EVENT_SOURCE, format!("/phien/{}", self.source));
        headers.insert(EVENT_TIME, self.at.to_rfc3339());
        if let Some((aggregate, seq)) = &self.aggregate {
            headers.insert(EVENT_SUBJECT, aggregate.as_str());
            headers.insert(EVENT_SEQ, seq.to_string());
        }
        if let Some(trace) = &self.trace {
            headers.insert(trace::HEADER, trace.text());
        }
        headers
    }

    /// Reads the headers back.
    ///
    /// # Errors
    /// Names the attribute that is missing or wrong.
    pub fn read(headers: &HeaderMap) -> Result<Self, &'static str> {
        let get = |name: &'static str| {
            headers
                .get(name)
                .map(async_nats::HeaderValue::as_str)
                .ok_or(name)
        };
        let aggregate = match (get(EVENT_SUBJECT), get(EVENT_SEQ)) {
            (Ok(aggregate), Ok(seq)) => {
                Some((aggregate.to_owned(), seq.parse().map_err(|_| EVENT_SEQ)?))
            }
            _ => None,
        };
        Ok(Self {
            source: get(EVENT_SOURCE)?.trim_start_matches("/phien/").to_owned(),
            id: get(EVENT_ID)?.parse().map_err(|_| EVENT_ID)?,
            event_type: get(EVENT_TYPE)?.to_owned(),
            aggregate,
            at: DateTime::parse_from_rfc3339(get(EVENT_TIME)?)
                .map_err(|_| EVENT_TIME)?
                .to_utc(),
            trace: trace_of(headers),
        })
    }
}

/// The trace of a message, if it is sampled.
#[must_use]
pub fn trace_of(headers: &HeaderMap) -> Option<Trace> {
    Trace::read(headers.get(trace::HEADER)?.as_str())
}

/// When the row of an event or a feed message was written, if it left by the outbox.
#[must_use]
pub fn written_at(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(EVENT_TIME)?.as_str();
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.to_utc())
}

/// Names the event of this aggregate and kind before this one.
pub(crate) fn comes_after(headers: &mut HeaderMap, before: EventId) {
    headers.insert(EVENT_AFTER, before.to_string());
}

/// The event of this aggregate and kind before this one, if it is named.
#[must_use]
pub fn after(headers: &HeaderMap) -> Option<EventId> {
    headers.get(EVENT_AFTER)?.as_str().parse().ok()
}

/// The keys by which a service believes who asks: one a service, derived from the deployment's secret.
#[derive(Clone)]
pub struct Keyring(SecretString);

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}

/// What a request says beside its payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Believed {
    /// Who asks.
    pub actor: Actor,
    /// The question's own id; none from a version that does not ask again.
    pub question: Option<QuestionId>,
    /// How long the asker waits.
    pub budget: Duration,
}

/// Why a request's identity is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// A header is missing or cannot be read.
    #[error("the identity headers are missing or malformed")]
    Malformed,
    /// Signed with another key, or changed on the way.
    #[error("the signature does not match")]
    Forged,
    /// Signed too long ago.
    #[error("the signature is too old")]
    Stale,
}

impl Keyring {
    /// From the deployment's secret.
    #[must_use]
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    fn mac(key: &[u8]) -> Hmac<Sha256> {
        Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
    }

    fn signer(
        &self,
        service: &str,
        subject: &str,
        actor: &[u8],
        asked_at: i64,
        payload: &[u8],
    ) -> Hmac<Sha256> {
        let mut derive = Self::mac(self.0.expose_secret().as_bytes());
        derive.update(b"phien service key ");
        derive.update(service.as_bytes());
        let mut mac = Self::mac(&derive.finalize().into_bytes());
        for part in [subject.as_bytes(), actor, &asked_at.to_be_bytes(), payload] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }

    /// The headers of a request: who asks, signed for the one service that answers. What is not signed is said by `ask_within`.
    #[must_use]
    pub fn sign(
        &self,
        service: &str,
        subject: &str,
        actor: &Actor,
        now: DateTime<Utc>,
        payload: &[u8],
    ) -> HeaderMap {
        let actor = actor.encode_to_vec();
        let asked_at = now.timestamp_millis();
        let signature = self
            .signer(service, subject, &actor, asked_at, payload)
            .finalize()
            .into_bytes();
        let mut headers = HeaderMap::new();
        headers.insert(ACTOR, encode(&actor));
        headers.insert(ASKED_AT, asked_at.to_string());
        headers.insert(SIGNATURE, encode(&signature));
        headers
    }

    /// Who asks, if the signature holds; what is not signed says no more than that somebody repeats or hurries.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn believe(
        &self,
        service: &str,
        subject: &str,
        headers: &HeaderMap,
        now: DateTime<Utc>,
        payload: &[u8],
    ) -> Result<Believed, NotBelieved> {
        let get = |name: &str| {
            headers
                .get(name)
                .map(async_nats::HeaderValue::as_str)
                .ok_or(NotBelieved::Malformed)
        };
        let actor = decode(get(ACTOR)?)?;
        let asked_at: i64 = get(ASKED_AT)?.parse().map_err(|_| NotBelieved::Malformed)?;
        let signature = decode(get(SIGNATURE)?)?;
        self.signer(service, subject, &actor, asked_at, payload)
            .verify_slice(&signature)
            .map_err(|_| NotBelieved::Forged)?;
        if (now.timestamp_millis() - asked_at).abs() > BELIEVED_MS {
            return Err(NotBelieved::Stale);
        }
        let actor = Actor::decode(actor.as_slice()).map_err(|_| NotBelieved::Malformed)?;
        let budget = get(BUDGET_MS)?
            .parse()
            .map_err(|_| NotBelieved::Malformed)?;
        let question = headers.get(QUESTION).map(|id| id.as_str().parse());
        let question = question.transpose().map_err(|_| NotBelieved::Malformed)?;
        Ok(Believed {
            actor,
            question,
            budget: Duration::from_millis(budget),
        })
    }
}

/// The question's own id, the same when it is asked again, and how long the asker waits.
pub(crate) fn ask_within(headers: &mut HeaderMap, question: QuestionId, budget: Duration) {
    headers.insert(QUESTION, question.to_string());
    headers.insert(BUDGET_MS, budget.as_millis().to_string());
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Result<Vec<u8>, NotBelieved> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| NotBelieved::Malformed)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use crate::id::Id as _;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_790_000_000_000).unwrap()
    }

    #[test]
    fn an_event_head_survives_its_headers() {
        let head = EventHead {
            source: "orders".into(),
            id: EventId::from_uuid(uuid::Uuid::from_u128(1)),
            event_type: "phien.orders.v1.OrdersPlaced".into(),
            aggregate: Some(("session:ses_1".into(), 7)),
            at: now(),
            trace: None,
        };
        assert_eq!(EventHead::read(&head.headers()), Ok(head));
        assert_eq!(EventHead::read(&HeaderMap::new()), Err(EVENT_SOURCE));
    }

    #[test]
    fn only_the_service_asked_believes_an_unchanged_recent_request() {
        let keys = Keyring::new("secret".into());
        let actor = Actor {
            account_id: "acc_1".into(),
            ..Actor::default()
        };
        let mut headers = keys.sign(
            "orders",
            "phien.orders.v1.order.show",
            &actor,
            now(),
            b"body",
        );
        let (question, budget) = (
            QuestionId::from_uuid(uuid::Uuid::from_u128(7)),
            Duration::from_secs(5),
        );
        ask_within(&mut headers, question, budget);
        let believe =
            |service, subject, at, body: &[u8]| keys.believe(service, subject, &headers, at, body);
        assert_eq!(
            believe("orders", "phien.orders.v1.order.show", now(), b"body"),
            Ok(Believed {
                actor,
                question: Some(question),
                budget
            })
        );
        assert_eq!(
            believe("catalogue", "phien.orders.v1.order.show", now(), b"body"),
            Err(NotBelieved::Forged)
        );
        assert_eq!(
            believe("orders", "phien.orders.v1.order.cancel", now(), b"body"),
            Err(NotBelieved::Forged)
        );
        assert_eq!(
            believe("orders", "phien.orders.v1.order.show", now(), b"bodY"),
            Err(NotBelieved::Forged)
        );
        let later = now() + TimeDelta::minutes(6);
        assert_eq!(
            believe("orders", "phien.orders.v1.order.show", later, b"body"),
            Err(NotBelieved::Stale)
        );
        assert_eq!(
            keys.believe("orders", "x", &HeaderMap::new(), now(), b""),
            Err(NotBelieved::Malformed)
        );
    }
}
