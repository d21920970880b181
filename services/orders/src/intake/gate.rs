//! The losers' gate: *sold out* is answered from memory, before the queue and without the database.
//!
//! Once an offer is gone, everybody who still wants it would cost a row lock to be told the same. The gate turns them
//! away, but never one who could be owed another answer: whoever has an order or a hold in the session, or a request under way,
//! goes to the database, so that a repeated key always finds its order.
//!
//! It learns from every batch of this instance's batcher. Other instances move units too (they cancel, expire, allot,
//! hold): every [`LOOK_AGAIN`] it lets one asker through to see. If the offer has another version than this instance
//! left it with, somebody may hold it whom the gate has not met: the buyers are asked for anew. It only knows anything
//! while this instance owns the shard. Its memory: who ordered in sessions with a gone offer, at most [`MOST`]
//! accounts; and one entry a request under way, of which the queue allows so many.

mod find;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chassis::id::{AccountId, OfferId, SessionId};
use proto::contract::shard_of;
use tokio::time::Instant;

pub(super) use self::find::find_buyers;
use crate::domain::{
    intake::{Ask, Books, Place},
    offer::Offer,
};

/// How long units that another instance gave back may stay unseen.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Accounts that a shard's gate remembers: 20 MB. Beyond, its largest session goes to the database ungated.
const MOST: usize = 500_000;

/// The gate of one shard.
#[derive(Debug)]
pub(super) struct Gate {
    shard: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Set while this instance owns the shard; another one each time.
    term: Option<Term>,
    /// Sessions of which an offer was gone.
    rooms: HashMap<SessionId, Room>,
    /// Requests let through and not answered yet.
    under_way: HashMap<(SessionId, AccountId), u32>,
    numbers: u64,
}

/// One ownership of the shard; what was seen in another is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Term(u64);

/// A session whose buyers have to be asked of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Whose.
    pub(super) session: SessionId,
    number: u64,
}

#[derive(Debug)]
struct Room {
    /// Open offers without units, and when one asker is let through to look again.
    gone: HashMap<OfferId, Instant>,
    /// Offers whose holds were asked for, with the version up to which nobody else has changed them since.
    followed: HashMap<OfferId, i64>,
    buyers: Buyers,
    /// When they were asked for.
    asked_at: Option<Instant>,
}

/// Who has an order or a hold in the session, whatever became of it.
#[derive(Debug)]
enum Buyers {
    /// The database was asked; meanwhile those that batches brought. Nobody is turned away yet.
    Asked {
        number: u64,
        met: HashSet<AccountId>,
    },
    /// All of them.
    Known(HashSet<AccountId>),
    /// More than can be remembered: nobody is turned away.
    TooMany,
}

impl Gate {
    pub(super) fn of(shard: u32) -> Self {
        Self {
            shard,
            state: Mutex::default(),
        }
    }

    /// This instance owns the shard now. Nothing is known yet.
    pub(super) fn begin_term(&self) {
        let mut state = self.state();
        let number = state.number();
        state.term = Some(Term(number));
        state.rooms.clear();
    }

    /// It does no longer.
    pub(super) fn end_term(&self) {
        let mut state = self.state();
        state.term = None;
        state.rooms.clear();
    }

    /// To be asked before a batch begins.
    pub(super) fn term(&self) -> Option<Term> {
        self.state().term
    }

    /// Returns the requests that may go on; each other is told by its position, with the offer that is gone.
    pub(super) fn admit(
        &self,
        now: Instant,
        asks: Vec<Ask>,
        mut turned_away: impl FnMut(usize, OfferId),
    ) -> Vec<Ask> {
        let mut state = self.state();
        let admit = |(at, ask): (usize, Ask)| {
            if let Ask::Place(place) = &ask
                && let Some(offer) = state.turns_away(now, place)
            {
                turned_away(at, offer);
                return None;
            }
            Some(ask)
        };
        asks.into_iter().enumerate().filter_map(admit).collect()
    }

    /// A batch that began in `term` is committed. Returns the sessions whose buyers must be found out.
    pub(super) fn learn(
        &self,
        now: Instant,
        term: Option<Term>,
        books: &Books,
        asks: &[Ask],
    ) -> Vec<Wanted> {
        let mut state = self.state();
        state.release(asks);
        if term.is_none() || state.term != term {
            return Vec::new();
        }
        // An order can name offers of a session that another shard decides: their room is in that shard's gate.
        let elsewhere = |offer: &Offer| {
            offer.is_gone() && shard_of(&offer.session_id.to_string()) != self.shard
        };
        let wanted = books
            .offers
            .values()
            .filter(|offer| !elsewhere(offer))
            .filter_map(|offer| state.see(now, offer, books.version_before(offer)))
            .collect();
        // Known keys too: they may be of a batch whose answer was lost.
        for (session, account, _) in books.keys.keys() {
            state.meet(*session, *account);
        }
        // Whoever holds something can still order it.
        for hold in books.holds_changed.values() {
            state.meet(hold.session_id, hold.account_id);
        }
        state.stay_small();
        wanted
    }

    /// Requests that will not be decided. If they were `begun`, nobody knows what the database did with them: then
    /// their askers count as buyers.
    pub(super) fn dismiss(&self, asks: &[Ask], begun: bool) {
        if asks.is_empty() {
            return;
        }
        let mut state = self.state();
        state.release(asks);
        for place in places(asks).filter(|_| begun) {
            state.meet(place.session, place.account);
        }
    }

