//! The gate before a database in memory: whatever happens, the asker is told what the database would have said.

use std::collections::{HashMap, HashSet, VecDeque};

use chassis::{
    Refusal,
    id::{AccountId, OfferId},
};
use proptest::prelude::*;
use proto::contract::shard_of;
use tokio::time::{Duration, Instant};

use super::{
    super::{Gate, LOOK_AGAIN, Wanted},
    buyers, gate_of,
};
use crate::{
    domain::intake::{
        Answer, Ask, Place, PlaceRefused,
        tests::{
            day::{Step, claim, holds, other, place, stock},
            market::{Market, session},
        },
    },
    error::Error,
};

/// Many more shoppers than units, and most of them come again.
const SHOPPERS: u128 = 30;
const UNITS: i64 = 4;

#[derive(Debug, Clone)]
enum Event {
    /// A request comes.
    Ask(Step),
    /// The batcher decides what waits, up to so many.
    Batch(usize),
    /// The same, but the answer of the commit is lost: it is tried again, or its time is up.
    LostAnswer { batch: usize, again: bool },
    /// What waits goes away undecided, up to so many.
    TooLate(usize),
    /// The database reads the buyers that are wanted longest.
    Read,
    /// What it read arrives.
    Arrive,
    /// Another instance does something.
    Elsewhere(Step),
    /// Another instance owns the shard for a while, and sells.
    HandOver(Vec<Step>),
    /// Time passes.
    Wait(u64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        30 => place(SHOPPERS).prop_map(Event::Ask),
        6 => other().prop_map(Event::Ask),
        3 => claim(SHOPPERS).prop_map(Event::Ask),
        10 => (1..6_usize).prop_map(Event::Batch),
        2 => (1..6_usize, any::<bool>()).prop_map(|(batch, again)| Event::LostAnswer { batch, again }),
        1 => (1..3_usize).prop_map(Event::TooLate),
        6 => Just(Event::Read),
        6 => Just(Event::Arrive),
        2 => other().prop_map(Event::Elsewhere),
        3 => claim(SHOPPERS).prop_map(Event::Elsewhere),
        1 => prop::collection::vec(place(SHOPPERS), 0..4).prop_map(Event::HandOver),
        3 => (1..400_u64).prop_map(Event::Wait),
    ];
    prop::collection::vec(event, 1..80)
}

struct Model {
    gate: Gate,
    market: Market,
    now: Instant,
    queue: VecDeque<Ask>,
    /// Buyers that are wanted; with who they are, once the database has read them.
    wanted: VecDeque<(Wanted, Option<HashSet<AccountId>>)>,
    /// When an offer was last changed unseen, or somebody was last let through to it.
    looked: HashMap<OfferId, Instant>,
    /// Offers that were changed unseen, and when, until a batch had them that must have asked for their buyers.
    unseen: HashMap<OfferId, Instant>,
    turned_away: u64,
}

impl Model {
    fn new(stock: &[(i64, i64)]) -> Self {
        Self {
            gate: gate_of(shard_of(&session().to_string())),
            market: Market::new(stock),
            now: Instant::now(),
            queue: VecDeque::new(),
            wanted: VecDeque::new(),
            looked: HashMap::new(),
            unseen: HashMap::new(),
            turned_away: 0,
        }
    }

    fn happen(&mut self, event: &Event, batches: &mut u64) {
        match event {
            Event::Ask(step) => {
                if let Some(ask) = self.market.ask(step) {
                    self.ask(&ask);
                }
            }
            Event::Batch(most) => {
                let asks = self.take(*most);
                self.batch(&asks);
                *batches += 1;
            }
            Event::LostAnswer { batch, again } => {
                let asks = self.take(*batch);
                self.unseen(&asks);
                if *again {
                    self.batch(&asks);
                } else {
                    self.gate.dismiss(&asks, true);
                }
                *batches += 1;
            }
            Event::TooLate(most) => {
                let asks = self.take(*most);
                self.gate.dismiss(&asks, false);
            }
            Event::Read => {
                if let Some((_, read)) = self.wanted.iter_mut().find(|(_, read)| read.is_none()) {
                    *read = Some(buyers(&self.market));
                }
            }
            Event::Arrive => {
                if let Some((wanted, Some(read))) =
                    self.wanted.pop_front_if(|(_, read)| read.is_some())
                {
                    self.gate.know(wanted, read);
                }
            }
            Event::Elsewhere(step) => self.elsewhere(step),
            Event::HandOver(steps) => {
                self.gate.end_term();
                for step in steps {
                    self.elsewhere(step);
                }
                self.gate.begin_term();
            }
            Event::Wait(ms) => self.now += Duration::from_millis(*ms),
        }
    }

