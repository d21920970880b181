//! Answers a complaint, and closes it.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    id::{AccountId, ComplaintId},
    rpc::Asked,
    service::Tx,
    text,
};
use proto::{
    common::v1::Actor,
    livestream::v1::{self as wire, AnswerComplaint, CloseComplaint},
};

use super::shown;
use crate::{
    Ctx,
    domain::{
        complaint::{MAX_TEXT, State},
        rule::Rule,
    },
    error::Error,
    store::{self, complaint::Complaint},
    wire::{asked as read, complaints},
};

/// Answers; the same answer again is done already.
///
/// # Errors
/// The answer, one that is answered otherwise, not a moderator of this room.
pub async fn answer_complaint(
    ctx: Ctx,
    asked: Asked<AnswerComplaint>,
) -> Result<wire::Complaint, Error> {
    let mut tx = ctx.begin().await?;
    let (by, mut complaint) = load(&mut tx, &asked.actor, &asked.request.complaint_id).await?;
    let answer = read::text("answer", text::clean_text(&asked.request.answer, MAX_TEXT))?;
    if complaint.answer.as_ref() == Some(&answer) {
        return Ok(complaints::show(&complaint));
    }
    if complaint.state != State::Open {
        return Err(Rule::ComplaintAnswered.into());
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    store::complaint::answer(&mut tx, complaint.id, &answer, by, now).await?;
    ctx.commit(tx).await?;
    complaint.state = State::Answered;
    complaint.answer = Some(answer);
    complaint.answered_at = Some(now);
    shown::complaint(&ctx, &complaint);
    Ok(complaints::show(&complaint))
}

/// Closes one that is answered; again: done already.
///
/// # Errors
/// One without an answer, not a moderator of this room.
pub async fn close_complaint(
    ctx: Ctx,
    asked: Asked<CloseComplaint>,
) -> Result<wire::Complaint, Error> {
    let mut tx = ctx.begin().await?;
    let (by, mut complaint) = load(&mut tx, &asked.actor, &asked.request.complaint_id).await?;
    match complaint.state {
        State::Open => return Err(Rule::ComplaintOpen.into()),
        State::Closed => return Ok(complaints::show(&complaint)),
        State::Answered => {}
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    store::complaint::close(&mut tx, complaint.id, by, now).await?;
    ctx.commit(tx).await?;
    complaint.state = State::Closed;
    complaint.closed_at = Some(now);
    shown::complaint(&ctx, &complaint);
    Ok(complaints::show(&complaint))
}

async fn load(tx: &mut Tx, actor: &Actor, id: &str) -> Result<(AccountId, Complaint), Error> {
    let by = actor.account()?;
    let id: ComplaintId = read::id("complaint_id", id)?;
    let complaint = store::complaint::lock(tx, id)
        .await?
        .ok_or(Error::NoComplaint)?;
    let session = store::session::find(tx, complaint.session_id)
        .await?
        .ok_or(Error::NoSession)?;
    actor.must_work_for(session.organiser_id, MODERATES)?;
    Ok((by, complaint))
}
