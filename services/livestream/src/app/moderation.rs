//! What a comment has to pass before it is written: mutes, banned words, slow mode.

use chassis::service::Tx;
use chrono::TimeDelta;

use crate::{
    app::hear_claim::claimed,
    domain::{banned, rule::Rule, session::Session},
    error::Error,
    store::{self, comment::Comment},
};

/// May this comment be written?
///
/// One with a banned word is refused, so that its author can rephrase it at once: what is silently held is a claim
/// lost. Slow mode lets a plain claim through, since it is an order and no chatter; the pace of an account still
/// counts it.
///
/// # Errors
/// Muted, a banned word, slow mode.
pub(super) async fn check(
    tx: &mut Tx,
    session: &Session,
    comment: &Comment,
    typed: &str,
) -> Result<(), Error> {
    let (author, now) = (comment.account_id, comment.at);
    if let Some(mute) = store::moderation::muted(tx, session.id, author, now).await? {
        return Err(Rule::Muted(mute.until).into());
    }
    if let Some(banned) = store::moderation::banned(tx, session.organiser_id).await?
        && let Some(word) = banned::find(&comment.text, &banned.words)
    {
        return Err(Rule::BannedWord(word.to_owned()).into());
    }
    let Some(seconds) = store::moderation::slow_seconds(tx, session.id).await? else {
        return Ok(());
    };
    let last = store::comment::last_at(tx, session.id, author).await?;
    let next = last.map(|last| last + TimeDelta::seconds(seconds.into()));
    let Some(wait) = next
        .map(|next| next - now)
        .filter(|wait| *wait > TimeDelta::zero())
    else {
        return Ok(());
    };
    if claimed(tx, session, comment, typed).await?.is_some() {
        return Ok(());
    }
    let wait = wait.num_milliseconds().unsigned_abs().div_ceil(1_000);
    Err(Rule::SlowMode {
        seconds: seconds.unsigned_abs(),
        retry_after_seconds: u32::try_from(wait).unwrap_or(u32::MAX),
    }
    .into())
}
