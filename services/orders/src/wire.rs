//! Proto ⇄ domain.

pub mod desk;
pub mod holds;
pub mod parcels;
mod read;
pub mod reports;

use chassis::{clock::to_ms, money::Vnd};
use chrono::{DateTime, Utc};
use proto::{common::v1 as common, orders::v1 as wire};

pub use self::read::{read_place, read_terms};
use crate::domain::{
    offer::Offer,
    order::{Delivery, Line, Order, OrderState, Payee, Payment, PaymentMethod, PaymentState},
    vietqr::VietQr,
};

/// An order's state.
#[must_use]
pub fn order_state(state: OrderState) -> wire::OrderState {
    match state {
        OrderState::AwaitingPayment => wire::OrderState::AwaitingPayment,
        OrderState::Confirmed => wire::OrderState::Confirmed,
        OrderState::Packed => wire::OrderState::Packed,
        OrderState::Shipped => wire::OrderState::Shipped,
        OrderState::Delivered => wire::OrderState::Delivered,
        OrderState::Returned => wire::OrderState::Returned,
        OrderState::Cancelled => wire::OrderState::Cancelled,
        OrderState::Expired => wire::OrderState::Expired,
    }
}

/// Reads an order's state; none when it was not set.
#[must_use]
pub fn read_order_state(state: wire::OrderState) -> Option<OrderState> {
    Some(match state {
        wire::OrderState::Unspecified => return None,
        wire::OrderState::AwaitingPayment => OrderState::AwaitingPayment,
        wire::OrderState::Confirmed => OrderState::Confirmed,
        wire::OrderState::Packed => OrderState::Packed,
        wire::OrderState::Shipped => OrderState::Shipped,
        wire::OrderState::Delivered => OrderState::Delivered,
        wire::OrderState::Returned => OrderState::Returned,
        wire::OrderState::Cancelled => OrderState::Cancelled,
        wire::OrderState::Expired => OrderState::Expired,
    })
}

/// A payment's state.
#[must_use]
pub fn payment_state(state: PaymentState) -> wire::PaymentState {
    match state {
        PaymentState::None => wire::PaymentState::None,
        PaymentState::Partial => wire::PaymentState::Partial,
        PaymentState::Exact => wire::PaymentState::Exact,
        PaymentState::Over => wire::PaymentState::Over,
        PaymentState::Late => wire::PaymentState::Late,
        PaymentState::RefundDue => wire::PaymentState::RefundDue,
        PaymentState::Refunded => wire::PaymentState::Refunded,
    }
}

fn method(method: PaymentMethod) -> wire::PaymentMethod {
    match method {
        PaymentMethod::Cod => wire::PaymentMethod::Cod,
        PaymentMethod::VietQr => wire::PaymentMethod::Vietqr,
    }
}

/// Some lines of an order.
pub fn lines<'a>(lines: impl Iterator<Item = &'a Line>) -> Vec<wire::OrderLine> {
    lines.map(line).collect()
}

fn line(line: &Line) -> wire::OrderLine {
    wire::OrderLine {
        offer_id: line.offer_id.to_string(),
        producer_id: line.producer_id.to_string(),
        product_id: line.product_id.to_string(),
        variant_id: line.variant_id.to_string(),
        claim_code: line.claim_code.clone(),
        title: line.title.clone(),
        units: line.units,
        unit_price: line.unit_price.get(),
        line_total: line.total.get(),
    }
}

fn payee(payee: &Payee) -> common::BankAccount {
    common::BankAccount {
        bin: payee.account.bin.clone(),
        account_no: payee.account.account_no.clone(),
        account_name: payee.account_name.clone(),
    }
}

/// The VietQR of a payment: its account, what is still due, its code as the memo.
///
/// # Errors
/// When the payee's account cannot stand in a VietQR.
pub fn vietqr(payment: &Payment) -> Result<VietQr, crate::domain::vietqr::VietQrError> {
    VietQr::transfer(&payment.payee.account, payment.due, payment.code.as_str())
}

/// A payment.
#[must_use]
pub fn payment(payment: &Payment) -> wire::Payment {
    wire::Payment {
        payment_id: payment.id.to_string(),
        order_id: payment.order_id.to_string(),
        payee_id: payment.payee.id.clone(),
        payee: Some(payee(&payment.payee)),
        amount_due: payment.due.get(),
        amount_received: payment.received.get(),
        payment_code: payment.code.as_str().to_owned(),
        state: payment_state(payment.state).into(),
        vietqr: vietqr(payment)
            .map(|code| code.payload().to_owned())
            .unwrap_or_default(),
    }
}

