//! The desk on the wire.

use chassis::{
    Refusal,
    clock::to_ms,
    id::{AccountId, DeskItemId, Id as _, OfferId},
};
use chrono::{DateTime, Utc};
use proto::{livestream::v1::ClaimUnclear, orders::v1 as wire};

use crate::{
    domain::{
        desk::{DeskItemState, UnclearReason},
        intake::Wishes,
    },
    store::{
        desk::{self, DeskItem},
        shoppers::Restriction,
    },
    wire::holds::read_wishes,
};

const REASONS: [(wire::UnclearReason, UnclearReason); 4] = [
    (wire::UnclearReason::Unsure, UnclearReason::Unsure),
    (wire::UnclearReason::UnknownCode, UnclearReason::UnknownCode),
    (
        wire::UnclearReason::InvalidQuantity,
        UnclearReason::InvalidQuantity,
    ),
    (wire::UnclearReason::Restricted, UnclearReason::Restricted),
];

const STATES: [(wire::DeskItemState, DeskItemState); 3] = [
    (wire::DeskItemState::Open, DeskItemState::Open),
    (wire::DeskItemState::Handled, DeskItemState::Handled),
    (wire::DeskItemState::Dismissed, DeskItemState::Dismissed),
];

/// Reads what livestream says of an unclear comment.
///
/// # Errors
/// A field that cannot be read.
pub fn read_unclear(
    id: DeskItemId,
    at: DateTime<Utc>,
    event: &ClaimUnclear,
) -> Result<DeskItem, Refusal> {
    let wishes = if event.lines.is_empty() {
        Vec::new()
    } else {
        match read_wishes(&event.lines, false)? {
            Wishes::Of(wishes) => wishes,
            Wishes::Nothing => Vec::new(),
        }
    };
    let (offers, units, more) = desk::columns(&wishes);
    let reason = REASONS
        .iter()
        .find(|(reason, _)| *reason == event.reason())
        .map_or(UnclearReason::Unsure, |(_, reason)| *reason);
    Ok(DeskItem {
        id,
        session_id: read(&event.session_id)?,
        account_id: read(&event.account_id)?,
        shopper_name: event.shopper_name.clone(),
        comment_id: Some(read(&event.comment_id)?),
        text: event.text.clone(),
        reason: reason.name().to_owned(),
        offers,
        units,
        more,
        made_at: at,
        state: DeskItemState::Open.name().to_owned(),
        taken_by: None,
        taken_until: None,
        ended_by: None,
        ended_at: None,
        outcome: String::new(),
        version: 1,
    })
}

fn read<I: std::str::FromStr>(id: &str) -> Result<I, Refusal> {
    id.parse().map_err(|_| {
        Refusal::invalid(
            "malformed_event",
            "Sự kiện không đọc được.",
            "The event cannot be read.",
        )
    })
}

/// The state that a list asks for; none: all.
#[must_use]
pub fn read_state(state: wire::DeskItemState) -> Option<DeskItemState> {
    STATES
        .iter()
        .find(|(on_wire, _)| *on_wire == state)
        .map(|(_, state)| *state)
}

/// An item.
#[must_use]
pub fn item(item: &DeskItem) -> wire::DeskItem {
    let account = |id: Option<AccountId>| id.map(|id| id.to_string()).unwrap_or_default();
    let reason = REASONS
        .iter()
        .find(|(_, reason)| reason.name() == item.reason)
        .map_or(wire::UnclearReason::Unspecified, |(reason, _)| *reason);
    let state = STATES
        .iter()
        .find(|(_, state)| state.name() == item.state)
        .map_or(wire::DeskItemState::Unspecified, |(state, _)| *state);
    let lines = item.offers.iter().zip(&item.units).zip(&item.more);
    wire::DeskItem {
        desk_item_id: item.id.to_string(),
        session_id: item.session_id.to_string(),
        account_id: item.account_id.to_string(),
        shopper_name: item.shopper_name.clone(),
        comment_id: item.comment_id.map(|id| id.to_string()).unwrap_or_default(),
        text: item.text.clone(),
        reason: reason.into(),
        lines: lines
            .map(|((offer, units), more)| wire::ClaimLine {
                offer_id: OfferId::from_uuid(*offer).to_string(),
                units: *units,
                more: *more,
            })
            .collect(),
        made_at_ms: to_ms(item.made_at),
        state: state.into(),
        taken_by_account_id: account(item.taken_by),
        taken_until_ms: item.taken_until.map_or(0, to_ms),
        ended_by_account_id: account(item.ended_by),
        ended_at_ms: item.ended_at.map_or(0, to_ms),
        outcome: item.outcome.clone(),
        version: u64::try_from(item.version).unwrap_or_default(),
    }
}

/// A restriction.
#[must_use]
pub fn restriction(one: &Restriction) -> wire::Restriction {
    wire::Restriction {
        restriction_id: format!("rst_{}", one.id.simple()),
        organiser_id: one.organiser_id.to_string(),
        account_id: one.account_id.to_string(),
        reason: one.reason.clone(),
        made_by_account_id: one.made_by.to_string(),
        made_at_ms: to_ms(one.made_at),
        until_ms: one.until.map_or(0, to_ms),
        lifted_by_account_id: one.lifted_by.map(|id| id.to_string()).unwrap_or_default(),
        lifted_at_ms: one.lifted_at.map_or(0, to_ms),
    }
}
