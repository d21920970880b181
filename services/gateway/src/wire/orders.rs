//! Orders over HTTP.

use chassis::clock::from_ms;
use chrono::{DateTime, Utc};
use proto::orders::v1 as orders;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Address, at, parcels::ParcelState, payments::Payment, some, words};

words! {
    /// Where an order stands.
    OrderState of orders::OrderState {
        AwaitingPayment, Confirmed, Packed, Shipped, Delivered, Returned, Cancelled, Expired,
    }
    /// Cash on delivery, or a bank transfer by VietQR.
    PaymentMethod of orders::PaymentMethod { Cod, Vietqr, }
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Order {
    order_id: String,
    session_id: String,
    organiser_id: String,
    account_id: String,
    /// Who ordered for the shopper, at the desk; only where one order is shown.
    assisted_by: Option<String>,
    state: OrderState,
    payment_method: PaymentMethod,
    lines: Vec<OrderLine>,
    /// Đồng.
    goods_total: i64,
    /// Đồng.
    shipping_fee: i64,
    /// Đồng.
    total: i64,
    payments: Vec<Payment>,
    placed_at: DateTime<Utc>,
    /// Until when it waits for its transfer.
    pay_by: Option<DateTime<Utc>>,
    /// Only for its shopper and those who pack it.
    contact: Option<Contact>,
    /// Only for its shopper and those who pack it.
    delivery: Option<Delivery>,
    history: Vec<OrderStep>,
    /// Parcels that are further than the order; the others stand where it stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ahead: Vec<ParcelAhead>,
    version: u64,
}

impl From<orders::Order> for Order {
    fn from(order: orders::Order) -> Self {
        Self {
            order_id: order.order_id,
            session_id: order.session_id,
            organiser_id: order.organiser_id,
            account_id: order.account_id,
            assisted_by: some(order.assisted_by_account_id),
            state: order.state.into(),
            payment_method: order.payment_method.into(),
            lines: order.lines.into_iter().map(Into::into).collect(),
            goods_total: order.goods_total,
            shipping_fee: order.shipping_fee,
            total: order.total,
            payments: order.payments.into_iter().map(Into::into).collect(),
            placed_at: at(order.placed_at_ms),
            pay_by: from_ms(order.pay_by_ms),
            contact: order.contact.map(Into::into),
            delivery: order.delivery.and_then(Delivery::of_wire),
            history: order.history.into_iter().map(Into::into).collect(),
            ahead: order.ahead.into_iter().map(Into::into).collect(),
            version: order.version,
        }
    }
}

/// A producer's parcel that is further than its order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParcelAhead {
    producer_id: String,
    state: ParcelState,
    since: DateTime<Utc>,
}

impl From<orders::ParcelAhead> for ParcelAhead {
    fn from(parcel: orders::ParcelAhead) -> Self {
        Self {
            producer_id: parcel.producer_id,
            state: parcel.state.into(),
            since: at(parcel.at_ms),
        }
    }
}

/// One line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderLine {
    offer_id: String,
    producer_id: String,
    product_id: String,
    variant_id: String,
    claim_code: String,
    title: String,
    units: i64,
    /// Đồng.
    unit_price: i64,
    /// Đồng.
    line_total: i64,
}

impl From<orders::OrderLine> for OrderLine {
    fn from(line: orders::OrderLine) -> Self {
        Self {
            offer_id: line.offer_id,
            producer_id: line.producer_id,
            product_id: line.product_id,
            variant_id: line.variant_id,
            claim_code: line.claim_code,
            title: line.title,
            units: line.units,
            unit_price: line.unit_price,
            line_total: line.line_total,
        }
    }
}

/// One step of an order's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderStep {
    state: OrderState,
    at: DateTime<Utc>,
    by_account_id: Option<String>,
    reason: Option<String>,
}

impl From<orders::OrderStep> for OrderStep {
    fn from(step: orders::OrderStep) -> Self {
        Self {
            state: step.state.into(),
            at: at(step.at_ms),
            by_account_id: some(step.by_account_id),
            reason: some(step.reason),
        }
    }
}

/// Whom to call about the parcel.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    #[schema(example = "Nguyễn Thị Lan")]
    name: String,
    /// A Vietnamese mobile number.
    #[schema(example = "0912345678")]
    phone: String,
}

impl From<orders::Contact> for Contact {
    fn from(contact: orders::Contact) -> Self {
        Self {
            name: contact.name,
            phone: contact.phone,
        }
    }
}

/// Shipped to an address, or picked up at the session's counter: exactly one of the two.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delivery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    /// Only `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pickup: Option<bool>,
}

