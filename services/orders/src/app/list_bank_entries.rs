//! `bank.list`: what came in for a session, and what nobody could match.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STEERS},
    clock::to_ms,
    id::{BankEntryId, Id as _, OrderId, PaymentId, SessionId},
    page::Page,
    rpc::Asked,
};
use proto::orders::v1::{self as wire, BankEntryOutcome, ListBankEntries};

use crate::{Ctx, error::Error, store, store::bank::BankEntryRow};

const OUTCOMES: [(BankEntryOutcome, &str); 8] = [
    (BankEntryOutcome::Pending, "pending"),
    (BankEntryOutcome::Exact, "exact"),
    (BankEntryOutcome::Under, "under"),
    (BankEntryOutcome::Over, "over"),
    (BankEntryOutcome::Late, "late"),
    (BankEntryOutcome::Unmatched, "unmatched"),
    (BankEntryOutcome::Outgoing, "outgoing"),
    (BankEntryOutcome::Malformed, "malformed"),
];

/// Lists bank entries, newest first, for the session's organiser.
///
/// # Errors
/// *forbidden*, or a request that breaks a rule.
pub async fn list_bank_entries(
    ctx: Ctx,
    asked: Asked<ListBankEntries>,
) -> Result<wire::BankEntries, Error> {
    let request = &asked.request;
    let session: SessionId = request
        .session_id
        .parse()
        .map_err(|_| Refusal::field("session_id", "Mã phiên không hợp lệ.", "Not a session id."))?;
    let page: Page<BankEntryId> = Page::read(request.page.clone())?;
    let mut conn = ctx.db.acquire().await?;
    let organiser = store::offers::organiser_of(&mut conn, session)
        .await?
        .ok_or_else(Refusal::forbidden)?;
    asked.actor.must_work_for(organiser, STEERS)?;
    let outcome = OUTCOMES
        .iter()
        .find(|(outcome, _)| *outcome == request.outcome())
        .map(|(_, name)| *name);
    let rows = store::bank::list(&mut conn, session, outcome, page.after, page.limit).await?;
    let next_cursor = page.next(rows.iter().map(|row| BankEntryId::from_uuid(row.id)));
    Ok(wire::BankEntries {
        entries: rows.into_iter().map(entry).collect(),
        next_cursor,
    })
}

fn entry(row: BankEntryRow) -> wire::BankEntry {
    let outcome = OUTCOMES
        .iter()
        .find(|(_, name)| *name == row.outcome)
        .map_or(BankEntryOutcome::Unspecified, |(outcome, _)| *outcome);
    wire::BankEntry {
        bank_entry_id: BankEntryId::from_uuid(row.id).to_string(),
        provider: row.provider,
        provider_txn_id: row.provider_txn_id,
        amount: row.amount,
        memo: row.memo,
        outcome: outcome.into(),
        payment_id: row
            .payment_id
            .map(|id| PaymentId::from_uuid(id).to_string())
            .unwrap_or_default(),
        order_id: row
            .order_id
            .map(|id| OrderId::from_uuid(id).to_string())
            .unwrap_or_default(),
        received_at_ms: to_ms(row.received_at),
    }
}
