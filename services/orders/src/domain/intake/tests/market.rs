//! A market under test: what the database keeps between batches, in memory.

use std::collections::{BTreeMap, HashMap};

use chassis::{
    id::{
        AccountId, BankEntryId, Id, OfferId, OrderId, OrganiserId, PaymentId, ProducerId,
        ProductId, SessionId, WaitId,
    },
    money::Vnd,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::{
    Amount, Answer, Ask, Books, Claim, Fact, Key, KnownKey, Place, Supply, Wishes, decide,
};
use crate::domain::{
    hold::{Hold, HoldState, Wait, WaitState},
    offer::{Offer, Terms},
    order::{Contact, Delivery, Order, OrderState, Payee, PaymentMethod},
    payment_code::PaymentCode,
    shipping::ShippingRule,
    vietqr::BankAccount,
};

/// Of one unit, đồng.
pub(crate) const PRICE: i64 = 100_000;

pub(crate) fn id<I: Id>(n: u128) -> I {
    I::from_uuid(Uuid::from_u128(n))
}

pub(crate) fn session() -> SessionId {
    id(1)
}

pub(crate) fn offer(index: usize) -> OfferId {
    id(100 + index as u128)
}

fn terms(limit: i64, payee: &str) -> Terms {
    Terms {
        organiser_id: id::<OrganiserId>(9),
        producer_id: id::<ProducerId>(8),
        product_id: id::<ProductId>(7),
        claim_code: "A05".into(),
        title: "Mật ong, chai 500 ml".into(),
        price: Vnd::new(PRICE),
        limit_per_shopper: limit,
        minimum_age: 0,
        cod_allowed: true,
        shipped: true,
        weight_grams: 750,
        shipping: ShippingRule {
            flat: Vnd::new(30_000),
            ..ShippingRule::default()
        },
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

#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub(crate) offers: BTreeMap<OfferId, Offer>,
    pub(crate) orders: BTreeMap<OrderId, Order>,
    pub(crate) keys: HashMap<Key, KnownKey>,
    /// Active ones.
    pub(crate) holds: BTreeMap<(OfferId, AccountId), Hold>,
    /// Who waits.
    pub(crate) waits: BTreeMap<WaitId, Wait>,
    /// In order of arrival.
    pub(crate) placed: Vec<OrderId>,
    /// Money that came in.
    pub(crate) received: HashMap<OrderId, i64>,
    /// Of the last batch.
    pub(crate) facts: Vec<Fact>,
    pub(crate) now: DateTime<Utc>,
    pub(super) asked: u128,
    payments: u128,
    ids: u128,
}

impl Market {
    /// Open offers, each with its units and its limit.
    pub(crate) fn new(offers: &[(i64, i64)]) -> Self {
        let mut market = Self {
            offers: BTreeMap::new(),
            orders: BTreeMap::new(),
            keys: HashMap::new(),
            holds: BTreeMap::new(),
            waits: BTreeMap::new(),
            placed: Vec::new(),
            received: HashMap::new(),
            facts: Vec::new(),
            now: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
            asked: 1_000,
            payments: 1_000_000,
            ids: 10_000_000,
        };
        for (index, &(units, limit)) in offers.iter().enumerate() {
            let payee = if index % 2 == 0 { "prd_a" } else { "prd_b" };
            market.decide(&[
                allot(index, units),
                Ask::Open {
                    event: id(0),
                    offer: offer(index),
                    session: session(),
                    variant: id(6),
                    terms: Box::new(terms(limit, payee)),
                },
            ]);
        }
        market
    }

    pub(crate) fn decide(&mut self, asks: &[Ask]) -> Vec<Answer> {
        self.batch(asks).0
    }

    /// Decides a batch on what the store would load for it, and keeps what it would write.
    pub(crate) fn batch(&mut self, asks: &[Ask]) -> (Vec<Answer>, Books) {
        let mut books = self.load(asks);
        let payments = &mut self.payments;
        let mut payment = || {
            *payments += 1;
            let code = PaymentCode::from_seq(u64::try_from(*payments).unwrap()).unwrap();
            (id::<PaymentId>(*payments), code)
        };
        let ids = &mut self.ids;
        let mut fresh = || {
            *ids += 1;
            Uuid::from_u128(*ids)
        };
        let mut supply = Supply {
            payment: &mut payment,
            id: &mut fresh,
        };
        let answers = decide(&mut books, self.now, asks, &mut supply);
        assert_eq!(answers.len(), asks.len());
        for (offer, change) in books.changed_offers() {
            assert!(offer.units.conserved(), "{:?}", offer.units);
            let before = self.offers.get(&offer.id).map(|offer| offer.units);
            assert_eq!(change, offer.units.since(&before.unwrap_or_default()));
        }
        self.offers.extend(books.offers.clone());
        self.orders.extend(books.orders.clone());
        for hold in books.holds_changed.values() {
            let key = (hold.offer_id, hold.account_id);
            if hold.state == HoldState::Active {
                self.holds.insert(key, hold.clone());
            } else if self.holds.get(&key).is_none_or(|known| known.id == hold.id) {
                self.holds.remove(&key);
            }
        }
        for wait in books.waits.changed() {
            if wait.state == WaitState::Waiting {
                self.waits.insert(wait.id, wait.clone());
            } else {
                self.waits.remove(&wait.id);
            }
        }
        let closed = books.waits.closed();
        self.waits
            .retain(|_, wait| !closed.contains(&wait.offer_id));
        self.keys.extend(books.keys.clone());
        self.placed
            .extend(books.placed.iter().map(|(id, _, _)| *id));
        for one in &books.received {
            *self.received.entry(one.order).or_default() += one.amount.get();
        }
        self.facts.clone_from(&books.facts);
        (answers, books)
    }

    fn load(&self, asks: &[Ask]) -> Books {
        let mut books = Books {
            holds: self.holds.clone(),
            ..Books::default()
        };
        for wait in self.waits.values() {
            books.waits.load(wait.clone());
        }
        let order = |books: &mut Books, id: &OrderId| {
            let found = self.orders.get(id).cloned();
            books.orders.extend(found.map(|order| (*id, order)));
        };
        let offer = |books: &mut Books, id: &OfferId| {
            let found = self.offers.get(id).cloned();
            books.offers.extend(found.map(|offer| (*id, offer)));
        };
        for ask in asks {
            match ask {
                Ask::Place(place) => {
                    let key = (place.session, place.account, place.key.clone());
                    if let Some(known) = self.keys.get(&key) {
                        order(&mut books, &known.order);
                        books.keys.insert(key, *known);
                    }
                    for id in place.lines.keys() {
                        offer(&mut books, id);
                        let taken = self.taken(*id, place.account);
                        books.taken.insert((*id, place.account), taken);
                    }
                }
                Ask::Allot { offer: id, .. }
                | Ask::Open { offer: id, .. }
                | Ask::Close { offer: id, .. }
                | Ask::Extend { offer: id, .. }
                | Ask::Lapse { offer: id, .. }
                | Ask::ServeLine { offer: id } => offer(&mut books, id),
                Ask::Claim(claim) => {
                    books.offers.extend(self.offers.clone());
                    for id in self.offers.keys() {
                        let taken = self.taken(*id, claim.account);
                        books.taken.insert((*id, claim.account), taken);
                    }
                }
                Ask::Merge(merge) => {
                    books.offers.extend(self.offers.clone());
                    for id in self.offers.keys() {
                        let taken = self.taken(*id, merge.into);
                        books.taken.insert((*id, merge.into), taken);
                    }
                }
                Ask::EndSession { .. } => books.offers.extend(self.offers.clone()),
                Ask::Cancel { order: id, .. }
                | Ask::Advance { order: id, .. }
                | Ask::Expire { order: id }
                | Ask::Pay { order: id, .. } => {
                    order(&mut books, id);
                    for line in self.orders.get(id).into_iter().flat_map(|one| &one.lines) {
                        offer(&mut books, &line.offer_id);
                    }
                }
            }
        }
        books
    }

    /// Units of an offer that a shopper has.
    pub(crate) fn taken(&self, offer: OfferId, account: AccountId) -> i64 {
        let orders = self.orders.values();
        let theirs = orders.filter(|order| order.account_id == account && counts(order.state));
        let lines = theirs.flat_map(|order| &order.lines);
        let of_it = lines.filter(|line| line.offer_id == offer);
        of_it.map(|line| line.units).sum()
    }

    /// A request of a shopper who has never asked before; the screen shows the right total.
    pub(crate) fn place(
        &mut self,
        shopper: u128,
        key: &str,
        lines: &[(usize, i64)],
        method: PaymentMethod,
    ) -> Ask {
        self.asked += 1;
        let mut all: BTreeMap<OfferId, i64> = BTreeMap::new();
        for &(index, units) in lines {
            *all.entry(offer(index)).or_default() += units;
        }
        let goods = all.values().sum::<i64>() * PRICE;
        let cod = i64::from(method == PaymentMethod::Cod);
        let content = |content: i64, (id, units): (&OfferId, &i64)| {
            let index = i64::try_from(id.uuid().as_u128()).unwrap();
            content.wrapping_mul(1_000_003) + index * 1_000 + units
        };
        Ask::Place(Box::new(Place {
            id: id::<OrderId>(self.asked),
            session: session(),
            account: id::<AccountId>(shopper),
            key: key.into(),
            fingerprint: all.iter().fold(cod, content),
            lines: all,
            expected_total: Vnd::new(goods),
            method,
            contact: Contact {
                name: "Nguyễn Thị Lan".into(),
                phone: "+84912345678".into(),
            },
            delivery: Delivery::Pickup,
            of_age: false,
            by: None,
        }))
    }

    /// A shopper's claim of some offers, by a comment.
    pub(crate) fn claim(shopper: u128, wishes: &[(usize, Amount)]) -> Ask {
        let wishes = wishes
            .iter()
            .map(|(index, amount)| (offer(*index), *amount));
        Ask::Claim(Box::new(Claim {
            once: None,
            session: session(),
            account: id(shopper),
            shopper_name: "Lan".into(),
            by: None,
            wishes: Wishes::Of(wishes.collect()),
        }))
    }

    pub(crate) fn payment(&self, order: OrderId) -> (PaymentId, Vnd) {
        let payment = &self.orders[&order].payments[0];
        (payment.id, payment.due)
    }

    pub(crate) fn pay(&mut self, order: OrderId, amount: Vnd) -> Answer {
        self.asked += 1;
        let (payment, _) = self.payment(order);
        self.decide(&[Ask::Pay {
            entry: id::<BankEntryId>(self.asked),
            payment,
            order,
            amount,
        }])
        .remove(0)
    }
}

/// Does an order in this state still have its units?
pub(crate) fn counts(state: OrderState) -> bool {
    !matches!(
        state,
        OrderState::Cancelled | OrderState::Expired | OrderState::Returned
    )
}

pub(crate) fn allot(index: usize, units: i64) -> Ask {
    Ask::Allot {
        event: id(0),
        offer: offer(index),
        session: session(),
        variant: id(6),
        units,
    }
}
