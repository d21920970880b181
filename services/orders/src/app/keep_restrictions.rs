//! Restrictions are kept in memory: the intake looks there, and pays no query for the many who are not restricted.

use std::{sync::Arc, time::Duration};

use chassis::telemetry::chain;

use crate::{Ctx, store};

/// How long another instance's restriction may stay unseen.
const EVERY: Duration = Duration::from_secs(1);

/// Reads them again and again, until the role stops.
pub fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        loop {
            if let Err(error) = read(&ctx).await {
                tracing::warn!("restrictions not read: {}", chain(&error));
            }
            if !ctx.lifecycle.sleep(EVERY).await {
                break;
            }
        }
    });
}

/// Reads them now.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn read(ctx: &Ctx) -> Result<(), sqlx::Error> {
    let mut conn = ctx.db.acquire().await?;
    let now = ctx.clock.db_now(&mut conn).await?;
    let standing = Arc::new(store::shoppers::standing(&mut conn, now).await?);
    ctx.restrictions.send_if_modified(|known| {
        let changed = *known != standing;
        if changed {
            *known = standing;
        }
        changed
    });
    Ok(())
}
