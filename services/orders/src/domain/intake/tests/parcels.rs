//! Orders of two producers: each parcel on its way.

use chassis::id::{OrderId, ProducerId};

use super::{
    super::{Answer, Ask, Fact},
    market::{Market, PRICE, id, offer, session},
};
use crate::domain::order::{OrderState, PaymentMethod, PaymentState};

fn ours() -> ProducerId {
    id(8)
}

fn theirs() -> ProducerId {
    id(88)
}

/// An order with two units of ours and one of theirs, sold, and the offers settled.
fn sold(method: PaymentMethod) -> (Market, OrderId) {
    let mut market = Market::new(&[(5, 0), (5, 0)]);
    let terms = market.offers.get_mut(&offer(1)).unwrap().terms.as_mut();
    terms.unwrap().producer_id = theirs();
    let place = market.place(1, "a", &[(0, 2), (1, 1)], method);
    let Answer::Placed(order) = market.decide(&[place])[0] else {
        panic!("not placed");
    };
    for payment in market.orders[&order].payments.clone() {
        let pay = Ask::Pay {
            entry: id(5_000),
            payment: payment.id,
            order,
            amount: payment.due,
        };
        market.decide(&[pay]);
    }
    for index in 0..2 {
        market.decide(&[Ask::Close {
            event: id(1),
            offer: offer(index),
            session: session(),
        }]);
    }
    assert_eq!(market.orders[&order].state, OrderState::Confirmed);
    (market, order)
}

fn advance(order: OrderId, parcel: Option<ProducerId>, to: OrderState) -> Ask {
    Ask::Advance {
        order,
        parcel,
        to,
        restock: true,
        by: id(9),
        reason: String::new(),
    }
}

fn states(market: &Market, order: OrderId) -> (OrderState, Option<OrderState>, Option<OrderState>) {
    let order = &market.orders[&order];
    (order.state, order.parcel(ours()), order.parcel(theirs()))
}

#[test]
fn an_order_follows_the_least_advanced_of_its_parcels() {
    use OrderState::{Confirmed, Delivered, Packed, Shipped};
    let (mut market, order) = sold(PaymentMethod::Cod);
    let mut step = |parcel, to| {
        let answer = market.decide(&[advance(order, parcel, to)]).remove(0);
        (answer, states(&market, order))
    };
    let stands = |order, ours, theirs| (Answer::Done, (order, Some(ours), Some(theirs)));
    assert_eq!(
        step(Some(ours()), Shipped),
        stands(Confirmed, Shipped, Confirmed)
    );
    assert_eq!(
        step(Some(ours()), Shipped),
        stands(Confirmed, Shipped, Confirmed),
        "again changes nothing"
    );
    assert_eq!(
        step(Some(ours()), Packed).0,
        Answer::IllegalMove(Shipped),
        "there is no way back"
    );
    assert_eq!(
        step(Some(theirs()), Packed),
        stands(Packed, Shipped, Packed)
    );
    assert_eq!(
        step(None, Shipped),
        stands(Shipped, Shipped, Shipped),
        "a whole order takes along what is behind"
    );
    assert_eq!(
        step(Some(theirs()), Delivered),
        stands(Shipped, Shipped, Delivered)
    );
    assert_eq!(
        step(Some(ours()), Delivered),
        stands(Delivered, Delivered, Delivered)
    );
    assert_eq!(step(Some(id(77)), Delivered).0, Answer::Unknown);
    let steps: Vec<OrderState> = market.orders[&order]
        .steps
        .iter()
        .map(|step| step.state)
        .collect();
    assert_eq!(steps, [Packed, Shipped, Delivered]);
}

#[test]
fn what_is_on_its_way_cannot_be_called_off() {
    let (mut market, order) = sold(PaymentMethod::Cod);
    market.decide(&[advance(order, Some(ours()), OrderState::Shipped)]);
    let cancel = Ask::Cancel {
        order,
        by: id(9),
        reason: String::new(),
    };
    assert_eq!(
        market.decide(&[cancel]),
        [Answer::IllegalMove(OrderState::Shipped)]
    );
    assert_eq!(market.orders[&order].state, OrderState::Confirmed);
}

#[test]
fn one_parcel_comes_back_and_the_other_is_sold() {
    let (mut market, order) = sold(PaymentMethod::VietQr);
    market.decide(&[advance(order, None, OrderState::Shipped)]);
    let answers = market.decide(&[advance(order, Some(theirs()), OrderState::Returned)]);
    assert_eq!(answers, [Answer::Done]);
    let all = states(&market, order);
    let (shipped, returned) = (Some(OrderState::Shipped), Some(OrderState::Returned));
    assert_eq!(all, (OrderState::Shipped, shipped, returned));
    assert_eq!(market.offers[&offer(0)].units.sold, 2);
    assert_eq!(market.offers[&offer(1)].units.sold, 0);
    assert!(market.facts.contains(&Fact::UnitsReturned {
        offer: offer(1),
        order,
        units: 1,
        restock: true
    }));
    assert!(market.facts.contains(&Fact::Returned {
        order,
        was: OrderState::Shipped,
        producers: vec![theirs()]
    }));
    let payments = &market.orders[&order].payments;
    let state = |payee: &str| {
        let found = payments.iter().find(|payment| payment.payee.id == payee);
        found.unwrap().state
    };
    assert_eq!(state("prd_a"), PaymentState::Exact);
    assert_eq!(state("prd_b"), PaymentState::RefundDue);
    assert!(payments.iter().all(|payment| payment.due.get() >= PRICE));

    market.decide(&[advance(order, None, OrderState::Delivered)]);
    assert_eq!(
        states(&market, order),
        (
            OrderState::Delivered,
            Some(OrderState::Delivered),
            Some(OrderState::Returned)
        )
    );
    // The rest comes back with the whole order: only what was still out.
    market.decide(&[advance(order, None, OrderState::Returned)]);
    assert_eq!(states(&market, order).0, OrderState::Returned);
    assert_eq!(market.offers[&offer(0)].units.sold, 0);
    assert_eq!(market.offers[&offer(1)].units.sold, 0, "not twice");
    assert!(market.facts.contains(&Fact::Returned {
        order,
        was: OrderState::Delivered,
        producers: vec![ours()]
    }));
}

#[test]
fn the_last_parcel_that_comes_back_ends_the_order() {
    let (mut market, order) = sold(PaymentMethod::Cod);
    market.decide(&[
        advance(order, None, OrderState::Shipped),
        advance(order, Some(ours()), OrderState::Returned),
        advance(order, Some(theirs()), OrderState::Returned),
    ]);
    assert_eq!(states(&market, order).0, OrderState::Returned);
    let back: Vec<i64> = market
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::UnitsReturned { units, .. } => Some(*units),
            _ => None,
        })
        .collect();
    assert_eq!(back, [2, 1]);
    assert!(
        market
            .offers
            .values()
            .all(|offer| offer.units.sold == 0 && offer.units.given_back == 5)
    );
}
