//! Unpaid orders whose deadline has passed give their units back.

use std::time::Duration;

use chassis::{
    id::{Id as _, OrderId, SessionId},
    leader::lead,
    telemetry::chain,
};
use tokio::time::Instant;

use crate::{Ctx, domain::intake::Ask, store};

const EVERY: Duration = Duration::from_millis(500);
const AT_ONCE: i64 = 1_000;
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks for due orders on one instance, until the role stops. The deadline is the database's; the intake checks it
/// again, so that a payment in the same moment wins or loses, never both.
pub fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        while let Some(mut lead) = lead(&ctx, "expire_orders").await {
            while ctx.lifecycle.sleep(EVERY).await {
                if let Err(error) = expire(&ctx, &mut lead.conn).await {
                    tracing::warn!("expiry starts again: {}", chain(&error));
                    break;
                }
            }
            if ctx.lifecycle.is_stopping() {
                break;
            }
        }
    });
}

async fn expire(ctx: &Ctx, conn: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
    let now = ctx.clock.db_now(&mut *conn).await?;
    let due = store::orders::due(conn, now, AT_ONCE).await?;
    if due.is_empty() {
        return Ok(());
    }
    let asks = due
        .into_iter()
        .map(|(order, session)| {
            (
                SessionId::from_uuid(session),
                Ask::Expire {
                    order: OrderId::from_uuid(order),
                },
            )
        })
        .collect();
    // Refused ones are still due the next time.
    for refusal in ctx
        .intake
        .ask_all(asks, Instant::now() + PATIENCE)
        .await
        .into_iter()
        .filter_map(Result::err)
    {
        tracing::warn!("an order was not expired yet: {refusal}");
    }
    Ok(())
}