/// An order whole, for its shopper and those who pack it.
#[must_use]
pub fn order(order: &Order) -> wire::Order {
    let delivery = match &order.delivery {
        Delivery::Address {
            line,
            ward_code,
            legacy,
        } => wire::delivery::Way::Address(common::Address {
            line: line.clone(),
            ward_code: ward_code.clone(),
            legacy_address: legacy.clone(),
        }),
        Delivery::Pickup => wire::delivery::Way::Pickup(true),
    };
    wire::Order {
        order_id: order.id.to_string(),
        session_id: order.session_id.to_string(),
        organiser_id: order.organiser_id.to_string(),
        account_id: order.account_id.to_string(),
        state: order_state(order.state).into(),
        payment_method: method(order.method).into(),
        lines: order.lines.iter().map(line).collect(),
        goods_total: order.goods_total.get(),
        shipping_fee: order.shipping_fee.get(),
        total: order.total().get(),
        payments: order.payments.iter().map(payment).collect(),
        placed_at_ms: to_ms(order.placed_at),
        pay_by_ms: order.pay_by.map(to_ms).unwrap_or_default(),
        contact: Some(wire::Contact {
            name: order.contact.name.clone(),
            phone: order.contact.phone.clone(),
        }),
        delivery: Some(wire::Delivery {
            way: Some(delivery),
        }),
        history: order
            .steps
            .iter()
            .map(|step| wire::OrderStep {
                state: order_state(step.state).into(),
                at_ms: to_ms(step.at),
                by_account_id: step.by.map(|by| by.to_string()).unwrap_or_default(),
                reason: step.reason.clone(),
            })
            .collect(),
        version: u64::try_from(order.version).unwrap_or_default(),
        assisted_by_account_id: String::new(),
        ahead: parcels::ahead(order),
    }
}

/// The order as it was answered when it was placed, whatever became of it since: what a repeated key gets.
#[must_use]
pub fn order_as_placed(order: &Order) -> wire::Order {
    let mut first = order.clone();
    first.steps.clear();
    first.moved.clear();
    first.version = 1;
    first.state = if order.method == PaymentMethod::Cod {
        OrderState::Confirmed
    } else {
        OrderState::AwaitingPayment
    };
    for payment in &mut first.payments {
        payment.state = PaymentState::None;
        payment.received = Vnd::ZERO;
        payment.version = 1;
    }
    self::order(&first)
}

/// An order as others may know it.
#[must_use]
pub fn order_fact(order: &Order, was: Option<OrderState>, at: DateTime<Utc>) -> wire::OrderFact {
    wire::OrderFact {
        order_id: order.id.to_string(),
        account_id: order.account_id.to_string(),
        state: order_state(order.state).into(),
        payment_method: method(order.method).into(),
        lines: order.lines.iter().map(line).collect(),
        total: order.total().get(),
        at_ms: to_ms(at),
        shopper_name: order.shopper_name().to_owned(),
        was: was.map(order_state).unwrap_or_default().into(),
    }
}

/// News of an order for its shopper, the desk and its producers.
#[must_use]
pub fn order_news(order: &Order) -> proto::feed::v1::OrderNews {
    proto::feed::v1::OrderNews {
        order_id: order.id.to_string(),
        session_id: order.session_id.to_string(),
        state: order_state(order.state).into(),
        payment_method: method(order.method).into(),
        lines: order.lines.iter().map(line).collect(),
        total: order.total().get(),
        at_ms: to_ms(order.steps.last().map_or(order.placed_at, |step| step.at)),
        version: u64::try_from(order.version).unwrap_or_default(),
        account_id: order.account_id.to_string(),
    }
}

/// News of money for its shopper and the desk.
#[must_use]
pub fn money_news(order: &Order, payment: &Payment) -> proto::feed::v1::MoneyNews {
    proto::feed::v1::MoneyNews {
        payment_id: payment.id.to_string(),
        order_id: order.id.to_string(),
        session_id: order.session_id.to_string(),
        amount_due: payment.due.get(),
        amount_received: payment.received.get(),
        state: payment_state(payment.state).into(),
        version: u64::try_from(payment.version).unwrap_or_default(),
    }
}

/// Where an offer's units are.
#[must_use]
pub fn offer_units(offer: &Offer) -> wire::OfferUnits {
    wire::OfferUnits {
        offer_id: offer.id.to_string(),
        session_id: offer.session_id.to_string(),
        allotted: offer.units.allotted,
        left: offer.units.left,
        held: offer.units.held,
        awaiting: offer.units.awaiting,
        sold: offer.units.sold,
        given_back: offer.units.given_back,
        open: offer.is_open(),
        settled: offer.settled_at.is_some(),
        version: u64::try_from(offer.version).unwrap_or_default(),
    }
}
