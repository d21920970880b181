//! One audience on this gateway: its log, and the viewers that are woken when there is news.
//!
//! Viewers are woken at once when the room is quiet. While it is not, they are woken in groups that take turns, so that
//! each is written to about as often as all can be: what gathers meanwhile leaves in one write, nobody waits for the
//! whole room to be written to, and the machine has no peaks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
    task::Waker,
    time::{Duration, Instant},
};

use chassis::id::OrganiserId;
use futures_util::task::AtomicWaker;

use super::{reader::lock, room::Room, snapshot};

/// What waking a viewer and writing to it may cost: some three times what it does, as others need the machine too.
const A_VIEWER: Duration = Duration::from_micros(16);
/// In a room of more than so many the others count twice: nobody sees whether news is 80 or 120 ms old, and writing
/// to thousands less often leaves more of the machine to those who order.
const CROWD: u32 = 2_000;
/// No viewer of any room waits longer.
const LONGEST: Duration = Duration::from_millis(120);
/// Groups of a room's viewers.
const GROUPS: usize = 8;

/// An audience's log and viewers.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) room: Mutex<Room>,
    bell: Mutex<Bell>,
    /// Whose session it is, once a snapshot has told.
    pub(super) organiser: OnceLock<OrganiserId>,
    pub(super) snapshot: Mutex<Option<snapshot::Asking>>,
}

#[derive(Debug, Default)]
struct Bell {
    groups: [HashMap<u64, Arc<AtomicWaker>>; GROUPS],
    next_seat: u64,
    /// The group that is woken next.
    turn: usize,
    /// Groups that are due to be woken, from that one on.
    waiting: usize,
    /// When the next group may be; long ago in a quiet room.
    next: Option<Instant>,
}

impl Channel {
    pub(super) fn new(room: Room) -> Self {
        Self {
            room: Mutex::new(room),
            bell: Mutex::default(),
            organiser: OnceLock::new(),
            snapshot: Mutex::new(None),
        }
    }

    /// Wakes this viewer too from now on; returns the number to [`Channel::leave`] with.
    pub(super) fn join(&self, waker: Arc<AtomicWaker>) -> u64 {
        let mut bell = lock(&self.bell);
        bell.next_seat += 1;
        let seat = bell.next_seat;
        bell.group(seat).insert(seat, waker);
        seat
    }

    /// Wakes this viewer no more.
    pub(super) fn leave(&self, seat: u64) {
        lock(&self.bell).group(seat).remove(&seat);
    }

    /// There is news: true when the caller has to see to it that the bell is rung.
    pub(super) fn has_news(&self) -> bool {
        let mut bell = lock(&self.bell);
        if bell.groups.iter().all(HashMap::is_empty) {
            return false;
        }
        // Somebody has promised to ring while any group waits.
        std::mem::replace(&mut bell.waiting, GROUPS) == 0
    }

    /// Wakes the groups that it is time for; says when the next is, if any still waits.
    pub(super) fn ring(&self, now: Instant) -> Result<(), Instant> {
        let mut woken = Vec::new();
        let rung = lock(&self.bell).ring(now, &mut woken);
        // Outside of the lock: whom a waker wakes may leave at once.
        woken.into_iter().for_each(Waker::wake);
        rung
    }

    /// Wakes everybody now.
    pub(super) fn wake_all(&self) {
        let bell = lock(&self.bell);
        let all = bell.groups.iter().flat_map(HashMap::values);
        let woken: Vec<Waker> = all.filter_map(|viewer| viewer.take()).collect();
        drop(bell);
        woken.into_iter().for_each(Waker::wake);
    }
}

impl Bell {
    fn group(&mut self, seat: u64) -> &mut HashMap<u64, Arc<AtomicWaker>> {
        let groups = u64::try_from(GROUPS).unwrap_or(u64::MAX);
        &mut self.groups[usize::try_from(seat % groups).unwrap_or_default()]
    }

    fn ring(&mut self, now: Instant, woken: &mut Vec<Waker>) -> Result<(), Instant> {
        let round = round(self.groups.iter().map(HashMap::len).sum());
        let step = round / u32::try_from(GROUPS).unwrap_or(u32::MAX);
        // A room that was quiet for a round may be woken whole.
        let quiet = now.checked_sub(round.saturating_sub(step)).unwrap_or(now);
        let mut next = self.next.map_or(quiet, |next| next.max(quiet));
        while self.waiting > 0 && next <= now {
            let group = &self.groups[self.turn];
            woken.extend(group.values().filter_map(|viewer| viewer.take()));
            self.turn = (self.turn + 1) % GROUPS;
            self.waiting -= 1;
            next += step;
        }
        self.next = Some(next);
        if self.waiting > 0 { Err(next) } else { Ok(()) }
    }
}

/// How long it takes until every viewer has had a turn.
fn round(viewers: usize) -> Duration {
    let viewers = u32::try_from(viewers).unwrap_or(u32::MAX);
    let counted = viewers.saturating_add(viewers.saturating_sub(CROWD));
    A_VIEWER.saturating_mul(counted).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_the_room_the_longer_a_round_up_to_a_limit() {
        let took =
            [0, 1_000, 2_000, 3_000, 5_000, 30_000].map(|viewers| round(viewers).as_millis());
        assert_eq!(took, [0, 16, 32, 64, 120, 120]);
    }
}
