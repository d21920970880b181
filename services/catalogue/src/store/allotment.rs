//! What offers were given, and the answers to those who asked.

use chassis::id::{OfferId, ProposalId, SessionId, VariantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::stock::{Allotment, Impossible},
    error::Error,
};

/// What an offer has, and of what.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Of which variant.
    pub variant: VariantId,
    /// How much.
    pub allotment: Allotment,
}

/// Locks and reads what an offer has.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(conn: &mut PgConnection, offer: OfferId) -> Result<Option<Held>, Error> {
    let row = sqlx::query!(
        "select variant_id, units, units_sold, given_back, returned from allotment where offer_id = $1 for update",
        offer as _,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Held {
        variant: row.variant_id,
        allotment: Allotment {
            units: row.units,
            units_sold: row.units_sold,
            given_back: row.given_back,
            returned: row.returned,
        },
    }))
}

/// As [`lock`], for an event that must speak of units that the offer was given.
///
/// # Errors
/// When the offer was given nothing, or something else.
pub async fn must_lock(
    conn: &mut PgConnection,
    offer: OfferId,
    variant_id: &str,
) -> Result<Held, Error> {
    let held = lock(conn, offer).await?;
    let held = held.ok_or_else(|| Error::NoAllotment(offer.to_string()))?;
    if held.variant.to_string() != variant_id {
        return Err(Error::Impossible {
            offer: offer.to_string(),
            source: Impossible::OtherVariant,
        });
    }
    Ok(held)
}

/// Gives an offer units, its first or more.
///
/// # Errors
/// When the database does not answer.
pub async fn give(
    conn: &mut PgConnection,
    offer: OfferId,
    session: SessionId,
    variant: VariantId,
    units: i64,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into allotment as a (offer_id, session_id, variant_id, units) values ($1, $2, $3, $4)
         on conflict (offer_id) do update set units = a.units + excluded.units",
        offer as _,
        session as _,
        variant as _,
        units,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what became of an offer's units.
///
/// # Errors
/// When the database refuses: the figures do not add up.
pub async fn account(
    conn: &mut PgConnection,
    offer: OfferId,
    allotment: &Allotment,
) -> Result<(), Error> {
    sqlx::query!(
        "update allotment set units_sold = $2, given_back = $3, returned = $4 where offer_id = $1",
        offer as _,
        allotment.units_sold,
        allotment.given_back,
        allotment.returned,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A request for units, and its answer.
#[derive(Debug)]
pub struct Answer<'a> {
    /// Which request.
    pub proposal: ProposalId,
    /// For which offer.
    pub offer: OfferId,
    /// Of what, as it was asked for.
    pub variant: &'a str,
    /// How many.
    pub units: i64,
    /// Why not; empty: granted.
    pub refused: &'a str,
}

/// Keeps an answer; false when the request was answered before.
///
/// # Errors
/// When the database does not answer.
pub async fn answer(
    conn: &mut PgConnection,
    answer: &Answer<'_>,
    at: DateTime<Utc>,
) -> Result<bool, Error> {
    let written = sqlx::query!(
        "insert into proposal (proposal_id, offer_id, variant_id, units, refused, answered_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (proposal_id) do nothing",
        answer.proposal as _,
        answer.offer as _,
        answer.variant,
        answer.units,
        answer.refused,
        at,
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Was this request answered?
///
/// # Errors
/// When the database does not answer.
pub async fn is_answered(conn: &mut PgConnection, proposal: ProposalId) -> Result<bool, Error> {
    let answered = sqlx::query_scalar!(
        r#"select exists (select from proposal where proposal_id = $1) as "answered!""#,
        proposal as _,
    );
    Ok(answered.fetch_one(conn).await?)
}
