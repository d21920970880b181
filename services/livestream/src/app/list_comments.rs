//! Lists a room's comments to anybody.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    id::SessionId,
    refusal::Refusal,
    rpc::Asked,
};
use proto::livestream::v1::{Comments, ListComments};

use crate::{
    Ctx,
    error::Error,
    store,
    wire::{asked as read, show},
};

/// Comments before a number, newest first; the words of hidden ones only for moderators.
///
/// # Errors
/// The limit, the session.
pub async fn list_comments(ctx: Ctx, asked: Asked<ListComments>) -> Result<Comments, Error> {
    let session_id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let limit = match asked.request.limit {
        0 => 50,
        limit @ 1..=100 => i64::from(limit),
        _ => return Err(Refusal::field("limit", "Từ 1 đến 100.", "1 to 100.").into()),
    };
    let before = match asked.request.before_seq {
        0 => i64::MAX,
        seq => i64::try_from(seq).unwrap_or(i64::MAX),
    };
    let mut conn = ctx.db.acquire().await?;
    let session = store::session::find(&mut conn, session_id)
        .await?
        .ok_or(Error::NoSession)?;
    let comments = store::comment::before(&mut conn, session_id, before, limit).await?;
    let moderates = asked.actor.works_for(session.organiser_id, MODERATES);
    let show = if moderates {
        show::whole_comment
    } else {
        show::comment
    };
    Ok(Comments {
        comments: comments.iter().map(show).collect(),
    })
}
