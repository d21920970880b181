//! What a comment has to pass before it is written: mutes, banned words, slow mode.

use std::collections::HashMap;

use chassis::{id::AccountId, service::Tx};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    domain::{banned, rule::Rule, session::Session},
    store::{self, comment::Comment, moderation::Banned},
};

/// How a room is moderated now, for those who want to write in it.
pub(super) struct Moderation {
    /// Until when who may not write; none: until the session ends.
    mutes: HashMap<AccountId, Option<DateTime<Utc>>>,
    banned: Option<Banned>,
    /// Seconds between two comments of one author; none: slow mode is off.
    slow_seconds: Option<i32>,
    /// In slow mode, when each wrote last.
    last: HashMap<AccountId, DateTime<Utc>>,
}

impl Moderation {
    /// Loads what concerns these authors.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn load(
        tx: &mut Tx,
        session: &Session,
        authors: &[Uuid],
        now: DateTime<Utc>,
    ) -> Result<Self, sqlx::Error> {
        let slow_seconds = store::moderation::slow_seconds(tx, session.id).await?;
        Ok(Self {
            mutes: store::moderation::muted(tx, session.id, authors, now).await?,
            banned: store::moderation::banned(tx, session.organiser_id).await?,
            slow_seconds,
            last: match slow_seconds {
                Some(_) => store::comment::last_at(tx, session.id, authors).await?,
                None => HashMap::new(),
            },
        })
    }

    /// May this comment be written? `claims`: it plainly does.
    ///
    /// One with a banned word is refused, so that its author can rephrase it at once: what is silently held is a claim
    /// lost. Slow mode lets a plain claim through, since it is an order and no chatter; the pace of an account still
    /// counts it.
    ///
    /// # Errors
    /// Muted, a banned word, slow mode.
    pub(super) fn check(&self, comment: &Comment, claims: bool) -> Result<(), Rule> {
        let (author, now) = (&comment.account_id, comment.at);
        if let Some(until) = self.mutes.get(author) {
            return Err(Rule::Muted(*until));
        }
        if let Some(banned) = &self.banned
            && let Some(word) = banned::find(&comment.text, &banned.words)
        {
            return Err(Rule::BannedWord(word.to_owned()));
        }
        let (Some(seconds), false) = (self.slow_seconds, claims) else {
            return Ok(());
        };
        let next = self
            .last
            .get(author)
            .map(|last| *last + TimeDelta::seconds(seconds.into()));
        let Some(wait) = next
            .map(|next| next - now)
            .filter(|wait| *wait > TimeDelta::zero())
        else {
            return Ok(());
        };
        let wait = wait.num_milliseconds().unsigned_abs().div_ceil(1_000);
        Err(Rule::SlowMode {
            seconds: seconds.unsigned_abs(),
            retry_after_seconds: u32::try_from(wait).unwrap_or(u32::MAX),
        })
    }

    /// A comment that is written counts for the next.
    pub(super) fn heard(&mut self, comment: &Comment) {
        self.last.insert(comment.account_id, comment.at);
    }
}
