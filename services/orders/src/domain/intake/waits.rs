//! The part of the waitlists that a batch has loaded.

use std::collections::{BTreeMap, BTreeSet};

use chassis::id::{AccountId, OfferId, WaitId};

use crate::domain::hold::{Wait, WaitState};

/// Places in line: of everybody whom the batch is about, and the first of each offer.
#[derive(Debug, Default)]
pub struct Waits {
    waiting: BTreeMap<(OfferId, AccountId), Wait>,
    line: BTreeMap<(OfferId, i64), AccountId>,
    /// Up to which place the whole line is loaded; not there: all of it.
    loaded_to: BTreeMap<OfferId, i64>,
    changed: BTreeMap<WaitId, Wait>,
    closed: BTreeSet<OfferId>,
}

impl Waits {
    /// A place as the database has it.
    pub fn load(&mut self, wait: Wait) {
        self.line
            .insert((wait.offer_id, wait.place), wait.account_id);
        self.waiting.insert((wait.offer_id, wait.account_id), wait);
    }

    /// The line of an offer goes on behind this place, unloaded.
    pub fn goes_on_after(&mut self, offer: OfferId, place: i64) {
        self.loaded_to.insert(offer, place);
    }

    /// What was changed, to be written.
    pub fn changed(&self) -> impl Iterator<Item = &Wait> {
        self.changed.values()
    }

    /// Offers whose whole line was closed, loaded or not.
    #[must_use]
    pub fn closed(&self) -> &BTreeSet<OfferId> {
        &self.closed
    }

    /// A shopper's place, if they wait.
    #[must_use]
    pub fn of(&self, key: (OfferId, AccountId)) -> Option<&Wait> {
        self.waiting.get(&key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &(OfferId, AccountId)> {
        self.waiting.keys()
    }

    /// Takes a place out, to be changed and [kept](Self::keep).
    pub(super) fn take(&mut self, key: (OfferId, AccountId)) -> Option<Wait> {
        let wait = self.waiting.remove(&key)?;
        self.line.remove(&(wait.offer_id, wait.place));
        Some(wait)
    }

    /// Takes out who is first in line; none when the first ones are not loaded.
    pub(super) fn first(&mut self, offer: OfferId) -> Option<Wait> {
        let (&(_, place), &account) = self
            .line
            .range((offer, i64::MIN)..=(offer, i64::MAX))
            .next()?;
        let end = self.loaded_to.get(&offer).copied().unwrap_or(i64::MAX);
        if place > end {
            return None;
        }
        self.take((offer, account))
    }

    /// Keeps a place as it is now.
    pub(super) fn keep(&mut self, wait: Wait) {
        self.changed.insert(wait.id, wait.clone());
        if wait.state == WaitState::Waiting {
            self.load(wait);
        }
    }

    /// Nobody waits for the offer any more.
    pub(super) fn close(&mut self, offer: OfferId) {
        self.closed.insert(offer);
        self.waiting.retain(|(of, _), _| *of != offer);
        self.line.retain(|(of, _), _| *of != offer);
        for wait in self.changed.values_mut() {
            if wait.offer_id == offer && wait.state == WaitState::Waiting {
                wait.state = WaitState::Closed;
            }
        }
    }
}
