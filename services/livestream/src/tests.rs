//! The whole service on a real database and a real broker, asked over the bus as the gateway asks.

mod closing;
mod comments;
mod complaints;
mod goods;
mod market;
mod moderation;
mod offers;
mod plans;
mod room;
mod sessions;
mod units;
