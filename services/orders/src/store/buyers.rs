//! Who ordered in a session: what the losers' gate must know before it turns anybody away.

use std::collections::HashSet;

use chassis::id::{AccountId, Id as _, SessionId};
use futures_util::TryStreamExt as _;
use sqlx::PgConnection;

/// Accounts with an order or a hold in a session, whatever became of it; at most so many.
///
/// # Errors
/// When the database refuses.
pub async fn of_session(
    conn: &mut PgConnection,
    session: SessionId,
    most: usize,
) -> Result<HashSet<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        "select account_id as \"account_id!\" from orders where session_id = $1 and version > 0
         union select account_id from holds where session_id = $1 limit $2",
        session.uuid(),
        i64::try_from(most).unwrap_or(i64::MAX)
    )
    .fetch(conn)
    .map_ok(AccountId::from_uuid)
    .try_collect()
    .await
}
