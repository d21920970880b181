//! The desk as JSON: claims to look at, shoppers, the counter.

use chrono::{DateTime, Utc};
use proto::{feed::v1 as feed, orders::v1 as orders};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    at,
    holds::{ClaimLine, Kept},
    orders::OrderBody,
    some, words,
};
use chassis::clock::from_ms;

words! {
    /// Why a claim is at the desk.
    UnclearReason of orders::UnclearReason { Unsure, UnknownCode, InvalidQuantity, Restricted, }
    /// Where an item of the desk stands.
    DeskItemState of orders::DeskItemState { Open, Handled, Dismissed, }
}

/// A claim that somebody has to look at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeskItem {
    desk_item_id: String,
    session_id: String,
    account_id: String,
    /// Shortened.
    shopper_name: String,
    /// `null`: a tap.
    comment_id: Option<String>,
    /// As the room sees it.
    text: String,
    reason: UnclearReason,
    /// What it was taken for.
    lines: Vec<ClaimLine>,
    made_at: DateTime<Utc>,
    state: DeskItemState,
    /// Who works on it; free again at `taken_until`.
    taken_by: Option<String>,
    taken_until: Option<DateTime<Utc>>,
    ended_by: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    /// Why it was dismissed.
    outcome: Option<String>,
    version: u64,
}

impl From<orders::DeskItem> for DeskItem {
    fn from(item: orders::DeskItem) -> Self {
        Self {
            desk_item_id: item.desk_item_id,
            session_id: item.session_id,
            account_id: item.account_id,
            shopper_name: item.shopper_name,
            comment_id: some(item.comment_id),
            text: item.text,
            reason: item.reason.into(),
            lines: item.lines.into_iter().map(Into::into).collect(),
            made_at: at(item.made_at_ms),
            state: item.state.into(),
            taken_by: some(item.taken_by_account_id),
            taken_until: from_ms(item.taken_until_ms),
            ended_by: some(item.ended_by_account_id),
            ended_at: from_ms(item.ended_at_ms),
            outcome: some(item.outcome),
            version: item.version,
        }
    }
}

/// Which items, and where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeskQuery {
    /// Only items that stand so.
    pub(crate) state: Option<DeskItemState>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// At most 100.
    pub(crate) limit: Option<u32>,
}

/// A page of the desk, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeskItems {
    items: Vec<DeskItem>,
    next_cursor: Option<String>,
}

impl From<orders::DeskItems> for DeskItems {
    fn from(page: orders::DeskItems) -> Self {
        Self {
            items: page.items.into_iter().map(Into::into).collect(),
            next_cursor: some(page.next_cursor),
        }
    }
}

/// Which item to work on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakeBody {
    /// None: the oldest on which nobody works.
    #[serde(default)]
    pub(crate) desk_item_id: Option<String>,
}

/// The item to work on; `null`: nobody waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenDeskItem {
    pub(crate) item: Option<DeskItem>,
}

/// What the shopper wants after all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandleBody {
    pub(crate) lines: Vec<ClaimLine>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandledDeskItem {
    item: Option<DeskItem>,
    kept: Vec<Kept>,
}

impl From<orders::HandledDeskItem> for HandledDeskItem {
    fn from(handled: orders::HandledDeskItem) -> Self {
        Self {
            item: handled.item.map(Into::into),
            kept: handled.kept.into_iter().map(Into::into).collect(),
        }
    }
}

/// Why an item comes to nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DismissBody {
    pub(crate) reason: String,
}

/// Whose open order goes into whose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeBody {
    pub(crate) from_account_id: String,
    pub(crate) into_account_id: String,
    /// None: everything that is held.
    #[serde(default)]
    pub(crate) lines: Vec<MergeLine>,
}

/// Held units of an offer, 1 to 99.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeLine {
    offer_id: String,
    units: i64,
}

impl From<MergeLine> for orders::MergeLine {
    fn from(line: MergeLine) -> Self {
        Self {
            offer_id: line.offer_id,
            units: line.units,
        }
    }
}

/// A person at the counter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CounterShopperBody {
    /// A Vietnamese mobile number.
    #[schema(example = "0912345678")]
    pub(crate) phone: String,
    #[schema(example = "Nguyễn Thị Lan")]
    pub(crate) name: String,
}

/// The account of a person at the counter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CounterShopper {
    pub(crate) account_id: String,
    /// Shortened.
    pub(crate) shopper_name: String,
}

/// A claim for somebody else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimForBody {
    /// For whom.
    pub(crate) account_id: String,
    pub(crate) lines: Vec<ClaimLine>,
}

/// An order for somebody else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderForBody {
    /// For whom.
    pub(crate) account_id: String,
    pub(crate) order: OrderBody,
}

/// Cash that was taken at the counter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CashBody {
    /// Đồng: exactly what is still due.
    pub(crate) amount: i64,
    /// Of the organiser's receipt book: each number once.
    pub(crate) receipt_no: String,
}

/// Whom to restrict, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestrictionBody {
    pub(crate) reason: String,
    /// Within a year; none: until it is lifted.
    #[serde(default)]
    pub(crate) until: Option<DateTime<Utc>>,
}

/// A restriction: the shopper's claims and orders go through the organiser's desk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Restriction {
    restriction_id: String,
    organiser_id: String,
    account_id: String,
    reason: String,
    made_by: String,
    made_at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    lifted_by: Option<String>,
    lifted_at: Option<DateTime<Utc>>,
}

impl From<orders::Restriction> for Restriction {
    fn from(one: orders::Restriction) -> Self {
        Self {
            restriction_id: one.restriction_id,
            organiser_id: one.organiser_id,
            account_id: one.account_id,
            reason: one.reason,
            made_by: one.made_by_account_id,
            made_at: at(one.made_at_ms),
            until: from_ms(one.until_ms),
            lifted_by: some(one.lifted_by_account_id),
            lifted_at: from_ms(one.lifted_at_ms),
        }
    }
}

/// What an organiser knows of a shopper, from its own sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopperCard {
    account_id: String,
    holds_kept: u64,
    holds_lapsed: u64,
    holds_released: u64,
    orders_placed: u64,
    orders_paid: u64,
    orders_cancelled: u64,
    orders_expired: u64,
    /// Deliveries that came back.
    orders_returned: u64,
    /// Does a restriction stand?
    restricted: bool,
    /// Newest first.
    restrictions: Vec<Restriction>,
}

impl From<orders::ShopperCard> for ShopperCard {
    fn from(card: orders::ShopperCard) -> Self {
        Self {
            account_id: card.account_id,
            holds_kept: card.holds_kept,
            holds_lapsed: card.holds_lapsed,
            holds_released: card.holds_released,
            orders_placed: card.orders_placed,
            orders_paid: card.orders_paid,
            orders_cancelled: card.orders_cancelled,
            orders_expired: card.orders_expired,
            orders_returned: card.orders_returned,
            restricted: card.restricted,
            restrictions: card.restrictions.into_iter().map(Into::into).collect(),
        }
    }
}

/// How many claims wait for somebody at the desk; data of `unclear`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnclearNews {
    session_id: String,
    open: u32,
    version: u64,
}

impl From<feed::UnclearNews> for UnclearNews {
    fn from(news: feed::UnclearNews) -> Self {
        Self {
            session_id: news.session_id,
            open: news.open,
            version: news.version,
        }
    }
}
