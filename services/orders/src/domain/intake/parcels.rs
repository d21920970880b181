//! What the packers do: orders and their parcels move on, or come back.

use chassis::id::{AccountId, OfferId, OrderId, ProducerId};
use chrono::{DateTime, Utc};

use super::{
    Answer, Books, Fact, Supply,
    line::serve_line,
    moves::{call_off, called_off, settle},
};
use crate::domain::{
    order::{Order, OrderState},
    parcel::Moved,
};

/// A step of an order, or of one of its parcels.
#[derive(Debug)]
pub(super) struct Advance<'a> {
    pub(super) order: OrderId,
    pub(super) to: OrderState,
    /// A return: back on hand, or written off.
    pub(super) restock: bool,
    pub(super) by: AccountId,
    pub(super) reason: &'a str,
}

/// Moves a whole order on; parcels that are further stay where they are.
pub(super) fn advance(
    books: &mut Books,
    now: DateTime<Utc>,
    step: &Advance<'_>,
    supply: &mut Supply<'_>,
) -> Answer {
    let Some(order) = books.orders.get_mut(&step.order) else {
        return Answer::Unknown;
    };
    let (id, was) = (step.order, order.state);
    if was == step.to {
        return Answer::Done;
    }
    if !was.may_advance_to(step.to) {
        return Answer::IllegalMove(was);
    }
    if step.to != OrderState::Returned {
        order.step(step.to, now, Some(step.by), step.reason);
        books.changed.insert(id);
        return Answer::Done;
    }
    let producers = outside(order);
    if !is_settled(books, id, &producers) {
        return Answer::NotSettled;
    }
    let before = books.facts.len();
    call_off(books, now, id, step.to, Some(step.by), step.reason, supply);
    said_back(books, before, step.restock);
    books.facts.push(Fact::Returned {
        order: id,
        was,
        producers,
    });
    Answer::Done
}

/// Moves one producer's parcel on; the order follows the least advanced.
pub(super) fn advance_one(
    books: &mut Books,
    now: DateTime<Utc>,
    step: &Advance<'_>,
    producer: ProducerId,
    supply: &mut Supply<'_>,
) -> Answer {
    let Some((order, was)) = books
        .orders
        .get_mut(&step.order)
        .and_then(|order| order.parcel(producer).map(|was| (order, was)))
    else {
        return Answer::Unknown;
    };
    if was == step.to {
        return Answer::Done;
    }
    if !was.may_advance_to(step.to) {
        return Answer::IllegalMove(was);
    }
    let outside = outside(order);
    // The last that comes back, or the only one: the order does.
    if step.to == OrderState::Returned && outside == [producer] {
        return end(books, now, step, producer, supply);
    }
    if step.to == OrderState::Returned && !is_settled(books, step.order, &[producer]) {
        return Answer::NotSettled;
    }
    let Some(order) = books.orders.get_mut(&step.order) else {
        return Answer::Unknown;
    };
    let was_order = order.state;
    move_parcel(order, now, step, producer);
    let follows = order.by_parcels();
    if follows == order.state {
        order.version += 1;
    } else {
        order.step(follows, now, Some(step.by), step.reason);
    }
    books.changed.insert(step.order);
    books.parcels.insert((step.order, producer));
    if step.to == OrderState::Returned {
        take_back(books, now, step, producer, supply);
        books.facts.push(Fact::Returned {
            order: step.order,
            was: was_order,
            producers: vec![producer],
        });
    }
    Answer::Done
}

fn move_parcel(order: &mut Order, now: DateTime<Utc>, step: &Advance<'_>, producer: ProducerId) {
    let moved = Moved {
        state: step.to,
        at: now,
        by: step.by,
        reason: step.reason.to_owned(),
    };
    order.moved.insert(producer, moved);
}

/// The last parcel of an order comes back, and with it the order, wherever the others had let it stand.
fn end(
    books: &mut Books,
    now: DateTime<Utc>,
    step: &Advance<'_>,
    producer: ProducerId,
    supply: &mut Supply<'_>,
) -> Answer {
    let id = step.order;
    if !is_settled(books, id, &[producer]) {
        return Answer::NotSettled;
    }
    let Some(was) = books.orders.get(&id).map(|order| order.state) else {
        return Answer::Unknown;
    };
    let to = OrderState::Returned;
    let before = books.facts.len();
    call_off(books, now, id, to, Some(step.by), step.reason, supply);
    said_back(books, before, step.restock);
    books.facts.push(Fact::Returned {
        order: id,
        was,
        producers: vec![producer],
    });
    Answer::Done
}

/// Producers whose parcels are not back.
fn outside(order: &Order) -> Vec<ProducerId> {
    let producers = order.producers().into_iter();
    producers
        .filter(|producer| order.parcel(*producer) != Some(OrderState::Returned))
        .collect()
}

/// Are the offers settled whose goods would come back? Before, catalogue could not tell where they are.
fn is_settled(books: &Books, id: OrderId, producers: &[ProducerId]) -> bool {
    let lines = books
        .orders
        .get(&id)
        .into_iter()
        .flat_map(|order| &order.lines);
    lines
        .filter(|line| producers.contains(&line.producer_id))
        .all(|line| {
            let offer = books.offers.get(&line.offer_id);
            offer.is_some_and(|offer| offer.settled_at.is_some())
        })
}

/// `call_off` told catalogue just now to put the units back on hand; a write-off says so instead.
fn said_back(books: &mut Books, before: usize, restock: bool) {
    for fact in books.facts.iter_mut().skip(before) {
        if let Fact::UnitsReturned { restock: back, .. } = fact {
            *back = restock;
        }
    }
}

/// One parcel's units are sold no longer; a payee of whose goods nothing is sold any more owes the money back. Of one
/// who still has goods in the order, only the settlement tells the difference.
fn take_back(
    books: &mut Books,
    now: DateTime<Utc>,
    step: &Advance<'_>,
    producer: ProducerId,
    supply: &mut Supply<'_>,
) {
    let Some(order) = books.orders.get(&step.order) else {
        return;
    };
    let (session, account) = (order.session_id, order.account_id);
    let of_parcel = order
        .lines
        .iter()
        .filter(|line| line.producer_id == producer);
    let lines: Vec<(OfferId, i64)> = of_parcel.map(|line| (line.offer_id, line.units)).collect();
    for (offer_id, units) in lines {
        if books.offer_mut(offer_id, session).unsell(units) {
            books.facts.push(Fact::UnitsReturned {
                offer: offer_id,
                order: step.order,
                units,
                restock: step.restock,
            });
        }
        if let Some(taken) = books.taken.get_mut(&(offer_id, account)) {
            *taken -= units;
        }
        serve_line(books, now, offer_id, supply);
        settle(books, now, offer_id);
    }
    owe_back(books, step.order);
}

fn owe_back(books: &mut Books, id: OrderId) {
    let Some(order) = books.orders.get_mut(&id) else {
        return;
    };
    let payee = |offer: &OfferId| {
        let terms = books.offers.get(offer)?.terms.as_ref()?;
        Some(terms.payee.id.clone())
    };
    let sold: Vec<Option<String>> = order
        .lines
        .iter()
        .filter(|line| order.parcel(line.producer_id) != Some(OrderState::Returned))
        .map(|line| payee(&line.offer_id))
        .collect();
    for payment in &mut order.payments {
        let state = called_off(payment.state, payment.received);
        if !sold.contains(&Some(payment.payee.id.clone())) && state != payment.state {
            payment.state = state;
            payment.version += 1;
            books.paid.insert((id, payment.id));
        }
    }
}