    fn take(&mut self, most: usize) -> Vec<Ask> {
        let count = most.min(self.queue.len());
        self.queue.drain(..count).collect()
    }

    fn batch(&mut self, asks: &[Ask]) -> Vec<Answer> {
        let term = self.gate.term();
        let (answers, books) = self.market.batch(asks);
        if self.wanted.is_empty() {
            self.unseen.retain(|offer, changed| {
                !books.offers.contains_key(offer) || self.now < *changed + LOOK_AGAIN
            });
        }
        let wanted = self.gate.learn(self.now, term, &books, asks);
        self.wanted
            .extend(wanted.into_iter().map(|wanted| (wanted, None)));
        answers
    }

    fn elsewhere(&mut self, step: &Step) {
        if let Some(ask) = self.market.ask(step) {
            self.unseen(&[ask]);
        }
    }

    /// The database decides, and the gate does not hear of it.
    fn unseen(&mut self, asks: &[Ask]) {
        let (_, books) = self.market.batch(asks);
        for (offer, _) in books.changed_offers() {
            self.looked.insert(offer.id, self.now);
            self.unseen.insert(offer.id, self.now);
        }
    }

    fn ask(&mut self, ask: &Ask) {
        let mut turned_away = None;
        let through = self.gate.admit(self.now, vec![ask.clone()], |_, offer| {
            turned_away = Some(offer);
        });
        let Ask::Place(place) = ask else {
            assert_eq!(through.len(), 1, "only orders are turned away");
            return self.queue.extend(through);
        };
        if let Some(offer) = turned_away {
            assert_eq!(through.len(), 0);
            self.turned_away += 1;
            self.check(place, ask, offer);
        } else {
            let looks = place.lines.keys().map(|offer| (*offer, self.now));
            self.looked.extend(looks);
            self.queue.extend(through);
        }
    }

    /// One who was turned away is owed nothing, and was told what the database says: or, for a moment, what it said
    /// before it was changed unseen.
    fn check(&self, place: &Place, ask: &Ask, offer: OfferId) {
        let theirs = |account: &AccountId| *account == place.account;
        let mut orders = self.market.orders.values();
        assert!(!orders.any(|order| theirs(&order.account_id)), "a buyer");
        let mut keys = self.market.keys.keys();
        assert!(!keys.any(|(_, account, _)| theirs(account)), "a known key");
        let mut waiting = self.queue.iter();
        assert!(
            !waiting.any(|ask| matches!(ask, Ask::Place(place) if theirs(&place.account))),
            "a repeat"
        );
        let told = PlaceRefused::SoldOut { offer, left: 0 };
        let database = self.market.clone().decide(std::slice::from_ref(ask));
        let Answer::PlaceRefused(database) = &database[0] else {
            return self.check_stale(place.account, offer);
        };
        if words(database) != words(&told) {
            self.check_stale(place.account, offer);
        }
    }

    fn check_stale(&self, account: AccountId, offer: OfferId) {
        let hold = self.market.holds.get(&(offer, account));
        let holds = hold.is_some_and(|hold| !hold.is_over(self.market.now));
        assert!(!holds || self.unseen.contains_key(&offer), "a holder");
        let looked = self.looked.get(&offer).copied();
        let lately = looked.is_some_and(|looked| self.now < looked + LOOK_AGAIN);
        let waits = self
            .queue
            .iter()
            .any(|ask| matches!(ask, Ask::Place(place) if place.lines.contains_key(&offer)));
        assert!(lately || waits, "{offer} came back, and nobody looked");
    }
}

