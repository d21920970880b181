//! Hostile bodies, paths and headers: refused as a problem that a person can act on, never a failure of ours.

mod described;
mod orders;
mod poison;
mod routes;
