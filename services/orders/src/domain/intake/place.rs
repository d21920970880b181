//! A shopper orders: all lines or none.

use std::collections::BTreeMap;

use chassis::{
    id::{AccountId, OfferId, OrderId, SessionId},
    money::Vnd,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{Answer, Books, Fact, KnownKey, Supply, claim};
use crate::domain::{
    hold::HoldState,
    offer::{Offer, Terms},
    order::{
        Contact, Delivery, Line, Order, OrderState, Payee, Payment, PaymentMethod, PaymentState,
    },
};

/// An order as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The id it will have.
    pub id: OrderId,
    /// In which session.
    pub session: SessionId,
    /// Who orders.
    pub account: AccountId,
    /// The shopper's key: one key, one order.
    pub key: String,
    /// Of what is asked, so that the same key for something else is refused.
    pub fingerprint: i64,
    /// What is ordered, each offer once.
    pub lines: BTreeMap<OfferId, i64>,
    /// What the screen showed.
    pub expected_total: Vnd,
    /// How it will be paid.
    pub method: PaymentMethod,
    /// Who to call.
    pub contact: Contact,
    /// Where it goes.
    pub delivery: Delivery,
    /// The shopper says they are of age.
    pub of_age: bool,
    /// Who orders for them, at the desk.
    pub by: Option<AccountId>,
}

/// Why an order is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceRefused {
    /// The key was used for another order.
    #[error("the idempotency key was used for another order")]
    KeyReused,
    /// No such offer in this session.
    #[error("no such offer in this session: {0}")]
    UnknownOffer(OfferId),
    /// Not opened yet, or closed.
    #[error("offer {0} is not open")]
    NotOpen(OfferId),
    /// Not that many are left.
    #[error("sold out: {left} left of offer {offer}")]
    SoldOut {
        /// Which.
        offer: OfferId,
        /// How many could be had.
        left: i64,
    },
    /// More than one shopper may have.
    #[error("at most {limit} of offer {offer} for one shopper, {taken} taken before")]
    OverLimit {
        /// Which.
        offer: OfferId,
        /// The limit.
        limit: i64,
        /// What they have already.
        taken: i64,
    },
    /// The organiser restricts the shopper.
    #[error("the organiser restricts the shopper")]
    Restricted,
    /// The goods or the session do not allow cash on delivery.
    #[error("offer {0} cannot be paid on delivery")]
    NoCod(OfferId),
    /// The session has no counter.
    #[error("the session offers no pickup")]
    NoPickup,
    /// Alcohol and the like.
    #[error("offer {offer} is for people of {age} and over")]
    UnderAge {
        /// Which.
        offer: OfferId,
        /// From which age.
        age: i32,
    },
    /// The price on the screen is no longer the price.
    #[error("the total is {total} now")]
    TotalChanged {
        /// What it costs now.
        total: Vnd,
    },
}

pub(super) fn place(
    books: &mut Books,
    now: DateTime<Utc>,
    place: &Place,
    supply: &mut Supply<'_>,
) -> Answer {
    let key = (place.session, place.account, place.key.clone());
    if let Some(known) = books.keys.get(&key) {
        return if known.fingerprint == place.fingerprint {
            Answer::Replayed(known.order)
        } else {
            Answer::PlaceRefused(PlaceRefused::KeyReused)
        };
    }
    let priced = match price(books, now, place) {
        Ok(priced) => priced,
        Err(refused) => return Answer::PlaceRefused(refused),
    };
    let order = make(place, priced, now, supply);
    let paid = order.method == PaymentMethod::Cod;
    for line in &order.lines {
        // What was held too long is free again; what is held goes first.
        claim::lapse(books, now, (line.offer_id, place.account), supply);
        let held = line
            .units
            .min(held(books, now, line.offer_id, place.account));
        if held > 0 {
            let key = (line.offer_id, place.account);
            claim::shrink(books, key, held, HoldState::Converted);
        }
        let offer = books.offer_mut(line.offer_id, place.session);
        offer.take_held(held, paid);
        offer.take(line.units - held, paid);
        if offer.units.left == 0 && line.units > held {
            books.facts.push(Fact::SoldOut {
                offer: line.offer_id,
            });
        }
        *books
            .taken
            .entry((line.offer_id, place.account))
            .or_default() += line.units;
    }
    books.facts.push(Fact::Placed { order: order.id });
    books.keys.insert(
        key.clone(),
        KnownKey {
            fingerprint: place.fingerprint,
            order: order.id,
        },
    );
    if let Some(by) = place.by {
        books.assisted.push((order.id, by));
    }
    books.placed.push((order.id, key, place.fingerprint));
    let answer = Answer::Placed(order.id);
    books.orders.insert(order.id, order);
    answer
}

struct Priced {
    lines: Vec<(Line, Payee)>,
    goods_total: Vnd,
    shipping_fee: Vnd,
    organiser: chassis::id::OrganiserId,
    window_seconds: i32,
}

/// Units of an offer that are held for an account and can go into an order.
fn held(books: &Books, now: DateTime<Utc>, offer: OfferId, account: AccountId) -> i64 {
    let hold = books.holds.get(&(offer, account));
    hold.filter(|hold| !hold.is_over(now))
        .map_or(0, |hold| hold.units)
}

