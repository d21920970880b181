//! Checks the books of livestream: counters against what they count, the pin, ends, units of proposals.
//!
//! Right after an event of another service, a figure may be ahead of its other half; when the bus is quiet, all hold.

use chassis::audit::{Check, first_id};
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};

use crate::store::{
    self,
    audit::{self as books, Finding},
};

/// Checks everything at one moment.
///
/// # Errors
/// When the database does not answer.
pub async fn audit(conn: &mut PgConnection) -> Result<Vec<Check>, sqlx::Error> {
    let mut tx = conn.begin().await?;
    store::room::of_one_moment(&mut tx).await?;
    let checks = vec![
        check("room_counters", books::room_counters(&mut tx).await?),
        check("sale_ticker", books::sale_ticker(&mut tx).await?),
        check("pins_can_be_sold", books::pins(&mut tx).await?),
        check(
            "ended_sessions_sell_nothing",
            books::ended_sessions(&mut tx).await?,
        ),
        check(
            "offer_units_are_of_proposals",
            books::proposals(&mut tx).await?,
        ),
        check(
            "settled_offers_account_for_all",
            books::settled(&mut tx).await?,
        ),
        answered(&mut tx, DateTime::UNIX_EPOCH).await?,
    ];
    tx.rollback().await?;
    Ok(checks)
}

/// Runs the rules that can be asked of what is new: cheap whatever the tables hold.
///
/// # Errors
/// When the database does not answer.
pub async fn recent(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<Check>, sqlx::Error> {
    Ok(vec![
        answered(&mut *conn, since).await?,
        check("pins_can_be_sold", books::pins(conn).await?),
    ])
}

/// Catalogue answers every proposal.
async fn answered(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<Check, sqlx::Error> {
    let checked = sqlx::query_scalar("select count(*) from proposal where id >= $1")
        .bind(first_id(since))
        .fetch_one(&mut *conn)
        .await?;
    let mismatches = sqlx::query_scalar(
        "select format('proposal %s of offer %s has waited since %s', id, offer_id, proposed_at)
         from proposal where outcome = 'pending' and proposed_at < now() - interval '1 minute'",
    )
    .fetch_all(conn)
    .await?;
    Ok(Check {
        name: "proposals_are_answered",
        checked,
        mismatches,
    })
}

fn check(name: &'static str, finding: Finding) -> Check {
    Check {
        name,
        checked: finding.checked,
        mismatches: finding.mismatches,
    }
}
