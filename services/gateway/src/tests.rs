//! The gateway as a whole: started as in production, asked over HTTP.

mod feeds;
mod input;
mod orders;
mod overload;
mod pages;
mod people;
mod producers;
mod roles;
mod sign_in;
mod webhooks;
mod world;
