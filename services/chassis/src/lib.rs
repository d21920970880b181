//! What every service stands on. Knows no business.
//!
//! Read in this order: [`service`] (what a context holds), [`rpc`] (asking and answering), [`outbox`] and [`inbox`]
//! (events out and in), [`feed`] (state for those who watch), then the small pieces.

pub mod actor;
pub mod audit;
pub mod bus;
pub mod clock;
pub mod config;
pub mod counters;
pub mod envelope;
pub mod feed;
pub mod health;
pub mod id;
pub mod inbox;
pub mod leader;
pub mod lifecycle;
pub mod local;
pub mod money;
pub mod outbox;
pub mod page;
pub mod phone;
pub mod place;
pub mod refusal;
pub mod rpc;
pub mod service;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;

pub use refusal::Refusal;
pub use service::Core;
