//! `shopper.restrict`, `shopper.unrestrict`: whose claims and orders go through the desk.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STEERS},
    clock::from_ms,
    id::{AccountId, EventId, Id as _, OrganiserId},
    rpc::Asked,
    text,
};
use chrono::{DateTime, Utc};
use proto::orders::v1::{self as wire, LiftRestriction, RestrictShopper};

use crate::{
    Ctx,
    app::keep_restrictions,
    domain::desk::LONGEST_RESTRICTION,
    error::Error,
    store::{self, shoppers::Restriction},
    wire::desk,
};

/// Restricts a shopper, with a reason and perhaps an end; one that stands is lifted and kept as history.
///
/// # Errors
/// *forbidden*, no reason, an end that is past or too far.
pub async fn restrict_shopper(
    ctx: Ctx,
    asked: Asked<RestrictShopper>,
) -> Result<wire::Restriction, Error> {
    let by = asked.actor.account()?;
    let request = &asked.request;
    let (organiser, account) = read(&request.organiser_id, &request.account_id)?;
    asked.actor.must_work_for(organiser, STEERS)?;
    let reason = text::clean_line(&request.reason, 300)
        .ok()
        .filter(|reason| reason.chars().count() >= 3)
        .ok_or_else(|| {
            Refusal::field(
                "reason",
                "Cần lý do, 3 đến 300 ký tự.",
                "A reason is needed, 3 to 300 characters.",
            )
        })?;
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let until = read_until(request.until_ms, now)?;
    store::shoppers::lift(&mut tx, organiser, account, by, now).await?;
    let restriction = Restriction {
        id: ctx.clock.id::<EventId>().uuid(),
        organiser_id: organiser,
        account_id: account,
        reason,
        made_by: by,
        made_at: now,
        until,
        lifted_by: None,
        lifted_at: None,
    };
    store::shoppers::restrict(&mut tx, &restriction).await?;
    ctx.commit(tx).await?;
    keep_restrictions::read(&ctx).await?;
    Ok(desk::restriction(&restriction))
}

/// Lifts the restriction that stands.
///
/// # Errors
/// *forbidden*; none stands.
pub async fn lift_restriction(
    ctx: Ctx,
    asked: Asked<LiftRestriction>,
) -> Result<wire::Restriction, Error> {
    let by = asked.actor.account()?;
    let (organiser, account) = read(&asked.request.organiser_id, &asked.request.account_id)?;
    asked.actor.must_work_for(organiser, STEERS)?;
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    store::shoppers::lift(&mut tx, organiser, account, by, now).await?;
    let newest = store::shoppers::history(&mut tx, organiser, account)
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| Refusal::not_found("hạn chế này", "restriction"))?;
    ctx.commit(tx).await?;
    keep_restrictions::read(&ctx).await?;
    Ok(desk::restriction(&newest))
}

fn read(organiser: &str, account: &str) -> Result<(OrganiserId, AccountId), Refusal> {
    let no = || Refusal::not_found("người mua này", "shopper");
    Ok((
        organiser.parse().map_err(|_| no())?,
        account.parse().map_err(|_| no())?,
    ))
}

fn read_until(ms: i64, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Refusal> {
    if ms == 0 {
        return Ok(None);
    }
    let until = from_ms(ms).filter(|until| *until > now && *until <= now + LONGEST_RESTRICTION);
    until.map(Some).ok_or_else(|| {
        Refusal::field(
            "until",
            "Ngày hết hạn phải ở tương lai, trong vòng một năm.",
            "The end must lie ahead, within a year.",
        )
    })
}
