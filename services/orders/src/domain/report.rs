//! The sums of a report.

use std::ops::AddAssign;

/// What an offer, a producer or a session came to.
///
/// Units: placed = sold + awaiting + cancelled + expired + returned; đồng: gross = net + cancelled + expired + returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct Sums {
    pub orders: u64,
    pub units_placed: i64,
    pub units_sold: i64,
    pub units_awaiting: i64,
    pub units_cancelled: i64,
    pub units_expired: i64,
    pub units_returned: i64,
    pub gross: i64,
    pub net: i64,
    pub awaiting: i64,
    pub cancelled: i64,
    pub expired: i64,
    pub returned: i64,
    pub units_offered: i64,
    pub units_left: i64,
    pub units_held: i64,
    pub units_given_back: i64,
    pub claims: u64,
    pub holds_lapsed: u64,
    pub waitlisted: u64,
    pub shipping_fees: i64,
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.orders += other.orders;
        self.units_placed += other.units_placed;
        self.units_sold += other.units_sold;
        self.units_awaiting += other.units_awaiting;
        self.units_cancelled += other.units_cancelled;
        self.units_expired += other.units_expired;
        self.units_returned += other.units_returned;
        self.gross += other.gross;
        self.net += other.net;
        self.awaiting += other.awaiting;
        self.cancelled += other.cancelled;
        self.expired += other.expired;
        self.returned += other.returned;
        self.units_offered += other.units_offered;
        self.units_left += other.units_left;
        self.units_held += other.units_held;
        self.units_given_back += other.units_given_back;
        self.claims += other.claims;
        self.holds_lapsed += other.holds_lapsed;
        self.waitlisted += other.waitlisted;
        self.shipping_fees += other.shipping_fees;
    }
}
