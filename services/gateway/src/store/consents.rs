//! The consent ledger.

use chassis::id::AccountId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consent {
    pub(crate) purpose: String,
    pub(crate) text_version: String,
    pub(crate) given: bool,
    pub(crate) at: DateTime<Utc>,
}

/// Adds a line.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    consent: &Consent,
) -> Result<()> {
    sqlx::query!(
        "insert into consent (account_id, purpose, text_version, given, at) values ($1, $2, $3, $4, $5)",
        account as _,
        consent.purpose,
        consent.text_version,
        consent.given,
        consent.at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The last word on a purpose.
pub(crate) async fn latest(
    conn: &mut PgConnection,
    account: AccountId,
    purpose: &str,
) -> Result<Option<Consent>> {
    sqlx::query_as!(
        Consent,
        "select purpose, text_version, given, at from consent where account_id = $1 and purpose = $2 order by id desc limit 1",
        account as _,
        purpose,
    )
    .fetch_optional(conn)
    .await
}

/// All that an account said, newest first.
pub(crate) async fn list(conn: &mut PgConnection, account: AccountId) -> Result<Vec<Consent>> {
    sqlx::query_as!(
        Consent,
        "select purpose, text_version, given, at from consent where account_id = $1 order by id desc limit 1000",
        account as _,
    )
    .fetch_all(conn)
    .await
}
