//! End-to-end tests: each starts a market of its own and drives it as people do.

mod bad_input;
mod feeds;
mod flash_sale;
mod money;
mod roles;
mod session_life;
