//! The decision, example by example; [`properties`] holds what is true of any day.

pub(crate) mod day;
pub(crate) mod market;
mod parcels;
mod properties;
mod steps;

use chassis::{id::EventId, money::Vnd};
use chrono::TimeDelta;

use self::market::{Market, id, offer, session};
use super::{Amount, Answer, Ask, ClaimRefused, Fact, Lines, Merge, PlaceRefused};
use crate::domain::{
    bank_feed::Outcome,
    order::{OrderState, PaymentMethod, PaymentState},
};

#[test]
fn the_last_unit_goes_to_whoever_came_first_and_a_repeated_key_gets_the_first_answer() {
    let mut market = Market::new(&[(1, 0)]);
    let first = market.place(1, "k", &[(0, 1)], PaymentMethod::Cod);
    let second = market.place(2, "k", &[(0, 1)], PaymentMethod::Cod);
    let again = market.place(1, "k", &[(0, 1)], PaymentMethod::Cod);
    let other = market.place(1, "k", &[(0, 2)], PaymentMethod::Cod);
    let answers = market.decide(&[first, second, again, other]);
    let Answer::Placed(order) = answers[0] else {
        panic!("{answers:?}")
    };
    assert_eq!(
        answers[1],
        Answer::PlaceRefused(PlaceRefused::SoldOut {
            offer: offer(0),
            left: 0
        })
    );
    assert_eq!(answers[2], Answer::Replayed(order));
    assert_eq!(answers[3], Answer::PlaceRefused(PlaceRefused::KeyReused));
    assert!(market.facts.contains(&Fact::SoldOut { offer: offer(0) }));
}

#[test]
fn an_order_takes_all_its_lines_or_none() {
    let mut market = Market::new(&[(5, 0), (1, 0)]);
    let wanted = market.place(1, "k", &[(0, 2), (1, 2)], PaymentMethod::Cod);
    assert_eq!(
        market.decide(&[wanted]),
        [Answer::PlaceRefused(PlaceRefused::SoldOut {
            offer: offer(1),
            left: 1
        })]
    );
    assert_eq!(market.offers[&offer(0)].units.left, 5);
}

#[test]
fn a_limit_counts_earlier_orders_and_a_cancelled_one_frees_it() {
    let mut market = Market::new(&[(9, 2)]);
    let first = market.place(1, "a", &[(0, 2)], PaymentMethod::VietQr);
    let second = market.place(1, "b", &[(0, 1)], PaymentMethod::VietQr);
    let answers = market.decide(&[first, second]);
    let Answer::Placed(order) = answers[0] else {
        panic!("{answers:?}")
    };
    assert_eq!(
        answers[1],
        Answer::PlaceRefused(PlaceRefused::OverLimit {
            offer: offer(0),
            limit: 2,
            taken: 2
        })
    );
    let third = market.place(1, "c", &[(0, 1)], PaymentMethod::VietQr);
    let answers = market.decide(&[
        Ask::Cancel {
            order,
            by: id(1),
            reason: String::new(),
        },
        third,
    ]);
    assert!(
        matches!(answers[..], [Answer::Done, Answer::Placed(_)]),
        "{answers:?}"
    );
}

#[test]
fn a_changed_price_is_told_and_nothing_is_taken() {
    let mut market = Market::new(&[(9, 0)]);
    let Ask::Place(mut wanted) = market.place(1, "a", &[(0, 1)], PaymentMethod::Cod) else {
        unreachable!()
    };
    wanted.expected_total = Vnd::new(90_000);
    let answer = market.decide(&[Ask::Place(wanted)]);
    assert_eq!(
        answer,
        [Answer::PlaceRefused(PlaceRefused::TotalChanged {
            total: Vnd::new(100_000)
        })]
    );
    assert_eq!(market.offers[&offer(0)].units.left, 9);
}

#[test]
fn money_in_two_parts_sells_the_units_once_it_is_all_there() {
    let mut market = Market::new(&[(3, 0), (3, 0)]);
    let wanted = market.place(1, "a", &[(0, 1), (1, 2)], PaymentMethod::VietQr);
    let Answer::Placed(order) = market.decide(&[wanted])[0] else {
        panic!()
    };
    assert_eq!(
        market.orders[&order].payments.len(),
        2,
        "one payment a payee"
    );
    let (_, due) = market.payment(order);
    assert_eq!(
        market.pay(order, Vnd::new(due.get() - 1)),
        Answer::Judged(Outcome::Under)
    );
    assert_eq!(
        market.pay(order, Vnd::new(1)),
        Answer::Judged(Outcome::Exact)
    );
    assert_eq!(
        market.orders[&order].state,
        OrderState::AwaitingPayment,
        "the other payee is not paid yet"
    );
    let other = market.orders[&order].payments[1].clone();
    let answers = market.decide(&[Ask::Pay {
        entry: id(5_000),
        payment: other.id,
        order,
        amount: other.due,
    }]);
    assert_eq!(answers, [Answer::Judged(Outcome::Exact)]);
    assert_eq!(market.orders[&order].state, OrderState::Confirmed);
    assert_eq!(market.offers[&offer(1)].units.sold, 2);
}

