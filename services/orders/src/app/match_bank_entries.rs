//! Matches what came in to what is owed: by the code in the memo and the account it came to.

use std::time::Duration;

use chassis::{
    id::{BankEntryId, Id as _, SessionId},
    leader::lead,
    money::Vnd,
    telemetry::chain,
};
use sqlx::PgConnection;
use tokio::time::Instant;

use crate::{
    Ctx,
    domain::{intake::Ask, payment_code::PaymentCode},
    store::{self, bank::BankEntryRow},
};

const AT_ONCE: i64 = 256;
const PATIENCE: Duration = Duration::from_secs(10);
/// When nobody wakes it: after a crash between storing and matching, say.
const POLL: Duration = Duration::from_secs(1);

/// Matches on one instance, until the role stops.
pub fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        while let Some(mut lead) = lead(&ctx, "match_bank_entries").await {
            while !ctx.lifecycle.is_stopping() {
                match match_some(&ctx, &mut lead.conn).await {
                    Ok(AT_ONCE) => continue,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!("matching starts again: {}", chain(&error));
                        break;
                    }
                }
                tokio::select! {
                    () = ctx.bank_feed.notified() => {}
                    alive = ctx.lifecycle.sleep(POLL) => if !alive { break },
                }
            }
            if !ctx.lifecycle.sleep(Duration::from_millis(200)).await {
                break;
            }
        }
    });
}

async fn match_some(ctx: &Ctx, conn: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let entries = store::bank::pending(&mut *conn, AT_ONCE).await?;
    let count = i64::try_from(entries.len()).unwrap_or(AT_ONCE);
    let mut asks = Vec::new();
    for entry in entries {
        match owed(&mut *conn, &entry).await? {
            Some(ask) => asks.push(ask),
            None => {
                store::bank::mark_unmatched(&mut *conn, BankEntryId::from_uuid(entry.id)).await?;
            }
        }
    }
    // What the intake could not take now still waits the next time.
    for refusal in ctx
        .intake
        .ask_all(asks, Instant::now() + PATIENCE)
        .await
        .into_iter()
        .filter_map(Result::err)
    {
        tracing::warn!("a bank entry was not judged yet: {refusal}");
    }
    Ok(count)
}

/// The one payment whose code stands in the memo and whose payee's account the money reached.
async fn owed(
    conn: &mut PgConnection,
    entry: &BankEntryRow,
) -> Result<Option<(SessionId, Ask)>, sqlx::Error> {
    let codes = PaymentCode::find_all(&entry.memo);
    if codes.is_empty() {
        return Ok(None);
    }
    let mut found = store::payments::of_codes(conn, &codes).await?;
    found.retain(|(payment, _)| payment.payee.account.account_no == entry.account_no);
    // Two codes in one memo: nobody can say how much is for which.
    let [(payment, session)] = found.as_slice() else {
        return Ok(None);
    };
    let ask = Ask::Pay {
        entry: BankEntryId::from_uuid(entry.id),
        payment: payment.id,
        order: payment.order_id,
        amount: Vnd::new(entry.amount),
    };
    Ok(Some((SessionId::from_uuid(*session), ask)))
}
