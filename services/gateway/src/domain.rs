//! What is true of accounts: roles, codes, passwords, tokens. Pure: no database, no bus, no clock.

pub(crate) mod code;
pub(crate) mod identity;
pub(crate) mod name;
pub(crate) mod password;
pub(crate) mod token;
pub(crate) mod video_key;

pub use identity::Role;
