//! `desk.take`: somebody at the desk begins to work on an item.

use chassis::{
    Refusal,
    actor::ActorExt as _,
    id::{DeskItemId, SessionId},
    rpc::Asked,
};
use proto::orders::v1::{TakeDeskItem, TakenDeskItem};

use crate::{
    Ctx,
    app::{claim_units::read_session, list_desk::must_staff},
    domain::desk::LEASE,
    error::Error,
    store,
    wire::desk,
};

/// The named item, or the oldest on which nobody works: two people never get the same. Taking one's own again gives
/// more time; what somebody took and left comes back when their time is over.
///
/// # Errors
/// *forbidden*; a named item that is over, or that somebody else works on.
pub async fn take_desk_item(ctx: Ctx, asked: Asked<TakeDeskItem>) -> Result<TakenDeskItem, Error> {
    let by = asked.actor.account()?;
    let session: SessionId = read_session(&asked.request.session_id)?;
    let named = match asked.request.desk_item_id.as_str() {
        "" => None,
        id => Some(read_item(id)?),
    };
    let mut tx = ctx.begin().await?;
    must_staff(&mut tx, &asked.actor, session).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let taken = store::desk::take(&mut tx, session, named, by, (now, now + LEASE)).await?;
    if taken.is_none() && named.is_some() {
        return Err(Refusal::conflict(
            "item_not_free",
            "Mục này đã xong hoặc đang có người làm.",
            "This item is done, or somebody works on it.",
        )
        .into());
    }
    ctx.commit(tx).await?;
    Ok(TakenDeskItem {
        item: taken.as_ref().map(desk::item),
    })
}

/// Reads an item's id.
///
/// # Errors
/// It is none.
pub(super) fn read_item(id: &str) -> Result<DeskItemId, Refusal> {
    id.parse().map_err(|_| no_item())
}

/// There is no such item.
pub(super) fn no_item() -> Refusal {
    Refusal::not_found("mục này", "desk item")
}
