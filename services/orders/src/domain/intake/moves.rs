//! Everything else that moves units: money that comes in, orders called off or expired, offers opened and closed.

use chassis::{
    id::{AccountId, BankEntryId, OfferId, OrderId, PaymentId, SessionId, VariantId},
    money::Vnd,
};
use chrono::{DateTime, Utc};

use super::{
    Answer, Books, Fact, Received, Supply,
    line::{close_line, serve_line},
};
use crate::domain::{
    bank_feed::{Outcome, judge},
    offer::Terms,
    order::{Order, OrderState, PaymentState},
};

pub(super) fn cancel(
    books: &mut Books,
    now: DateTime<Utc>,
    order: OrderId,
    by: AccountId,
    reason: &str,
    supply: &mut Supply<'_>,
) -> Answer {
    let Some(was) = books.orders.get(&order).map(|order| order.state) else {
        return Answer::Unknown;
    };
    if was == OrderState::Cancelled {
        return Answer::Done;
    }
    if !was.may_cancel() {
        return Answer::IllegalMove(was);
    }
    if books.orders.get(&order).is_some_and(Order::is_on_its_way) {
        return Answer::IllegalMove(OrderState::Shipped);
    }
    call_off(
        books,
        now,
        order,
        OrderState::Cancelled,
        Some(by),
        reason,
        supply,
    );
    books.facts.push(Fact::Cancelled { order, was });
    Answer::Done
}

pub(super) fn expire(
    books: &mut Books,
    now: DateTime<Utc>,
    order: OrderId,
    supply: &mut Supply<'_>,
) -> Answer {
    let Some(found) = books.orders.get(&order) else {
        return Answer::Unknown;
    };
    let due = found.state == OrderState::AwaitingPayment
        && found.pay_by.is_some_and(|pay_by| pay_by < now);
    if due {
        call_off(books, now, order, OrderState::Expired, None, "", supply);
        books.facts.push(Fact::Expired {
            order,
            was: OrderState::AwaitingPayment,
        });
    }
    Answer::Done
}

/// The order ends without a sale: its units go back, but for parcels that are back already; what was paid is due back.
pub(super) fn call_off(
    books: &mut Books,
    now: DateTime<Utc>,
    id: OrderId,
    to: OrderState,
    by: Option<AccountId>,
    reason: &str,
    supply: &mut Supply<'_>,
) {
    let Some(order) = books.orders.get_mut(&id) else {
        return;
    };
    let (session, account, awaited) = (
        order.session_id,
        order.account_id,
        order.state == OrderState::AwaitingPayment,
    );
    let lines: Vec<(OfferId, i64)> = order
        .lines
        .iter()
        .filter(|line| order.parcel(line.producer_id) != Some(OrderState::Returned))
        .map(|line| (line.offer_id, line.units))
        .collect();
    order.step(to, now, by, reason);
    for payment in &mut order.payments {
        let state = called_off(payment.state, payment.received);
        if state != payment.state {
            payment.state = state;
            payment.version += 1;
            books.paid.insert((id, payment.id));
        }
    }
    books.changed.insert(id);
    books.released.insert(id);
    for (offer_id, units) in lines {
        let offer = books.offer_mut(offer_id, session);
        if awaited {
            offer.release_awaiting(units);
        } else if offer.unsell(units) {
            books.facts.push(Fact::UnitsReturned {
                offer: offer_id,
                order: id,
                units,
                restock: true,
            });
        }
        if let Some(taken) = books.taken.get_mut(&(offer_id, account)) {
            *taken -= units;
        }
        serve_line(books, now, offer_id, supply);
        settle(books, now, offer_id);
    }
}

