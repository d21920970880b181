//! `desk.leave`: somebody gives an item back that they had taken.

use chassis::{actor::ActorExt as _, rpc::Asked};
use proto::orders::v1::{self as wire, LeaveDeskItem};

use crate::{
    Ctx,
    app::{
        list_desk::must_staff,
        take_desk_item::{no_item, read_item},
    },
    error::Error,
    store,
    wire::desk,
};

/// The item is free for others at once.
///
/// # Errors
/// *not found*; it is not taken by the asker.
pub async fn leave_desk_item(
    ctx: Ctx,
    asked: Asked<LeaveDeskItem>,
) -> Result<wire::DeskItem, Error> {
    let by = asked.actor.account()?;
    let id = read_item(&asked.request.desk_item_id)?;
    let mut tx = ctx.begin().await?;
    let item = store::desk::find(&mut tx, id).await?.ok_or_else(no_item)?;
    must_staff(&mut tx, &asked.actor, item.session_id).await?;
    if !store::desk::leave(&mut tx, id, by).await? {
        return Err(Error::NotTaken);
    }
    let item = store::desk::find(&mut tx, id).await?.ok_or_else(no_item)?;
    ctx.commit(tx).await?;
    ctx.desk.note(item.session_id);
    Ok(desk::item(&item))
}
