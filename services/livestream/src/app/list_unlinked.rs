//! Claims from elsewhere whose authors no account is known of, for the desk.

use chassis::{
    actor::{ActorExt as _, STAFF},
    clock::to_ms,
    id::SessionId,
    rpc::Asked,
};
use proto::livestream::v1::{ListUnlinkedClaims, UnlinkedClaim, UnlinkedClaims};

use crate::{
    Ctx,
    error::Error,
    store,
    wire::{asked as read, show},
};

/// In the room's order, with the link to send to each author; at most 500.
///
/// # Errors
/// Not one of the organiser's people.
pub async fn list_unlinked_claims(
    ctx: Ctx,
    asked: Asked<ListUnlinkedClaims>,
) -> Result<UnlinkedClaims, Error> {
    let id: SessionId = read::id("session_id", &asked.request.session_id)?;
    let mut conn = ctx.db.acquire().await?;
    let session = store::session::find(&mut conn, id)
        .await?
        .ok_or(Error::NoSession)?;
    asked.actor.must_work_for(session.organiser_id, STAFF)?;
    let claims = store::outside::unlinked(&mut conn, id).await?;
    Ok(UnlinkedClaims {
        claims: claims
            .into_iter()
            .map(|claim| UnlinkedClaim {
                comment_id: claim.comment_id.to_string(),
                session_id: id.to_string(),
                seq: show::count(claim.seq),
                source: claim.source,
                author_name: claim.author_name,
                text: claim.text,
                at_ms: to_ms(claim.at),
                link_token: claim
                    .link_token
                    .map(|token| token.simple().to_string())
                    .unwrap_or_default(),
                has_phone: claim.has_phone,
            })
            .collect(),
    })
}
