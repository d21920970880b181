//! What the end-to-end tests and the demo stand on.
//!
//! [`api`] is the HTTP API as a client uses it, [`market`] the steps of a session, [`shopper`] an order that is sent
//! until it is settled, [`feed_client`] a feed that can be cut; [`world`] is a whole market for a test, [`demo`] a
//! whole session on real input; [`collector`] takes traces.

pub mod api;
pub mod claim_model;
pub mod collector;
pub mod demo;
pub mod feed_client;
pub mod market;
pub mod shopper;
pub mod wait;
pub mod world;
