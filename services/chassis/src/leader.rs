//! One of several instances does the work; the others stand by.
//!
//! The lock is Postgres's own and lives as long as its connection: whoever writes through that connection is fenced.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use crate::service::Core;

const TRY_EVERY: Duration = Duration::from_millis(500);

/// A connection that holds the advisory lock of `name`; dropping it gives the lock up.
#[derive(Debug)]
pub struct Lead {
    /// The fenced connection.
    pub conn: PgConnection,
}

impl Lead {
    /// Holds the lead until the role stops or the connection, and the lock with it, is lost.
    pub async fn hold(&mut self, core: &Core) {
        while core.lifecycle.sleep(TRY_EVERY).await {
            if let Err(error) = sqlx::query("select 1").execute(&mut self.conn).await {
                tracing::warn!("lost the lead: {error}");
                return;
            }
        }
    }
}

/// Waits until this instance leads `name`; `None` when the role stops first.
pub async fn lead(core: &Core, name: &str) -> Option<Lead> {
    loop {
        match try_lead(core, name).await {
            Ok(Some(lead)) => return Some(lead),
            Ok(None) => {}
            Err(error) => tracing::warn!(name, "cannot ask for the lead: {error}"),
        }
        if !core.lifecycle.sleep(TRY_EVERY).await {
            return None;
        }
    }
}

async fn try_lead(core: &Core, name: &str) -> Result<Option<Lead>, sqlx::Error> {
    let mut conn = PgConnection::connect_with(&core.db.connect_options()).await?;
    let won: bool = sqlx::query_scalar("select pg_try_advisory_lock(hashtextextended($1, 0))")
        .bind(name)
        .fetch_one(&mut conn)
        .await?;
    if won {
        tracing::debug!(name, "leads");
        return Ok(Some(Lead { conn }));
    }
    conn.close().await?;
    Ok(None)
}
