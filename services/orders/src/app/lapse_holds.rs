//! Holds lapse at their deadline, and whoever waits is served.

use std::time::Duration;

use chassis::{leader::lead, telemetry::chain};
use tokio::time::Instant;

use crate::{Ctx, domain::intake::Ask, store};

/// How late a deadline may be noticed; a shopper's own requests look at it themselves.
const EVERY: Duration = Duration::from_millis(250);
const AT_ONCE: i64 = 512;
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks on one instance, until the role stops. The intake decides: a claim or an order in the same moment wins or
/// loses, never both.
pub fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        while let Some(mut lead) = lead(&ctx, "lapse_holds").await {
            while ctx.lifecycle.sleep(EVERY).await {
                if let Err(error) = lapse(&ctx, &mut lead.conn).await {
                    tracing::warn!("lapsing holds starts again: {}", chain(&error));
                    break;
                }
            }
            if ctx.lifecycle.is_stopping() {
                break;
            }
        }
    });
}

async fn lapse(ctx: &Ctx, conn: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
    let now = ctx.clock.db_now(&mut *conn).await?;
    let mut asks = Vec::new();
    for (offer, account, session) in store::holds::due(&mut *conn, now, AT_ONCE).await? {
        asks.push((session, Ask::Lapse { offer, account }));
    }
    // A batch serves the first of a line; this is for the rest of a long one.
    for (offer, session) in store::holds::unserved(conn).await? {
        asks.push((session, Ask::ServeLine { offer }));
    }
    if asks.is_empty() {
        return Ok(());
    }
    // Refused ones are still due the next time.
    let told = ctx.intake.ask_all(asks, Instant::now() + PATIENCE).await;
    for refusal in told.into_iter().filter_map(Result::err) {
        tracing::warn!("a hold did not lapse yet: {refusal}");
    }
    Ok(())
}
