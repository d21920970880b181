//! Messages ⇄ domain.

pub mod asked;
pub mod catalogue;
pub mod complaints;
pub mod show;
