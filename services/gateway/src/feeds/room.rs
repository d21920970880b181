//! What one audience (a session's room, its desk, a shopper, a producer) was told lately. Pure: no clock, no bus.
//!
//! A log ordered by the position in the feeds' stream, in which a newer state takes the place of the older one of
//! the same object. A viewer needs no queue of its own: its position in the log says what it has, and whatever it
//! missed meanwhile is there as the newest state. Who stands before the floor cannot go on and starts anew.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::Bound,
    sync::Arc,
    time::Instant,
};

use bytes::Bytes;

use super::{
    frame::{Frame, join},
    message::{Event, Numbers, What},
};

/// Messages that a log keeps, states and events together.
pub(super) const KEPT: usize = 2_000;
/// What the messages of one log may weigh, as they came.
pub(super) const KEPT_BYTES: usize = 2 << 20;
/// Events that leave in one piece; more go in the next.
pub(super) const PIECE: usize = 64 << 10;
/// Viewers of a room stand at few different positions: the pieces for the last few are kept.
const PIECES: usize = 4;

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Viewers are due something.
    News,
    /// Known already: a repeat, or an older state.
    Old,
    /// An event before it is missing: nobody can go on, all start anew.
    Gap,
}

/// A viewer stands before the floor: what it misses is not here any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost;

/// Something that a viewer is due.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) position: u64,
    pub(super) event: Option<Event>,
    pub(super) bytes: Bytes,
}

/// Everything a viewer is due from one log, or as much as fits a piece.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// The range it was made for.
    first: u64,
    newest: u64,
    /// The last position in it.
    pub(super) last: u64,
    pub(super) bytes: Bytes,
}

impl Piece {
    /// True when more is due after it.
    pub(super) fn is_cut(&self) -> bool {
        self.last < self.newest
    }
}

#[derive(Debug)]
struct Entry {
    what: What,
    frame: Frame,
    weight: usize,
    at: Instant,
}

/// The log of one audience.
#[derive(Debug)]
pub(super) struct Room {
    tag: Arc<str>,
    /// Viewers at a smaller position may have missed something.
    floor: u64,
    newest: u64,
    log: BTreeMap<u64, Entry>,
    /// Version and position of the states in the log.
    states: HashMap<(&'static str, String), (u64, u64)>,
    /// The newest number of each event kind.
    numbers: Numbers,
    /// The numbers that the owner named first, for kinds of which nothing was heard yet.
    named: Numbers,
    weight: usize,
    pieces: VecDeque<Piece>,
    heard: bool,
    /// When it was last told something, or made.
    touched: Instant,
}

impl Room {
    /// An empty log that knows everything after `floor` of the incarnation `tag`.
    pub(super) fn new(tag: Arc<str>, floor: u64, now: Instant) -> Self {
        Self {
            tag,
            floor,
            newest: floor,
            log: BTreeMap::new(),
            states: HashMap::new(),
            numbers: Numbers::default(),
            named: Numbers::default(),
            weight: 0,
            pieces: VecDeque::new(),
            heard: false,
            touched: now,
        }
    }

    /// Takes a message in; positions rise.
    pub(super) fn tell(
        &mut self,
        position: u64,
        what: What,
        frame: Frame,
        weight: usize,
        at: Instant,
    ) -> Told {
        self.newest = position;
        self.heard = true;
        self.touched = at;
        match &what {
            What::Event(Event {
                kind,
                first,
                number,
            }) => {
                let known = self.numbers[*kind];
                if known.is_some_and(|known| *number <= known) {
                    return Told::Old;
                }
                self.numbers[*kind] = Some(*number);
                if known
                    .or(self.named[*kind])
                    .is_some_and(|known| *first > known + 1)
                {
                    self.forget_all(position);
                    return Told::Gap;
                }
            }
            What::State { of, version } => {
                match self.states.get(of) {
                    Some(&(known, _)) if known >= *version => return Told::Old,
                    Some(&(_, before)) => self.remove(before),
                    None => {}
                }
                self.states.insert(of.clone(), (*version, position));
            }
        }
        self.log.insert(
            position,
            Entry {
                what,
                frame,
                weight,
                at,
            },
        );
        self.weight += weight;
        while self.log.len() > KEPT || self.weight > KEPT_BYTES {
            self.forget_oldest();
        }
        Told::News
    }

    /// Forgets what came before a time.
    pub(super) fn forget(&mut self, before: Instant) {
        while self
            .log
            .first_key_value()
            .is_some_and(|(_, entry)| entry.at < before)
        {
            self.forget_oldest();
        }
    }

    /// What the owner says the newest numbers are: the first event of a kind is measured by it.
    pub(super) fn name(&mut self, numbers: Numbers) {
        for (named, number) in self.named.iter_mut().zip(numbers) {
            // The first word stays: somebody may have come in by it.
            *named = named.or(number);
        }
    }

