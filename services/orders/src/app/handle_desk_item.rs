//! `desk.handle`: a taken item becomes a claim for its shopper.

use chassis::{
    actor::ActorExt as _,
    id::{EventId, Id as _},
    rpc::Asked,
};
use proto::orders::v1::{HandleDeskItem, HandledDeskItem};

use crate::{
    Ctx,
    app::{
        list_desk::must_staff,
        take_desk_item::{no_item, read_item},
    },
    domain::{
        desk::{DeskItemState, LEASE},
        intake::{Answer, Ask, Claim, Once},
    },
    error::Error,
    store::{self, desk::DeskItem},
    wire::{desk, holds},
};

/// Claims once, whatever breaks in between: the item's id stands in the inbox of the claim's batch. The lease is made
/// longer first, so that nobody else takes the item while the intake decides.
///
/// # Errors
/// *not found*, lines that break a rule, an item that is not taken by the asker, *busy*.
pub async fn handle_desk_item(
    ctx: Ctx,
    asked: Asked<HandleDeskItem>,
) -> Result<HandledDeskItem, Error> {
    let by = asked.actor.account()?;
    let id = read_item(&asked.request.desk_item_id)?;
    let wishes = holds::read_wishes(&asked.request.lines, false)?;
    let mut tx = ctx.begin().await?;
    let item = store::desk::find(&mut tx, id).await?.ok_or_else(no_item)?;
    must_staff(&mut tx, &asked.actor, item.session_id).await?;
    if item.state == DeskItemState::Handled.name() && item.ended_by == Some(by) {
        return Ok(handled(&item, &[]));
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    if item.taken_by != Some(by) || item.taken_until.is_none_or(|until| until <= now) {
        return Err(Error::NotTaken);
    }
    let until = now + LEASE;
    store::desk::take(&mut tx, item.session_id, Some(id), by, (now, until))
        .await?
        .ok_or(Error::NotTaken)?;
    ctx.commit(tx).await?;

    let claim = Claim {
        once: Some(Once {
            id: EventId::from_uuid(id.uuid()),
            kind: "desk item",
        }),
        session: item.session_id,
        account: item.account_id,
        shopper_name: item.shopper_name.clone(),
        by: Some(by),
        wishes,
    };
    let ask = Ask::Claim(Box::new(claim));
    let decided = ctx.intake.ask(item.session_id, ask, asked.deadline).await?;
    let kept = match &decided.answer {
        Answer::Claimed(kept) => kept.as_slice(),
        _ => &[],
    };

    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let outcome = if kept.iter().any(|kept| kept.refused.is_some()) {
        "refused in part"
    } else {
        ""
    };
    if !store::desk::end(&mut tx, id, by, now, DeskItemState::Handled, outcome).await? {
        return Err(Error::NotTaken);
    }
    let item = store::desk::find(&mut tx, id).await?.ok_or_else(no_item)?;
    ctx.commit(tx).await?;
    ctx.desk.note(item.session_id);
    Ok(handled(&item, kept))
}

fn handled(item: &DeskItem, kept: &[crate::domain::intake::Kept]) -> HandledDeskItem {
    HandledDeskItem {
        item: Some(desk::item(item)),
        kept: holds::kept_units(kept).kept,
    }
}