    /// Is somebody still waiting for the session's buyers?
    pub(super) fn wants(&self, wanted: Wanted) -> bool {
        self.state().asked(wanted).is_some()
    }

    /// The buyers of a session as the database had them at some moment after they were wanted.
    pub(super) fn know(&self, wanted: Wanted, mut buyers: HashSet<AccountId>) {
        let mut state = self.state();
        let Some(room) = state.asked(wanted) else {
            return;
        };
        if let Buyers::Asked { met, .. } = &mut room.buyers {
            buyers.extend(met.drain());
            room.buyers = Buyers::Known(buyers);
        }
        state.stay_small();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// The offer that is gone; or the request is under way from now on.
    fn turns_away(&mut self, now: Instant, place: &Place) -> Option<OfferId> {
        let who = (place.session, place.account);
        // The desk may ask any instance, and again another: who bought there is not known here.
        if place.by.is_none()
            && let Some(room) = self.rooms.get_mut(&place.session)
            && !self.under_way.contains_key(&who)
            && let Some(offer) = room.turns_away(now, place)
        {
            return Some(offer);
        }
        *self.under_way.entry(who).or_default() += 1;
        None
    }

    fn release(&mut self, asks: &[Ask]) {
        for place in places(asks) {
            let who = (place.session, place.account);
            if let Some(requests) = self.under_way.get_mut(&who) {
                *requests -= 1;
                if *requests == 0 {
                    self.under_way.remove(&who);
                }
            }
        }
    }

    /// An offer as a batch left it, and its version before.
    fn see(&mut self, now: Instant, offer: &Offer, before: i64) -> Option<Wanted> {
        let session = offer.session_id;
        if offer.is_gone() {
            let number = self.number();
            let room = self.rooms.entry(session).or_insert_with(Room::new);
            room.gone.insert(offer.id, now + LOOK_AGAIN);
            let anew = !room.follow(offer, before) && room.ask_anew(now, offer, number);
            return anew.then_some(Wanted { session, number });
        }
        if let Some(room) = self.rooms.get_mut(&session) {
            room.gone.remove(&offer.id);
            room.follow(offer, before);
            // Otherwise the units came back, and may be gone again soon.
            if room.gone.is_empty() && offer.closed_at.is_some() {
                self.rooms.remove(&session);
            }
        }
        None
    }

    fn meet(&mut self, session: SessionId, account: AccountId) {
        match self.rooms.get_mut(&session).map(|room| &mut room.buyers) {
            Some(Buyers::Asked { met: buyers, .. } | Buyers::Known(buyers)) => {
                buyers.insert(account);
            }
            Some(Buyers::TooMany) | None => {}
        }
    }

    fn asked(&mut self, wanted: Wanted) -> Option<&mut Room> {
        self.rooms.get_mut(&wanted.session).filter(
            |room| matches!(room.buyers, Buyers::Asked { number, .. } if number == wanted.number),
        )
    }

    fn stay_small(&mut self) {
        while self.rooms.values().map(Room::size).sum::<usize>() > MOST {
            let largest = self.rooms.values_mut().max_by_key(|room| room.size());
            let Some(room) = largest else { return };
            room.buyers = Buyers::TooMany;
        }
    }
}

impl Room {
    fn new() -> Self {
        Self {
            gone: HashMap::new(),
            followed: HashMap::new(),
            buyers: Buyers::Known(HashSet::new()),
            asked_at: None,
        }
    }

    /// Has nobody changed it since the last batch here? Then the gate has met whoever holds it.
    fn follow(&mut self, offer: &Offer, before: i64) -> bool {
        self.followed
            .get_mut(&offer.id)
            .filter(|version| **version == before)
            .map(|version| *version = offer.version)
            .is_some()
    }

    /// Nobody is turned away until the database was asked; false if it is not worth it. Another instance may change an
    /// offer again and again: for one that was followed before, at most one question every [`LOOK_AGAIN`].
    fn ask_anew(&mut self, now: Instant, offer: &Offer, number: u64) -> bool {
        let asked = matches!(self.buyers, Buyers::Asked { .. });
        let lately = self.asked_at.is_some_and(|at| now < at + LOOK_AGAIN);
        if self.followed.contains_key(&offer.id) && (asked || lately) {
            // Its version still tells of it at the next look.
            return false;
        }
        self.followed.insert(offer.id, offer.version);
        self.asked_at = Some(now);
        match std::mem::replace(&mut self.buyers, Buyers::TooMany) {
            Buyers::Known(met) | Buyers::Asked { met, .. } => {
                self.buyers = Buyers::Asked { number, met };
                true
            }
            Buyers::TooMany => false,
        }
    }

    fn turns_away(&mut self, now: Instant, place: &Place) -> Option<OfferId> {
        let Buyers::Known(buyers) = &self.buyers else {
            return None;
        };
        let offer = *place.lines.keys().find(|id| self.gone.contains_key(id))?;
        if buyers.contains(&place.account) {
            return None;
        }
        let look = self.gone.get_mut(&offer)?;
        if *look <= now {
            *look = now + LOOK_AGAIN;
            return None;
        }
        Some(offer)
    }

    fn size(&self) -> usize {
        match &self.buyers {
            Buyers::Asked { met: buyers, .. } | Buyers::Known(buyers) => buyers.len(),
            Buyers::TooMany => 0,
        }
    }
}

fn places(asks: &[Ask]) -> impl Iterator<Item = &Place> {
    asks.iter().filter_map(|ask| match ask {
        Ask::Place(place) => Some(&**place),
        _ => None,
    })
}
