//! End-to-end tests: each starts a market of its own and drives it as people do.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod bad_input;
mod bus;
mod checkers;
mod claims;
mod desk;
mod feeds;
mod flash_sale;
mod isolation;
mod money;
mod outside;
mod postgres_killed;
mod reports;
mod roles;
mod seen;
mod session_life;
mod storm;
mod video;
