//! What is kept: one function a statement.

pub(crate) mod accounts;
pub(crate) mod codes;
pub(crate) mod consents;
pub(crate) mod organisers;
pub(crate) mod tokens;