#[test]
fn late_money_is_kept_and_flagged_and_the_units_are_free() {
    let mut market = Market::new(&[(1, 0)]);
    let wanted = market.place(1, "a", &[(0, 1)], PaymentMethod::VietQr);
    let Answer::Placed(order) = market.decide(&[wanted])[0] else {
        panic!()
    };
    let (_, due) = market.payment(order);
    market.now += TimeDelta::seconds(901);
    // Nobody has looked for expired orders yet: the deadline itself decides.
    assert_eq!(market.pay(order, due), Answer::Judged(Outcome::Late));
    let late = &market.orders[&order];
    assert_eq!(
        (
            late.state,
            late.payments[0].state,
            late.payments[0].received
        ),
        (OrderState::Expired, PaymentState::Late, due)
    );
    assert_eq!(market.offers[&offer(0)].units.left, 1);
}

#[test]
fn money_at_the_very_deadline_is_in_time() {
    let mut market = Market::new(&[(1, 0)]);
    let wanted = market.place(1, "a", &[(0, 1)], PaymentMethod::VietQr);
    let Answer::Placed(order) = market.decide(&[wanted])[0] else {
        panic!()
    };
    let (_, due) = market.payment(order);
    market.now += TimeDelta::seconds(900);
    market.decide(&[Ask::Expire { order }]);
    assert_eq!(market.pay(order, due), Answer::Judged(Outcome::Exact));
    assert_eq!(market.offers[&offer(0)].units.sold, 1);
}

#[test]
fn a_closed_offer_settles_when_nothing_is_awaited_and_later_units_go_straight_back() {
    let mut market = Market::new(&[(5, 0)]);
    let paid = market.place(1, "a", &[(0, 2)], PaymentMethod::Cod);
    let unpaid = market.place(2, "b", &[(0, 1)], PaymentMethod::VietQr);
    let answers = market.decide(&[
        paid,
        unpaid,
        Ask::EndSession {
            event: id(0),
            session: session(),
        },
    ]);
    let (Answer::Placed(sold), Answer::Placed(open)) = (answers[0].clone(), answers[1].clone())
    else {
        panic!("{answers:?}")
    };
    assert_eq!(market.offers[&offer(0)].settled_at, None);
    market.now += TimeDelta::seconds(901);
    market.decide(&[Ask::Expire { order: open }]);
    assert!(market.facts.contains(&Fact::Settled {
        offer: offer(0),
        sold: 2,
        given_back: 3
    }));
    market.decide(&[Ask::Allot {
        event: id(0),
        offer: offer(0),
        session: session(),
        variant: id(6),
        units: 4,
    }]);
    assert!(market.facts.contains(&Fact::Settled {
        offer: offer(0),
        sold: 0,
        given_back: 4
    }));
    // A parcel that comes back after the settlement is told to catalogue.
    let advance = |to| Ask::Advance {
        order: sold,
        parcel: None,
        to,
        restock: false,
        by: id(9),
        reason: String::new(),
    };
    let answers = market.decide(&[advance(OrderState::Shipped), advance(OrderState::Returned)]);
    assert_eq!(answers, [Answer::Done, Answer::Done]);
    assert!(market.facts.contains(&Fact::UnitsReturned {
        offer: offer(0),
        order: sold,
        units: 2,
        restock: false
    }));
}

#[test]
fn what_is_gone_is_said_before_anything_else_that_is_wrong() {
    let mut market = Market::new(&[(9, 1), (1, 0)]);
    let last = market.place(1, "a", &[(1, 1)], PaymentMethod::Cod);
    let over_limit = market.place(2, "b", &[(0, 2), (1, 1)], PaymentMethod::Cod);
    let gone = PlaceRefused::SoldOut {
        offer: offer(1),
        left: 0,
    };
    assert_eq!(
        market.decide(&[last, over_limit])[1],
        Answer::PlaceRefused(gone)
    );
}

#[test]
fn an_event_brings_its_id() {
    let event: EventId = id(3);
    assert_eq!(
        Ask::EndSession {
            event,
            session: session()
        }
        .once()
        .map(|once| once.id),
        Some(event)
    );
}

