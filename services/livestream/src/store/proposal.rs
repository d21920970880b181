//! Requests for units: the first of an offer, and one for every restock.

use chassis::id::{AccountId, OfferId, ProposalId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::offer::Outcome;

/// A request for units.
#[derive(Debug, Clone, Copy)]
pub struct Proposal {
    /// Its id, which catalogue's answer names.
    pub id: ProposalId,
    /// For this offer.
    pub offer_id: OfferId,
    /// How many.
    pub units: i64,
    /// The answer.
    pub outcome: Outcome,
}

/// Keeps a new proposal.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    proposal: Proposal,
    key: Option<&str>,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into proposal (id, offer_id, units, outcome, allotted_units, idempotency_key, proposed_by, proposed_at)
         values ($1, $2, $3, $4, 0, $5, $6, $7)",
        proposal.id as _,
        proposal.offer_id as _,
        proposal.units,
        proposal.outcome as _,
        key,
        by as _,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A proposal.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    conn: &mut PgConnection,
    id: ProposalId,
) -> Result<Option<Proposal>, sqlx::Error> {
    sqlx::query_as!(
        Proposal,
        "select id, offer_id, units, outcome from proposal where id = $1",
        id as _
    )
    .fetch_optional(conn)
    .await
}

/// The proposal of an offer that catalogue has not answered.
///
/// # Errors
/// When the database does not answer.
pub async fn pending(
    conn: &mut PgConnection,
    offer: OfferId,
) -> Result<Option<Proposal>, sqlx::Error> {
    sqlx::query_as!(Proposal, "select id, offer_id, units, outcome from proposal where offer_id = $1 and outcome = 'pending'", offer as _)
        .fetch_optional(conn)
        .await
}

/// The proposal of an offer that was made under a key.
///
/// # Errors
/// When the database does not answer.
pub async fn by_key(
    conn: &mut PgConnection,
    offer: OfferId,
    key: &str,
) -> Result<Option<Proposal>, sqlx::Error> {
    sqlx::query_as!(Proposal, "select id, offer_id, units, outcome from proposal where offer_id = $1 and idempotency_key = $2", offer as _, key)
        .fetch_optional(conn)
        .await
}

/// Keeps catalogue's answer.
///
/// # Errors
/// When the database refuses: more than was asked for, say.
pub async fn answer(
    conn: &mut PgConnection,
    id: ProposalId,
    outcome: Outcome,
    allotted_units: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update proposal set outcome = $2, allotted_units = $3 where id = $1",
        id as _,
        outcome as _,
        allotted_units
    )
    .execute(conn)
    .await?;
    Ok(())
}
