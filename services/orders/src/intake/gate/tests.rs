//! Who is turned away and who never is, example by example; [`model`] holds it for any day.

mod model;

use std::collections::HashSet;

use chassis::id::AccountId;
use proto::contract::{SHARDS, shard_of};
use tokio::time::Instant;

use super::{Gate, LOOK_AGAIN, MOST, Wanted};
use crate::domain::{
    intake::{
        Amount, Ask,
        tests::market::{Market, allot, id, offer, session},
    },
    order::{OrderState, PaymentMethod},
};

/// A gate before a market whose batches are decided at once.
struct House {
    gate: Gate,
    market: Market,
    now: Instant,
}

/// The gate of a shard that this instance owns.
fn gate_of(shard: u32) -> Gate {
    let gate = Gate::of(shard);
    gate.begin_term();
    gate
}

impl House {
    fn new(offers: &[(i64, i64)]) -> Self {
        Self {
            gate: gate_of(shard_of(&session().to_string())),
            market: Market::new(offers),
            now: Instant::now(),
        }
    }

    fn wish(&mut self, shopper: u128, key: &str, lines: &[(usize, i64)]) -> Ask {
        self.market
            .place(shopper, key, lines, PaymentMethod::VietQr)
    }

    /// Does the gate turn it away? If not, it is under way.
    fn turned_away(&self, ask: &Ask) -> bool {
        let mut turned_away = false;
        self.gate
            .admit(self.now, vec![ask.clone()], |_, _| turned_away = true);
        turned_away
    }

    fn batch(&mut self, asks: &[Ask]) -> Vec<Wanted> {
        let term = self.gate.term();
        let (_, books) = self.market.batch(asks);
        self.gate.learn(self.now, term, &books, asks)
    }

    fn know(&self, wanted: Vec<Wanted>) {
        for wanted in wanted {
            self.gate.know(wanted, buyers(&self.market));
        }
    }

    /// Asks and decides at once; true when the gate turned it away.
    fn ask(&mut self, shopper: u128, key: &str, lines: &[(usize, i64)]) -> bool {
        let wish = self.wish(shopper, key, lines);
        let turned_away = self.turned_away(&wish);
        if !turned_away {
            let wanted = self.batch(&[wish]);
            self.know(wanted);
        }
        turned_away
    }

    fn remembers(&self) -> (usize, usize) {
        let state = self.gate.state();
        (state.rooms.len(), state.under_way.len())
    }
}

/// Who has an order or a hold, as the database has them.
fn buyers(market: &Market) -> HashSet<AccountId> {
    let orders = market.orders.values().map(|order| order.account_id);
    let holds = market.holds.keys().map(|(_, account)| *account);
    orders.chain(holds).collect()
}

/// One offer of one unit, which shopper 1 has.
fn sold_out() -> House {
    let mut house = House::new(&[(1, 0), (5, 0)]);
    assert!(!house.ask(1, "a", &[(0, 1)]));
    assert!(house.ask(2, "a", &[(0, 1)]), "it is gone");
    house
}

#[test]
fn whoever_has_an_order_or_a_known_key_is_never_turned_away() {
    let mut house = sold_out();
    assert!(!house.ask(1, "a", &[(0, 1)]), "a repeated key");
    assert!(!house.ask(1, "b", &[(0, 1)]), "another key");
    assert!(!house.ask(2, "a", &[(1, 1)]), "another offer");
    assert!(!house.ask(2, "b", &[(0, 1)]), "ordered meanwhile");
    assert!(house.ask(3, "a", &[(0, 1), (1, 1)]), "all lines or none");
    assert_eq!(house.remembers(), (1, 0));
}

#[test]
fn what_is_gone_where_another_shard_decides_is_not_remembered() {
    let mut house = House::new(&[(1, 0)]);
    house.gate = gate_of((house.gate.shard + 1) % SHARDS);
    let last = house.wish(1, "a", &[(0, 1)]);
    assert_eq!(house.batch(&[last]), []);
    assert_eq!(house.remembers(), (0, 0));
}

