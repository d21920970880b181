//! Plans a session.

use chassis::{
    actor::ActorExt as _,
    id::OrganiserId,
    refusal::{Fields, Refusal},
    rpc::Asked,
};
use proto::{
    common::v1::Role,
    livestream::v1::{self as wire, PlanSession, SessionPlanned},
};

use crate::{
    Ctx,
    app::{load, shown},
    domain::{
        rule::Rule,
        session::{Session, SessionState},
    },
    error::Error,
    store,
    wire::{asked as read, show},
};

/// Plans a session of an organiser; only the organiser itself, because the terms say where money goes. The same plan
/// again finds the first.
///
/// # Errors
/// The fields, the right, another plan of this title for this time.
pub async fn plan_session(ctx: Ctx, asked: Asked<PlanSession>) -> Result<wire::Session, Error> {
    let by = asked.actor.account()?;
    let organiser_id: OrganiserId = read::id("organiser_id", &asked.request.organiser_id)?;
    asked
        .actor
        .must_work_for(organiser_id, &[Role::Organiser])?;
    let session = planned(&ctx, organiser_id, asked.request)?;

    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if session.starts_at <= now {
        return Err(Rule::StartsInThePast.into());
    }
    if !store::session::insert(&mut tx, &session, by, now).await? {
        let first =
            store::session::planned(&mut tx, organiser_id, session.starts_at, &session.title)
                .await?;
        let first = first.ok_or(Rule::PlannedTwice)?;
        let same = session.description == first.description && session.terms == first.terms;
        return if same {
            Ok(load::own(&mut tx, &first).await?)
        } else {
            Err(Rule::PlannedTwice.into())
        };
    }
    store::room::insert(&mut tx, session.id).await?;
    load::say(
        &ctx,
        &mut tx,
        session.id,
        &SessionPlanned {
            session: Some(show::session(&session)),
        },
    )
    .await?;
    ctx.commit(tx).await?;
    shown::session(&ctx, &session);
    Ok(show::own_session(&session))
}

fn planned(ctx: &Ctx, organiser_id: OrganiserId, asked: PlanSession) -> Result<Session, Refusal> {
    let mut fields = Fields::default();
    let title = read::line(&mut fields, "title", &asked.title, Session::MAX_TITLE);
    let description = read::optional_text(
        &mut fields,
        "description",
        &asked.description,
        Session::MAX_DESCRIPTION,
    );
    let terms = read::terms(&mut fields, asked.terms);
    let starts_at = read::time(&mut fields, "starts_at_ms", asked.starts_at_ms);
    if asked.starts_at_ms == 0 {
        fields.refuse(
            "starts_at_ms",
            "Thiếu giờ bắt đầu.",
            "The start is missing.",
        );
    }
    match (title, description, terms, starts_at) {
        (Some(title), Some(description), Some(terms), Some(starts_at)) => Ok(Session {
            id: ctx.clock.id(),
            organiser_id,
            title,
            description,
            state: SessionState::Planned,
            starts_at,
            went_live_at: None,
            ended_at: None,
            stopped_reason: None,
            video: false,
            terms,
            pinned_offer_id: None,
            version: 1,
        }),
        _ => Err(fields.into_refusal()),
    }
}
