//! Moderation over HTTP.

use chrono::{DateTime, Utc};
use proto::{feed::v1 as feed, livestream::v1 as livestream};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{at, some};

/// Whom to mute: the author of the comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MuteBody {
    /// At most a day; not given: until the session ends.
    #[schema(maximum = 1_440)]
    pub(crate) minutes: Option<u32>,
    #[schema(max_length = 500)]
    pub(crate) reason: String,
}

/// Somebody who may not comment in a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mute {
    account_id: String,
    author_name: String,
    /// `null`: until the session ends.
    until: Option<DateTime<Utc>>,
    reason: String,
}

impl From<livestream::Mute> for Mute {
    fn from(mute: livestream::Mute) -> Self {
        Self {
            account_id: mute.account_id,
            author_name: mute.author_name,
            until: Some(mute.until_ms).filter(|ms| *ms != 0).map(at),
            reason: mute.reason,
        }
    }
}

/// Who is muted now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mutes {
    mutes: Vec<Mute>,
}

impl From<livestream::Mutes> for Mutes {
    fn from(mutes: livestream::Mutes) -> Self {
        Self {
            mutes: mutes.mutes.into_iter().map(Into::into).collect(),
        }
    }
}

/// One comment in so many seconds and shopper. A plain claim passes all the same.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlowModeBody {
    /// 0: off.
    #[schema(maximum = 600)]
    pub(crate) seconds: u32,
}

/// Words that no comment may have, whatever their case and marks.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BannedWordsBody {
    #[schema(max_items = 200)]
    pub(crate) words: Vec<String>,
}

/// Which acts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActsQuery {
    /// Only of this session.
    pub(crate) session_id: Option<String>,
    /// `next_cursor` of the page before; none for the first page.
    pub(crate) cursor: Option<String>,
    /// 1 to 100; 50 when not given.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// Who did what to whom, when and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModerationAct {
    act_id: String,
    /// `null`: of the organiser.
    session_id: Option<String>,
    /// `hide`, `mute`, `lift_mute`, `slow_mode`, `banned_words`, `take_down_warning`.
    act: String,
    /// The comment, the account, or the new setting.
    target: String,
    reason: String,
    by_account_id: String,
    at: DateTime<Utc>,
}

/// Acts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModerationActs {
    acts: Vec<ModerationAct>,
    next_cursor: Option<String>,
}

impl From<livestream::ModerationActs> for ModerationActs {
    fn from(acts: livestream::ModerationActs) -> Self {
        let act = |act: livestream::ModerationAct| ModerationAct {
            act_id: act.act_id,
            session_id: some(act.session_id),
            act: act.act,
            target: act.target,
            reason: act.reason,
            by_account_id: act.by_account_id,
            at: at(act.at_ms),
        };
        Self {
            acts: acts.acts.into_iter().map(act).collect(),
            next_cursor: some(acts.next_cursor),
        }
    }
}

/// The banner that stays on the screen; data of `warning`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Warning {
    session_id: String,
    /// Of the notice that it is; 0: there was none.
    seq: u64,
    /// `null`: it was taken down.
    text: Option<String>,
    at: DateTime<Utc>,
    version: u64,
}

impl From<feed::Warning> for Warning {
    fn from(warning: feed::Warning) -> Self {
        Self {
            session_id: warning.session_id,
            seq: warning.seq,
            text: some(warning.text),
            at: at(warning.at_ms),
            version: warning.version,
        }
    }
}