#[test]
fn nobody_is_turned_away_before_all_buyers_are_known_and_none_is_missed() {
    let mut house = House::new(&[(1, 0), (5, 0)]);
    let last = house.wish(1, "a", &[(0, 1)]);
    let wanted = house.batch(std::slice::from_ref(&last));
    assert_eq!(wanted.len(), 1);
    assert!(!house.ask(2, "a", &[(0, 1)]), "who knows yet");
    // The database has read who ordered; then, before its answer comes, somebody else does.
    let as_read: HashSet<AccountId> = HashSet::from([id(1)]);
    assert!(!house.ask(4, "a", &[(1, 1)]));
    house.gate.know(wanted[0], as_read);
    assert!(house.ask(2, "a", &[(0, 1)]));
    assert!(!house.ask(1, "a", &[(0, 1)]));
    assert!(!house.ask(4, "b", &[(0, 1)]), "met while it was read");
}

#[test]
fn a_repeat_waits_behind_its_first_call() {
    let mut house = House::new(&[(1, 0)]);
    // It waits in the queue while the batch before it takes the last unit.
    let first = house.wish(2, "a", &[(0, 1)]);
    assert!(!house.turned_away(&first));
    assert!(!house.ask(1, "a", &[(0, 1)]));
    assert!(!house.turned_away(&first), "the same key again");
    let order = house.market.placed[0];
    let cancel = Ask::Cancel {
        order,
        by: id(1),
        reason: String::new(),
    };
    house.batch(&[cancel, first.clone(), first]);
    assert_eq!(house.market.placed.len(), 2);
    assert_eq!(house.remembers(), (1, 0));
}

#[test]
fn units_that_come_back_reopen_it_at_once() {
    let cancel: fn(&mut House) = |house| {
        let ask = Ask::Cancel {
            order: house.market.placed[0],
            by: id(1),
            reason: String::new(),
        };
        house.batch(&[ask]);
    };
    let expire: fn(&mut House) = |house| {
        house.market.now += chrono::TimeDelta::seconds(901);
        let order = house.market.placed[0];
        house.batch(&[Ask::Expire { order }]);
    };
    let restock: fn(&mut House) = |house| drop(house.batch(&[allot(0, 2)]));
    for give_back in [cancel, expire, restock] {
        let mut house = sold_out();
        give_back(&mut house);
        assert!(!house.ask(3, "a", &[(0, 1)]));
        assert_eq!(house.market.placed.len(), 2);
    }
}

#[test]
fn a_parcel_that_comes_back_reopens_nothing_that_is_closed() {
    let mut house = sold_out();
    let order = house.market.placed[0];
    let (_, due) = house.market.payment(order);
    house.market.pay(order, due);
    let close = Ask::Close {
        event: id(0),
        offer: offer(0),
        session: session(),
    };
    house.batch(&[close]);
    assert_eq!(house.remembers(), (0, 0), "a closed offer is forgotten");
    let advance = |to| Ask::Advance {
        order,
        parcel: None,
        to,
        restock: true,
        by: id(9),
        reason: String::new(),
    };
    house.batch(&[advance(OrderState::Shipped), advance(OrderState::Returned)]);
    // The database says it: the offer is not open.
    assert!(!house.ask(3, "a", &[(0, 1)]));
    assert_eq!(house.market.placed.len(), 1);
}

#[test]
fn units_that_another_instance_gave_back_are_found_by_one_who_is_let_through() {
    let mut house = sold_out();
    house.market.decide(&[allot(0, 1)]);
    assert!(house.ask(3, "a", &[(0, 1)]), "nobody has seen it");
    house.now += LOOK_AGAIN;
    let wish = house.wish(3, "a", &[(0, 1)]);
    assert!(!house.turned_away(&wish), "one is let through");
    assert!(
        house.turned_away(
            &house
                .market
                .clone()
                .place(4, "a", &[(0, 1)], PaymentMethod::Cod)
        )
    );
    assert!(!house.turned_away(&wish), "the same one again");
    let wanted = house.batch(&[wish.clone(), wish]);
    assert_eq!(house.market.placed.len(), 2);
    assert_eq!(wanted.len(), 1, "who holds what another instance changed?");
    house.know(wanted);
    assert!(house.ask(4, "a", &[(0, 1)]), "gone again");
    // Every quarter of a second one looks, found or not.
    house.now += LOOK_AGAIN;
    assert!(!house.ask(4, "b", &[(0, 1)]));
    assert!(house.ask(5, "b", &[(0, 1)]));
}