pub(super) fn pay(
    books: &mut Books,
    now: DateTime<Utc>,
    entry: BankEntryId,
    payment_id: PaymentId,
    order_id: OrderId,
    amount: Vnd,
    supply: &mut Supply<'_>,
) -> Answer {
    // The deadline decides, not the moment at which somebody looks.
    expire(books, now, order_id, supply);
    let Some(order) = books.orders.get_mut(&order_id) else {
        return Answer::Unknown;
    };
    let was = order.state;
    let called_off = was.is_called_off();
    let Some(payment) = order
        .payments
        .iter_mut()
        .find(|payment| payment.id == payment_id)
    else {
        return Answer::Unknown;
    };
    let outcome = judge(payment.received, payment.due, amount, !called_off);
    // A bank feed cannot bring more than i64 holds.
    payment.received = payment
        .received
        .checked_add(amount)
        .unwrap_or(payment.received);
    payment.state = match outcome {
        Outcome::Under => PaymentState::Partial,
        Outcome::Exact => PaymentState::Exact,
        Outcome::Over => PaymentState::Over,
        Outcome::Late => PaymentState::Late,
    };
    payment.version += 1;
    books.paid.insert((order_id, payment_id));
    books.received.push(Received {
        entry,
        payment: payment_id,
        order: order_id,
        amount,
        outcome,
    });
    books.facts.push(Fact::Received {
        order: order_id,
        payment: payment_id,
        amount,
    });
    let complete = was == OrderState::AwaitingPayment
        && order
            .payments
            .iter()
            .all(|payment| payment.state.is_settled());
    if complete {
        order.step(OrderState::Confirmed, now, None, "");
        let session = order.session_id;
        let lines: Vec<(OfferId, i64)> = order
            .lines
            .iter()
            .map(|line| (line.offer_id, line.units))
            .collect();
        books.changed.insert(order_id);
        books.facts.push(Fact::Paid {
            order: order_id,
            was,
        });
        for (offer_id, units) in lines {
            books.offer_mut(offer_id, session).sell_awaiting(units);
            settle(books, now, offer_id);
        }
    }
    Answer::Judged(outcome)
}

pub(super) fn allot(
    books: &mut Books,
    now: DateTime<Utc>,
    (offer, session, variant): (OfferId, SessionId, VariantId),
    units: i64,
    supply: &mut Supply<'_>,
) -> Answer {
    let given_back = books.offer_mut(offer, session).allot(variant, units);
    if given_back > 0 {
        books.facts.push(Fact::Settled {
            offer,
            sold: 0,
            given_back,
        });
    }
    serve_line(books, now, offer, supply);
    Answer::Done
}

pub(super) fn open(
    books: &mut Books,
    now: DateTime<Utc>,
    offer: OfferId,
    session: SessionId,
    variant: VariantId,
    terms: &Terms,
) -> Answer {
    let offer = books.offer_mut(offer, session);
    offer.variant_id = Some(variant);
    offer.terms = Some(terms.clone());
    offer.opened_at.get_or_insert(now);
    Answer::Done
}

pub(super) fn close(
    books: &mut Books,
    now: DateTime<Utc>,
    offer: OfferId,
    session: SessionId,
) -> Answer {
    books.offer_mut(offer, session).closed_at.get_or_insert(now);
    close_line(books, offer, session);
    settle(books, now, offer);
    Answer::Done
}

pub(super) fn end_session(books: &mut Books, now: DateTime<Utc>, session: SessionId) -> Answer {
    let open: Vec<OfferId> = books
        .offers
        .values()
        .filter(|offer| offer.session_id == session && offer.closed_at.is_none())
        .map(|offer| offer.id)
        .collect();
    for offer in open {
        close(books, now, offer, session);
    }
    Answer::Done
}

pub(super) fn settle(books: &mut Books, now: DateTime<Utc>, id: OfferId) {
    if let Some(offer) = books.offers.get_mut(&id)
        && let Some((sold, given_back)) = offer.settle(now)
    {
        books.facts.push(Fact::Settled {
            offer: id,
            sold,
            given_back,
        });
    }
}

/// A payment's state when its order is called off: what came in is due back.
pub(super) fn called_off(state: PaymentState, received: Vnd) -> PaymentState {
    match state {
        PaymentState::Refunded | PaymentState::Late => state,
        _ if received > Vnd::ZERO => PaymentState::RefundDue,
        other => other,
    }
}
