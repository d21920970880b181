//! Hides a comment from the room.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    id::CommentId,
    outbox,
    rpc::Asked,
    service::Tx,
};
use proto::{
    feed::v1::{self as feed, feed::Of},
    livestream::v1::{self as wire, CommentHidden, HideComment},
};

use crate::{
    Ctx,
    app::{
        acts::{self, Act},
        load, shown,
    },
    error::Error,
    store::{self, comment::Comment},
    wire::{asked as read, show},
};

/// Hides a comment; its place in the room stays, its words do not. Who and why are kept.
///
/// # Errors
/// No reason, not a moderator of this room.
pub async fn hide_comment(ctx: Ctx, asked: Asked<HideComment>) -> Result<wire::Comment, Error> {
    let by = asked.actor.account()?;
    let id: CommentId = read::id("comment_id", &asked.request.comment_id)?;
    let mut tx = ctx.begin().await?;
    let comment = store::comment::find(&mut tx, id)
        .await?
        .ok_or(Error::NoComment)?;
    let session = store::session::find(&mut tx, comment.session_id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, MODERATES)?;
    let reason = read::reason(&asked.request.reason, 1, 500)?;

    let mut counters = store::room::lock(&mut tx, session.id)
        .await?
        .ok_or(Error::NoSession)?;
    // Again, now that nobody else can hide it.
    let mut comment = store::comment::find(&mut tx, id)
        .await?
        .ok_or(Error::NoComment)?;
    if comment.hidden_seq.is_some() {
        return Ok(show::whole_comment(&comment));
    }
    counters.last_hidden_seq += 1;
    comment.hidden_seq = Some(counters.last_hidden_seq);
    let now = ctx.clock.db_now(&mut tx).await?;
    store::comment::hide(&mut tx, id, counters.last_hidden_seq, by, &reason, now).await?;
    store::room::update(&mut tx, session.id, counters).await?;
    let act = Act {
        name: "hide",
        target: id.to_string(),
        reason,
    };
    acts::note(&ctx, &mut tx, &session, act, by, now).await?;
    say_hidden(&ctx, &mut tx, &comment).await?;
    ctx.commit(tx).await?;
    Ok(show::whole_comment(&comment))
}

/// Says that a comment is hidden, to the services and to the room.
///
/// # Errors
/// When the database refuses.
pub(super) async fn say_hidden(ctx: &Ctx, tx: &mut Tx, comment: &Comment) -> Result<(), Error> {
    let session = comment.session_id;
    let (session_id, comment_seq) = (session.to_string(), show::count(comment.seq));
    let hidden = CommentHidden {
        comment_id: comment.id.to_string(),
        session_id: session_id.clone(),
        seq: comment_seq,
    };
    load::say(ctx, tx, session, &hidden).await?;
    let of = Of::Hidden(feed::CommentHidden {
        session_id,
        seq: show::count(comment.hidden_seq.unwrap_or_default()),
        comment_seq,
    });
    outbox::say_feed(tx, &ctx.clock, &shown::room(session), of).await?;
    Ok(())
}
