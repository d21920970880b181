//! Writes a comment into a live room.

use chassis::{actor::ActorExt as _, id::SessionId, outbox, rpc::Asked};
use proto::{
    feed::v1::feed::Of,
    livestream::v1::{self as wire, PostComment},
};

use crate::{
    Ctx,
    app::{hear_claim::hear_claim, moderation, shown},
    domain::{
        comment::{WINDOW, public_text, short_name},
        rule::Rule,
        session::SessionState,
    },
    error::Error,
    store::{self, comment::Comment},
    wire::{asked as read, show},
};

/// Writes a comment; phones are masked before it is kept. The same key again gives the first comment.
///
/// # Errors
/// Nobody is signed in, the text, the pace, a room that is not live.
pub async fn post_comment(ctx: Ctx, asked: Asked<PostComment>) -> Result<wire::Comment, Error> {
    let account_id = asked.actor.account()?;
    let session_id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let text = read::text("text", public_text(&asked.request.text))?;
    let key = read::key(&asked.request.idempotency_key)?;

    let mut tx = ctx.begin().await?;
    // The room's lock gives the number, and orders this comment against the session's end.
    let mut counters = store::room::lock(&mut tx, session_id)
        .await?
        .ok_or(Error::NoSession)?;
    if let Some(key) = key
        && let Some(first) = store::comment::by_key(&mut tx, session_id, account_id, key).await?
    {
        return if first.text == text {
            Ok(show::comment(&first))
        } else {
            Err(Rule::KeyReused.into())
        };
    }
    let session = store::session::find(&mut tx, session_id)
        .await?
        .ok_or(Error::NoSession)?;
    match session.state {
        SessionState::Live => {}
        SessionState::Planned => return Err(Rule::NotLive.into()),
        SessionState::Ended => return Err(Rule::SessionEnded.into()),
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    let recent = store::comment::recent(&mut tx, session_id, account_id, now - WINDOW).await?;
    ctx.config.pace().check(recent, now)?;

    counters.last_comment_seq += 1;
    let comment = Comment {
        id: ctx.clock.id(),
        session_id,
        seq: counters.last_comment_seq,
        account_id,
        author_name: short_name(&asked.request.author_name),
        text,
        at: now,
        hidden_seq: None,
        source: None,
        source_at: None,
    };
    moderation::check(&mut tx, &session, &comment, &asked.request.text).await?;
    store::comment::insert(&mut tx, &comment, key).await?;
    store::room::update(&mut tx, session_id, counters).await?;
    hear_claim(&ctx, &mut tx, &session, &comment, &asked.request.text).await?;
    outbox::say_feed(
        &mut tx,
        &ctx.clock,
        &shown::room(session_id),
        Of::Comment(show::comment(&comment)),
    )
    .await?;
    ctx.commit(tx).await?;
    Ok(show::comment(&comment))
}
