//! Says how many claims wait at the desks whose number changed, at most twice a second.

use std::time::Duration;

use chassis::{id::SessionId, telemetry::chain};
use proto::{
    contract::Audience,
    feed::v1::{UnclearNews, feed::Of},
};

use crate::{Ctx, store};

const EVERY: Duration = Duration::from_millis(500);

/// Runs until the role stops.
pub fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        while ctx.lifecycle.sleep(EVERY).await {
            for session in ctx.desk.take() {
                match say(&ctx, session).await {
                    Ok(()) => {}
                    Err(error) => {
                        tracing::warn!("the desk's number was not said: {}", chain(&error));
                        ctx.desk.note(session);
                    }
                }
            }
        }
    });
}

async fn say(ctx: &Ctx, session: SessionId) -> Result<(), sqlx::Error> {
    let mut conn = ctx.db.acquire().await?;
    let (open, version) = store::desk::count(&mut conn, session).await?;
    ctx.feeds.say(
        &Audience::Desk(session.to_string()),
        Of::Unclear(UnclearNews {
            session_id: session.to_string(),
            open: u32::try_from(open).unwrap_or(u32::MAX),
            version: u64::try_from(version).unwrap_or_default(),
        }),
    );
    Ok(())
}
