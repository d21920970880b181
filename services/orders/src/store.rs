//! What is kept. Each function does one thing on the caller's connection.

pub mod bank;
pub mod books;
pub mod buyers;
pub mod desk;
pub mod figures;
pub mod holds;
pub mod offers;
pub mod orders;
pub mod parcels;
pub mod payments;
pub mod reports;
pub mod settlements;
pub mod shoppers;