#[test]
fn a_claim_holds_what_there_is_and_waits_for_the_rest_first_come_first_served() {
    let mut market = Market::new(&[(3, 0)]);
    let claim = |shopper, units| Market::claim(shopper, &[(0, Amount::Exactly(units))]);
    let answers = market.decide(&[claim(1, 2), claim(2, 2), claim(3, 1), claim(1, 2)]);
    let kept: Vec<(i64, i64)> = answers
        .iter()
        .map(|answer| {
            let Answer::Claimed(kept) = answer else {
                panic!("{answer:?}")
            };
            let held = kept[0].hold.as_ref().map_or(0, |hold| hold.units);
            (held, kept[0].wait.as_ref().map_or(0, |wait| wait.units))
        })
        .collect();
    assert_eq!(kept, [(2, 0), (1, 1), (0, 1), (2, 0)]);
    // One unit comes back: it is the second shopper's, who still waits for one.
    market.decide(&[claim(1, 1)]);
    assert_eq!(market.holds[&(offer(0), id(2))].units, 2);
    assert!(!market.holds.contains_key(&(offer(0), id(3))));
    market.decide(&[market::allot(0, 5)]);
    assert_eq!(market.holds[&(offer(0), id(3))].units, 1);
    assert_eq!(market.offers[&offer(0)].units.left, 4);
}

#[test]
fn what_goes_over_to_another_shopper_leaves_the_shelf_and_the_line_alone() {
    let mut market = Market::new(&[(3, 3)]);
    let claim = |shopper, units| Market::claim(shopper, &[(0, Amount::Exactly(units))]);
    market.decide(&[claim(1, 2)]);
    market.now += TimeDelta::seconds(60);
    market.decide(&[claim(2, 1), claim(3, 1)]);
    let merge = |lines| {
        Ask::Merge(Box::new(Merge {
            once: None,
            session: session(),
            from: id(2),
            into: id(1),
            shopper_name: "Lan".into(),
            by: id(9),
            lines,
        }))
    };
    let (answers, books) =
        market.batch(&[merge(Lines::All), merge(Lines::Of(vec![(offer(0), 1)]))]);
    let refused = |answer: &Answer| match answer {
        Answer::Claimed(kept) => kept[0].refused,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&answers[0]), None);
    assert_eq!(
        refused(&answers[1]),
        Some(ClaimRefused::NotHeld { held: 0 })
    );
    assert_eq!(books.merged.len(), 1);
    let hold = &market.holds[&(offer(0), id(1))];
    let later = market.now + TimeDelta::seconds(900);
    assert_eq!((hold.units, hold.until), (3, later));
    assert!(!market.holds.contains_key(&(offer(0), id(2))));
    assert_eq!(market.offers[&offer(0)].units.held, 3);
    assert_eq!(market.waits.len(), 1, "the third still waits");
}

#[test]
fn an_order_takes_what_is_held_first_even_after_the_offer_closed() {
    let mut market = Market::new(&[(2, 2)]);
    market.decide(&[Market::claim(1, &[(0, Amount::Exactly(2))])]);
    let other = market.place(2, "a", &[(0, 1)], PaymentMethod::Cod);
    let close = Ask::Close {
        event: id(0),
        offer: offer(0),
        session: session(),
    };
    let own = market.place(1, "a", &[(0, 2)], PaymentMethod::Cod);
    let answers = market.decide(&[other, close, own]);
    assert_eq!(
        answers[0],
        Answer::PlaceRefused(PlaceRefused::SoldOut {
            offer: offer(0),
            left: 0
        })
    );
    assert!(matches!(answers[2], Answer::Placed(_)), "{answers:?}");
    assert_eq!(market.offers[&offer(0)].units.sold, 2);
    assert!(market.holds.is_empty());
}

#[test]
fn a_hold_lapses_after_its_deadline_and_the_next_in_line_has_a_deadline_of_their_own() {
    let mut market = Market::new(&[(1, 0)]);
    market.decide(&[
        Market::claim(1, &[(0, Amount::Exactly(1))]),
        Market::claim(2, &[(0, Amount::Exactly(1))]),
    ]);
    let lapse = || Ask::Lapse {
        offer: offer(0),
        account: id(1),
    };
    market.now += TimeDelta::seconds(900);
    market.decide(&[lapse()]);
    assert!(market.holds.contains_key(&(offer(0), id(1))), "in time");
    market.now += TimeDelta::seconds(1);
    market.decide(&[lapse(), lapse()]);
    let next = &market.holds[&(offer(0), id(2))];
    assert_eq!(next.until, market.now + TimeDelta::seconds(900));
    assert!(market.waits.is_empty());
}
