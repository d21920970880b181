//! Whatever arrives in whatever order: no unit is lost or made, and a batch is nothing but its requests one by one.

use std::collections::{BTreeMap, HashMap, HashSet};

use chassis::id::OfferId;
use proptest::prelude::*;

use super::{
    super::{Answer, Ask, Place, PlaceRefused},
    day::{Step, claim, holds, other, place, stock},
    market::{Market, counts},
};
use crate::domain::{
    hold::Wait,
    offer::{Offer, Units},
    order::{OrderState, PaymentMethod},
};

/// What is on sale on a day, and what happens, batch by batch.
type Day = (Vec<(i64, i64)>, Vec<Vec<Step>>);

fn day() -> impl Strategy<Value = Day> {
    let step = prop_oneof![8 => place(6), 8 => claim(6), 13 => other()];
    let batch = prop::collection::vec(step, 1..12);
    (stock(12), prop::collection::vec(batch, 1..12))
}

#[test]
fn every_unit_and_every_dong_is_accounted_for_and_first_come_is_first_served() {
    holds("decision", 256, &day(), decides);
}

#[test]
#[ignore = "long; `make intake-batches` runs it in release"]
fn a_hundred_thousand_batches() {
    let batches = holds("decision", 20_000, &day(), decides);
    assert!(batches >= 100_000, "{batches} batches");
}

fn decides((stock, batches): Day, count: &mut u64) -> Result<(), TestCaseError> {
    let mut market = Market::new(&stock);
    for batch in batches {
        let asks: Vec<Ask> = batch.iter().filter_map(|step| market.ask(step)).collect();
        let mut one_by_one = market.clone();
        let answers = market.decide(&asks);
        for (ask, answer) in asks.iter().zip(&answers) {
            let before = one_by_one.clone();
            let alone = one_by_one.decide(std::slice::from_ref(ask));
            prop_assert_eq!(&alone[..], std::slice::from_ref(answer));
            if let Ask::Place(place) = ask {
                check_answer(&before, &one_by_one, place, answer);
            }
        }
        prop_assert_eq!(units(&market), units(&one_by_one));
        prop_assert_eq!(&market.orders, &one_by_one.orders);
        prop_assert_eq!(&market.keys, &one_by_one.keys);
        prop_assert_eq!(&market.holds, &one_by_one.holds);
        prop_assert_eq!(&market.waits, &one_by_one.waits);
        check(&market);
        *count += 1;
    }
    Ok(())
}

fn units(market: &Market) -> BTreeMap<OfferId, Units> {
    let offers = market.offers.iter();
    offers.map(|(id, offer)| (*id, offer.units)).collect()
}

/// An order takes all its lines, for the total on the screen; a refusal or a repeat takes nothing, and is true.
fn check_answer(before: &Market, after: &Market, place: &Place, answer: &Answer) {
    let key = (place.session, place.account, place.key.clone());
    if let Some(known) = before.keys.get(&key) {
        let expected = if known.fingerprint == place.fingerprint {
            Answer::Replayed(known.order)
        } else {
            Answer::PlaceRefused(PlaceRefused::KeyReused)
        };
        assert_eq!(*answer, expected);
    }
    let left = |market: &Market, id: &OfferId| market.offers[id].units.left;
    match answer {
        Answer::Placed(id) => {
            assert_eq!(*id, place.id);
            let order = &after.orders[id];
            assert_eq!(order.total(), place.expected_total);
            let due: i64 = order.payments.iter().map(|one| one.due.get()).sum();
            let owed = order.method == PaymentMethod::VietQr;
            assert_eq!(due, if owed { order.total().get() } else { 0 });
            for (id, wanted) in &place.lines {
                let held = |market: &Market| {
                    let hold = market.holds.get(&(*id, place.account));
                    hold.map_or(0, |hold| hold.units)
                };
                let from_shelf = left(before, id) - left(after, id);
                let from_hold = held(before) - held(after);
                assert_eq!(from_shelf + from_hold, *wanted);
                assert!(
                    from_shelf == 0 || before.offers[id].waiting == 0,
                    "those who wait come first"
                );
            }
        }
        Answer::Replayed(_) | Answer::PlaceRefused(_) => {
            assert_eq!(before.offers, after.offers);
            assert_eq!(before.orders, after.orders);
            assert_eq!(before.keys, after.keys);
        }
        other => panic!("{other:?}"),
    }
    match answer {
        Answer::PlaceRefused(PlaceRefused::SoldOut { offer, left: said }) => {
            let hold = before.holds.get(&(*offer, place.account));
            let in_time = hold.filter(|hold| !hold.is_over(before.now));
            let own = in_time.map_or(0, |hold| hold.units);
            assert_eq!(before.offers[offer].free() + own, *said);
            assert!(place.lines[offer] > *said);
        }
        Answer::PlaceRefused(PlaceRefused::OverLimit {
            offer,
            limit,
            taken,
        }) => {
            assert_eq!(before.taken(*offer, place.account), *taken);
            let hold = before.holds.get(&(*offer, place.account));
            let own = hold.map_or(0, |hold| hold.units);
            assert!(taken + place.lines[offer].max(own) > *limit);
        }
        _ => {}
    }
}

