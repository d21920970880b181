//! What a person watches, as JSON: one object a message, in the shapes of the noun it tells of.

mod now;

use chrono::{DateTime, Utc};
use proto::{
    feed::v1::{self as feed, feed::Of},
    orders::v1 as orders,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    at,
    comments::Comment,
    complaints::ComplaintNews,
    desk::UnclearNews,
    figures::Figures,
    holds::{ClaimAnswer, KeptNews},
    moderation::Warning,
    offers::{Offer, OfferUnits},
    orders::{OrderLine, OrderState, PaymentMethod},
    payments::PaymentState,
    sessions::Session,
    some,
    stock::Variant,
};

pub(crate) use now::{DeskNow, OrdersNow, RoomNow, Snapshot};

/// Turns a message into the data of its server-sent event: one line of JSON.
pub(crate) fn json(of: Of) -> String {
    match of {
        Of::Session(session) => line(&Session::from(session)),
        Of::Offer(offer) => line(&Offer::from(offer)),
        Of::Units(units) => line(&OfferUnits::from(units)),
        Of::Pin(pin) => line(&Pin::from(pin)),
        Of::Viewers(viewers) => line(&ViewerCount::from(viewers)),
        Of::Comment(comment) => line(&Comment::from(comment)),
        Of::Hidden(hidden) => line(&Hidden::from(hidden)),
        Of::Sale(sale) => line(&Sale::from(sale)),
        Of::Notice(notice) => line(&Notice::from(notice)),
        Of::Orders(news) => line(&OrdersNow::from(news)),
        Of::Figures(figures) => line(&Figures::from(figures)),
        Of::Money(money) => line(&MoneyNews::from(money)),
        Of::Stock(stock) => line(&StockNews::from(stock)),
        Of::Claim(claim) => line(&ClaimAnswer::from(claim)),
        Of::Kept(kept) => line(&KeptNews::from(kept)),
        Of::Unclear(unclear) => line(&UnclearNews::from(unclear)),
        Of::Warning(warning) => line(&Warning::from(warning)),
        Of::Complaint(news) => line(&ComplaintNews::from(news)),
    }
}

/// Compact JSON: without a line break, as a server-sent event wants it.
pub(crate) fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| {
        tracing::error!("a feed message cannot be written as JSON: {error}");
        "{}".to_owned()
    })
}

/// What is pinned; data of `pin`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Pin {
    session_id: String,
    /// `null`: nothing.
    offer_id: Option<String>,
    version: u64,
}

impl From<feed::Pin> for Pin {
    fn from(pin: feed::Pin) -> Self {
        Self {
            session_id: pin.session_id,
            offer_id: some(pin.offer_id),
            version: pin.version,
        }
    }
}

/// How many watch; data of `viewers`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ViewerCount {
    session_id: String,
    viewers: u32,
    version: u64,
}

impl From<feed::Viewers> for ViewerCount {
    fn from(viewers: feed::Viewers) -> Self {
        Self {
            session_id: viewers.session_id,
            viewers: viewers.viewers,
            version: viewers.version,
        }
    }
}

/// A comment was hidden; data of `hidden`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hidden {
    session_id: String,
    /// Number among the room's `hidden` events, from 1 without a gap.
    seq: u64,
    /// The comment to take away.
    comment_seq: u64,
}

impl From<feed::CommentHidden> for Hidden {
    fn from(hidden: feed::CommentHidden) -> Self {
        Self {
            session_id: hidden.session_id,
            seq: hidden.seq,
            comment_seq: hidden.comment_seq,
        }
    }
}

/// Somebody bought; data of `sale`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sale {
    session_id: String,
    /// Number among the room's sales, from 1 without a gap.
    seq: u64,
    /// Shortened: "Lan".
    shopper_name: String,
    claim_code: String,
    title: String,
    units: i64,
    at: DateTime<Utc>,
    /// In a rush only the newest line is shown: so many before it are not, and the numbers before `seq` are theirs.
    more_lines: u32,
    /// The units of those.
    more_units: i64,
}

