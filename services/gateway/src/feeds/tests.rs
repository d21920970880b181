//! The feeds as a whole: what a client sees, whatever happens in between.

mod bus;
mod pure;