/// What the asker reads.
fn words(refused: &PlaceRefused) -> Refusal {
    Error::Place(refused.clone()).into()
}

type Day = (Vec<(i64, i64)>, Vec<Event>);

fn never_wrong((stock, events): Day, batches: &mut u64) -> Result<(), TestCaseError> {
    let mut model = Model::new(&stock);
    for event in &events {
        model.happen(event, batches);
    }
    let rest = model.take(usize::MAX);
    model.batch(&rest);
    let state = model.gate.state();
    prop_assert!(state.under_way.is_empty(), "{:?}", state.under_way);
    Ok(())
}

/// Messages, each decided at once; what the gate knows of buyers comes late.
type Messages = (Vec<(i64, i64)>, Vec<(Vec<Step>, bool)>);

fn messages() -> impl Strategy<Value = Messages> {
    let places = prop::collection::vec(place(SHOPPERS), 1..6);
    let message = prop_oneof![3 => places, 2 => other().prop_map(|step| vec![step])];
    (
        stock(UNITS),
        prop::collection::vec((message, any::<bool>()), 1..40),
    )
}

/// The same day with and without the gate: every asker gets the same answer, every unit is in the same place.
fn no_difference((stock, messages): Messages, batches: &mut u64) -> Result<(), TestCaseError> {
    let mut gated = Model::new(&stock);
    let mut plain = gated.market.clone();
    for (steps, arrive) in messages {
        let asks: Vec<Ask> = steps
            .iter()
            .filter_map(|step| gated.market.ask(step))
            .collect();
        plain.now = gated.market.now;
        let expected = plain.decide(&asks);
        let mut answers: Vec<Option<Answer>> = vec![None; asks.len()];
        let through = gated.gate.admit(gated.now, asks, |at, offer| {
            let refused = PlaceRefused::SoldOut { offer, left: 0 };
            answers[at] = Some(Answer::PlaceRefused(refused));
        });
        let mut decided = gated.batch(&through).into_iter();
        for (answer, expected) in answers.into_iter().zip(&expected) {
            let answer = answer.or_else(|| decided.next()).unwrap();
            if let (Answer::PlaceRefused(answer), Answer::PlaceRefused(expected)) =
                (&answer, expected)
            {
                prop_assert_eq!(words(answer), words(expected));
            } else {
                prop_assert_eq!(&answer, expected);
            }
        }
        let units = |market: &Market| -> Vec<_> {
            market.offers.values().map(|offer| offer.units).collect()
        };
        prop_assert_eq!(units(&gated.market), units(&plain));
        prop_assert_eq!(&gated.market.orders, &plain.orders);
        if arrive {
            gated.happen(&Event::Read, batches);
            gated.happen(&Event::Arrive, batches);
        }
        *batches += 1;
    }
    Ok(())
}

#[test]
fn nobody_is_turned_away_who_is_owed_another_answer() {
    holds("gate", 512, &(stock(UNITS), events()), never_wrong);
}

#[test]
fn the_gate_makes_no_difference() {
    holds("gate and none", 256, &messages(), no_difference);
}

#[test]
#[ignore = "long; `make intake-batches` runs it in release"]
fn a_hundred_thousand_batches() {
    let batches = holds("gate", 20_000, &(stock(UNITS), events()), never_wrong)
        + holds("gate and none", 10_000, &messages(), no_difference);
    assert!(batches >= 100_000, "{batches} batches");
}

/// A property of a gate that never turns anybody away would say nothing.
#[test]
fn random_days_do_turn_people_away() {
    let turned_away = std::cell::Cell::new(0);
    holds(
        "gate",
        256,
        &(stock(UNITS), events()),
        |(stock, events), batches| {
            let mut model = Model::new(&stock);
            for event in &events {
                model.happen(event, batches);
            }
            turned_away.set(turned_away.get() + model.turned_away);
            Ok(())
        },
    );
    assert!(turned_away.get() > 64, "{}", turned_away.get());
}
