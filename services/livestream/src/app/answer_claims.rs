//! The room's answer to claims: what is held for whom, who waits.

use std::collections::BTreeMap;

use chassis::{
    id::SessionId,
    inbox::{self, Heard},
    outbox,
};
use proto::{
    feed::v1::{self as feed, feed::Of},
    orders::v1::{HoldFact, HoldsMade},
};

use crate::{Ctx, app::shown, domain::comment::short_name, error::Error, store, wire::show};

/// Answers that are shown one by one when they come in one breath; of a rush, only the newest.
const SHOWN: usize = 10;

/// Units were held, or shoppers wait: the room sees each answer once, in one gap-free count.
///
/// # Errors
/// There is no such session.
pub async fn holds_made(ctx: Ctx, heard: Vec<Heard<HoldsMade>>) -> Result<(), Error> {
    let Some((mut tx, fresh)) = inbox::begin_many(&ctx, heard).await? else {
        return Ok(());
    };
    let mut rooms: BTreeMap<SessionId, Vec<&HoldFact>> = BTreeMap::new();
    for one in &fresh {
        let session = one
            .event
            .session_id
            .parse()
            .map_err(|_| Error::Misfit("a session id"))?;
        rooms.entry(session).or_default().extend(&one.event.holds);
    }
    for (session, holds) in rooms {
        let mut counters = store::room::lock(&mut tx, session)
            .await?
            .ok_or(Error::NoSession)?;
        let answers = answers(session, counters.last_claim_seq, &holds);
        counters.last_claim_seq += i64::try_from(holds.len()).unwrap_or(i64::MAX);
        store::room::update(&mut tx, session, counters).await?;
        outbox::say_feeds(&mut tx, &ctx.clock, &shown::room(session), answers).await?;
    }
    ctx.commit(tx).await?;
    Ok(())
}

/// The answers that the room sees, numbered after `last_seq`.
fn answers(session: SessionId, last_seq: i64, holds: &[&HoldFact]) -> Vec<Of> {
    let (hidden, shown) = holds.split_at(holds.len().saturating_sub(SHOWN));
    let mut more = u32::try_from(hidden.len()).unwrap_or(u32::MAX);
    (last_seq + 1 + i64::from(more)..)
        .zip(shown)
        .map(|(seq, hold)| {
            Of::Claim(feed::Claim {
                session_id: session.to_string(),
                seq: show::count(seq),
                shopper_name: short_name(&hold.shopper_name),
                claim_code: hold.claim_code.clone(),
                units: hold.units,
                waiting: hold.waiting,
                until_ms: hold.until_ms,
                promoted: hold.promoted,
                // The first that is shown stands for those before it.
                more: std::mem::take(&mut more),
            })
        })
        .collect()
}
