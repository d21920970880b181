//! What can be done: one file a verb, each one transaction.
//!
//! First what they share ([`load`], [`closing`], [`speak`], [`shown`]), then sessions, offers, the room, what is heard.

pub mod closing;
pub mod load;
pub mod shown;
pub mod speak;

pub mod end_session;
pub mod go_live;
pub mod list_offers_of_producer;
pub mod list_sessions;
pub mod plan_session;
pub mod rename_session;
pub mod reschedule_session;
pub mod set_video;
pub mod show_session;
pub mod stop_session;

pub mod answer_claims;
pub mod close_offer;
pub mod keep_time;
pub mod open_offer;
pub mod pin_offer;
pub mod propose_offer;
pub mod restock_offer;

pub mod hide_comment;
pub mod list_comments;
pub mod post_comment;
pub mod report_viewers;
pub mod say_notice;
pub mod show_room;

mod acts;
pub mod banned_words;
pub mod list_moderation;
mod moderation;
pub mod mutes;
pub mod slow_mode;
pub mod take_down_warning;
pub mod write_comments;

pub mod answer_complaint;
pub mod file_complaint;
pub mod list_complaints;

pub mod channels;
pub mod enter_room;
pub mod link_author;
pub mod list_unlinked;
pub mod receive_outside;
mod to_the_desk;

pub mod follow_goods;
mod hear_claim;
pub mod hear_orders;
pub mod hear_stock;
