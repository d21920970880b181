//! Accounts, and the producers whose goods they keep.

use chassis::{
    id::{AccountId, ProducerId},
    phone::Phone,
};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};
use uuid::Uuid;

/// Finds the account of a phone, or makes it; a name that is given replaces the one there was.
pub(crate) async fn of_phone(
    conn: &mut PgConnection,
    id: AccountId,
    phone: &Phone,
    name: Option<&str>,
    nameless: &str,
    at: DateTime<Utc>,
) -> Result<AccountId> {
    sqlx::query_scalar!(
        r#"insert into account (id, name, phone, created_at) values ($1, coalesce($3, $4), $2, $5)
           on conflict (phone) do update set name = coalesce($3, account.name)
           returning id as "id: AccountId""#,
        id as _,
        phone.e164(),
        name,
        nameless,
        at,
    )
    .fetch_one(conn)
    .await
}

/// An account that signs in by password.
pub(crate) struct WithPassword<'a> {
    pub(crate) id: AccountId,
    pub(crate) name: &'a str,
    pub(crate) username: &'a str,
    pub(crate) password_hash: &'a str,
    pub(crate) operator: bool,
}

/// Adds an account that signs in by password.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    account: WithPassword<'_>,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into account (id, name, username, password_hash, operator, created_at) values ($1, $2, $3, $4, $5, $6)",
        account.id as _,
        account.name,
        account.username,
        account.password_hash,
        account.operator,
        at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// An account with its password's hash, by username.
pub(crate) async fn by_username(
    conn: &mut PgConnection,
    username: &str,
) -> Result<Option<(AccountId, String)>> {
    let row = sqlx::query!(
        r#"select id as "id: AccountId", password_hash as "password_hash!" from account where username = $1"#,
        username,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.password_hash)))
}

/// Gives an account another password.
pub(crate) async fn set_password(conn: &mut PgConnection, id: AccountId, hash: &str) -> Result<()> {
    sqlx::query!(
        "update account set password_hash = $2 where id = $1",
        id as _,
        hash
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Gives an account another name.
pub(crate) async fn rename(conn: &mut PgConnection, id: AccountId, name: &str) -> Result<()> {
    sqlx::query!("update account set name = $2 where id = $1", id as _, name)
        .execute(conn)
        .await
        .map(drop)
}

/// Adds accounts made for a demonstration.
pub(crate) async fn insert_demo(
    conn: &mut PgConnection,
    ids: &[Uuid],
    names: &[String],
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into account (id, name, made_for_demo, created_at)
         select id, name, true, $3 from unnest($1::uuid[], $2::text[]) as made (id, name)",
        ids,
        names,
        at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Makes an account a keeper of a producer's goods, if it is not.
pub(crate) async fn keep(
    conn: &mut PgConnection,
    producer: ProducerId,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into producer_keeper (producer_id, account_id, created_at) values ($1, $2, $3) on conflict do nothing",
        producer as _,
        account as _,
        at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// An account's name.
pub(crate) async fn name(conn: &mut PgConnection, id: AccountId) -> Result<Option<String>> {
    sqlx::query_scalar!("select name from account where id = $1", id as _)
        .fetch_optional(conn)
        .await
}

/// The phone that an account has proved by a code, E.164.
pub(crate) async fn phone_of(
    conn: &mut PgConnection,
    account: AccountId,
) -> Result<Option<String>, sqlx::Error> {
    let phone = sqlx::query_scalar!("select phone from account where id = $1", account as _)
        .fetch_optional(conn)
        .await?;
    Ok(phone.flatten())
}
