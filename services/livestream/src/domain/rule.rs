//! Every rule of this service that a request may break once its fields are right.

use chrono::{DateTime, Utc};

use super::{goods::NotForSale, law::PriceFault};

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Only a planned session can be moved or go live.
    #[error("the session is no longer planned")]
    NotPlanned,
    /// Only while live.
    #[error("the session is not live")]
    NotLive,
    /// Nothing can be changed any more.
    #[error("the session has ended")]
    SessionEnded,
    /// A session starts in the future.
    #[error("the start is not in the future")]
    StartsInThePast,
    /// The organiser has planned another session of this title for this time.
    #[error("there is another session of this title at this time")]
    PlannedTwice,
    /// Catalogue has not answered yet.
    #[error("the offer has no units yet")]
    NotAllotted,
    /// Catalogue refused the units.
    #[error("the offer was refused")]
    OfferRefused,
    /// A closed offer settles as soon as nothing is held; it cannot come back.
    #[error("the offer is closed")]
    OfferClosed,
    /// The offer's own closing time has passed, or would be before now.
    #[error("the offer's closing time {0} has passed")]
    ClosingTimePassed(DateTime<Utc>),
    /// The goods may not be sold on air.
    #[error(transparent)]
    NotForSale(#[from] NotForSale),
    /// The price is not lawful.
    #[error(transparent)]
    Price(#[from] PriceFault),
    /// Another offer of the session has the code.
    #[error("the claim code is taken")]
    CodeTaken,
    /// A session has room for so many offers.
    #[error("the line-up is full")]
    LineUpFull,
    /// Catalogue has not answered the last one.
    #[error("a restock is under way")]
    RestockUnderWay,
    /// The same key with other content.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// One comment too soon after another.
    #[error("comments come too fast")]
    TooFast {
        /// When the next one would be taken.
        retry_after_seconds: u32,
    },
    /// The author may not write in this session.
    #[error("muted until {0:?}")]
    Muted(Option<DateTime<Utc>>),
    /// One comment in so many seconds, as the session's moderators want it.
    #[error("the room is in slow mode")]
    SlowMode {
        /// The pace.
        seconds: u32,
        /// When the next one would be taken.
        retry_after_seconds: u32,
    },
    /// The organiser does not want this word in a room.
    #[error("a banned word")]
    BannedWord(String),
    /// The post is another session's.
    #[error("the post belongs to another session")]
    PostTaken,
    /// There is no warning on the screen.
    #[error("no warning is shown")]
    NoWarning,
    /// Only an open complaint is answered.
    #[error("the complaint is answered already")]
    ComplaintAnswered,
    /// A complaint is answered before it is closed.
    #[error("the complaint is not answered yet")]
    ComplaintOpen,
    /// One viewer's complaints in one session.
    #[error("too many complaints in this session")]
    TooManyComplaints,
}
