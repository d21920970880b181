//! The decision, property by property: whatever arrives in whatever order, no unit is lost or made.

use std::collections::{BTreeMap, HashMap, HashSet};

use chassis::{
    id::{
        AccountId, BankEntryId, EventId, Id, OfferId, OrderId, OrganiserId, PaymentId, ProducerId,
        ProductId, SessionId, VariantId,
    },
    money::Vnd,
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Answer, Ask, Books, Fact, Place, PlaceRefused, decide};
use crate::domain::{
    bank_feed::Outcome,
    offer::Terms,
    order::{Contact, Delivery, OrderState, Payee, PaymentMethod, PaymentState},
    payment_code::PaymentCode,
    vietqr::BankAccount,
};

fn id<I: Id>(n: u128) -> I {
    I::from_uuid(Uuid::from_u128(n))
}

fn session() -> SessionId {
    id(1)
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn terms(price: i64, limit: i64, payee: &str) -> Terms {
    Terms {
        organiser_id: id::<OrganiserId>(9),
        producer_id: id::<ProducerId>(8),
        product_id: id::<ProductId>(7),
        claim_code: "A05".into(),
        title: "Mật ong, chai 500 ml".into(),
        price: Vnd::new(price),
        limit_per_shopper: limit,
        minimum_age: 0,
        cod_allowed: true,
        shipped: true,
        shipping_fee: Vnd::new(30_000),
        pickup_place: "Quầy 1".into(),
        payment_window_seconds: 900,
        payee: Payee {
            id: payee.into(),
            account: BankAccount {
                bin: "970436".into(),
                account_no: "0000000001".into(),
            },
            account_name: "HTX MAU".into(),
        },
    }
}

/// A market under test: it hands out ids and codes, and keeps the books between batches as the database would.
struct Market {
    books: Books,
    next: u128,
    now: DateTime<Utc>,
}

impl Market {
    fn new(offers: &[(i64, i64)]) -> Self {
        let mut market = Self {
            books: Books::default(),
            next: 1_000,
            now: start(),
        };
        for (index, &(units, limit)) in offers.iter().enumerate() {
            let offer: OfferId = offer(index);
            let variant: VariantId = id(6);
            let payee = if index % 2 == 0 { "prd_a" } else { "prd_b" };
            market.decide(&[
                Ask::Allot {
                    event: id(0),
                    offer,
                    session: session(),
                    variant,
                    units,
                },
                Ask::Open {
                    event: id(0),
                    offer,
                    session: session(),
                    variant,
                    terms: Box::new(terms(100_000, limit, payee)),
                },
            ]);
        }
        market
    }

    fn decide(&mut self, asks: &[Ask]) -> Vec<Answer> {
        let next = &mut self.next;
        let answers = decide(&mut self.books, self.now, asks, &mut || {
            *next += 1;
            (
                id::<PaymentId>(*next),
                PaymentCode::from_seq(u64::try_from(*next).unwrap()).unwrap(),
            )
        });
        for offer in self.books.offers.values() {
            assert!(offer.units.conserved(), "{:?}", offer.units);
        }
        answers
    }

    fn place(
        &mut self,
        shopper: u128,
        key: &str,
        lines: &[(usize, i64)],
        method: PaymentMethod,
    ) -> Ask {
        self.next += 1;
        let lines: BTreeMap<OfferId, i64> = lines
            .iter()
            .map(|&(index, units)| (offer(index), units))
            .collect();
        let goods: i64 = lines.values().map(|units| units * 100_000).sum();
        Ask::Place(Box::new(Place {
            id: id::<OrderId>(self.next),
            session: session(),
            account: id::<AccountId>(shopper),
            key: key.into(),
            fingerprint: goods,
            lines,
            expected_total: Vnd::new(goods),
            method,
            contact: Contact {
                name: "Nguyễn Thị Lan".into(),
                phone: "+84912345678".into(),
            },
            delivery: Delivery::Pickup,
            of_age: false,
        }))
    }

    fn payment(&self, order: OrderId) -> (PaymentId, Vnd) {
        let payment = &self.books.orders[&order].payments[0];
        (payment.id, payment.due)
    }

    fn pay(&mut self, order: OrderId, amount: Vnd) -> Answer {
        self.next += 1;
        let (payment, _) = self.payment(order);
        self.decide(&[Ask::Pay {
            entry: id::<BankEntryId>(self.next),
            payment,
            order,
            amount,
        }])
        .remove(0)
    }
}

fn offer(index: usize) -> OfferId {
    id(100 + index as u128)
}

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
    assert!(
        market
            .books
            .facts
            .contains(&Fact::SoldOut { offer: offer(0) })
    );
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
    assert_eq!(market.books.offers[&offer(0)].units.left, 5);
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
    assert_eq!(market.books.offers[&offer(0)].units.left, 9);
}

