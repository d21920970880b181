//! Phiên under faults: real processes, load, everything that can break broken by a seed, then what clients were told
//! is compared with the books.
//!
//! In reading order: [`stack`] starts the processes, with a [`proxy`] in every way; [`market`], [`host`] and
//! [`shoppers`] are the load, which notes in [`history`] what it was told; [`faults`] are dealt and done; [`recovery`]
//! is measured after each; [`evidence`] reads the books, [`checker`] objects. [`chaos`] is the order of things,
//! [`upgrade`] the same without faults while versions are changed.

pub mod chaos;
pub mod checker;
pub mod claims;
pub mod evidence;
pub mod faults;
pub mod history;
pub mod host;
pub mod load;
pub mod market;
pub mod proxy;
pub mod recovery;
pub mod relay;
pub mod report;
pub mod shoppers;
pub mod stack;
pub mod upgrade;
