//! One audience on this gateway: its log, and the viewers that are woken when there is news.
//!
//! Viewers are woken at once when the room is quiet, and in step while it is not: a wake-up and a write cost about
//! five microseconds a viewer, so that a full room is woken about as often as it can be written to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
    task::Waker,
    time::{Duration, Instant},
};

use chassis::id::OrganiserId;
use futures_util::task::AtomicWaker;

use super::{reader::lock, room::Room, snapshot};

/// What waking a viewer and writing to it costs.
const A_VIEWER: Duration = Duration::from_micros(5);
/// No viewer of any room waits longer.
const LONGEST: Duration = Duration::from_millis(100);

/// An audience's log and viewers.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) room: Mutex<Room>,
    bell: Mutex<Bell>,
    /// Whose session it is, once a snapshot has told.
    pub(super) organiser: OnceLock<OrganiserId>,
    pub(super) snapshot: Mutex<Option<snapshot::Asking>>,
}

#[derive(Debug)]
struct Bell {
    viewers: HashMap<u64, Arc<AtomicWaker>>,
    next_seat: u64,
    rung: Option<Instant>,
    /// Somebody has promised to ring.
    due: bool,
}

impl Channel {
    pub(super) fn new(room: Room) -> Self {
        Self {
            room: Mutex::new(room),
            bell: Mutex::new(Bell {
                viewers: HashMap::new(),
                next_seat: 0,
                rung: None,
                due: false,
            }),
            organiser: OnceLock::new(),
            snapshot: Mutex::new(None),
        }
    }

    /// Wakes this viewer too from now on; returns the number to [`Channel::leave`] with.
    pub(super) fn join(&self, waker: Arc<AtomicWaker>) -> u64 {
        let mut bell = lock(&self.bell);
        bell.next_seat += 1;
        let seat = bell.next_seat;
        bell.viewers.insert(seat, waker);
        seat
    }

    /// Wakes this viewer no more.
    pub(super) fn leave(&self, seat: u64) {
        lock(&self.bell).viewers.remove(&seat);
    }

    /// There is news: true when the caller has to see to it that the bell is rung.
    pub(super) fn has_news(&self) -> bool {
        let mut bell = lock(&self.bell);
        let mine = !bell.due && !bell.viewers.is_empty();
        bell.due |= mine;
        mine
    }

    /// Rings if it is time; else says when.
    pub(super) fn ring(&self, now: Instant) -> Result<(), Instant> {
        let mut bell = lock(&self.bell);
        let pace = A_VIEWER
            .saturating_mul(u32::try_from(bell.viewers.len()).unwrap_or(u32::MAX))
            .min(LONGEST);
        if let Some(due) = bell.rung.map(|rung| rung + pace)
            && due > now
        {
            return Err(due);
        }
        bell.rung = Some(now);
        bell.due = false;
        wake(bell);
        Ok(())
    }

    /// Wakes everybody now.
    pub(super) fn wake_all(&self) {
        wake(lock(&self.bell));
    }
}

/// Wakes outside of the lock: whom a waker wakes may leave at once.
fn wake(bell: std::sync::MutexGuard<'_, Bell>) {
    let wakers: Vec<Waker> = bell
        .viewers
        .values()
        .filter_map(|viewer| viewer.take())
        .collect();
    drop(bell);
    wakers.into_iter().for_each(Waker::wake);
}
