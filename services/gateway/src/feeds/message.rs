//! The two sorts of messages: events, of which everybody gets every one, and states, of which the newest counts.

use proto::feed::v1::feed::Of;

/// The kinds that are numbered, from 1 in each room.
pub(super) const EVENT_KINDS: [&str; 5] = ["comment", "hidden", "sale", "notice", "claim"];

/// A number for each event kind, in the order of [`EVENT_KINDS`]; none: not known.
pub(super) type Numbers = [Option<u64>; EVENT_KINDS.len()];

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    /// Index in [`EVENT_KINDS`].
    pub(super) kind: usize,
    /// Where its numbers begin: one after the numbers of the event before it.
    pub(super) first: u64,
    /// Its own number, the last that it stands for.
    pub(super) number: u64,
}

/// What sort of message it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Happened once: every viewer gets it, in order.
    Event(Event),
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
        let numbers = match message {
            Of::Comment(comment) => Some((comment.seq, 0)),
            Of::Hidden(hidden) => Some((hidden.seq, 0)),
            Of::Sale(sale) => Some((sale.seq, sale.more_lines)),
            Of::Notice(notice) => Some((notice.seq, 0)),
            Of::Claim(claim) => Some((claim.seq, claim.more)),
            _ => None,
        };
        let kind = EVENT_KINDS.iter().position(|&kind| kind == message.kind());
        match (kind, numbers) {
            (Some(kind), Some((number, more))) => Self::Event(Event {
                kind,
                first: number.saturating_sub(more.into()),
                number,
            }),
            _ => Self::State {
                of: (message.kind(), message.object()),
                version: message.version().unwrap_or_default(),
            },
        }
    }
}
