//! Tokens, and who stands behind one.

use chassis::id::{AccountId, Id as _, OrganiserId, ProducerId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, Result};
use uuid::Uuid;

use crate::domain::{
    identity::{Identity, Role},
    token::TokenHash,
};

/// Keeps a token.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    hash: TokenHash,
    account: AccountId,
    at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into token (hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)",
        hash.0.as_slice(),
        account as _,
        at,
        expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Keeps many tokens, one an account.
pub(crate) async fn insert_many(
    conn: &mut PgConnection,
    hashes: &[Vec<u8>],
    accounts: &[Uuid],
    at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into token (hash, account_id, created_at, expires_at)
         select hash, account_id, $3, $4 from unnest($1::bytea[], $2::uuid[]) as made (hash, account_id)",
        hashes,
        accounts,
        at,
        expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Ends one token.
pub(crate) async fn delete(conn: &mut PgConnection, hash: TokenHash) -> Result<()> {
    sqlx::query!("delete from token where hash = $1", hash.0.as_slice())
        .execute(conn)
        .await
        .map(drop)
}

/// Ends all tokens of an account.
pub(crate) async fn delete_of(conn: &mut PgConnection, account: AccountId) -> Result<()> {
    sqlx::query!("delete from token where account_id = $1", account as _)
        .execute(conn)
        .await
        .map(drop)
}

/// Forgets tokens that have ended.
pub(crate) async fn delete_expired(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    sqlx::query!("delete from token where expires_at <= $1", now)
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
}

/// Who holds these tokens, with all that they are: one question, because it stands in the way of every request.
pub(crate) async fn identities(
    db: impl PgExecutor<'_>,
    hashes: &[&[u8]],
    now: DateTime<Utc>,
) -> Result<Vec<(TokenHash, Identity)>> {
    let rows = sqlx::query!(
        // One look into the index a token, whatever the planner knows of a table that has just begun to grow.
        r#"select token.hash, account.id as "account_id: AccountId", account.name, account.operator, account.made_for_demo,
                  token.expires_at,
                  array(select organiser_id from membership where account_id = account.id order by organiser_id)
                      as "organisers!: Vec<Uuid>",
                  array(select role from membership where account_id = account.id order by organiser_id)
                      as "roles!: Vec<String>",
                  array(select producer_id from producer_keeper where account_id = account.id order by producer_id)
                      as "producers!: Vec<Uuid>"
           from unnest($1::bytea[]) as asked (hash)
           cross join lateral (select * from token where token.hash = asked.hash limit 1) as token
           cross join lateral (select * from account where account.id = token.account_id limit 1) as account
           where token.expires_at > $2"#,
        hashes as &[&[u8]],
        now,
    )
    .fetch_all(db)
    .await?;
    let identities = rows.into_iter().filter_map(|row| {
        let roles = row.roles.iter().map(|word| Role::of_word(word));
        let memberships = row.organisers.into_iter().zip(roles);
        let identity = Identity {
            account_id: row.account_id,
            name: row.name,
            operator: row.operator,
            made_for_demo: row.made_for_demo,
            // A role that is newer than this version gives no rights.
            memberships: memberships
                .filter_map(|(id, role)| Some((OrganiserId::from_uuid(id), role?)))
                .collect(),
            producers: row
                .producers
                .into_iter()
                .map(ProducerId::from_uuid)
                .collect(),
            expires_at: row.expires_at,
        };
        Some((TokenHash(row.hash.try_into().ok()?), identity))
    });
    Ok(identities.collect())
}
