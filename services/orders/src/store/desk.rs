//! Claims that wait at the desk.

use chassis::id::{AccountId, CommentId, DeskItemId, Id as _, OfferId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};
use uuid::Uuid;

use crate::domain::{
    desk::{DeskItemState, Restricted, UnclearReason},
    intake::Amount,
};

/// An item of the desk.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns, as migrated")]
pub struct DeskItem {
    pub id: DeskItemId,
    pub session_id: SessionId,
    pub account_id: AccountId,
    pub shopper_name: String,
    pub comment_id: Option<CommentId>,
    pub text: String,
    pub reason: String,
    pub offers: Vec<Uuid>,
    pub units: Vec<i64>,
    pub more: Vec<bool>,
    pub made_at: DateTime<Utc>,
    pub state: String,
    pub taken_by: Option<AccountId>,
    pub taken_until: Option<DateTime<Utc>>,
    pub ended_by: Option<AccountId>,
    pub ended_at: Option<DateTime<Utc>>,
    pub outcome: String,
    pub version: i64,
}

/// A new item; the same comment again is none.
///
/// # Errors
/// When the database refuses.
pub async fn insert(conn: &mut PgConnection, item: &DeskItem) -> Result<()> {
    sqlx::query!(
        "insert into desk_items (id, session_id, account_id, shopper_name, comment_id, text, reason, offers, units, more,
                                 made_at, state, outcome, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', '', 1) on conflict (comment_id) do nothing",
        item.id as _,
        item.session_id as _,
        item.account_id as _,
        item.shopper_name,
        item.comment_id as _,
        item.text,
        item.reason,
        &item.offers,
        &item.units,
        &item.more,
        item.made_at
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The newest wish of a restricted shopper takes the place of the one that waits.
///
/// # Errors
/// When the database refuses.
pub async fn insert_restricted(
    conn: &mut PgConnection,
    id: DeskItemId,
    wish: &Restricted,
    at: DateTime<Utc>,
) -> Result<()> {
    let (offers, units, more) = columns(&wish.wishes);
    sqlx::query!(
        "insert into desk_items as d (id, session_id, account_id, shopper_name, comment_id, text, reason, offers, units, more,
                                      made_at, state, outcome, version)
         values ($1, $2, $3, $4, null, '', $5, $6, $7, $8, $9, 'open', '', 1)
         on conflict (session_id, account_id) where state = 'open' and reason = 'restricted' and comment_id is null
         do update set offers = excluded.offers, units = excluded.units, more = excluded.more, version = d.version + 1",
        id as _,
        wish.session as _,
        wish.account as _,
        wish.shopper_name,
        UnclearReason::Restricted.name(),
        &offers,
        &units,
        &more,
        at
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Wishes as they stand in the database.
#[must_use]
pub fn columns(wishes: &[(OfferId, Amount)]) -> (Vec<Uuid>, Vec<i64>, Vec<bool>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for (offer, amount) in wishes {
        let (units, more) = match amount {
            Amount::Exactly(units) => (*units, false),
            Amount::More(units) => (*units, true),
        };
        columns.0.push(offer.uuid());
        columns.1.push(units);
        columns.2.push(more);
    }
    columns
}

/// One item.
///
/// # Errors
/// When the database refuses.
pub async fn find(conn: &mut PgConnection, id: DeskItemId) -> Result<Option<DeskItem>> {
    sqlx::query_as!(
        DeskItem,
        r#"select id as "id: DeskItemId", session_id as "session_id: SessionId", account_id as "account_id: AccountId",
                  shopper_name, comment_id as "comment_id: CommentId", text, reason, offers, units, more, made_at, state,
                  taken_by as "taken_by: AccountId", taken_until, ended_by as "ended_by: AccountId", ended_at, outcome,
                  version
           from desk_items where id = $1"#,
        id as _
    )
    .fetch_optional(conn)
    .await
}

/// A page of a session's items, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    conn: &mut PgConnection,
    session: SessionId,
    state: Option<DeskItemState>,
    after: Option<DeskItemId>,
    limit: i64,
) -> Result<Vec<DeskItem>> {
    sqlx::query_as!(
        DeskItem,
        r#"select id as "id: DeskItemId", session_id as "session_id: SessionId", account_id as "account_id: AccountId",
                  shopper_name, comment_id as "comment_id: CommentId", text, reason, offers, units, more, made_at, state,
                  taken_by as "taken_by: AccountId", taken_until, ended_by as "ended_by: AccountId", ended_at, outcome,
                  version
           from desk_items
           where session_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id > $3)
           order by id limit $4"#,
        session as _,
        state.map(DeskItemState::name),
        after.map(DeskItemId::uuid),
        limit
    )
    .fetch_all(conn)
    .await
}

/// Takes the oldest open item on which nobody works, or the named one; none when there is no such. What somebody
/// else is just taking is passed over.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    conn: &mut PgConnection,
    session: SessionId,
    named: Option<DeskItemId>,
    by: AccountId,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<DeskItem>> {
    sqlx::query_as!(
        DeskItem,
        r#"update desk_items set taken_by = $3, taken_until = $5, version = version + 1
           where id = (
               select id from desk_items
               where session_id = $1 and state = 'open' and ($2::uuid is null or id = $2)
                   and (taken_until is null or taken_until <= $4 or ($2::uuid is not null and taken_by = $3))
               order by id limit 1 for update skip locked
           )
           returning id as "id: DeskItemId", session_id as "session_id: SessionId", account_id as "account_id: AccountId",
                     shopper_name, comment_id as "comment_id: CommentId", text, reason, offers, units, more, made_at, state,
                     taken_by as "taken_by: AccountId", taken_until, ended_by as "ended_by: AccountId", ended_at, outcome,
                     version"#,
        session as _,
        named.map(DeskItemId::uuid),
        by as _,
        now,
        until
    )
    .fetch_optional(conn)
    .await
}

/// Gives an item back that this person has taken; false when it is not theirs.
///
/// # Errors
/// When the database refuses.
pub async fn leave(conn: &mut PgConnection, id: DeskItemId, by: AccountId) -> Result<bool> {
    let left = sqlx::query!(
        "update desk_items set taken_by = null, taken_until = null, version = version + 1
         where id = $1 and state = 'open' and taken_by = $2",
        id as _,
        by as _
    )
    .execute(conn)
    .await?;
    Ok(left.rows_affected() == 1)
}

/// Ends an item that this person has taken and whose lease is not over; false when it is not so.
///
/// # Errors
/// When the database refuses.
pub async fn end(
    conn: &mut PgConnection,
    id: DeskItemId,
    by: AccountId,
    now: DateTime<Utc>,
    state: DeskItemState,
    outcome: &str,
) -> Result<bool> {
    let ended = sqlx::query!(
        "update desk_items set state = $4, ended_by = $2, ended_at = $3, outcome = $5, version = version + 1
         where id = $1 and state = 'open' and taken_by = $2 and taken_until > $3",
        id as _,
        by as _,
        now,
        state.name(),
        outcome
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Open items of a session, and a number that grows with every change.
///
/// # Errors
/// When the database refuses.
pub async fn count(conn: &mut PgConnection, session: SessionId) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state = 'open') as "open!", coalesce(sum(version), 0)::bigint as "version!"
           from desk_items where session_id = $1"#,
        session as _
    )
    .fetch_one(conn)
    .await?;
    Ok((row.open, row.version))
}
