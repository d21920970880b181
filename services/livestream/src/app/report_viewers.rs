//! Takes a gateway's count of those who watch.

use chassis::{
    id::{GatewayId, SessionId},
    rpc::Asked,
};
use proto::{common::v1::Done, livestream::v1::ReportViewers};

use crate::{Ctx, error::Error, store, wire::asked as read};

/// Takes what one gateway counts now, in the place of what it said before. Gateways ask for themselves, so there is
/// no account; that the bus believes them is enough.
///
/// # Errors
/// The gateway's id.
pub async fn report_viewers(ctx: Ctx, asked: Asked<ReportViewers>) -> Result<Done, Error> {
    let gateway: GatewayId = read::id("gateway_id", &asked.request.gateway_id)?;
    // What is not a session of ours is watched by nobody.
    let (sessions, viewers): (Vec<SessionId>, Vec<i64>) = asked
        .request
        .viewers_by_session
        .iter()
        .filter_map(|(session, viewers)| {
            Some((session.parse::<SessionId>().ok()?, i64::from(*viewers)))
        })
        .unzip();
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    store::viewers::report(&mut tx, gateway, &sessions, &viewers, now).await?;
    ctx.commit(tx).await?;
    Ok(Done {})
}
