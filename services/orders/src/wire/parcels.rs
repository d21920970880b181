//! Parcels, in and out.

use chassis::{clock::to_ms, id::ProducerId};
use proto::orders::v1 as wire;

use crate::domain::order::{Order, OrderState, PaymentMethod};

/// A parcel's state, of the order's words; none off the packers' way.
#[must_use]
pub fn parcel_state(state: OrderState) -> wire::ParcelState {
    match state {
        OrderState::Confirmed => wire::ParcelState::ToPack,
        OrderState::Packed => wire::ParcelState::Packed,
        OrderState::Shipped => wire::ParcelState::Shipped,
        OrderState::Delivered => wire::ParcelState::Delivered,
        OrderState::Returned => wire::ParcelState::Returned,
        OrderState::AwaitingPayment | OrderState::Cancelled | OrderState::Expired => {
            wire::ParcelState::Unspecified
        }
    }
}

/// Reads a parcel's state; none when it was not set.
#[must_use]
pub fn read_parcel_state(state: wire::ParcelState) -> Option<OrderState> {
    Some(match state {
        wire::ParcelState::Unspecified => return None,
        wire::ParcelState::ToPack => OrderState::Confirmed,
        wire::ParcelState::Packed => OrderState::Packed,
        wire::ParcelState::Shipped => OrderState::Shipped,
        wire::ParcelState::Delivered => OrderState::Delivered,
        wire::ParcelState::Returned => OrderState::Returned,
    })
}

/// Parcels that are ahead of their order.
#[must_use]
pub(super) fn ahead(order: &Order) -> Vec<wire::ParcelAhead> {
    let moved = order.moved.iter();
    moved
        .filter(|(producer, moved)| {
            moved.state != order.state && order.parcel(**producer) == Some(moved.state)
        })
        .map(|(producer, moved)| wire::ParcelAhead {
            producer_id: producer.to_string(),
            state: parcel_state(moved.state).into(),
            at_ms: to_ms(moved.at),
        })
        .collect()
}

/// One producer's parcel; none when there is nothing of theirs in the order.
#[must_use]
pub fn parcel(order: &Order, producer: ProducerId) -> Option<wire::Parcel> {
    let state = order.parcel(producer)?;
    let whole = super::order(order);
    let lines = super::lines(
        order
            .lines
            .iter()
            .filter(|line| line.producer_id == producer),
    );
    let goods_total: i64 = lines.iter().map(|line| line.line_total).sum();
    let producers = order.producers();
    // As with payments: the order's first parcel carries the shipping.
    let shipping = if producers.first() == Some(&producer) {
        order.shipping_fee.get()
    } else {
        0
    };
    let to_collect = match order.method {
        PaymentMethod::Cod => goods_total + shipping,
        PaymentMethod::VietQr => 0,
    };
    let moved = order.moved.get(&producer);
    Some(wire::Parcel {
        order_id: whole.order_id,
        producer_id: producer.to_string(),
        session_id: whole.session_id,
        state: parcel_state(state).into(),
        lines,
        goods_total,
        payment_method: whole.payment_method,
        to_collect,
        contact: whole.contact,
        delivery: whole.delivery,
        placed_at_ms: whole.placed_at_ms,
        parcels: u32::try_from(producers.len()).unwrap_or(u32::MAX),
        at_ms: moved
            .filter(|moved| moved.state == state)
            .map(|moved| to_ms(moved.at))
            .unwrap_or_default(),
        order_state: whole.state,
        order_version: whole.version,
    })
}