fn price(books: &Books, now: DateTime<Utc>, place: &Place) -> Result<Priced, PlaceRefused> {
    // What is gone is said first, whatever else is wrong: the losers' gate, which knows nothing else, says the same.
    let gone = |id: &&OfferId| {
        let offer = books.offers.get(id);
        offer.is_some_and(|offer| offer.session_id == place.session && offer.is_gone())
            && held(books, now, **id, place.account) == 0
    };
    if let Some(&offer) = place.lines.keys().find(gone) {
        return Err(PlaceRefused::SoldOut { offer, left: 0 });
    }
    let mut lines = Vec::with_capacity(place.lines.len());
    let mut goods = 0_i64;
    let mut rules = Vec::new();
    let mut grams = 0_i64;
    let mut about = None;
    for (&id, &units) in &place.lines {
        let offer = books
            .offers
            .get(&id)
            .filter(|offer| offer.session_id == place.session)
            .ok_or(PlaceRefused::UnknownOffer(id))?;
        let held = held(books, now, id, place.account);
        let terms = offer
            .terms
            .as_ref()
            // What is held can be ordered after the offer closed, too.
            .filter(|_| offer.is_open() || held >= units)
            .ok_or(PlaceRefused::NotOpen(id))?;
        let taken = books
            .taken
            .get(&(id, place.account))
            .copied()
            .unwrap_or_default();
        may_have(offer, terms, place, units, (taken, held))?;
        // Prices end at a billion and units at a thousand a line: fifty lines fit easily.
        let total = Vnd::new(terms.price.get() * units);
        goods += total.get();
        if terms.shipped && place.delivery != Delivery::Pickup {
            rules.push(terms.shipping);
            grams += terms.weight_grams * units;
        }
        about.get_or_insert((terms.organiser_id, terms.payment_window_seconds));
        let line = Line {
            offer_id: id,
            producer_id: terms.producer_id,
            product_id: terms.product_id,
            variant_id: offer.variant_id.ok_or(PlaceRefused::NotOpen(id))?,
            claim_code: terms.claim_code.clone(),
            title: terms.title.clone(),
            units,
            unit_price: terms.price,
            total,
        };
        lines.push((line, terms.payee.clone()));
    }
    // A session has one rule; should an offer have come with another, the dearer counts.
    let fees = rules.iter().map(|rule| rule.fee(Vnd::new(goods), grams));
    let shipping_fee = fees.max().unwrap_or(Vnd::ZERO);
    let total = Vnd::new(goods + shipping_fee.get());
    if total != place.expected_total {
        return Err(PlaceRefused::TotalChanged { total });
    }
    let (organiser, window_seconds) = about.ok_or(PlaceRefused::TotalChanged { total })?;
    let held_back = books.restrictions.hold_back(organiser, place.account, now);
    if held_back && place.by.is_none() {
        return Err(PlaceRefused::Restricted);
    }
    Ok(Priced {
        lines,
        goods_total: Vnd::new(goods),
        shipping_fee,
        organiser,
        window_seconds,
    })
}

fn may_have(
    offer: &Offer,
    terms: &Terms,
    place: &Place,
    units: i64,
    (taken, held): (i64, i64),
) -> Result<(), PlaceRefused> {
    let id = offer.id;
    if units > offer.free() + held {
        return Err(PlaceRefused::SoldOut {
            offer: id,
            left: offer.free() + held,
        });
    }
    if terms.limit_per_shopper > 0 && taken + units.max(held) > terms.limit_per_shopper {
        return Err(PlaceRefused::OverLimit {
            offer: id,
            limit: terms.limit_per_shopper,
            taken,
        });
    }
    if place.method == PaymentMethod::Cod && !terms.cod_allowed {
        return Err(PlaceRefused::NoCod(id));
    }
    if place.delivery == Delivery::Pickup && terms.pickup_place.is_empty() {
        return Err(PlaceRefused::NoPickup);
    }
    if terms.minimum_age > 0 && !place.of_age {
        return Err(PlaceRefused::UnderAge {
            offer: id,
            age: terms.minimum_age,
        });
    }
    Ok(())
}

fn make(place: &Place, priced: Priced, now: DateTime<Utc>, supply: &mut Supply<'_>) -> Order {
    let (state, pay_by, payments) = match place.method {
        PaymentMethod::Cod => (OrderState::Confirmed, None, Vec::new()),
        PaymentMethod::VietQr => {
            let pay_by = now + TimeDelta::seconds(priced.window_seconds.into());
            (
                OrderState::AwaitingPayment,
                Some(pay_by),
                owe(place.id, &priced, supply),
            )
        }
    };
    Order {
        id: place.id,
        session_id: place.session,
        organiser_id: priced.organiser,
        account_id: place.account,
        state,
        method: place.method,
        lines: priced.lines.into_iter().map(|(line, _)| line).collect(),
        goods_total: priced.goods_total,
        shipping_fee: priced.shipping_fee,
        placed_at: now,
        pay_by,
        contact: place.contact.clone(),
        delivery: place.delivery.clone(),
        payments,
        steps: Vec::new(),
        moved: BTreeMap::new(),
        version: 1,
    }
}

/// One payment a payee, in order of the lines; the first one carries the shipping.
fn owe(order_id: OrderId, priced: &Priced, supply: &mut Supply<'_>) -> Vec<Payment> {
    let mut dues: Vec<(&Payee, i64)> = Vec::new();
    for (line, payee) in &priced.lines {
        match dues.iter_mut().find(|(known, _)| known.id == payee.id) {
            Some((_, due)) => *due += line.total.get(),
            None => dues.push((payee, line.total.get())),
        }
    }
    if let Some((_, first)) = dues.first_mut() {
        *first += priced.shipping_fee.get();
    }
    dues.into_iter()
        .map(|(payee, due)| {
            let (id, code) = (supply.payment)();
            Payment {
                id,
                order_id,
                payee: payee.clone(),
                due: Vnd::new(due),
                received: Vnd::ZERO,
                code,
                state: PaymentState::None,
                version: 1,
            }
        })
        .collect()
}
