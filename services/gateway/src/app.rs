//! What can be done: one file a verb.

pub(crate) mod add_member;
pub(crate) mod bootstrap;
pub(crate) mod confirm_code;
pub(crate) mod create_organiser;
pub(crate) mod find_shopper;
pub(crate) mod issue_tokens;
pub(crate) mod link_keeper;
pub(crate) mod list_members;
pub(crate) mod passwords;
pub(crate) mod record_consent;
pub(crate) mod register_producer;
pub(crate) mod remove_member;
pub(crate) mod rename;
pub(crate) mod request_code;
pub(crate) mod sign_in;
pub(crate) mod sign_in_with_password;
pub(crate) mod sign_out;
