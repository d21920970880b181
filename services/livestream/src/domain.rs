//! What is true: types, state machines, decisions. No async, no statements, no messages, no clock.

pub mod bank;
pub mod banned;
pub mod claim;
pub mod claim_code;
pub mod comment;
pub mod complaint;
pub mod goods;
pub mod law;
pub mod offer;
pub mod outside;
pub mod rule;
pub mod session;
