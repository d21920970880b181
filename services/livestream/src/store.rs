//! What is kept: one statement a function, on whatever connection the verb has.
//!
//! Locks are taken in one order: a session's row, its room's row, then the aggregate of its events. What changes a
//! session or its offers holds the session's row; what only speaks in the room holds the room's.

pub mod audit;
pub mod channel;
pub mod comment;
pub mod complaint;
pub mod goods;
pub mod moderation;
pub mod offer;
pub mod outside;
pub mod proposal;
pub mod room;
pub mod session;
pub mod viewers;