impl From<feed::Sale> for Sale {
    fn from(sale: feed::Sale) -> Self {
        Self {
            session_id: sale.session_id,
            seq: sale.seq,
            shopper_name: sale.shopper_name,
            claim_code: sale.claim_code,
            title: sale.title,
            units: sale.units,
            at: at(sale.at_ms),
            more_lines: sale.more_lines,
            more_units: sale.more_units,
        }
    }
}

/// A word of the organiser to the room; data of `notice`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notice {
    session_id: String,
    /// Number among the room's notices, from 1 without a gap.
    seq: u64,
    text: String,
    /// Stays on the screen.
    warning: bool,
    at: DateTime<Utc>,
}

impl From<feed::Notice> for Notice {
    fn from(notice: feed::Notice) -> Self {
        Self {
            session_id: notice.session_id,
            seq: notice.seq,
            text: notice.text,
            warning: notice.warning,
            at: at(notice.at_ms),
        }
    }
}

/// An order without contact and address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderNews {
    order_id: String,
    session_id: String,
    state: OrderState,
    payment_method: PaymentMethod,
    lines: Vec<OrderLine>,
    /// Đồng.
    total: i64,
    at: DateTime<Utc>,
    version: u64,
}

impl From<feed::OrderNews> for OrderNews {
    fn from(order: feed::OrderNews) -> Self {
        Self {
            order_id: order.order_id,
            session_id: order.session_id,
            state: order.state.into(),
            payment_method: order.payment_method.into(),
            lines: order.lines.into_iter().map(Into::into).collect(),
            total: order.total,
            at: at(order.at_ms),
            version: order.version,
        }
    }
}

impl From<orders::Order> for OrderNews {
    fn from(order: orders::Order) -> Self {
        Self {
            order_id: order.order_id,
            session_id: order.session_id,
            state: order.state.into(),
            payment_method: order.payment_method.into(),
            lines: order.lines.into_iter().map(Into::into).collect(),
            total: order.total,
            at: at(order.placed_at_ms),
            version: order.version,
        }
    }
}

/// How much of a payment has come; data of `money`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MoneyNews {
    payment_id: String,
    order_id: String,
    session_id: String,
    /// Đồng.
    amount_due: i64,
    /// Đồng.
    amount_received: i64,
    state: PaymentState,
    version: u64,
}

impl From<feed::MoneyNews> for MoneyNews {
    fn from(money: feed::MoneyNews) -> Self {
        Self {
            payment_id: money.payment_id,
            order_id: money.order_id,
            session_id: money.session_id,
            amount_due: money.amount_due,
            amount_received: money.amount_received,
            state: money.state.into(),
            version: money.version,
        }
    }
}

/// A variant's stock; data of `stock`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StockNews {
    producer_id: String,
    variant: Option<Variant>,
    version: u64,
}

impl From<feed::StockNews> for StockNews {
    fn from(stock: feed::StockNews) -> Self {
        Self {
            producer_id: stock.producer_id,
            variant: stock.variant.map(Into::into),
            version: stock.version,
        }
    }
}

/// The data of an event, by its kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    clippy::large_enum_variant,
    reason = "only describes what is written one by one"
)]
pub(crate) enum FeedData {
    Snapshot(Snapshot),
    Session(Session),
    Offer(Offer),
    Units(OfferUnits),
    Pin(Pin),
    Viewers(ViewerCount),
    Comment(Comment),
    Hidden(Hidden),
    Sale(Sale),
    Notice(Notice),
    Orders(OrdersNow),
    Figures(Figures),
    Money(MoneyNews),
    Stock(StockNews),
    Claim(ClaimAnswer),
    Kept(KeptNews),
    Unclear(UnclearNews),
    Warning(Warning),
    Complaint(ComplaintNews),
}
