//! Writes a comment into a live room.

use chassis::{actor::ActorExt as _, id::SessionId, rpc::Asked};
use proto::livestream::v1::{self as wire, PostComment};

use super::write_comments::Said;
use crate::{
    Ctx,
    domain::comment::{public_text, short_name},
    error::Error,
    wire::{asked as read, show},
};

/// Writes a comment; phones are masked before it is kept. The same key again gives the first comment.
///
/// # Errors
/// Nobody is signed in, the text, the pace, a room that is not live.
pub async fn post_comment(ctx: Ctx, asked: Asked<PostComment>) -> Result<wire::Comment, Error> {
    let said = Said {
        account_id: asked.actor.account()?,
        author_name: short_name(&asked.request.author_name),
        text: read::text("text", public_text(&asked.request.text))?,
        key: read::key(&asked.request.idempotency_key)?.map(str::to_owned),
        typed: asked.request.text,
        deadline: asked.deadline,
    };
    let session_id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let comment = ctx.talk.say(&ctx, session_id, said).await?;
    Ok(show::comment(&comment))
}