/// What must hold at any moment, computed from the orders alone.
fn check(market: &Market) {
    let mut awaiting: HashMap<OfferId, i64> = HashMap::new();
    let mut sold: HashMap<OfferId, i64> = HashMap::new();
    for order in market.orders.values() {
        let counter = if order.state == OrderState::AwaitingPayment {
            &mut awaiting
        } else {
            &mut sold
        };
        for line in order.lines.iter().filter(|_| counts(order.state)) {
            *counter.entry(line.offer_id).or_default() += line.units;
            let limit = market.offers[&line.offer_id].terms.as_ref().unwrap();
            let limit = limit.limit_per_shopper;
            let taken = market.taken(line.offer_id, order.account_id);
            assert!(limit == 0 || taken <= limit, "{taken} of {limit}");
        }
        let received = market.received.get(&order.id).copied().unwrap_or_default();
        let payments = order.payments.iter();
        let on_payments: i64 = payments.map(|payment| payment.received.get()).sum();
        assert_eq!(received, on_payments, "money of {}", order.id);
        if order.state == OrderState::Confirmed && order.method == PaymentMethod::VietQr {
            let paid = |payment: &crate::domain::order::Payment| payment.received >= payment.due;
            assert!(order.payments.iter().all(paid));
        }
    }
    for (id, offer) in &market.offers {
        check_line(market, *id, offer);
        let of = |counter: &HashMap<OfferId, i64>| counter.get(id).copied().unwrap_or_default();
        assert!(offer.units.conserved());
        assert_eq!(
            (offer.units.awaiting, offer.units.sold),
            (of(&awaiting), of(&sold))
        );
        if offer.settled_at.is_some() {
            assert_eq!(
                (offer.units.left, offer.units.held, offer.units.awaiting),
                (0, 0, 0)
            );
        }
    }
    for (key, hold) in &market.holds {
        assert!(hold.units > 0);
        let limit = market.offers[&key.0].terms.as_ref().unwrap();
        let (limit, taken) = (limit.limit_per_shopper, market.taken(key.0, key.1));
        assert!(
            limit == 0 || taken + hold.units <= limit,
            "holds and orders"
        );
    }
    let keyed: HashSet<_> = market.keys.values().map(|known| known.order).collect();
    assert_eq!(keyed.len(), market.keys.len(), "one key, one order");
    assert_eq!(keyed.len(), market.orders.len(), "one order, one key");
}

/// Holds are what the counter says, and nobody waits while a unit is to be had.
fn check_line(market: &Market, id: OfferId, offer: &Offer) {
    let held = market.holds.values().filter(|hold| hold.offer_id == id);
    assert_eq!(offer.units.held, held.map(|hold| hold.units).sum::<i64>());
    let line: Vec<&Wait> = market
        .waits
        .values()
        .filter(|wait| wait.offer_id == id)
        .collect();
    assert_eq!(i64::try_from(line.len()).unwrap(), offer.waiting);
    assert!(line.is_empty() || (offer.is_open() && offer.units.left == 0));
    let places: HashSet<i64> = line.iter().map(|wait| wait.place).collect();
    let shoppers: HashSet<_> = line.iter().map(|wait| wait.account_id).collect();
    assert_eq!((places.len(), shoppers.len()), (line.len(), line.len()));
    assert!(
        line.iter()
            .all(|wait| wait.units > 0 && wait.place <= offer.last_place)
    );
}