#[test]
fn money_in_two_parts_sells_the_units_once_it_is_all_there() {
    let mut market = Market::new(&[(3, 0), (3, 0)]);
    let wanted = market.place(1, "a", &[(0, 1), (1, 2)], PaymentMethod::VietQr);
    let Answer::Placed(order) = market.decide(&[wanted])[0] else {
        panic!()
    };
    assert_eq!(
        market.books.orders[&order].payments.len(),
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
        market.books.orders[&order].state,
        OrderState::AwaitingPayment,
        "the other payee is not paid yet"
    );
    let other = market.books.orders[&order].payments[1].clone();
    let answers = market.decide(&[Ask::Pay {
        entry: id(5_000),
        payment: other.id,
        order,
        amount: other.due,
    }]);
    assert_eq!(answers, [Answer::Judged(Outcome::Exact)]);
    assert_eq!(market.books.orders[&order].state, OrderState::Confirmed);
    assert_eq!(market.books.offers[&offer(1)].units.sold, 2);
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
    let late = &market.books.orders[&order];
    assert_eq!(
        (
            late.state,
            late.payments[0].state,
            late.payments[0].received
        ),
        (OrderState::Expired, PaymentState::Late, due)
    );
    assert_eq!(market.books.offers[&offer(0)].units.left, 1);
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
    assert_eq!(market.books.offers[&offer(0)].units.sold, 1);
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
    assert_eq!(market.books.offers[&offer(0)].settled_at, None);
    market.now += TimeDelta::seconds(901);
    market.decide(&[Ask::Expire { order: open }]);
    assert!(market.books.facts.contains(&Fact::Settled {
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
    assert!(market.books.facts.contains(&Fact::Settled {
        offer: offer(0),
        sold: 0,
        given_back: 4
    }));
    // A parcel that comes back after the settlement is told to catalogue.
    let advance = |to| Ask::Advance {
        order: sold,
        to,
        restock: false,
        by: id(9),
        reason: String::new(),
    };
    let answers = market.decide(&[advance(OrderState::Shipped), advance(OrderState::Returned)]);
    assert_eq!(answers, [Answer::Done, Answer::Done]);
    assert!(market.books.facts.contains(&Fact::UnitsReturned {
        offer: offer(0),
        order: sold,
        units: 2,
        restock: false
    }));
}

/// A step of a random market day.
#[derive(Debug, Clone)]
enum Step {
    Place {
        shopper: u128,
        key: u8,
        lines: Vec<(usize, i64)>,
        cod: bool,
    },
    Cancel {
        order: usize,
    },
    Pay {
        order: usize,
        amount: i64,
    },
    Expire {
        order: usize,
    },
    Advance {
        order: usize,
        to: OrderState,
    },
    Allot {
        offer: usize,
        units: i64,
    },
    Close {
        offer: usize,
    },
    Wait {
        seconds: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let lines = prop::collection::vec((0..3_usize, 1..4_i64), 1..4);
    let to = prop::sample::select(vec![
        OrderState::Packed,
        OrderState::Shipped,
        OrderState::Delivered,
        OrderState::Returned,
    ]);
    prop_oneof![
        8 => (0..6_u128, 0..6_u8, lines, any::<bool>()).prop_map(|(shopper, key, lines, cod)| Step::Place { shopper, key, lines, cod }),
        2 => (0..40_usize).prop_map(|order| Step::Cancel { order }),
        4 => (0..40_usize, prop_oneof![Just(100_000_i64), Just(200_000), Just(50_000)]).prop_map(|(order, amount)| Step::Pay { order, amount }),
        2 => (0..40_usize).prop_map(|order| Step::Expire { order }),
        2 => (0..40_usize, to).prop_map(|(order, to)| Step::Advance { order, to }),
        1 => (0..3_usize, 1..5_i64).prop_map(|(offer, units)| Step::Allot { offer, units }),
        1 => (0..3_usize).prop_map(|offer| Step::Close { offer }),
        1 => (1..500_i64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

fn asks(market: &mut Market, step: &Step) -> Option<Ask> {
    let orders: Vec<OrderId> = market.books.placed.iter().map(|(id, _, _)| *id).collect();
    let pick = |index: usize| orders.get(index % orders.len().max(1)).copied();
    Some(match step {
        Step::Place {
            shopper,
            key,
            lines,
            cod,
        } => {
            let method = if *cod {
                PaymentMethod::Cod
            } else {
                PaymentMethod::VietQr
            };
            market.place(*shopper, &key.to_string(), lines, method)
        }
        Step::Cancel { order } => Ask::Cancel {
            order: pick(*order)?,
            by: id(9),
            reason: String::new(),
        },
        Step::Expire { order } => Ask::Expire {
            order: pick(*order)?,
        },
        Step::Advance { order, to } => Ask::Advance {
            order: pick(*order)?,
            to: *to,
            restock: true,
            by: id(9),
            reason: String::new(),
        },
        Step::Pay { order, amount } => {
            let order = pick(*order)?;
            let payment = market.books.orders[&order].payments.first()?.id;
            market.next += 1;
            Ask::Pay {
                entry: id(market.next),
                payment,
                order,
                amount: Vnd::new(*amount),
            }
        }
        Step::Allot {
            offer: index,
            units,
        } => Ask::Allot {
            event: id(0),
            offer: offer(*index),
            session: session(),
            variant: id(6),
            units: *units,
        },
        Step::Close { offer: index } => Ask::Close {
            event: id(0),
            offer: offer(*index),
            session: session(),
        },
        Step::Wait { seconds } => {
            market.now += TimeDelta::seconds(*seconds);
            return None;
        }
    })
}

/// What must hold at any moment, computed from the orders alone.
fn check(market: &Market) {
    let mut awaiting: HashMap<OfferId, i64> = HashMap::new();
    let mut sold: HashMap<OfferId, i64> = HashMap::new();
    let mut taken: HashMap<(OfferId, AccountId), i64> = HashMap::new();
    for order in market.books.orders.values() {
        for line in &order.lines {
            let counter = match order.state {
                OrderState::AwaitingPayment => &mut awaiting,
                OrderState::Confirmed
                | OrderState::Packed
                | OrderState::Shipped
                | OrderState::Delivered => &mut sold,
                _ => continue,
            };
            *counter.entry(line.offer_id).or_default() += line.units;
            *taken.entry((line.offer_id, order.account_id)).or_default() += line.units;
        }
        let received: i64 = market
            .books
            .received
            .iter()
            .filter(|one| one.order == order.id)
            .map(|one| one.amount.get())
            .sum();
        let on_payments: i64 = order
            .payments
            .iter()
            .map(|payment| payment.received.get())
            .sum();
        assert_eq!(received, on_payments, "money of {}", order.id);
        if order.state == OrderState::Confirmed && order.method == PaymentMethod::VietQr {
            assert!(
                order
                    .payments
                    .iter()
                    .all(|payment| payment.received >= payment.due)
            );
        }
    }
    for (id, offer) in &market.books.offers {
        assert_eq!(
            offer.units.awaiting,
            awaiting.get(id).copied().unwrap_or_default()
        );
        assert_eq!(offer.units.sold, sold.get(id).copied().unwrap_or_default());
        if offer.settled_at.is_some() {
            assert_eq!(
                (offer.units.left, offer.units.held, offer.units.awaiting),
                (0, 0, 0)
            );
        }
        let limit = offer
            .terms
            .as_ref()
            .map_or(0, |terms| terms.limit_per_shopper);
        let most = taken
            .iter()
            .filter(|((taken_of, _), _)| taken_of == id)
            .map(|(_, units)| *units)
            .max()
            .unwrap_or_default();
        assert!(limit == 0 || most <= limit, "{most} of {limit}");
    }
    let keys: HashSet<_> = market.books.placed.iter().map(|(_, key, _)| key).collect();
    assert_eq!(keys.len(), market.books.placed.len(), "one key, one order");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_happens_every_unit_and_every_dong_is_accounted_for(
        stock in prop::collection::vec((1..12_i64, prop_oneof![Just(0_i64), Just(3)]), 3),
        batches in prop::collection::vec(prop::collection::vec(step(), 1..12), 1..12),
    ) {
        let mut market = Market::new(&stock);
        for batch in batches {
            let asks: Vec<Ask> = batch.iter().filter_map(|step| asks(&mut market, step)).collect();
            let answers = market.decide(&asks);
            prop_assert_eq!(answers.len(), asks.len());
            check(&market);
        }
    }

    #[test]
    fn one_batch_decides_as_many_batches_of_one_do(steps in prop::collection::vec(step(), 1..30)) {
        let (mut whole, mut single) = (Market::new(&[(9, 0), (4, 3), (2, 0)]), Market::new(&[(9, 0), (4, 3), (2, 0)]));
        // Only placing: what later steps refer to depends on what was placed before.
        let places = |market: &mut Market| -> Vec<Ask> {
            steps.iter().filter(|step| matches!(step, Step::Place { .. })).filter_map(|step| asks(market, step)).collect()
        };
        let (together, apart) = (places(&mut whole), places(&mut single));
        let one = whole.decide(&together);
        let many: Vec<Answer> = apart.iter().flat_map(|ask| single.decide(std::slice::from_ref(ask))).collect();
        let shape = |answers: &[Answer]| -> Vec<String> { answers.iter().map(|answer| format!("{answer:?}").split('(').next().unwrap_or_default().to_owned()).collect() };
        prop_assert_eq!(shape(&one), shape(&many));
        prop_assert_eq!(&whole.books.offers, &single.books.offers.iter().map(|(id, offer)| {
            // The version counts batches; everything else must be the same.
            let mut offer = offer.clone();
            offer.version = whole.books.offers[id].version;
            (*id, offer)
        }).collect::<BTreeMap<_, _>>());
    }
}

#[test]
fn an_event_brings_its_id() {
    let event: EventId = id(3);
    assert_eq!(
        Ask::EndSession {
            event,
            session: session()
        }
        .event(),
        Some(event)
    );
}