    /// True when whoever has everything up to `position` can go on from here.
    pub(super) fn covers(&self, position: u64) -> bool {
        position >= self.floor
    }

    /// The position of the newest message.
    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    /// True when it was told anything, kept or not.
    pub(super) fn has_heard(&self) -> bool {
        self.heard
    }

    /// When it was last told something, or made.
    pub(super) fn touched(&self) -> Instant {
        self.touched
    }

    /// The numbers that a snapshot holds and the log, read from `position` on, may still bring: to be left out.
    ///
    /// None for a kind whose next event in the log is the one after the snapshot's.
    pub(super) fn still_to_come(&self, position: u64, snapshot: Numbers) -> Numbers {
        let mut at_position = self.numbers;
        for entry in self.log.range(position + 1..).rev().map(|(_, entry)| entry) {
            if let What::Event(event) = entry.what {
                at_position[event.kind] = event.first.checked_sub(1);
            }
        }
        let mut numbers = snapshot;
        for (number, at_position) in numbers.iter_mut().zip(at_position) {
            if at_position.unwrap_or(0) >= number.unwrap_or(0) {
                *number = None;
            }
        }
        numbers
    }

    fn due(&self, after: u64, upto: u64) -> Result<impl DoubleEndedIterator<Item = u64>, Lost> {
        if !self.covers(after) {
            return Err(Lost);
        }
        let none = upto <= after;
        let range = if none {
            (Bound::Excluded(u64::MAX - 1), Bound::Excluded(u64::MAX))
        } else {
            (Bound::Excluded(after), Bound::Included(upto))
        };
        Ok(self.log.range(range).map(|(&position, _)| position))
    }

    /// Is anything due to who has everything up to `after`?
    pub(super) fn is_due(&self, after: u64, upto: u64) -> Result<bool, Lost> {
        Ok(self.due(after, upto)?.next().is_some())
    }

    /// All that is due, in one piece that is shared by everybody who stands at the same place.
    pub(super) fn piece(&mut self, after: u64, upto: u64) -> Result<Option<Piece>, Lost> {
        let (first, newest) = {
            let mut due = self.due(after, upto)?;
            let Some(first) = due.next() else {
                return Ok(None);
            };
            (first, due.next_back().unwrap_or(first))
        };
        if let Some(piece) = self
            .pieces
            .iter()
            .find(|piece| piece.first == first && piece.newest == newest)
        {
            return Ok(Some(piece.clone()));
        }
        let mut frames = Vec::new();
        let (mut last, mut size) = (first, 0);
        for (&position, entry) in self.log.range_mut(first..=newest) {
            let bytes = entry.frame.bytes(&self.tag, position);
            if size > 0 && size + bytes.len() > PIECE {
                break;
            }
            size += bytes.len();
            last = position;
            frames.push(bytes);
        }
        let bytes = match frames.as_slice() {
            [one] => one.clone(),
            many => join(many.iter()),
        };
        let piece = Piece {
            first,
            newest,
            last,
            bytes,
        };
        if self.pieces.len() == PIECES {
            self.pieces.pop_front();
        }
        self.pieces.push_back(piece.clone());
        Ok(Some(piece))
    }

    /// What is due, one by one, and up to which position that is all: a piece's worth at a time.
    pub(super) fn singly(
        &mut self,
        after: u64,
        upto: u64,
        into: &mut Vec<Due>,
    ) -> Result<u64, Lost> {
        let (first, newest) = {
            let mut due = self.due(after, upto)?;
            let Some(first) = due.next() else {
                return Ok(upto);
            };
            (first, due.next_back().unwrap_or(first))
        };
        let mut size = 0;
        for (&position, entry) in self.log.range_mut(first..=newest) {
            let event = match entry.what {
                What::Event(event) => Some(event),
                What::State { .. } => None,
            };
            let bytes = entry.frame.bytes(&self.tag, position);
            size += bytes.len();
            into.push(Due {
                position,
                event,
                bytes,
            });
            if size > PIECE {
                return Ok(if position == newest { upto } else { position });
            }
        }
        Ok(upto)
    }

    fn remove(&mut self, position: u64) {
        if let Some(entry) = self.log.remove(&position) {
            self.weight -= entry.weight;
        }
    }

    fn forget_oldest(&mut self) {
        let Some((position, entry)) = self.log.pop_first() else {
            return;
        };
        self.floor = position;
        self.weight -= entry.weight;
        if let What::State { of, .. } = entry.what {
            self.states.remove(&of);
        }
    }

    fn forget_all(&mut self, floor: u64) {
        self.log.clear();
        self.states.clear();
        self.pieces.clear();
        self.weight = 0;
        self.floor = floor;
    }
}
