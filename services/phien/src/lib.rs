//! The one executable of Phiên, as a library: roles, the one-machine set-up, and the operator's tools.

pub mod audit;
pub mod books;
pub mod comments;
pub mod dead;
pub mod folder;
pub mod local_databases;
pub mod metrics;
pub mod nats;
pub mod operator;
pub mod rebuild;
pub mod roles;
pub mod tail;
pub mod up;
