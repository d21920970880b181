//! Every event that was said was heard by each service that the contract names.

use std::collections::HashSet;

use anyhow::Context as _;
use phien::audit::Databases;
use sqlx::PgConnection;
use uuid::Uuid;

/// Events that somebody should have heard and has not, one line each.
pub(super) async fn unheard(databases: &mut Databases) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    for (subject, event, hearers) in proto::contract::events() {
        let speaker = subject.split('.').nth(1).context("evt.<service>.…")?;
        let speaker = databases
            .get_mut(speaker)
            .context("the speaker's database")?;
        let said = ids(
            speaker,
            "select event_id from chassis.outbox where event_type = $1",
            &event,
        )
        .await?;
        for &hearer in hearers {
            let conn = databases.get_mut(hearer).context("the hearer's database")?;
            let heard = ids(
                conn,
                "select event_id from chassis.inbox where event_type = $1",
                &event,
            )
            .await?;
            let missing = said.difference(&heard).count();
            let made_up = heard.difference(&said).count();
            if missing + made_up > 0 {
                lines.push(format!(
                    "{event}: {} said, {hearer} has not heard {missing} and heard {made_up} that nobody said",
                    said.len()
                ));
            }
        }
    }
    Ok(lines)
}

async fn ids(
    conn: &mut PgConnection,
    sql: &'static str,
    event: &str,
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(sql).bind(event).fetch_all(conn).await?;
    Ok(ids.into_iter().collect())
}
