//! A viewer's complaint during a session (Law 122/2025/QH15, Art. 22): open → answered → closed.
//!
//! Tied to the second of the session, so that it can be looked up in the recording, and kept as long as that: a year at
//! least.

/// Characters of a complaint, and of its answer.
pub const MAX_TEXT: usize = 2_000;
/// Complaints of one viewer in one session.
pub const MOST: i64 = 10;

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Category {
    /// The goods.
    Goods,
    /// The price.
    Price,
    /// What the host says or does.
    Conduct,
    /// Fraud.
    Fraud,
    /// Something else.
    Other,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum State {
    /// Nobody has answered.
    Open,
    /// Answered, not closed.
    Answered,
    /// Done with.
    Closed,
}

impl State {
    /// Goes up with every move.
    #[must_use]
    pub const fn version(self) -> u64 {
        match self {
            Self::Open => 1,
            Self::Answered => 2,
            Self::Closed => 3,
        }
    }
}

/// What its author says when complaining by phone.
#[must_use]
pub fn number(number: i64) -> String {
    format!("KN-{number:06}")
}
