//! An order, what it owes to whom, and the moves it may make.

use std::collections::BTreeMap;

use chassis::{
    id::{
        AccountId, OfferId, OrderId, OrganiserId, PaymentId, ProducerId, ProductId, SessionId,
        VariantId,
    },
    money::Vnd,
};
use chrono::{DateTime, Utc};

use crate::domain::{parcel::Moved, payment_code::PaymentCode, vietqr::BankAccount};

/// Gives an enum its names in the database, both ways.
macro_rules! named {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            /// As it stands in the database.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// Reads it back.
            #[must_use]
            pub fn of_name(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use named;

/// The order's machine: `awaiting_payment → confirmed → packed → shipped → delivered | returned`, or
/// `cancelled | expired`. Cash on delivery starts at confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the glossary's")]
pub enum OrderState {
    AwaitingPayment,
    Confirmed,
    Packed,
    Shipped,
    Delivered,
    Returned,
    Cancelled,
    Expired,
}

named!(OrderState {
    AwaitingPayment = "awaiting_payment",
    Confirmed = "confirmed",
    Packed = "packed",
    Shipped = "shipped",
    Delivered = "delivered",
    Returned = "returned",
    Cancelled = "cancelled",
    Expired = "expired",
});

impl OrderState {
    /// May the packers move an order from here to there?
    #[must_use]
    pub fn may_advance_to(self, to: Self) -> bool {
        matches!(
            (self, to),
            (
                Self::Confirmed,
                Self::Packed | Self::Shipped | Self::Delivered
            ) | (Self::Packed, Self::Shipped | Self::Delivered)
                | (Self::Shipped, Self::Delivered | Self::Returned)
                | (Self::Delivered, Self::Returned)
        )
    }

    /// Did it end without a sale?
    #[must_use]
    pub fn is_called_off(self) -> bool {
        matches!(self, Self::Expired | Self::Cancelled | Self::Returned)
    }

    /// May it still be called off? Once it is on its way it can only be returned.
    #[must_use]
    pub fn may_cancel(self) -> bool {
        matches!(self, Self::AwaitingPayment | Self::Confirmed | Self::Packed)
    }
}

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentMethod {
    /// Cash on delivery (thu hộ).
    Cod,
    /// A bank transfer by VietQR.
    VietQr,
}

named!(PaymentMethod {
    Cod = "cod",
    VietQr = "vietqr",
});

/// `none → partial | exact | over | late → refund_due → refunded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the glossary's")]
pub enum PaymentState {
    None,
    Partial,
    Exact,
    Over,
    Late,
    RefundDue,
    Refunded,
}

named!(PaymentState {
    None = "none",
    Partial = "partial",
    Exact = "exact",
    Over = "over",
    Late = "late",
    RefundDue = "refund_due",
    Refunded = "refunded",
});

impl PaymentState {
    /// Enough has come in.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Exact | Self::Over)
    }
}

/// Who receives the money of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The producer's or the organiser's id.
    pub id: String,
    /// The account.
    pub account: BankAccount,
    /// The name on the account.
    pub account_name: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was ordered.
    pub offer_id: OfferId,
    /// Whose goods.
    pub producer_id: ProducerId,
    /// Which product.
    pub product_id: ProductId,
    /// Which variant.
    pub variant_id: VariantId,
    /// "A05".
    pub claim_code: String,
    /// Name and pack as sold.
    pub title: String,
    /// At least 1.
    pub units: i64,
    /// The live price when it was ordered.
    pub unit_price: Vnd,
    /// Units × price.
    pub total: Vnd,
}

/// Who to call and where to bring it. Only for the shopper and those who pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The person.
    pub name: String,
    /// E.164.
    pub phone: String,
}

/// Where the goods go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// By a carrier.
    Address {
        /// House number, street, hamlet.
        line: String,
        /// Official code of the ward; the province follows.
        ward_code: String,
        /// As written before the merger of 2025-07-01.
        legacy: String,
    },
    /// At the session's counter.
    Pickup,
}

/// What an order owes one payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Its order.
    pub order_id: OrderId,
    /// To whom.
    pub payee: Payee,
    /// How much, shipping included for the first payee.
    pub due: Vnd,
    /// What has come in.
    pub received: Vnd,
    /// Stands in the bank memo.
    pub code: PaymentCode,
    /// Where it stands.
    pub state: PaymentState,
    /// Grows with every change.
    pub version: i64,
}

/// A step after placing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The new state.
    pub state: OrderState,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; none: the system.
    pub by: Option<AccountId>,
    /// Why, if it was said.
    pub reason: String,
    /// The order's version after it.
    pub version: i64,
}

/// An order with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Its session.
    pub session_id: SessionId,
    /// Whose session.
    pub organiser_id: OrganiserId,
    /// Whose order.
    pub account_id: AccountId,
    /// Where it stands.
    pub state: OrderState,
    /// How it is paid.
    pub method: PaymentMethod,
    /// At least one.
    pub lines: Vec<Line>,
    /// Sum of the lines.
    pub goods_total: Vnd,
    /// Flat, 0 when nothing is shipped.
    pub shipping_fee: Vnd,
    /// Database time.
    pub placed_at: DateTime<Utc>,
    /// When the unpaid order expires.
    pub pay_by: Option<DateTime<Utc>>,
    /// Who to call.
    pub contact: Contact,
    /// Where it goes.
    pub delivery: Delivery,
    /// One a payee; none for cash on delivery.
    pub payments: Vec<Payment>,
    /// Steps after placing.
    pub steps: Vec<Step>,
    /// Parcels that went ahead of it.
    pub moved: BTreeMap<ProducerId, Moved>,
    /// Grows with every change.
    pub version: i64,
}

impl Order {
    /// Goods and shipping.
    #[must_use]
    pub fn total(&self) -> Vnd {
        Vnd::new(self.goods_total.get() + self.shipping_fee.get())
    }

    /// The shopper as the room may see them: "Lan" of "Nguyễn Thị Lan".
    #[must_use]
    pub fn shopper_name(&self) -> &str {
        self.contact
            .name
            .split_whitespace()
            .next_back()
            .unwrap_or_default()
    }

    /// Moves the machine and notes the step.
    pub fn step(&mut self, to: OrderState, at: DateTime<Utc>, by: Option<AccountId>, reason: &str) {
        self.version += 1;
        self.state = to;
        self.steps.push(Step {
            state: to,
            at,
            by,
            reason: reason.to_owned(),
            version: self.version,
        });
    }
}
