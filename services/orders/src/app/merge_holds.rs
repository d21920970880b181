//! `hold.merge`: the desk makes two open orders one, or gives a part of one to somebody else.

use chassis::{Refusal, actor::ActorExt as _, id::AccountId, rpc::Asked, text};
use proto::orders::v1::{KeptUnits, MergeHolds};

use crate::{
    Ctx,
    app::{
        claim_units::{read_session, settle},
        list_desk::must_staff,
    },
    domain::intake::{Ask, Merge, Once},
    error::Error,
    wire::holds,
};

/// Held units go over with the later of the two deadlines; places in line stay whose they are. It is kept who did it.
///
/// # Errors
/// *forbidden*, *busy*, or a field that breaks a rule; what an offer refuses stands in its line.
pub async fn merge_holds(ctx: Ctx, asked: Asked<MergeHolds>) -> Result<KeptUnits, Error> {
    let by = asked.actor.account()?;
    let request = &asked.request;
    let session = read_session(&request.session_id)?;
    let from = read_account("from_account_id", &request.from_account_id)?;
    let into = read_account("into_account_id", &request.into_account_id)?;
    if from == into {
        let (vi, en) = (
            "Cần hai người mua khác nhau.",
            "Two different shoppers are needed.",
        );
        return Err(Refusal::field("into_account_id", vi, en).into());
    }
    let lines = holds::read_merge(&request.lines)?;
    let mut conn = ctx.db.acquire().await?;
    must_staff(&mut conn, &asked.actor, session).await?;
    drop(conn);
    let merge = Merge {
        once: Some(Once::merge(asked.id)),
        session,
        from,
        into,
        shopper_name: text::clean_line(&request.shopper_name, 100).unwrap_or_default(),
        by,
        lines,
    };
    settle(&ctx, session, Ask::Merge(Box::new(merge)), asked.deadline).await
}

fn read_account(field: &str, id: &str) -> Result<AccountId, Refusal> {
    id.parse()
        .map_err(|_| Refusal::field(field, "Mã không hợp lệ.", "Not a valid id."))
}
