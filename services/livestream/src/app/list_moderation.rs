//! Lists who moderated what, for the organiser.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    clock::to_ms,
    id::{OrganiserId, SessionId},
    page::Page,
    rpc::Asked,
};
use proto::livestream::v1::{ListModeration, ModerationAct, ModerationActs};

use crate::{Ctx, error::Error, store, wire::asked as read};

/// Acts, newest first.
///
/// # Errors
/// The page, not a moderator of this organiser.
pub async fn list_moderation(
    ctx: Ctx,
    asked: Asked<ListModeration>,
) -> Result<ModerationActs, Error> {
    let organiser: OrganiserId = read::id("organiser_id", &asked.request.organiser_id)?;
    asked.actor.must_work_for(organiser, MODERATES)?;
    let session: Option<SessionId> = match asked.request.session_id.as_str() {
        "" => None,
        id => Some(read::id("session_id", id)?),
    };
    let page = Page::read(asked.request.page)?;
    let mut conn = ctx.db.acquire().await?;
    let acts =
        store::moderation::acts(&mut conn, organiser, session, page.after, page.limit).await?;
    Ok(ModerationActs {
        next_cursor: page.next(acts.iter().map(|act| act.id)),
        acts: acts
            .into_iter()
            .map(|act| ModerationAct {
                act_id: act.id.to_string(),
                session_id: act.session_id.map(|id| id.to_string()).unwrap_or_default(),
                act: act.act,
                target: act.target,
                reason: act.reason,
                by_account_id: act.by.to_string(),
                at_ms: to_ms(act.at),
            })
            .collect(),
    })
}
