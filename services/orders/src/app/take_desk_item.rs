//! `desk.take`: somebody at the desk begins to work on an item.

use chassis::{
    Refusal,
    actor::ActorExt as _,
    id::{DeskItemId, SessionId},
    rpc::Asked,
};
use chrono::{DateTime, Utc};
use proto::orders::v1::{TakeDeskItem, TakenDeskItem};

use crate::{
    Ctx,
    app::{claim_units::read_session, list_desk::must_staff},
    domain::desk::{DeskItemState, LEASE},
    error::Error,
    store::{self, desk::DeskItem},
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
    if let (None, Some(id)) = (&taken, named) {
        let item = store::desk::find(&mut tx, id).await?;
        let item = item.filter(|item| item.session_id == session);
        return Err(not_free(&item.ok_or_else(no_item)?, now).into());
    }
    ctx.commit(tx).await?;
    // Others at the desk see that it is being worked on.
    if taken.is_some() {
        ctx.desk.note(session);
    }
    Ok(TakenDeskItem {
        item: taken.as_ref().map(desk::item),
    })
}

/// Why a named item was not taken: it is done, or somebody else has it, until then.
fn not_free(item: &DeskItem, now: DateTime<Utc>) -> Refusal {
    // Given back or run out since: whoever asks again gets it.
    let until = item.taken_until.filter(|until| *until > now);
    let seconds = until.map_or(1, |until| (until - now).num_seconds().max(0) + 1);
    if item.state != DeskItemState::Open.name() {
        return Refusal::conflict("item_not_free", "Mục này đã xong.", "This item is done.");
    }
    Refusal {
        retry_after_seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
        ..Refusal::conflict(
            "item_not_free",
            format!("Đang có người làm mục này, còn {seconds} giây."),
            format!("Somebody works on this item for {seconds} more seconds."),
        )
    }
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
