//! Parcels: what one producer packs of an order.
//!
//! A parcel stands where its order stands, or further. The order stands where the least advanced of its parcels does;
//! parcels that came back hold it up no longer, and once all have, the order is returned.

use chassis::id::{AccountId, ProducerId};
use chrono::{DateTime, Utc};

use super::order::{Order, OrderState};

/// A parcel that is, or once was, ahead of its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// How far.
    pub state: OrderState,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Who moved it.
    pub by: AccountId,
    /// Why, if it was said.
    pub reason: String,
}

/// How far along the packers' way; none off it.
fn rank(state: OrderState) -> Option<u8> {
    match state {
        OrderState::Confirmed => Some(0),
        OrderState::Packed => Some(1),
        OrderState::Shipped => Some(2),
        OrderState::Delivered => Some(3),
        OrderState::Returned => Some(4),
        OrderState::AwaitingPayment | OrderState::Cancelled | OrderState::Expired => None,
    }
}

impl Order {
    /// Whose goods are in it, each once, in order of the lines.
    #[must_use]
    pub fn producers(&self) -> Vec<ProducerId> {
        let mut producers = Vec::new();
        for line in &self.lines {
            if !producers.contains(&line.producer_id) {
                producers.push(line.producer_id);
            }
        }
        producers
    }

    /// Where a producer's parcel stands, in the words of orders; none when there is nothing of theirs in it.
    #[must_use]
    pub fn parcel(&self, producer: ProducerId) -> Option<OrderState> {
        if !self.lines.iter().any(|line| line.producer_id == producer) {
            return None;
        }
        let moved = self.moved.get(&producer).map(|moved| moved.state);
        // Whatever is not on the packers' way is so for all of it.
        let ahead =
            moved.filter(|moved| rank(self.state).is_some() && rank(*moved) > rank(self.state));
        Some(ahead.unwrap_or(self.state))
    }

    /// Has anything of it left the packers' hands?
    #[must_use]
    pub fn is_on_its_way(&self) -> bool {
        let states = self.producers().into_iter();
        states
            .filter_map(|producer| self.parcel(producer))
            .any(|state| rank(state) >= rank(OrderState::Shipped))
    }

    /// Where the order stands by its parcels.
    #[must_use]
    pub fn by_parcels(&self) -> OrderState {
        let states = self.producers().into_iter();
        states
            .filter_map(|producer| self.parcel(producer))
            .min_by_key(|state| rank(*state))
            .unwrap_or(self.state)
    }
}
