//! The two sorts of messages: events, of which everybody gets every one, and states, of which the newest counts.

use proto::feed::v1::feed::Of;

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
            _ => Self::State {
                of: (message.kind(), message.object()),
                version: message.version().unwrap_or_default(),
            },
        }
    }
}
