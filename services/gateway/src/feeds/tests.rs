//! The feeds as a whole: what a client sees, whatever happens in between.

mod client;
mod going_on;
mod pure;
mod room;
mod watching;
mod world;
