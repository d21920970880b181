//! Bank feeds as they arrived, and what became of them.

use chassis::id::{BankEntryId, Id as _, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{bank_feed::Outcome, intake::Received};

/// A line of a bank feed.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns, as migrated")]
pub struct BankEntryRow {
    pub id: Uuid,
    pub provider: String,
    pub provider_txn_id: String,
    pub account_no: String,
    pub amount: i64,
    pub memo: String,
    pub received_at: DateTime<Utc>,
    pub outcome: String,
    pub payment_id: Option<Uuid>,
    pub order_id: Option<Uuid>,
}

/// Stores a feed line raw; false when it was there already.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    entry: &BankEntryRow,
    body: &[u8],
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query!(
        "insert into bank_entries (id, provider, provider_txn_id, body, account_no, amount, memo, received_at, outcome)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (provider, provider_txn_id) do nothing",
        entry.id,
        entry.provider,
        entry.provider_txn_id,
        body,
        entry.account_no,
        entry.amount,
        entry.memo,
        entry.received_at,
        entry.outcome
    )
    .execute(conn)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// Lines that wait to be matched, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn pending(
    conn: &mut PgConnection,
    limit: i64,
) -> Result<Vec<BankEntryRow>, sqlx::Error> {
    sqlx::query_as!(
        BankEntryRow,
        "select id, provider, provider_txn_id, account_no, amount, memo, received_at, outcome, payment_id, null::uuid as order_id
         from bank_entries where outcome = 'pending' order by id limit $1",
        limit
    )
    .fetch_all(conn)
    .await
}

/// Which of these lines still wait; locks them.
///
/// # Errors
/// When the database refuses.
pub async fn lock_pending(
    conn: &mut PgConnection,
    entries: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select id from bank_entries where id = any($1) and outcome = 'pending' order by id for update", entries)
        .fetch_all(conn)
        .await
}

/// Notes how lines were judged.
///
/// # Errors
/// When the database refuses.
pub async fn save_outcomes(
    conn: &mut PgConnection,
    received: &[Received],
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = received.iter().map(|one| one.entry.uuid()).collect();
    let payments: Vec<Uuid> = received.iter().map(|one| one.payment.uuid()).collect();
    let outcomes: Vec<String> = received
        .iter()
        .map(|one| outcome_name(one.outcome).to_owned())
        .collect();
    sqlx::query!(
        "update bank_entries b set outcome = c.outcome, payment_id = c.payment
         from unnest($1::uuid[], $2::uuid[], $3::text[]) as c (id, payment, outcome) where b.id = c.id",
        &ids,
        &payments,
        &outcomes
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nobody's payment: a person has to look.
///
/// # Errors
/// When the database refuses.
pub async fn mark_unmatched(
    conn: &mut PgConnection,
    entry: BankEntryId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bank_entries set outcome = 'unmatched' where id = $1 and outcome = 'pending'",
        entry.uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A page of what came in: for a session's payments, and what nobody could match to the session's payees.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    conn: &mut PgConnection,
    session: SessionId,
    outcome: Option<&str>,
    after: Option<BankEntryId>,
    limit: i64,
) -> Result<Vec<BankEntryRow>, sqlx::Error> {
    sqlx::query_as!(
        BankEntryRow,
        "select b.id, b.provider, b.provider_txn_id, b.account_no, b.amount, b.memo, b.received_at, b.outcome, b.payment_id,
                p.order_id as \"order_id?\"
         from bank_entries b
         left join payments p on p.id = b.payment_id
         left join orders o on o.id = p.order_id
         where (o.session_id = $1
                or (b.payment_id is null and b.account_no in (select payee_account_no from offers where session_id = $1)))
           and ($2::text is null or b.outcome = $2) and ($3::uuid is null or b.id < $3)
         order by b.id desc limit $4",
        session.uuid(),
        outcome,
        after.map(chassis::id::Id::uuid),
        limit
    )
    .fetch_all(conn)
    .await
}

/// As it stands in the database.
#[must_use]
pub fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Exact => "exact",
        Outcome::Under => "under",
        Outcome::Over => "over",
        Outcome::Late => "late",
    }
}

/// The memo and amount of a line that is there.
///
/// # Errors
/// When the database refuses.
pub async fn receipt(
    conn: &mut PgConnection,
    provider: &str,
    provider_txn_id: &str,
) -> Result<Option<(String, i64)>, sqlx::Error> {
    let row = sqlx::query!(
        "select memo, amount from bank_entries where provider = $1 and provider_txn_id = $2",
        provider,
        provider_txn_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.memo, row.amount)))
}
