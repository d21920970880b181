//! Sessions over HTTP.

use chassis::{
    actor::{ActorExt as _, STAFF},
    clock::{from_ms, to_ms},
    id::OrganiserId,
};
use chrono::{DateTime, Utc};
use proto::{common::v1::Actor, livestream::v1 as livestream};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BankAccount, at, nonzero, offers::Offer, some, words};

words! {
    /// Where a session stands.
    SessionState of livestream::SessionState { Planned, Live, Ended, }
}

/// A livestream session (phiên) with its line-up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    session_id: String,
    organiser_id: String,
    title: String,
    description: Option<String>,
    starts_at: DateTime<Utc>,
    state: SessionState,
    went_live_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    /// Set when the session was stopped at once.
    stopped_reason: Option<String>,
    /// Pictures come now: `/video/{session_id}/index.m3u8` plays them (HLS, RFC 8216).
    video: bool,
    terms: Option<SessionTerms>,
    offers: Vec<Offer>,
    pinned_offer_id: Option<String>,
    version: u64,
}

/// As everybody may see it: without the organiser's account number.
impl From<livestream::Session> for Session {
    fn from(session: livestream::Session) -> Self {
        let terms = session.terms.map(|terms| SessionTerms {
            organiser_account: None,
            ..terms.into()
        });
        Self {
            session_id: session.session_id,
            organiser_id: session.organiser_id,
            title: session.title,
            description: some(session.description),
            starts_at: at(session.starts_at_ms),
            state: session.state.into(),
            went_live_at: from_ms(session.went_live_at_ms),
            ended_at: from_ms(session.ended_at_ms),
            stopped_reason: some(session.stopped_reason),
            video: session.video,
            terms,
            offers: session.offers.into_iter().map(Into::into).collect(),
            pinned_offer_id: some(session.pinned_offer_id),
            version: session.version,
        }
    }
}

impl Session {
    /// As this asker may see it: the organiser's people see the account number too.
    pub(crate) fn seen_by(session: livestream::Session, actor: &Actor) -> Self {
        let works = session
            .organiser_id
            .parse::<OrganiserId>()
            .is_ok_and(|id| actor.works_for(id, STAFF));
        let account = session
            .terms
            .as_ref()
            .and_then(|terms| terms.organiser_account.clone())
            .filter(|_| works);
        let mut seen = Self::from(session);
        if let Some(terms) = &mut seen.terms {
            terms.organiser_account = account.map(Into::into);
        }
        seen
    }
}

/// What an order of a session may choose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionTerms {
    /// Where the money goes for offers that pay the organiser. Only for the organiser's people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organiser_account: Option<BankAccount>,
    cod_allowed: bool,
    /// Đồng, flat, per order that is shipped; one that is fetched has none.
    shipping_fee: i64,
    /// An order with goods for so much, đồng, is shipped free; none: no order is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    free_shipping_from: Option<i64>,
    /// The flat fee carries so many grams; none: weight does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping_grams: Option<u32>,
    /// Đồng, for each begun kilogram above that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping_fee_per_kg: Option<i64>,
    /// Where goods can be picked up; none: nowhere.
    #[serde(default)]
    pickup_place: Option<String>,
    /// How long an unpaid order waits for its transfer.
    #[schema(minimum = 60, maximum = 86_400)]
    payment_window_seconds: u32,
}

impl From<livestream::SessionTerms> for SessionTerms {
    fn from(terms: livestream::SessionTerms) -> Self {
        Self {
            organiser_account: terms.organiser_account.map(Into::into),
            cod_allowed: terms.cod_allowed,
            shipping_fee: terms.shipping_fee,
            free_shipping_from: nonzero(terms.free_shipping_from),
            shipping_grams: nonzero(terms.shipping_grams),
            shipping_fee_per_kg: nonzero(terms.shipping_fee_per_kg),
            pickup_place: some(terms.pickup_place),
            payment_window_seconds: terms.payment_window_seconds,
        }
    }
}

impl From<SessionTerms> for livestream::SessionTerms {
    fn from(terms: SessionTerms) -> Self {
        Self {
            organiser_account: terms.organiser_account.map(Into::into),
            cod_allowed: terms.cod_allowed,
            shipping_fee: terms.shipping_fee,
            free_shipping_from: terms.free_shipping_from.unwrap_or_default(),
            shipping_grams: terms.shipping_grams.unwrap_or_default(),
            shipping_fee_per_kg: terms.shipping_fee_per_kg.unwrap_or_default(),
            pickup_place: terms.pickup_place.unwrap_or_default(),
            payment_window_seconds: terms.payment_window_seconds,
        }
    }
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sessions {
    sessions: Vec<Session>,
    next_cursor: Option<String>,
}

impl Sessions {
    /// As this asker may see them.
    pub(crate) fn seen_by(page: livestream::Sessions, actor: &Actor) -> Self {
        let sessions = page
            .sessions
            .into_iter()
            .map(|session| Session::seen_by(session, actor))
            .collect();
        Self {
            sessions,
            next_cursor: some(page.next_cursor),
        }
    }
}

/// An offer with its session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferInSession {
    session_id: String,
    session_title: String,
    session_state: SessionState,
    starts_at: DateTime<Utc>,
    offer: Offer,
}

/// Offers of a producer, soonest session first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OffersInSessions {
    offers: Vec<OfferInSession>,
}

impl From<livestream::OffersInSessions> for OffersInSessions {
    fn from(found: livestream::OffersInSessions) -> Self {
        let one = |one: livestream::OfferInSession| {
            let session = one.session?;
            Some(OfferInSession {
                session_id: session.session_id,
                session_title: session.title,
                session_state: session.state.into(),
                starts_at: at(session.starts_at_ms),
                offer: one.offer?.into(),
            })
        };
        Self {
            offers: found.offers.into_iter().filter_map(one).collect(),
        }
    }
}

/// Which sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionsQuery {
    /// Only those in this state.
    pub(crate) state: Option<SessionState>,
    /// Only this organiser's.
    pub(crate) organiser_id: Option<String>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// A session to plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionBody {
    organiser_id: String,
    #[schema(example = "Phiên chợ OCOP cuối tuần")]
    title: String,
    #[serde(default)]
    description: Option<String>,
    starts_at: DateTime<Utc>,
    terms: SessionTerms,
}

impl From<SessionBody> for livestream::PlanSession {
    fn from(body: SessionBody) -> Self {
        Self {
            organiser_id: body.organiser_id,
            title: body.title,
            description: body.description.unwrap_or_default(),
            starts_at_ms: to_ms(body.starts_at),
            terms: Some(body.terms.into()),
        }
    }
}

/// When a session starts instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RescheduleBody {
    pub(crate) starts_at: DateTime<Utc>,
}

/// What a session is called instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TitleBody {
    pub(crate) title: String,
    /// None: the session has none any more.
    #[serde(default)]
    pub(crate) description: Option<String>,
}

/// What to pin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PinBody {
    /// `null`: unpin.
    pub(crate) offer_id: Option<String>,
}

/// Something to tell the room.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeBody {
    pub(crate) text: String,
    /// A warning stays on the screen.
    #[serde(default)]
    pub(crate) warning: bool,
}

/// Where an encoder (OBS, a phone's app) sends the pictures of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VideoSource {
    /// The server's address.
    pub(crate) server: String,
    /// The session's name and key there: whoever has it can send pictures.
    pub(crate) stream_key: String,
}
