//! Shows the whole room to somebody who comes in.

use chassis::{
    actor::{ActorExt as _, MODERATES, STAFF},
    id::SessionId,
    rpc::Asked,
};
use proto::livestream::v1::{self as wire, Room, ShowRoom};

use crate::{
    Ctx,
    error::Error,
    store,
    wire::{asked as read, show},
};

/// Comments that somebody sees at once.
const COMMENTS: i64 = 50;

/// The session, its line-up, the newest comments and numbers, all of one moment: a reader goes on from there.
///
/// # Errors
/// There is none.
pub async fn show_room(ctx: Ctx, asked: Asked<ShowRoom>) -> Result<Room, Error> {
    let id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut tx = ctx.begin().await?;
    store::room::of_one_moment(&mut tx).await?;
    let session = store::session::find(&mut tx, id)
        .await?
        .ok_or(Error::NoSession)?;
    let offers = store::offer::of_session(&mut tx, id).await?;
    let counters = store::room::find(&mut tx, id).await?.unwrap_or_default();
    let mut comments = store::comment::before(&mut tx, id, i64::MAX, COMMENTS).await?;
    comments.reverse();
    let warning = store::room::last_warning(&mut tx, id).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let viewers = store::viewers::of_session(&mut tx, id, now).await?;

    let own = asked.actor.works_for(session.organiser_id, STAFF);
    let shown = if own {
        show::own_session(&session)
    } else {
        show::session(&session)
    };
    let moderates = asked.actor.works_for(session.organiser_id, MODERATES);
    let show_comment = if moderates {
        show::whole_comment
    } else {
        show::comment
    };
    Ok(Room {
        session: Some(wire::Session {
            offers: offers.iter().map(show::offer).collect(),
            ..shown
        }),
        comments: comments.iter().map(show_comment).collect(),
        last_comment_seq: show::count(counters.last_comment_seq),
        last_sale_seq: show::count(counters.last_sale_seq),
        last_claim_seq: show::count(counters.last_claim_seq),
        last_notice_seq: show::count(counters.last_notice_seq),
        last_hidden_seq: show::count(counters.last_hidden_seq),
        viewers: show::small(viewers),
        last_warning: warning
            .as_ref()
            .filter(|warning| !warning.taken_down)
            .map(show::notice),
    })
}
