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
use proto::feed::v1::feed::Of;

use super::frame::{Frame, join};

/// Messages that a log keeps, states and events together.
const KEPT: usize = 2_000;
/// What the messages of one log may weigh, as they came.
const KEPT_BYTES: usize = 2 << 20;
/// Events that leave in one piece; more go in the next.
pub(super) const PIECE: usize = 64 << 10;
/// Viewers of a room stand at few different positions: the pieces for the last few are kept.
const PIECES: usize = 4;

/// The kinds that are numbered, from 1 in each room.
pub(super) const EVENT_KINDS: [&str; 4] = ["comment", "hidden", "sale", "notice"];

/// A number for each event kind, in the order of [`EVENT_KINDS`]; none: not known.
pub(super) type Numbers = [Option<u64>; EVENT_KINDS.len()];

/// What sort of message it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Happened once: every viewer gets it, in order.
    Event {
        /// Index in [`EVENT_KINDS`].
        kind: usize,
        /// The next one has one more.
        number: u64,
    },
    /// How an object is: only the newest counts.
    State {
        /// Kind and object.
        of: (&'static str, String),
        /// The highest wins.
        version: u64,
    },
}

impl What {
    /// Reads it off a message.
    pub(super) fn of(message: &Of) -> Self {
        let number = match message {
            Of::Comment(comment) => Some(comment.seq),
            Of::Hidden(hidden) => Some(hidden.seq),
            Of::Sale(sale) => Some(sale.seq),
            Of::Notice(notice) => Some(notice.seq),
            _ => None,
        };
        let kind = EVENT_KINDS.iter().position(|&kind| kind == message.kind());
        match (kind, number) {
            (Some(kind), Some(number)) => Self::Event { kind, number },
            _ => Self::State { of: (message.kind(), message.object()), version: message.version().unwrap_or_default() },
        }
    }
}

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
    /// Kind and number of an event.
    pub(super) event: Option<(usize, u64)>,
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
    pub(super) fn tell(&mut self, position: u64, what: What, frame: Frame, weight: usize, at: Instant) -> Told {
        self.newest = position;
        self.heard = true;
        self.touched = at;
        match &what {
            What::Event { kind, number } => {
                let known = self.numbers[*kind];
                if known.is_some_and(|known| *number <= known) {
                    return Told::Old;
                }
                self.numbers[*kind] = Some(*number);
                if known.or(self.named[*kind]).is_some_and(|known| *number > known + 1) {
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
        self.log.insert(position, Entry { what, frame, weight, at });
        self.weight += weight;
        while self.log.len() > KEPT || self.weight > KEPT_BYTES {
            self.forget_oldest();
        }
        Told::News
    }

    /// Forgets what came before a time.
    pub(super) fn forget(&mut self, before: Instant) {
        while self.log.first_key_value().is_some_and(|(_, entry)| entry.at < before) {
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
            if let What::Event { kind, number } = entry.what {
                at_position[kind] = number.checked_sub(1);
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
        let range = if none { (Bound::Excluded(u64::MAX - 1), Bound::Excluded(u64::MAX)) } else { (Bound::Excluded(after), Bound::Included(upto)) };
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
            let Some(first) = due.next() else { return Ok(None) };
            (first, due.next_back().unwrap_or(first))
        };
        if let Some(piece) = self.pieces.iter().find(|piece| piece.first == first && piece.newest == newest) {
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
        let piece = Piece { first, newest, last, bytes };
        if self.pieces.len() == PIECES {
            self.pieces.pop_front();
        }
        self.pieces.push_back(piece.clone());
        Ok(Some(piece))
    }

    /// What is due, one by one, and up to which position that is all: a piece's worth at a time.
    pub(super) fn singly(&mut self, after: u64, upto: u64, into: &mut Vec<Due>) -> Result<u64, Lost> {
        let (first, newest) = {
            let mut due = self.due(after, upto)?;
            let Some(first) = due.next() else { return Ok(upto) };
            (first, due.next_back().unwrap_or(first))
        };
        let mut size = 0;
        for (&position, entry) in self.log.range_mut(first..=newest) {
            let event = match entry.what {
                What::Event { kind, number } => Some((kind, number)),
                What::State { .. } => None,
            };
            let bytes = entry.frame.bytes(&self.tag, position);
            size += bytes.len();
            into.push(Due { position, event, bytes });
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
        let Some((position, entry)) = self.log.pop_first() else { return };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Room {
        Room::new("a".into(), 0, Instant::now())
    }

    fn comment(number: u64) -> What {
        What::Event { kind: 0, number }
    }

    fn units(version: u64) -> What {
        What::State { of: ("units", "off_1".into()), version }
    }

    fn tell(room: &mut Room, position: u64, what: What) -> Told {
        room.tell(position, what, Frame::Turned(format!("{position};").into()), 1, Instant::now())
    }

    fn read(room: &mut Room, after: u64, upto: u64) -> Result<String, Lost> {
        let piece = room.piece(after, upto)?;
        Ok(piece.map(|piece| String::from_utf8(piece.bytes.to_vec()).unwrap()).unwrap_or_default())
    }

    #[test]
    fn a_newer_state_takes_the_place_of_the_older() {
        let mut room = room();
        assert_eq!(tell(&mut room, 1, units(5)), Told::News);
        assert_eq!(tell(&mut room, 2, comment(1)), Told::News);
        assert_eq!(tell(&mut room, 3, units(5)), Told::Old);
        assert_eq!(tell(&mut room, 4, units(4)), Told::Old);
        assert_eq!(read(&mut room, 0, 4), Ok("1;2;".into()));
        assert_eq!(tell(&mut room, 5, units(6)), Told::News);
        assert_eq!(read(&mut room, 0, 5), Ok("2;5;".into()));
        assert_eq!(read(&mut room, 0, 4), Ok("2;".into()));
        assert_eq!(read(&mut room, 2, 5), Ok("5;".into()));
        assert_eq!(read(&mut room, 5, 5), Ok(String::new()));
        assert_eq!(read(&mut room, 9, 5), Ok(String::new()));
    }

    #[test]
    fn a_repeated_event_is_left_out_and_a_missing_one_is_seen() {
        let mut room = room();
        assert_eq!(tell(&mut room, 1, comment(7)), Told::News, "the first that is heard may have any number");
        assert_eq!(tell(&mut room, 2, comment(7)), Told::Old);
        assert_eq!(tell(&mut room, 3, comment(8)), Told::News);
        assert_eq!(tell(&mut room, 4, What::Event { kind: 2, number: 1 }), Told::News, "each kind counts for itself");
        assert_eq!(tell(&mut room, 5, comment(10)), Told::Gap);
        assert_eq!(read(&mut room, 4, 5), Err(Lost));
        assert_eq!(read(&mut room, 5, 5), Ok(String::new()), "a snapshot that was asked for now holds number 10");
        assert_eq!(tell(&mut room, 6, comment(9)), Told::Old, "and number 9");
        assert_eq!(tell(&mut room, 7, comment(11)), Told::News);
        assert_eq!(read(&mut room, 5, 7), Ok("7;".into()));
    }

    #[test]
    fn the_owners_word_tells_whether_the_first_event_is_the_next() {
        let mut room = room();
        room.name([Some(3), Some(0), None, None]);
        room.name([Some(4), Some(1), None, None]);
        assert_eq!(tell(&mut room, 1, What::Event { kind: 1, number: 2 }), Told::Gap);
        assert_eq!(tell(&mut room, 2, comment(3)), Told::News);
        assert_eq!(tell(&mut room, 3, comment(4)), Told::News);
    }

    #[test]
    fn the_oldest_go_first_and_who_has_not_read_them_is_lost() {
        let mut room = room();
        for number in 1..=KEPT as u64 {
            tell(&mut room, 10 * number, comment(number));
        }
        assert!(room.covers(0));
        tell(&mut room, 50_000, units(1));
        assert!(!room.covers(9));
        assert!(room.covers(10));
        let mut room = super::tests::room();
        room.tell(1, comment(1), Frame::Turned("x".into()), KEPT_BYTES, Instant::now());
        room.tell(2, comment(2), Frame::Turned("x".into()), KEPT_BYTES, Instant::now());
        assert_eq!(read(&mut room, 0, 2), Err(Lost));
        assert_eq!(read(&mut room, 1, 2), Ok("x".into()));
    }

    #[test]
    fn what_was_forgotten_can_be_told_again() {
        let mut room = room();
        tell(&mut room, 1, units(5));
        room.forget(Instant::now() + std::time::Duration::from_secs(1));
        assert!(!room.covers(0));
        assert!(room.has_heard());
        assert_eq!(tell(&mut room, 2, units(5)), Told::News);
        assert_eq!(read(&mut room, 1, 2), Ok("2;".into()));
    }

    #[test]
    fn viewers_at_the_same_place_share_one_piece() {
        let mut room = room();
        for number in 1..=5 {
            tell(&mut room, number, comment(number));
        }
        let one = room.piece(2, 5).unwrap().unwrap();
        let two = room.piece(2, 5).unwrap().unwrap();
        assert_eq!(one.bytes.as_ptr(), two.bytes.as_ptr());
        assert_eq!(&one.bytes[..], b"3;4;5;");
    }

    #[test]
    fn a_piece_is_cut_between_events() {
        let mut room = room();
        let long = Bytes::from(vec![b'x'; PIECE / 2 - 1]);
        for number in 1..=5 {
            room.tell(number, comment(number), Frame::Turned(long.clone()), 1, Instant::now());
        }
        let piece = room.piece(0, 9).unwrap().unwrap();
        assert_eq!((piece.last, piece.is_cut(), piece.bytes.len()), (2, true, 2 * long.len()));
        let piece = room.piece(4, 9).unwrap().unwrap();
        assert_eq!((piece.last, piece.is_cut()), (5, false));
    }

    #[test]
    fn numbers_of_a_snapshot_are_still_to_come_unless_the_log_is_past_them() {
        let mut room = room();
        tell(&mut room, 1, comment(1));
        tell(&mut room, 2, comment(2));
        tell(&mut room, 3, comment(3));
        let all = |comments| [Some(comments), Some(0), Some(4), Some(0)];
        assert_eq!(room.still_to_come(2, all(2)), [None, None, Some(4), None]);
        assert_eq!(room.still_to_come(2, all(3)), [Some(3), None, Some(4), None]);
        assert_eq!(room.still_to_come(3, all(3)), [None, None, Some(4), None]);
        assert_eq!(room.still_to_come(3, all(9)), [Some(9), None, Some(4), None]);
    }
}