impl Delivery {
    /// As the bus has it; none when it was not told.
    pub(crate) fn of_wire(delivery: orders::Delivery) -> Option<Self> {
        Some(match delivery.way? {
            orders::delivery::Way::Address(address) => Self {
                address: Some(address.into()),
                pickup: None,
            },
            orders::delivery::Way::Pickup(pickup) => Self {
                address: None,
                pickup: Some(pickup),
            },
        })
    }

    /// The way that was chosen, unless it is none or both.
    fn way(self) -> Option<orders::delivery::Way> {
        match (self.address, self.pickup) {
            (Some(address), None | Some(false)) => {
                Some(orders::delivery::Way::Address(address.into()))
            }
            (None, Some(true)) => Some(orders::delivery::Way::Pickup(true)),
            _ => None,
        }
    }
}

/// One line of an order to place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceLineBody {
    offer_id: String,
    #[schema(minimum = 1)]
    units: i64,
}

/// An order to place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderBody {
    session_id: String,
    lines: Vec<PlaceLineBody>,
    /// What the shopper's screen showed, đồng, shipping included: refused when it no longer holds.
    expected_total: i64,
    payment_method: PaymentMethod,
    contact: Contact,
    delivery: Delivery,
    /// The shopper says: of age for what is in the cart.
    #[serde(default)]
    of_age: bool,
}

impl OrderBody {
    /// As the bus takes it; `None` for a delivery that is neither or both of the two ways.
    pub(crate) fn into_wire(
        self,
        account_id: String,
        idempotency_key: String,
        deadline_ms: i64,
    ) -> Option<orders::PlaceOrder> {
        let way = self.delivery.way()?;
        let line = |line: PlaceLineBody| orders::PlaceLine {
            offer_id: line.offer_id,
            units: line.units,
        };
        Some(orders::PlaceOrder {
            session_id: self.session_id,
            account_id,
            idempotency_key,
            lines: self.lines.into_iter().map(line).collect(),
            expected_total: self.expected_total,
            payment_method: self.payment_method.into(),
            contact: Some(orders::Contact {
                name: self.contact.name,
                phone: self.contact.phone,
            }),
            delivery: Some(orders::Delivery { way: Some(way) }),
            of_age: self.of_age,
            deadline_ms,
        })
    }
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Orders {
    orders: Vec<Order>,
    next_cursor: Option<String>,
}

impl From<orders::Orders> for Orders {
    fn from(page: orders::Orders) -> Self {
        Self {
            orders: page.orders.into_iter().map(Into::into).collect(),
            next_cursor: some(page.next_cursor),
        }
    }
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersQuery {
    /// Only those in this state.
    pub(crate) state: Option<OrderState>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// Why an order is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelBody {
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// The next step of an order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdvanceBody {
    /// `packed`, `shipped`, `delivered` or `returned`.
    pub(crate) to: OrderState,
    /// Of a return: do the goods go back on hand, or are they written off?
    #[serde(default)]
    pub(crate) restock: bool,
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(delivery: &serde_json::Value) -> Option<orders::PlaceOrder> {
        let body = json!({
            "session_id": "ses_1", "lines": [{ "offer_id": "off_1", "units": 2 }], "expected_total": 380_000,
            "payment_method": "vietqr", "contact": { "name": "Lan", "phone": "0912345678" }, "delivery": delivery,
        });
        serde_json::from_value::<OrderBody>(body)
            .unwrap()
            .into_wire("acc_1".into(), "key".into(), 5)
    }

    #[test]
    fn delivery_is_exactly_one_way() {
        let address = json!({ "line": "12 ngõ 4", "ward_code": "00562" });
        assert_eq!(
            body(&json!({ "pickup": true }))
                .unwrap()
                .delivery
                .unwrap()
                .way,
            Some(orders::delivery::Way::Pickup(true))
        );
        assert!(body(&json!({ "address": address })).is_some());
        assert!(body(&json!({})).is_none());
        assert!(body(&json!({ "pickup": false })).is_none());
        assert!(body(&json!({ "pickup": true, "address": address })).is_none());
    }

    #[test]
    fn words_go_both_ways_and_unknown_is_not_taken() {
        assert_eq!(
            serde_json::to_value(OrderState::from(1)).unwrap(),
            json!("awaiting_payment")
        );
        assert_eq!(i32::from(OrderState::Expired), 8);
        assert_eq!(
            serde_json::to_value(OrderState::from(99)).unwrap(),
            json!("unknown")
        );
        assert!(serde_json::from_value::<OrderState>(json!("unknown")).is_err());
    }
}
