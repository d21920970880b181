//! Claims, holds and the waitlist as JSON.

use chrono::{DateTime, Utc};
use proto::{feed::v1 as feed, orders::v1 as orders};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{at, some};

/// What a shopper claims.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimBody {
    pub(crate) lines: Vec<ClaimLine>,
}

/// One offer, so many units.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimLine {
    offer_id: String,
    /// In all, held and waited for, 1 to 99: saying it again changes nothing. 0 gives everything back.
    units: i64,
    /// On top of what is held and waited for.
    #[serde(default)]
    more: bool,
}

impl From<ClaimLine> for orders::ClaimLine {
    fn from(line: ClaimLine) -> Self {
        Self {
            offer_id: line.offer_id,
            units: line.units,
            more: line.more,
        }
    }
}

impl From<orders::ClaimLine> for ClaimLine {
    fn from(line: orders::ClaimLine) -> Self {
        Self {
            offer_id: line.offer_id,
            units: line.units,
            more: line.more,
        }
    }
}

impl ClaimBody {
    /// A claim of the asker, or for `account_id` if it is not empty.
    pub(crate) fn into_wire(
        self,
        session_id: String,
        account_id: String,
        shopper_name: String,
    ) -> orders::ClaimUnits {
        orders::ClaimUnits {
            session_id,
            lines: self.lines.into_iter().map(Into::into).collect(),
            shopper_name,
            account_id,
            give_all_back: false,
        }
    }
}

/// Units that are kept for a shopper until a deadline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hold {
    hold_id: String,
    session_id: String,
    offer_id: String,
    account_id: String,
    /// Shortened.
    shopper_name: String,
    units: i64,
    until: DateTime<Utc>,
    /// The deadline was moved once, for the checkout.
    extended: bool,
    /// Who claimed for the shopper, at the desk.
    assisted_by: Option<String>,
    version: u64,
}

impl From<orders::Hold> for Hold {
    fn from(hold: orders::Hold) -> Self {
        Self {
            hold_id: hold.hold_id,
            session_id: hold.session_id,
            offer_id: hold.offer_id,
            account_id: hold.account_id,
            shopper_name: hold.shopper_name,
            units: hold.units,
            until: at(hold.until_ms),
            extended: hold.extended,
            assisted_by: some(hold.assisted_by_account_id),
            version: hold.version,
        }
    }
}

/// A shopper's place in an offer's waitlist.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Waiting {
    wait_id: String,
    session_id: String,
    offer_id: String,
    account_id: String,
    /// Shortened.
    shopper_name: String,
    units: i64,
    /// Shoppers before this one; only in lists.
    before: i64,
    version: u64,
}

impl From<orders::Waiting> for Waiting {
    fn from(waiting: orders::Waiting) -> Self {
        Self {
            wait_id: waiting.wait_id,
            session_id: waiting.session_id,
            offer_id: waiting.offer_id,
            account_id: waiting.account_id,
            shopper_name: waiting.shopper_name,
            units: waiting.units,
            before: waiting.before,
            version: waiting.version,
        }
    }
}

/// What a line of a claim led to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Kept {
    offer_id: String,
    /// What is held now; `null`: nothing.
    hold: Option<Hold>,
    /// The place in line; `null`: none.
    waiting: Option<Waiting>,
    /// Why the line was not granted; then the rest is as it was.
    refused: Option<LineRefused>,
}

/// Why a line of a claim was not granted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineRefused {
    /// `offer_not_open`, `over_limit`, `restricted`, `not_found`.
    code: String,
    reason_vi: String,
    reason_en: String,
}

impl From<orders::Kept> for Kept {
    fn from(kept: orders::Kept) -> Self {
        Self {
            offer_id: kept.offer_id,
            hold: kept.hold.map(Into::into),
            waiting: kept.waiting.map(Into::into),
            refused: kept.refusal.map(|refusal| LineRefused {
                code: refusal.code,
                reason_vi: refusal.message_vi,
                reason_en: refusal.message_en,
            }),
        }
    }
}

/// What a claim led to, line by line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeptUnits {
    kept: Vec<Kept>,
}

impl From<orders::KeptUnits> for KeptUnits {
    fn from(all: orders::KeptUnits) -> Self {
        Self {
            kept: all.kept.into_iter().map(Into::into).collect(),
        }
    }
}

/// What is held and waited for in a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeptInSession {
    /// Soonest deadline first.
    holds: Vec<Hold>,
    /// In the order of their lines.
    waiting: Vec<Waiting>,
}

impl From<orders::KeptInSession> for KeptInSession {
    fn from(all: orders::KeptInSession) -> Self {
        Self {
            holds: all.holds.into_iter().map(Into::into).collect(),
            waiting: all.waiting.into_iter().map(Into::into).collect(),
        }
    }
}

/// The room's answer to a claim; data of `claim`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimAnswer {
    session_id: String,
    /// Number among the room's `claim` events, from 1 without a gap.
    seq: u64,
    /// Shortened.
    shopper_name: String,
    claim_code: String,
    /// Held for the shopper now.
    units: i64,
    /// Waited for.
    waiting: i64,
    /// `null`: nothing is held.
    until: Option<DateTime<Utc>>,
    /// The waitlist's turn came.
    promoted: bool,
    /// In a rush: answers before this one that are not shown; the numbers before `seq` are theirs.
    more: u32,
}

impl From<feed::Claim> for ClaimAnswer {
    fn from(claim: feed::Claim) -> Self {
        Self {
            session_id: claim.session_id,
            seq: claim.seq,
            shopper_name: claim.shopper_name,
            claim_code: claim.claim_code,
            units: claim.units,
            waiting: claim.waiting,
            until: (claim.until_ms > 0).then(|| at(claim.until_ms)),
            promoted: claim.promoted,
            more: claim.more,
        }
    }
}

/// What a shopper holds and waits for of an offer; data of `kept`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeptNews {
    session_id: String,
    offer_id: String,
    account_id: String,
    /// Shortened.
    shopper_name: String,
    claim_code: String,
    units: i64,
    /// `null`: nothing is held.
    until: Option<DateTime<Utc>>,
    waiting: i64,
    /// The deadline has passed.
    lapsed: bool,
    /// The waitlist's turn came.
    promoted: bool,
    version: u64,
}

impl From<feed::KeptNews> for KeptNews {
    fn from(kept: feed::KeptNews) -> Self {
        Self {
            session_id: kept.session_id,
            offer_id: kept.offer_id,
            account_id: kept.account_id,
            shopper_name: kept.shopper_name,
            claim_code: kept.claim_code,
            units: kept.units,
            until: (kept.until_ms > 0).then(|| at(kept.until_ms)),
            waiting: kept.waiting,
            lapsed: kept.lapsed,
            promoted: kept.promoted,
            version: kept.version,
        }
    }
}
