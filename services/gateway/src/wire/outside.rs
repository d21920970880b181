//! Comments from elsewhere over HTTP.

use chrono::{DateTime, Utc};
use proto::livestream::v1 as livestream;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::at;

fn when(ms: i64) -> Option<DateTime<Utc>> {
    Some(ms).filter(|ms| *ms != 0).map(at)
}

/// Where else a session is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelBody {
    /// The platform.
    #[schema(example = "facebook")]
    pub(crate) source: String,
    /// Its id of the post or live video; not given: the session is no longer there.
    #[schema(max_length = 200)]
    pub(crate) post_id: Option<String>,
}

/// What came of one platform. It numbers nothing: a gap shows in `silent_seconds`, or by a comparison.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Channel {
    source: String,
    post_id: String,
    /// Comments that came.
    received: u64,
    /// Deliveries of comments that were known: done once.
    duplicates: u64,
    /// In the room.
    shown: u64,
    /// Waiting for the room to go live.
    waiting: u64,
    /// Come when the session was over, of somebody muted, or nothing that can be shown.
    kept_out: u64,
    /// Refused deliveries of the whole platform.
    forged: u64,
    last_received_at: Option<DateTime<Utc>>,
    /// Live, and nothing came for so long; 0: not silent.
    silent_seconds: u32,
    reconciled_at: Option<DateTime<Utc>>,
    /// Missing at the last comparison.
    missing: u32,
}

/// A session's channels.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Channels {
    channels: Vec<Channel>,
}

impl From<livestream::Channels> for Channels {
    fn from(channels: livestream::Channels) -> Self {
        let channel = |channel: livestream::Channel| Channel {
            source: channel.source,
            post_id: channel.post_id,
            received: channel.received,
            duplicates: channel.duplicates,
            shown: channel.shown,
            waiting: channel.waiting,
            kept_out: channel.kept_out,
            forged: channel.forged,
            last_received_at: when(channel.last_received_at_ms),
            silent_seconds: channel.silent_seconds,
            reconciled_at: when(channel.reconciled_at_ms),
            missing: channel.missing,
        };
        Self {
            channels: channels.channels.into_iter().map(channel).collect(),
        }
    }
}

/// The platform's own list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReconcileBody {
    /// Ids of all comments there.
    #[schema(max_items = 20_000)]
    pub(crate) external_ids: Vec<String>,
}

/// What a comparison found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reconciled {
    /// There, and never received.
    missing: Vec<String>,
    /// Received, and not in the list.
    unknown: Vec<String>,
}

impl From<livestream::Reconciled> for Reconciled {
    fn from(found: livestream::Reconciled) -> Self {
        Self {
            missing: found.missing,
            unknown: found.unknown,
        }
    }
}

/// A claim of somebody whom no account is known of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnlinkedClaim {
    comment_id: String,
    seq: u64,
    source: String,
    author_name: String,
    text: String,
    at: DateTime<Utc>,
    /// To be sent to the author: signed in, `POST /v1/me/links` with it makes the claim the author's, once.
    link_token: String,
    /// The author wrote a phone: its owner is linked without a token.
    has_phone: bool,
}

/// Such claims, in the room's order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnlinkedClaims {
    claims: Vec<UnlinkedClaim>,
}

impl From<livestream::UnlinkedClaims> for UnlinkedClaims {
    fn from(claims: livestream::UnlinkedClaims) -> Self {
        let claim = |claim: livestream::UnlinkedClaim| UnlinkedClaim {
            comment_id: claim.comment_id,
            seq: claim.seq,
            source: claim.source,
            author_name: claim.author_name,
            text: claim.text,
            at: at(claim.at_ms),
            link_token: claim.link_token,
            has_phone: claim.has_phone,
        };
        Self {
            claims: claims.claims.into_iter().map(claim).collect(),
        }
    }
}

/// Who I am elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    /// Of the link that was sent; not given: whoever wrote the phone that I signed in with.
    pub(crate) token: Option<String>,
}

/// What a link did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Linked {
    authors: u32,
    /// Claims that are mine now.
    claims: u32,
}

impl From<livestream::AuthorLinked> for Linked {
    fn from(linked: livestream::AuthorLinked) -> Self {
        Self {
            authors: linked.authors,
            claims: linked.claims,
        }
    }
}
