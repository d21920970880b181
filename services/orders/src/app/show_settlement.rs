//! `settlement.show`: what was sold of a producer's goods, and who received the money.

use chassis::{
    Refusal,
    actor::ActorExt as _,
    clock::from_ms,
    id::{OrganiserId, ProducerId, SessionId},
    rpc::Asked,
};
use proto::{
    common::v1::Role,
    orders::v1::{Settlement, ShowSettlement},
};

use crate::{
    Ctx,
    error::Error,
    store::{self, settlements::Of},
    wire::reports::settlement_row,
};

/// Shows a producer's settlement: to its keepers all of it, to organisers what was sold in their own sessions.
///
/// # Errors
/// *forbidden*, ids that are none.
pub async fn show_settlement(ctx: Ctx, asked: Asked<ShowSettlement>) -> Result<Settlement, Error> {
    let request = &asked.request;
    asked.actor.account()?;
    let producer: ProducerId = request.producer_id.parse().map_err(|_| {
        Refusal::field(
            "producer_id",
            "Mã chủ thể không hợp lệ.",
            "Not a producer id.",
        )
    })?;
    let session: Option<SessionId> = match request.session_id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| {
            Refusal::field("session", "Mã phiên không hợp lệ.", "Not a session id.")
        })?),
    };
    let organisers = if asked.actor.keeps(producer) {
        None
    } else {
        let members = asked.actor.memberships.iter();
        let organises: Vec<OrganiserId> = members
            .filter(|member| member.role() == Role::Organiser)
            .filter_map(|member| member.organiser_id.parse().ok())
            .collect();
        if organises.is_empty() {
            return Err(Refusal::forbidden().into());
        }
        Some(organises)
    };
    let of = Of {
        producer,
        session,
        from: from_ms(request.from_ms),
        to: from_ms(request.to_ms),
        organisers,
    };
    let mut view = ctx.view().await?;
    let rows = store::settlements::rows(&mut view, &of).await?;
    Ok(Settlement {
        producer_id: producer.to_string(),
        rows: rows.iter().map(settlement_row).collect(),
    })
}
