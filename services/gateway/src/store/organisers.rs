//! Organisers and who works for them.

use chassis::id::{AccountId, OrganiserId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

use crate::domain::Role;

/// An organiser.
#[derive(Debug, Clone)]
pub(crate) struct Organiser {
    pub(crate) id: OrganiserId,
    pub(crate) name: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// Somebody who works for an organiser.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) account_id: AccountId,
    pub(crate) name: String,
    pub(crate) username: Option<String>,
    pub(crate) role: String,
    pub(crate) since: DateTime<Utc>,
}

/// Adds an organiser.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    id: OrganiserId,
    name: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into organiser (id, name, created_at) values ($1, $2, $3)",
        id as _,
        name,
        at
    )
    .execute(conn)
    .await
    .map(drop)
}

/// One by its name.
pub(crate) async fn by_name(conn: &mut PgConnection, name: &str) -> Result<Option<OrganiserId>> {
    sqlx::query_scalar!(
        r#"select id as "id: OrganiserId" from organiser where name = $1"#,
        name
    )
    .fetch_optional(conn)
    .await
}

/// Locks one against other changes of its members; false when there is none.
pub(crate) async fn lock(conn: &mut PgConnection, id: OrganiserId) -> Result<bool> {
    let there = sqlx::query!("select id from organiser where id = $1 for update", id as _)
        .fetch_optional(conn)
        .await?;
    Ok(there.is_some())
}

/// All of them, or those that an account works for.
pub(crate) async fn list(conn: &mut PgConnection, of: Option<AccountId>) -> Result<Vec<Organiser>> {
    sqlx::query_as!(
        Organiser,
        r#"select id as "id: OrganiserId", name, created_at from organiser
           where $1::uuid is null or id in (select organiser_id from membership where account_id = $1)
           order by name limit 1000"#,
        of as _,
    )
    .fetch_all(conn)
    .await
}

/// Takes somebody on; repeated, changes the role.
pub(crate) async fn join(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    account: AccountId,
    role: Role,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into membership (organiser_id, account_id, role, created_at) values ($1, $2, $3, $4)
         on conflict (organiser_id, account_id) do update set role = excluded.role",
        organiser as _,
        account as _,
        role.word(),
        at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Who works for an organiser.
pub(crate) async fn members(
    conn: &mut PgConnection,
    organiser: OrganiserId,
) -> Result<Vec<Member>> {
    sqlx::query_as!(
        Member,
        r#"select account.id as "account_id: AccountId", account.name, account.username, role, membership.created_at as since
           from membership join account on account.id = membership.account_id
           where organiser_id = $1 order by membership.created_at, account.id limit 1000"#,
        organiser as _,
    )
    .fetch_all(conn)
    .await
}

/// Lets somebody go; false when they did not work here.
pub(crate) async fn leave(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    account: AccountId,
) -> Result<bool> {
    let gone = sqlx::query!(
        "delete from membership where organiser_id = $1 and account_id = $2",
        organiser as _,
        account as _
    )
    .execute(conn)
    .await?;
    Ok(gone.rows_affected() > 0)
}

/// How many are left in the role of organiser.
pub(crate) async fn count_organisers(
    conn: &mut PgConnection,
    organiser: OrganiserId,
) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from membership where organiser_id = $1 and role = 'organiser'"#,
        organiser as _,
    )
    .fetch_one(conn)
    .await
}
