//! Takes a viewer's complaint (Law 122/2025/QH15, Art. 22).

use chassis::{
    actor::ActorExt as _,
    id::{OfferId, SessionId},
    rpc::Asked,
    text,
};
use proto::livestream::v1::{self as wire, FileComplaint};

use super::shown;
use crate::{
    Ctx,
    domain::{
        comment::short_name,
        complaint::{MAX_TEXT, MOST, State},
        rule::Rule,
    },
    error::Error,
    store::{self, complaint::Complaint},
    wire::{asked as read, complaints},
};

/// Keeps a complaint with the second of the session and what was pinned then; the same key again gives the first one.
/// Also after the session: what somebody saw does not end with it.
///
/// # Errors
/// Nobody is signed in, the fields, a session that was never live, too many.
pub async fn file_complaint(
    ctx: Ctx,
    asked: Asked<FileComplaint>,
) -> Result<wire::Complaint, Error> {
    let account_id = asked.actor.account()?;
    let session_id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let offer_id: Option<OfferId> = match asked.request.offer_id.as_str() {
        "" => None,
        id => Some(read::id("offer_id", id)?),
    };
    let category = complaints::category(asked.request.category())?;
    let text = read::text("text", text::clean_text(&asked.request.text, MAX_TEXT))?;
    let key = read::key(&asked.request.idempotency_key)?;

    let mut tx = ctx.begin().await?;
    // The session's lock: two repeats at once are one after the other, and the pin is the pin of now.
    let session = store::session::lock(&mut tx, session_id)
        .await?
        .ok_or(Error::NoSession)?;
    if let Some(key) = key
        && let Some(first) = store::complaint::by_key(&mut tx, session_id, account_id, key).await?
    {
        return if first.text == text {
            Ok(complaints::show(&first))
        } else {
            Err(Rule::KeyReused.into())
        };
    }
    let went_live_at = session.went_live_at.ok_or(Rule::NotLive)?;
    if let Some(offer) = offer_id {
        store::offer::find(&mut tx, offer)
            .await?
            .filter(|offer| offer.session_id == session_id)
            .ok_or(Error::NoOffer)?;
    }
    if store::complaint::count(&mut tx, session_id, account_id).await? >= MOST {
        return Err(Rule::TooManyComplaints.into());
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    let second = (now - went_live_at).num_seconds().max(0);
    let mut complaint = Complaint {
        id: ctx.clock.id(),
        number: 0,
        session_id,
        account_id,
        author_name: short_name(&asked.request.author_name),
        offer_id,
        pinned_offer_id: session.pinned_offer_id,
        second: i32::try_from(second).unwrap_or(i32::MAX),
        category,
        text,
        state: State::Open,
        answer: None,
        answered_at: None,
        closed_at: None,
        at: now,
    };
    complaint.number = store::complaint::insert(&mut tx, &complaint, key).await?;
    ctx.commit(tx).await?;
    shown::complaint(&ctx, &complaint);
    Ok(complaints::show(&complaint))
}
