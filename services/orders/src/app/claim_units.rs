//! `hold.claim`: a shopper taps, or somebody at the desk claims for them.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::{AccountId, SessionId},
    rpc::Asked,
    text,
};
use proto::orders::v1::{ClaimUnits, KeptUnits};

use crate::{
    Ctx,
    app::show_order::not_found,
    domain::intake::{Answer, Ask, Claim, ClaimRefused, Kept, Once},
    error::Error,
    store,
    wire::holds,
};

/// Holds what there is, and keeps a place in line for the rest. Saying the same again changes nothing.
///
/// # Errors
/// Nobody is signed in, a line breaks a rule, claiming for others without being of the session's staff; what an offer
/// refuses stands in its line.
pub async fn claim_units(ctx: Ctx, asked: Asked<ClaimUnits>) -> Result<KeptUnits, Error> {
    let caller = asked.actor.account()?;
    let request = &asked.request;
    let session = read_session(&request.session_id)?;
    let wishes = holds::read_wishes(&request.lines, request.give_all_back)?;
    let account = if request.account_id.is_empty() {
        caller
    } else {
        request.account_id.parse().map_err(|_| not_found())?
    };
    let assisted_by = (account != caller).then_some(caller);
    if assisted_by.is_some() {
        let mut conn = ctx.db.acquire().await?;
        let organiser = store::offers::organiser_of(&mut conn, session)
            .await?
            .ok_or_else(not_found)?;
        if !asked.actor.works_for(organiser, STAFF) {
            return Err(Refusal::forbidden().into());
        }
        drop(conn);
    }
    let shopper_name = text::clean_line(&request.shopper_name, 100).unwrap_or_default();
    let claim = Claim {
        once: Some(Once::tap(asked.id)),
        session,
        account,
        shopper_name,
        by: assisted_by,
        wishes,
    };
    settle(&ctx, session, Ask::Claim(Box::new(claim)), asked.deadline).await
}

/// Asks the intake about holds, and says what is kept now.
///
/// # Errors
/// *busy*; *not found* when there is no such hold.
pub(super) async fn settle(
    ctx: &Ctx,
    session: SessionId,
    ask: Ask,
    deadline: tokio::time::Instant,
) -> Result<KeptUnits, Error> {
    match ctx.intake.ask(session, ask, deadline).await?.answer {
        Answer::Claimed(kept) => {
            tell_desk(ctx, session, &kept);
            Ok(holds::kept_units(&kept))
        }
        _ => Err(Refusal::not_found("hàng đang giữ", "hold").into()),
    }
}

/// A restricted shopper's wish is at the desk now.
fn tell_desk(ctx: &Ctx, session: SessionId, kept: &[Kept]) {
    let held_back = |kept: &Kept| kept.refused == Some(ClaimRefused::Restricted);
    if kept.iter().any(held_back) {
        ctx.desk.note(session);
    }
}

/// Reads a session's id.
///
/// # Errors
/// It is none.
pub(super) fn read_session(id: &str) -> Result<SessionId, Refusal> {
    id.parse()
        .map_err(|_| Refusal::field("session_id", "Mã không hợp lệ.", "Not a valid id."))
}

/// Claims that comments brought, in the room's order; events that were applied before change nothing.
///
/// # Errors
/// *busy*; a claim that cannot be read is a dead letter.
pub async fn commented(
    ctx: Ctx,
    heard: Vec<chassis::inbox::Heard<proto::livestream::v1::ClaimCommented>>,
) -> Result<(), Error> {
    let mut asks = Vec::with_capacity(heard.len());
    for one in &heard {
        let event = &one.event;
        let session = read_session(&event.session_id)?;
        let account: AccountId = event.account_id.parse().map_err(|_| not_found())?;
        let claim = Claim {
            once: Some(Once {
                id: one.head.id,
                kind: "phien.livestream.v1.ClaimCommented",
            }),
            session,
            account,
            shopper_name: event.shopper_name.clone(),
            by: None,
            wishes: holds::read_wishes(&event.lines, event.give_all_back)?,
        };
        asks.push((session, Ask::Claim(Box::new(claim))));
    }
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    let sessions: Vec<SessionId> = asks.iter().map(|(session, _)| *session).collect();
    let told = ctx.intake.ask_all(asks, deadline).await;
    for (session, told) in sessions.into_iter().zip(told) {
        if let Answer::Claimed(kept) = told?.answer {
            tell_desk(&ctx, session, &kept);
        }
    }
    Ok(())
}
