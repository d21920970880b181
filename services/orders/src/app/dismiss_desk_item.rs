//! `desk.dismiss`: an item comes to nothing, and why.

use chassis::{Refusal, actor::ActorExt as _, rpc::Asked, text};
use proto::orders::v1::{self as wire, DismissDeskItem};

use crate::{
    Ctx,
    app::{
        list_desk::must_staff,
        take_desk_item::{no_item, read_item},
    },
    domain::desk::DeskItemState,
    error::Error,
    store,
    wire::desk,
};

/// Ends a taken item; saying it again changes nothing.
///
/// # Errors
/// *not found*, no reason, or the item is not taken by the asker.
pub async fn dismiss_desk_item(
    ctx: Ctx,
    asked: Asked<DismissDeskItem>,
) -> Result<wire::DeskItem, Error> {
    let by = asked.actor.account()?;
    let id = read_item(&asked.request.desk_item_id)?;
    let reason = text::clean_line(&asked.request.reason, 300).map_err(|_| {
        Refusal::field(
            "reason",
            "Cần lý do, tối đa 300 ký tự.",
            "A reason is needed, at most 300 characters.",
        )
    })?;
    let mut tx = ctx.begin().await?;
    let item = store::desk::find(&mut tx, id).await?.ok_or_else(no_item)?;
    must_staff(&mut tx, &asked.actor, item.session_id).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let dismissed = DeskItemState::Dismissed;
    if !store::desk::end(&mut tx, id, by, now, dismissed, &reason).await? {
        let again = item.state == dismissed.name() && item.ended_by == Some(by);
        return if again {
            Ok(desk::item(&item))
        } else {
            Err(Error::NotTaken)
        };
    }
    let item = store::desk::find(&mut tx, id).await?.ok_or_else(no_item)?;
    ctx.commit(tx).await?;
    ctx.desk.note(item.session_id);
    Ok(desk::item(&item))
}
