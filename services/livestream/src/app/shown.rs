//! The newest state for those who watch a room; said after the commit, and again from time to time.

use chassis::id::SessionId;
use proto::{
    contract::Audience,
    feed::v1::{Viewers, feed::Of},
};

use crate::{
    Ctx,
    domain::{offer::Offer, session::Session},
    store::{complaint::Complaint, room::Notice},
    wire::{complaints, show},
};

/// Everybody in a session's room.
#[must_use]
pub fn room(session: SessionId) -> Audience {
    Audience::Room(session.to_string())
}

/// Shows a session and its pin.
pub fn session(ctx: &Ctx, session: &Session) {
    ctx.feeds
        .say(&room(session.id), Of::Session(show::session(session)));
    ctx.feeds
        .say(&room(session.id), Of::Pin(show::pin(session)));
}

/// Shows an offer.
pub fn offer(ctx: &Ctx, offer: &Offer) {
    ctx.feeds
        .say(&room(offer.session_id), Of::Offer(show::offer(offer)));
}

/// Shows how many watch; `at_ms` is the gauge's version.
pub fn viewers(ctx: &Ctx, session: SessionId, viewers: i64, at_ms: i64) {
    let gauge = Viewers {
        session_id: session.to_string(),
        viewers: show::small(viewers),
        version: show::count(at_ms),
    };
    ctx.feeds.say(&room(session), Of::Viewers(gauge));
}

/// Shows the warning banner as it is.
pub fn warning(ctx: &Ctx, session: SessionId, notice: &Notice) {
    let banner = Of::Warning(show::warning(session, Some(notice)));
    ctx.feeds.say(&room(session), banner);
}

/// Tells the desk that a complaint is new, answered or closed.
pub fn complaint(ctx: &Ctx, complaint: &Complaint) {
    let desk = Audience::Desk(complaint.session_id.to_string());
    ctx.feeds
        .say(&desk, Of::Complaint(complaints::news(complaint)));
}
