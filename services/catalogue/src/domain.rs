//! What is true of producers, goods, certificates and stock. No async, no SQL, no wire, no clock.

pub mod allot;
pub mod certificate;
pub mod fault;
pub mod import;
pub mod legal;
pub mod photo;
pub mod producer;
pub mod product;
pub mod product_set;
pub mod rules;
pub mod stock;
pub mod value;
pub mod words;
