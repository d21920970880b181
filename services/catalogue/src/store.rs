//! What is kept: one SQL statement a function.

pub mod allotment;
pub mod certificate;
pub mod listing;
pub mod photo;
pub mod producer;
pub mod product;
pub mod stock;
