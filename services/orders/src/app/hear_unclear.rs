//! Comments that may be claims come to the desk.

use chassis::inbox::{self, Heard};
use proto::livestream::v1::ClaimUnclear;

use crate::{Ctx, error::Error, store, wire::desk};

/// Each comment is one item.
///
/// # Errors
/// When the database refuses; one that cannot be read is a dead letter.
pub async fn hear_unclear(ctx: Ctx, heard: Vec<Heard<ClaimUnclear>>) -> Result<(), Error> {
    let Some((mut tx, fresh)) = inbox::begin_many(&ctx, heard).await? else {
        return Ok(());
    };
    let mut sessions = Vec::with_capacity(fresh.len());
    for one in &fresh {
        let item = desk::read_unclear(ctx.clock.id(), one.head.at, &one.event)?;
        store::desk::insert(&mut tx, &item).await?;
        sessions.push(item.session_id);
    }
    ctx.commit(tx).await?;
    for session in sessions {
        ctx.desk.note(session);
    }
    Ok(())
}
