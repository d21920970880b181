//! Joins somebody from elsewhere to an account: by a link that was sent to the author, or by a proved phone.

use std::collections::BTreeSet;

use chassis::{
    actor::ActorExt as _,
    id::{AccountId, SessionId},
    rpc::Asked,
    service::Tx,
};
use prost::Message as _;
use proto::livestream::v1::{AuthorLinked, ClaimCommented, LinkAuthor};
use uuid::Uuid;

use super::load;
use crate::{Ctx, domain::session::SessionState, error::Error, store};

/// Links the asker; claims that waited become the asker's, in the room's order, while their session is live.
///
/// # Errors
/// Nobody is signed in, a link that is not there any more.
pub async fn link_author(ctx: Ctx, asked: Asked<LinkAuthor>) -> Result<AuthorLinked, Error> {
    let account = asked.actor.account()?;
    let (token, phone) = match asked.request.token.as_str() {
        "" => (
            None,
            Some(asked.request.proved_phone.as_str()).filter(|phone| !phone.is_empty()),
        ),
        token => (
            Some(Uuid::try_parse(token).map_err(|_| Error::NoLink)?),
            None,
        ),
    };
    let mut tx = ctx.begin().await?;
    // Rooms before authors, as when comments come in.
    let rooms: BTreeSet<SessionId> = store::outside::sessions_of(&mut tx, token, phone)
        .await?
        .into_iter()
        .collect();
    for room in &rooms {
        store::room::lock(&mut tx, *room).await?;
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    let authors = store::outside::link(&mut tx, account, token, phone, now).await?;
    if authors.is_empty() && token.is_some() {
        return Err(Error::NoLink);
    }
    let authors: Vec<Uuid> = authors.into_iter().map(chassis::id::Id::uuid).collect();
    let mut claims = 0;
    for room in rooms {
        claims += say_claims(&ctx, &mut tx, room, &authors, account).await?;
    }
    ctx.commit(tx).await?;
    Ok(AuthorLinked {
        authors: u32::try_from(authors.len()).unwrap_or(u32::MAX),
        claims,
    })
}

/// Says what the authors claimed in a session, as it was read when it came.
async fn say_claims(
    ctx: &Ctx,
    tx: &mut Tx,
    session: SessionId,
    authors: &[Uuid],
    account: AccountId,
) -> Result<u32, Error> {
    let live = store::session::find(tx, session)
        .await?
        .is_some_and(|session| session.state == SessionState::Live);
    let mut said = 0;
    for (comment, claimed) in store::outside::claims_of(tx, session, authors).await? {
        let claimed = ClaimCommented::decode(claimed.as_slice())
            .map_err(|_| Error::Misfit("a kept claim cannot be read"))?;
        if live {
            let claimed = ClaimCommented {
                account_id: account.to_string(),
                ..claimed
            };
            load::say(ctx, tx, session, &claimed).await?;
            said += 1;
        }
        store::outside::settle_claim(tx, comment, if live { "linked" } else { "late" }).await?;
    }
    Ok(said)
}
