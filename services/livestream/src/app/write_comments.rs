//! Writes the comments of a room that came together: each under its own rules, all in one transaction.

use std::collections::HashMap;

use chassis::{
    Refusal,
    id::{AccountId, Id as _, SessionId},
    outbox::{self, Word},
    service::Tx,
};
use chrono::{DateTime, Utc};
use proto::feed::v1::feed::Of;
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    hear_claim::{Meant, meant},
    load,
    moderation::Moderation,
    shown,
};
use crate::{
    Ctx,
    domain::{
        comment::{Recent, WINDOW},
        offer::Offer,
        rule::Rule,
        session::{Session, SessionState},
    },
    error::Error,
    store::{self, comment::Comment, room::Counters},
    wire::show,
};

/// A comment that is to be written.
#[derive(Debug)]
pub struct Said {
    /// By whom.
    pub account_id: AccountId,
    /// As shown.
    pub author_name: String,
    /// As typed.
    pub typed: String,
    /// As shown.
    pub text: String,
    /// The same key again is the same comment.
    pub key: Option<String>,
    /// When its author stops waiting.
    pub deadline: Instant,
}

/// Writes comments in their order; what became of each, in the same order. The same key again gives the first comment;
/// one whose author has stopped waiting is not written, and *busy*.
///
/// # Errors
/// No such session, the database: then nothing is written.
pub async fn write_comments(
    ctx: &Ctx,
    session_id: SessionId,
    said: &[Said],
) -> Result<Vec<Result<Comment, Refusal>>, Error> {
    let mut tx = ctx.begin().await?;
    // The room's lock gives the numbers, and orders these comments against the session's end.
    let counters = store::room::lock(&mut tx, session_id)
        .await?
        .ok_or(Error::NoSession)?;
    let session = store::session::find(&mut tx, session_id)
        .await?
        .ok_or(Error::NoSession)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let mut room = Room::load(ctx, &mut tx, session, counters, now, said).await?;
    let looked_at = Instant::now();
    let became = said
        .iter()
        .map(|said| {
            if said.deadline <= looked_at {
                return Err(Refusal::busy());
            }
            room.hear(said).map_err(|rule| Error::from(rule).into())
        })
        .collect();
    room.save(&mut tx).await?;
    ctx.commit(tx).await?;
    Ok(became)
}

/// A locked room, and what is said in it by this transaction.
struct Room<'a> {
    ctx: &'a Ctx,
    session: Session,
    offers: Vec<Offer>,
    moderation: Moderation,
    counters: Counters,
    now: DateTime<Utc>,
    recent: HashMap<AccountId, Recent>,
    by_key: HashMap<(AccountId, String), Comment>,
    written: Vec<(Comment, Option<String>)>,
    claims: Vec<Word>,
}

impl<'a> Room<'a> {
    async fn load(
        ctx: &'a Ctx,
        tx: &mut Tx,
        session: Session,
        counters: Counters,
        now: DateTime<Utc>,
        said: &[Said],
    ) -> Result<Self, Error> {
        let id = session.id;
        let authors: Vec<Uuid> = said.iter().map(|said| said.account_id.uuid()).collect();
        let mut by_key = HashMap::new();
        for (account, key) in store::comment::known(tx, id, &keyed(said)).await? {
            if let Some(first) = store::comment::by_key(tx, id, account, &key).await? {
                by_key.insert((account, key), first);
            }
        }
        Ok(Self {
            ctx,
            offers: store::offer::of_session(tx, id).await?,
            moderation: Moderation::load(tx, &session, &authors, now).await?,
            recent: store::comment::recent(tx, id, &authors, now - WINDOW).await?,
            session,
            counters,
            now,
            by_key,
            written: Vec::new(),
            claims: Vec::new(),
        })
    }

    fn hear(&mut self, said: &Said) -> Result<Comment, Rule> {
        let key = said.key.clone().map(|key| (said.account_id, key));
        if let Some(first) = key.as_ref().and_then(|key| self.by_key.get(key)) {
            return if first.text == said.text {
                Ok(first.clone())
            } else {
                Err(Rule::KeyReused)
            };
        }
        match self.session.state {
            SessionState::Live => {}
            SessionState::Planned => return Err(Rule::NotLive),
            SessionState::Ended => return Err(Rule::SessionEnded),
        }
        let recent = self.recent.entry(said.account_id).or_default();
        self.ctx.config.pace().check(*recent, self.now)?;
        let comment = Comment {
            id: self.ctx.clock.id(),
            session_id: self.session.id,
            seq: self.counters.last_comment_seq + 1,
            account_id: said.account_id,
            author_name: said.author_name.clone(),
            text: said.text.clone(),
            at: self.now,
            hidden_seq: None,
            source: None,
            source_at: None,
        };
        let meant = meant(&self.session, &self.offers, &comment, &said.typed);
        let claims = matches!(meant, Meant::Claim(_));
        self.moderation.check(&comment, claims)?;

        recent.add(self.now);
        self.moderation.heard(&comment);
        self.counters.last_comment_seq = comment.seq;
        self.claims.extend(meant.word());
        if let Some(key) = key {
            self.by_key.insert(key, comment.clone());
        }
        self.written.push((comment.clone(), said.key.clone()));
        Ok(comment)
    }

    async fn save(self, tx: &mut Tx) -> Result<(), Error> {
        if self.written.is_empty() {
            return Ok(());
        }
        store::comment::insert(tx, &self.written).await?;
        store::room::update(tx, self.session.id, self.counters).await?;
        load::say_all(self.ctx, tx, self.session.id, &self.claims).await?;
        let shown = self.written.iter();
        let shown = shown.map(|(comment, _)| Of::Comment(show::comment(comment)));
        let room = shown::room(self.session.id);
        outbox::say_feeds(tx, &self.ctx.clock, &room, shown.collect()).await?;
        Ok(())
    }
}

/// Those with a key.
fn keyed(said: &[Said]) -> Vec<(AccountId, String)> {
    let keyed = said.iter().filter_map(|said| {
        let key = said.key.clone()?;
        Some((said.account_id, key))
    });
    keyed.collect()
}
