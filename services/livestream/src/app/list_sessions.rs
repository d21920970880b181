//! Lists sessions to anybody.

use chassis::{
    actor::{ActorExt as _, STAFF},
    page::Page,
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, ListSessions, Sessions};

use crate::{
    Ctx,
    domain::session::SessionState,
    error::Error,
    store,
    wire::{asked as read, show},
};

/// A page of sessions without their line-ups, newest first.
///
/// # Errors
/// The page, the organiser's id.
pub async fn list_sessions(ctx: Ctx, asked: Asked<ListSessions>) -> Result<Sessions, Error> {
    let state = match asked.request.state() {
        wire::SessionState::Unspecified => None,
        wire::SessionState::Planned => Some(SessionState::Planned),
        wire::SessionState::Live => Some(SessionState::Live),
        wire::SessionState::Ended => Some(SessionState::Ended),
    };
    let organiser = match asked.request.organiser_id.as_str() {
        "" => None,
        id => Some(read::id("organiser_id", id)?),
    };
    let page = Page::read(asked.request.page)?;
    let mut conn = ctx.db.acquire().await?;
    let sessions =
        store::session::page(&mut conn, state, organiser, page.after, page.limit).await?;
    let next_cursor = page.next(sessions.iter().map(|session| session.id));
    let shown = sessions.iter().map(|session| {
        let own = asked.actor.works_for(session.organiser_id, STAFF);
        if own {
            show::own_session(session)
        } else {
            show::session(session)
        }
    });
    Ok(Sessions {
        sessions: shown.collect(),
        next_cursor,
    })
}
