//! Says the units of all selling offers again every half minute: a saying that was lost does no harm for long.

use std::time::Duration;

use chassis::telemetry::chain;
use proto::{contract::Audience, feed::v1::feed::Of};

use crate::{Ctx, store, wire::offer_units};

const EVERY: Duration = Duration::from_secs(30);

/// Runs until the role stops.
pub fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        while ctx.lifecycle.sleep(EVERY).await {
            if let Err(error) = say(&ctx).await {
                tracing::warn!("units not said again: {}", chain(&error));
            }
        }
    });
}

async fn say(ctx: &Ctx) -> Result<(), sqlx::Error> {
    let mut conn = ctx.db.acquire().await?;
    for offer in store::offers::unsettled(&mut conn).await? {
        ctx.feeds.say(
            &Audience::Room(offer.session_id.to_string()),
            Of::Units(offer_units(&offer)),
        );
    }
    Ok(())
}
