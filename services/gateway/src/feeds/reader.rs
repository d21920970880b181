//! Where one viewer stands in the logs of its audiences, and what it gets next. Pure.
//!
//! All feeds share one stream, so that one position covers a room and the person's own feeds; messages of several
//! logs leave in the order of the stream, and the id of any of them is a place to go on from.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::{
    frame::{beyond, id, read_id},
    message::{Event, Numbers},
    room::{Due, Lost, PIECE, Room},
};

/// How somebody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComingIn {
    /// Goes on after this position, with these numbers beyond it.
    Resumes(u64, Numbers),
    /// Gets a snapshot, for the first time.
    Anew,
    /// Gets a snapshot: what it had cannot be gone on from.
    Reset,
}

impl ComingIn {
    /// Decides by the id of the last event that the client has.
    ///
    /// `upto` is the newest position of the incarnation `tag`; `covered` tells whether all its logs reach back that far.
    pub(super) fn decide(
        last_id: Option<&str>,
        tag: &str,
        upto: u64,
        covered: impl FnOnce(u64) -> bool,
    ) -> Self {
        let Some(last_id) = last_id else {
            return Self::Anew;
        };
        match read_id(last_id, tag) {
            Some((position, beyond)) if position <= upto && covered(position) => {
                Self::Resumes(position, beyond)
            }
            _ => Self::Reset,
        }
    }
}

/// A viewer's place.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    position: u64,
    /// Numbers that the viewer's snapshot holds and its room's log may still bring; boxed, as few have it for long.
    still_to_come: Option<Box<Numbers>>,
}

impl Reader {
    /// Goes on after a position, leaving out these numbers and those before.
    pub(super) fn after(position: u64, still_to_come: Numbers) -> Self {
        let any = still_to_come.iter().any(Option::is_some);
        Self {
            position,
            still_to_come: any.then(|| Box::new(still_to_come)),
        }
    }

    /// Everything up to here is delivered.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The id to go on from.
    pub(super) fn id(&self, tag: &str) -> String {
        id(
            tag,
            self.position,
            &self.still_to_come.as_deref().copied().unwrap_or_default(),
        )
    }

    /// What is due next, in one piece; nothing when the viewer has all up to `upto`.
    ///
    /// `upto` must have been read before the call: all messages up to it stand in their logs. A snapshot's numbers are
    /// those of the first room.
    pub(super) fn next<'a>(
        &mut self,
        tag: &str,
        rooms: &(impl Iterator<Item = &'a Mutex<Room>> + Clone),
        upto: u64,
    ) -> Result<Option<Bytes>, Lost> {
        loop {
            if upto <= self.position {
                return Ok(None);
            }
            let mut with_news = None;
            let mut several = self.still_to_come.is_some();
            for room in rooms.clone() {
                if lock(room).is_due(self.position, upto)? {
                    several |= with_news.is_some();
                    with_news = Some(room);
                }
            }
            let Some(room) = with_news else {
                self.position = upto;
                return Ok(None);
            };
            if several {
                // Only what the snapshot held already may have been due: then look again.
                if let Some(bytes) = self.next_of_several(tag, rooms.clone(), upto)? {
                    return Ok(Some(bytes));
                }
            } else if let Some(piece) = lock(room).piece(self.position, upto)? {
                self.position = if piece.is_cut() { piece.last } else { upto };
                return Ok(Some(piece.bytes));
            }
        }
    }

    fn next_of_several<'a>(
        &mut self,
        tag: &str,
        rooms: impl Iterator<Item = &'a Mutex<Room>>,
        upto: u64,
    ) -> Result<Option<Bytes>, Lost> {
        let mut due: Vec<Due> = Vec::new();
        let mut complete = upto;
        for (index, room) in rooms.enumerate() {
            let before = due.len();
            complete = complete.min(lock(room).singly(self.position, upto, &mut due)?);
            if index > 0 {
                // The snapshot's numbers are those of the first.
                due[before..].iter_mut().for_each(|due| due.event = None);
            }
        }
        due.retain(|due| due.position <= complete);
        due.sort_unstable_by_key(|due| due.position);
        let mut piece = Vec::new();
        for due in due {
            if !piece.is_empty() && piece.len() + due.bytes.len() > PIECE {
                complete = due.position - 1;
                break;
            }
            if self.wants(due.event)? {
                match &self.still_to_come {
                    Some(numbers) => beyond(&due.bytes, tag, due.position, numbers, &mut piece),
                    None => piece.extend_from_slice(&due.bytes),
                }
            }
        }
        self.position = complete;
        Ok((!piece.is_empty()).then(|| piece.into()))
    }

    /// Leaves out the events that the snapshot held.
    fn wants(&mut self, event: Option<Event>) -> Result<bool, Lost> {
        let (Some(event), Some(pending)) = (event, &mut self.still_to_come) else {
            return Ok(true);
        };
        let Event {
            kind,
            first,
            number,
        } = event;
        let Some(held) = pending[kind] else {
            return Ok(true);
        };
        if first > held + 1 {
            return Err(Lost);
        }
        if number >= held {
            pending[kind] = None;
            if pending.iter().all(Option::is_none) {
                self.still_to_come = None;
            }
        }
        Ok(number > held)
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(last_id: Option<&str>, floor: u64) -> ComingIn {
        ComingIn::decide(last_id, "a", 100, |position| position >= floor)
    }

    #[test]
    fn an_id_is_gone_on_from_unless_too_old_ahead_or_of_another_incarnation() {
        assert_eq!(decide(None, 0), ComingIn::Anew);
        assert_eq!(
            decide(Some("a-7"), 7),
            ComingIn::Resumes(7, Numbers::default())
        );
        assert_eq!(
            decide(Some("a-100~1.0.3.0.0"), 0),
            ComingIn::Resumes(100, [Some(1), Some(0), Some(3), Some(0), Some(0)])
        );
        for strange in [
            "a-6",
            "a-101",
            "b-7",
            "a.b-7",
            "a--7",
            "a-",
            "-",
            "",
            "7",
            "a-99999999999999999999",
            "ä-7",
        ] {
            assert_eq!(decide(Some(strange), 7), ComingIn::Reset, "{strange}");
        }
    }
}
