//! Lets comments from elsewhere into the room of their session, in the order of arrival.
//!
//! That is the room's order and the order of claims; what time their platform gives them is kept beside it. Two
//! deliveries that change places therefore change places in the room, and nothing waits for one that may never come.

use chassis::{
    id::{AccountId, AuthorId, Id, SessionId},
    outbox,
    service::Tx,
};
use chrono::{DateTime, Utc};
use proto::feed::v1::feed::Of;
use uuid::Uuid;

use super::{
    hear_claim::{claimed, hear_claim},
    hide_comment::say_hidden,
    shown,
    to_the_desk::to_the_desk,
};
use crate::{
    Ctx,
    domain::{
        banned,
        comment::{MAX_TEXT, public_text, short_name},
        outside,
        session::{Session, SessionState},
    },
    error::Error,
    store::{self, comment::Comment, moderation::Banned, outside::Waiting, room::Counters},
    wire::show,
};

/// Comments of one transaction.
const AT_ONCE: i64 = 100;

/// Lets in what waits. A room that is not live yet keeps it waiting; one that is over takes nothing.
///
/// # Errors
/// When the database refuses.
pub async fn enter_room(ctx: &Ctx, session_id: SessionId) -> Result<(), Error> {
    loop {
        let mut tx = ctx.begin().await?;
        let mut counters = store::room::lock(&mut tx, session_id)
            .await?
            .ok_or(Error::NoSession)?;
        let session = store::session::find(&mut tx, session_id)
            .await?
            .ok_or(Error::NoSession)?;
        if session.state == SessionState::Planned {
            return Ok(());
        }
        let waiting = store::outside::waiting(&mut tx, session_id, AT_ONCE).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let banned = store::moderation::banned(&mut tx, session.organiser_id).await?;
        let now = ctx.clock.db_now(&mut tx).await?;
        for one in &waiting {
            let (state, comment) = if session.state == SessionState::Ended {
                ("late", None)
            } else {
                enter(
                    ctx,
                    &mut tx,
                    &session,
                    &mut counters,
                    banned.as_ref(),
                    one,
                    now,
                )
                .await?
            };
            store::outside::settle(&mut tx, one.arrival, state, comment).await?;
        }
        store::room::update(&mut tx, session_id, counters).await?;
        ctx.commit(tx).await?;
    }
}

/// What became of a comment.
type Became = (&'static str, Option<chassis::id::CommentId>);

async fn enter(
    ctx: &Ctx,
    tx: &mut Tx,
    session: &Session,
    counters: &mut Counters,
    banned: Option<&Banned>,
    one: &Waiting,
    now: DateTime<Utc>,
) -> Result<Became, Error> {
    let typed: String = one.text.chars().take(MAX_TEXT).collect();
    let Some(text) = presentable(&typed) else {
        return Ok(("unfit", None));
    };
    let phone = outside::phone_in(&typed);
    let (author, account) =
        store::outside::author(tx, ctx.clock.id::<AuthorId>(), one, phone.as_ref()).await?;
    let stands_for = AccountId::from_uuid(author.uuid());
    let written_by: Vec<Uuid> = [Some(stands_for), account]
        .into_iter()
        .flatten()
        .map(Id::uuid)
        .collect();
    let muted = store::moderation::muted(tx, session.id, &written_by, now).await?;
    if !muted.is_empty() {
        return Ok(("muted", None));
    }
    counters.last_comment_seq += 1;
    let mut comment = Comment {
        id: ctx.clock.id(),
        session_id: session.id,
        seq: counters.last_comment_seq,
        account_id: account.unwrap_or(stands_for),
        author_name: short_name(&one.author_name),
        text,
        at: now,
        hidden_seq: None,
        source: Some(one.source.clone()),
        source_at: Some(one.written_at),
    };
    store::comment::insert(tx, &[(comment.clone(), None)]).await?;
    if account.is_some() {
        hear_claim(ctx, tx, session, &comment, &typed).await?;
    } else if let Some(claimed) = claimed(tx, session, &comment, &typed).await? {
        to_the_desk(tx, &comment, author, &claimed).await?;
    }
    // It stands on its platform already and cannot be rephrased here: hidden, and still a claim.
    if let Some(banned) = banned
        && let Some(word) = banned::find(&comment.text, &banned.words)
    {
        counters.last_hidden_seq += 1;
        comment.hidden_seq = Some(counters.last_hidden_seq);
        let reason = format!("từ cấm: {word}");
        store::comment::hide(
            tx,
            comment.id,
            counters.last_hidden_seq,
            banned.set_by,
            &reason,
            now,
        )
        .await?;
    }
    let of = Of::Comment(show::comment(&comment));
    outbox::say_feed(tx, &ctx.clock, &shown::room(session.id), of).await?;
    if comment.hidden_seq.is_some() {
        say_hidden(ctx, tx, &comment).await?;
    }
    Ok(("shown", Some(comment.id)))
}

/// As everybody may see it. Characters that the room does not take are left out rather than losing a claim.
fn presentable(typed: &str) -> Option<String> {
    public_text(typed).ok().or_else(|| {
        let plain: String = typed
            .chars()
            .map(|letter| {
                if letter.is_alphanumeric() || letter.is_ascii_punctuation() {
                    letter
                } else {
                    ' '
                }
            })
            .collect();
        public_text(&plain).ok()
    })
}
