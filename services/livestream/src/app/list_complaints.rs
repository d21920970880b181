//! Lists complaints: a session's to its organiser's people, one's own to their author.

use chassis::{
    actor::{ActorExt as _, STAFF},
    id::SessionId,
    page::Page,
    rpc::Asked,
};
use proto::livestream::v1::{Complaints, ListComplaints, ListOwnComplaints};

use crate::{
    Ctx,
    error::Error,
    store,
    wire::{asked as read, complaints},
};

/// A session's, newest first.
///
/// # Errors
/// The page, not one of the organiser's people.
pub async fn list_complaints(ctx: Ctx, asked: Asked<ListComplaints>) -> Result<Complaints, Error> {
    let id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let page = Page::read(asked.request.page)?;
    let mut conn = ctx.db.acquire().await?;
    let session = store::session::find(&mut conn, id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, STAFF)?;
    let found = store::complaint::of_session(&mut conn, id, page.after, page.limit).await?;
    Ok(Complaints {
        next_cursor: page.next(found.iter().map(|complaint| complaint.id)),
        complaints: found.iter().map(complaints::show).collect(),
    })
}

/// One's own, newest first.
///
/// # Errors
/// Nobody is signed in, the page.
pub async fn list_own_complaints(
    ctx: Ctx,
    asked: Asked<ListOwnComplaints>,
) -> Result<Complaints, Error> {
    let account = asked.actor.account()?;
    let page = Page::read(asked.request.page)?;
    let mut conn = ctx.db.acquire().await?;
    let found = store::complaint::of_account(&mut conn, account, page.after, page.limit).await?;
    Ok(Complaints {
        next_cursor: page.next(found.iter().map(|complaint| complaint.id)),
        complaints: found.iter().map(complaints::show).collect(),
    })
}
