//! What is kept: one statement a function, on whatever connection the verb has.
//!
//! Locks are taken in one order: a session's row, its room's row, then the aggregate of its events. What changes a
//! session or its offers holds the session's row; what only speaks in the room holds the room's.

pub mod audit;
pub mod comment;
pub mod goods;
pub mod offer;
pub mod proposal;
pub mod room;
pub mod session;
pub mod viewers;
