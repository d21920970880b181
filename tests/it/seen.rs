//! Seen from outside: metrics that move, one order as one trace, and an orderly stop.

mod metrics;
mod stop;
mod traces;