#[test]
fn whoever_holds_a_unit_by_another_instance_is_found_by_one_who_is_let_through() {
    let mut house = sold_out();
    let tap = Market::claim(3, &[(0, Amount::Exactly(1))]);
    house.market.decide(&[allot(0, 1), tap]);
    house.now += LOOK_AGAIN;
    assert!(!house.ask(4, "a", &[(0, 1)]), "one is let through");
    assert!(house.ask(5, "a", &[(0, 1)]), "still gone");
    assert!(!house.ask(3, "a", &[(0, 1)]), "but this one holds it");
    assert_eq!(house.market.placed.len(), 2);
}

#[test]
fn whoever_held_a_unit_by_another_instance_before_it_was_gone_is_known() {
    let mut house = sold_out();
    let tap = Market::claim(3, &[(1, Amount::Exactly(4))]);
    house.market.decide(&[tap]);
    assert!(!house.ask(4, "a", &[(1, 1)]), "the last one");
    assert!(house.ask(5, "a", &[(1, 1)]), "it is gone");
    assert!(!house.ask(3, "a", &[(1, 4)]), "but this one holds them");
    assert_eq!(house.market.placed.len(), 3);
}

#[test]
fn nothing_survives_a_hand_over() {
    let mut house = sold_out();
    let stale = house.gate.term();
    let (_, books) =
        house.market.batch(&[house
            .market
            .clone()
            .place(3, "a", &[(0, 1)], PaymentMethod::Cod)]);
    house.gate.end_term();
    assert!(!house.ask(2, "a", &[(0, 1)]));
    house.gate.begin_term();
    assert!(house.gate.learn(house.now, stale, &books, &[]).is_empty());
    assert!(!house.ask(2, "a", &[(0, 1)]), "nothing is known yet");
    assert!(house.ask(3, "a", &[(0, 1)]), "learned from the first batch");
}

#[test]
fn buyers_that_were_wanted_before_a_hand_over_are_not_believed_after_it() {
    let mut house = House::new(&[(1, 0), (5, 0)]);
    let last = house.wish(1, "a", &[(0, 1)]);
    let wanted = house.batch(&[last]);
    house.gate.begin_term();
    let look = house.wish(2, "a", &[(0, 1)]);
    let again = house.batch(&[look]);
    assert_eq!(again.len(), 1);
    assert!(!house.gate.wants(wanted[0]));
    house.gate.know(wanted[0], HashSet::new());
    assert!(!house.ask(1, "a", &[(0, 1)]));
    house.gate.know(again[0], HashSet::from([id(1)]));
    assert!(!house.ask(1, "a", &[(0, 1)]));
    assert!(house.ask(2, "a", &[(0, 1)]));
}

#[test]
fn whoever_may_have_an_order_because_an_answer_was_lost_is_not_turned_away() {
    let mut house = sold_out();
    let wish = house.wish(4, "a", &[(1, 1)]);
    assert!(!house.turned_away(&wish));
    // Committed, but nobody here knows it, and its time is up.
    house.market.decide(std::slice::from_ref(&wish));
    house.gate.dismiss(std::slice::from_ref(&wish), true);
    assert!(!house.ask(4, "b", &[(0, 1)]));
    // Tried again in time, it is known by its key.
    let wish = house.wish(5, "a", &[(1, 1)]);
    house.market.decide(std::slice::from_ref(&wish));
    house.batch(&[wish]);
    assert!(!house.ask(5, "b", &[(0, 1)]));
    assert_eq!(house.remembers(), (1, 0));
}

#[test]
fn requests_that_never_began_leave_no_trace() {
    let mut house = sold_out();
    let wish = house.wish(4, "a", &[(1, 1)]);
    assert!(!house.turned_away(&wish));
    house.gate.dismiss(&[wish], false);
    assert_eq!(house.remembers(), (1, 0));
    assert!(house.ask(4, "b", &[(0, 1)]));
}

#[test]
fn a_session_with_more_buyers_than_can_be_remembered_is_not_gated() {
    let mut house = House::new(&[(1, 0)]);
    let last = house.wish(1, "a", &[(0, 1)]);
    let wanted = house.batch(&[last]);
    let many = (0..=MOST as u128).map(|n| id(1_000 + n)).collect();
    house.gate.know(wanted[0], many);
    assert!(!house.ask(2, "a", &[(0, 1)]));
    let room = &house.gate.state().rooms[&session()];
    assert_eq!(room.size(), 0);
}
