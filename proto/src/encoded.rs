//! Orders by the hundred, each encoded and decoded by whoever has it at hand: on the wire the messages of the contract.
//!
//! Who sends and receives them for all would have to fetch every part of every order into the processor's cache again.

use prost::{Name, bytes::Bytes};

use crate::{common::v1::Refusal, contract::Request, orders::v1 as orders};

/// An [`orders::PlaceOrders`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct PlaceOrders {
    /// Each an [`orders::PlaceOrder`].
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub orders: Vec<Bytes>,
    /// The asker knows [`Placed::RefusedAs`].
    #[prost(bool, tag = "2")]
    pub knows_refused_as: bool,
}

impl Name for PlaceOrders {
    const NAME: &'static str = orders::PlaceOrders::NAME;
    const PACKAGE: &'static str = orders::PlaceOrders::PACKAGE;
}

impl Request for PlaceOrders {
    type Reply = PlacedOrders;
    const SERVICE: &'static str = orders::PlaceOrders::SERVICE;
    const SUBJECT: &'static str = orders::PlaceOrders::SUBJECT;
    const AGAIN: bool = orders::PlaceOrders::AGAIN;
}

/// An [`orders::PlacedOrders`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct PlacedOrders {
    /// In the order of the requests.
    #[prost(message, repeated, tag = "1")]
    pub results: Vec<PlacedOrder>,
    /// What [`Placed::RefusedAs`] points into.
    #[prost(message, repeated, tag = "2")]
    pub refusals: Vec<Refusal>,
}

/// An [`orders::PlacedOrder`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct PlacedOrder {
    /// What became of it.
    #[prost(oneof = "Placed", tags = "1, 2, 4")]
    pub result: Option<Placed>,
    /// The key was known: this is the first call's order.
    #[prost(bool, tag = "3")]
    pub replayed: bool,
}

/// An [`orders::placed_order::Result`].
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Placed {
    /// An [`orders::Order`].
    #[prost(bytes = "bytes", tag = "1")]
    Order(Bytes),
    /// Why it was refused.
    #[prost(message, tag = "2")]
    Refusal(Refusal),
    /// The place of the refusal in [`PlacedOrders::refusals`].
    #[prost(uint32, tag = "4")]
    RefusedAs(u32),
}

#[cfg(test)]
mod tests {
    use orders::placed_order::Result as Told;
    use prost::Message as _;

    use super::*;

    #[test]
    fn the_wire_is_that_of_the_contract() {
        let order = |key: &str| orders::PlaceOrder {
            idempotency_key: key.into(),
            of_age: true,
            ..Default::default()
        };
        let whole = orders::PlaceOrders {
            orders: vec![order("k1"), orders::PlaceOrder::default(), order("k2")],
            knows_refused_as: true,
        };
        let parts = PlaceOrders {
            orders: whole
                .orders
                .iter()
                .map(|order| order.encode_to_vec().into())
                .collect(),
            knows_refused_as: true,
        };
        assert_eq!(parts.encode_to_vec(), whole.encode_to_vec());

        let refusal = Refusal {
            code: "sold_out".into(),
            ..Default::default()
        };
        let order = orders::Order {
            order_id: "ord_1".into(),
            total: 61_000,
            ..Default::default()
        };
        let result = |result, replayed| orders::PlacedOrder { replayed, result };
        let whole = orders::PlacedOrders {
            results: vec![
                result(Some(Told::Order(Box::new(order))), true),
                result(Some(Told::Order(Box::default())), false),
                result(Some(Told::Refusal(refusal.clone())), false),
                result(Some(Told::RefusedAs(0)), false),
                result(None, false),
            ],
            refusals: vec![refusal],
        };
        let part = |placed: &orders::PlacedOrder| PlacedOrder {
            result: placed.result.as_ref().map(|result| match result {
                Told::Order(order) => Placed::Order(order.encode_to_vec().into()),
                Told::Refusal(refusal) => Placed::Refusal(refusal.clone()),
                Told::RefusedAs(at) => Placed::RefusedAs(*at),
            }),
            replayed: placed.replayed,
        };
        let parts = PlacedOrders {
            results: whole.results.iter().map(part).collect(),
            refusals: whole.refusals.clone(),
        };
        assert_eq!(
            PlacedOrders::decode(&*whole.encode_to_vec()).unwrap(),
            parts
        );
    }
}
