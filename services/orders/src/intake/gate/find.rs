//! What the gate has to ask of the database.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chassis::{Core, id::AccountId, telemetry::chain};

use super::{Gate, MOST, Wanted};
use crate::store;

/// Between two tries when the database is away.
const PAUSE: Duration = Duration::from_millis(100);

/// Asks the database who ordered in a session of which an offer is gone.
pub(in crate::intake) async fn find_buyers(core: Core, gate: Arc<Gate>, wanted: Wanted) {
    while gate.wants(wanted) {
        match buyers(&core, &gate, wanted).await {
            Ok(buyers) => return gate.know(wanted, buyers),
            Err(error) => {
                tracing::warn!("the gate waits for the database: {}", chain(&error));
                if !core.lifecycle.sleep(PAUSE).await {
                    return;
                }
            }
        }
    }
}

async fn buyers(
    core: &Core,
    gate: &Gate,
    wanted: Wanted,
) -> Result<HashSet<AccountId>, sqlx::Error> {
    let mut conn = core.db.acquire().await?;
    if !gate.wants(wanted) {
        return Ok(HashSet::new());
    }
    store::buyers::of_session(&mut conn, wanted.session, MOST + 1).await
}
