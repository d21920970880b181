//! `desk.list`: what waits at a session's desk, and what became of the rest.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::{DeskItemId, SessionId},
    page::Page,
    rpc::Asked,
};
use proto::{
    common::v1::Actor,
    orders::v1::{DeskItems, ListDesk},
};
use sqlx::PgConnection;

use crate::{Ctx, app::claim_units::read_session, error::Error, store, wire::desk};

/// A page of items, oldest first, for the session's staff.
///
/// # Errors
/// *forbidden*, or a page that breaks a rule.
pub async fn list_desk(ctx: Ctx, asked: Asked<ListDesk>) -> Result<DeskItems, Error> {
    let session = read_session(&asked.request.session_id)?;
    let page: Page<DeskItemId> = Page::read(asked.request.page.clone())?;
    let state = desk::read_state(asked.request.state());
    let mut conn = ctx.db.acquire().await?;
    must_staff(&mut conn, &asked.actor, session).await?;
    let items = store::desk::list(&mut conn, session, state, page.after, page.limit).await?;
    Ok(DeskItems {
        next_cursor: page.next(items.iter().map(|item| item.id)),
        items: items.iter().map(desk::item).collect(),
    })
}

/// Only those who work for the session's organiser; orders knows whose it is once an offer was opened in it.
///
/// # Errors
/// *forbidden*.
pub(super) async fn must_staff(
    conn: &mut PgConnection,
    actor: &Actor,
    session: SessionId,
) -> Result<chassis::id::OrganiserId, Error> {
    let organiser = store::offers::organiser_of(conn, session)
        .await?
        .ok_or_else(Refusal::forbidden)?;
    actor.must_work_for(organiser, STAFF)?;
    Ok(organiser)
}
