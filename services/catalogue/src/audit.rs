//! Checks the catalogue's own books, and shows what it has given to offers.

use chassis::{
    audit::Check,
    id::{OfferId, SessionId, VariantId},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Checks stock against itself, against its ledger and against what offers have.
///
/// # Errors
/// When the database does not answer.
pub async fn audit(conn: &mut PgConnection) -> Result<Vec<Check>, sqlx::Error> {
    let checked = sqlx::query_scalar!(r#"select count(*) as "count!" from stock"#)
        .fetch_one(&mut *conn)
        .await?;
    let equation = sqlx::query_scalar!(
        r#"select format('variant %s: %s received; %s on hand + %s allotted + %s sold + %s written off', variant_id,
             received, on_hand, allotted, sold, written_off) as "mismatch!"
         from stock
         where received <> on_hand + allotted + sold + written_off
             or least(on_hand, allotted, sold, written_off) < 0"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let ledger = sqlx::query_scalar!(
        r#"select format('variant %s: row %s, ledger %s', s.variant_id,
             (s.received, s.on_hand, s.allotted, s.sold, s.written_off, s.version),
             (l.received, l.on_hand, l.allotted, l.sold, l.written_off, l.entries)) as "mismatch!"
         from stock s
         cross join lateral (
             select coalesce(sum(received), 0) as received, coalesce(sum(on_hand), 0) as on_hand,
                 coalesce(sum(allotted), 0) as allotted, coalesce(sum(sold), 0) as sold,
                 coalesce(sum(written_off), 0) as written_off, count(*) as entries
             from stock_ledger where variant_id = s.variant_id
         ) l
         where (s.received, s.on_hand, s.allotted, s.sold, s.written_off, s.version)
             is distinct from (l.received, l.on_hand, l.allotted, l.sold, l.written_off, l.entries)"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let allotted = sqlx::query_scalar!(
        r#"select format('variant %s: row says %s allotted, offers have %s', s.variant_id, s.allotted, a.units)
             as "mismatch!"
         from stock s
         cross join lateral (
             select coalesce(sum(units - units_sold - given_back), 0) as units
             from allotment where variant_id = s.variant_id
         ) a
         where s.allotted <> a.units"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let sold = sqlx::query_scalar!(
        r#"select format('variant %s: row says %s sold, offers have sold %s', s.variant_id, s.sold, a.units)
             as "mismatch!"
         from stock s
         cross join lateral (
             select coalesce(sum(units_sold - returned), 0) as units from allotment where variant_id = s.variant_id
         ) a
         where s.sold <> a.units"#
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(vec![
        Check {
            name: "stock_equation",
            checked,
            mismatches: equation,
        },
        Check {
            name: "stock_ledger",
            checked,
            mismatches: ledger,
        },
        Check {
            name: "stock_allotted",
            checked,
            mismatches: allotted,
        },
        Check {
            name: "stock_sold",
            checked,
            mismatches: sold,
        },
    ])
}

/// Checks the stock that moved since then against its ledger: cheap whatever the tables hold.
///
/// # Errors
/// When the database does not answer.
pub async fn recent(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<Check>, sqlx::Error> {
    let (checked, mismatches) = sqlx::query_as(
        "select count(*), coalesce(array_agg(format('variant %s: row and ledger differ', s.variant_id)) filter (where
             (s.received, s.on_hand, s.allotted, s.sold, s.written_off, s.version)
                 is distinct from (l.received, l.on_hand, l.allotted, l.sold, l.written_off, l.entries)), '{}')
         from stock s
         cross join lateral (
             select coalesce(sum(received), 0) as received, coalesce(sum(on_hand), 0) as on_hand,
                 coalesce(sum(allotted), 0) as allotted, coalesce(sum(sold), 0) as sold,
                 coalesce(sum(written_off), 0) as written_off, count(*) as entries
             from stock_ledger where variant_id = s.variant_id
         ) as l
         where s.variant_id in (select variant_id from stock_ledger where at > $1)",
    )
    .bind(since)
    .fetch_one(conn)
    .await?;
    Ok(vec![Check {
        name: "stock_ledger",
        checked,
        mismatches,
    }])
}

/// What an offer was given and what the catalogue has heard of it; orders must say the same once all is quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferAllotment {
    /// Which offer.
    pub offer_id: OfferId,
    /// In which session.
    pub session_id: SessionId,
    /// Of which variant.
    pub variant_id: VariantId,
    /// Given in all.
    pub units: i64,
    /// Sold, once settled.
    pub units_sold: i64,
    /// Back on hand, once settled.
    pub given_back: i64,
    /// Of those sold: came back later.
    pub returned: i64,
    /// Every unit is sold or given back.
    pub settled: bool,
}

/// Everything that offers were given, by offer.
///
/// # Errors
/// When the database does not answer.
pub async fn allotments(conn: &mut PgConnection) -> Result<Vec<OfferAllotment>, sqlx::Error> {
    sqlx::query_as!(
        OfferAllotment,
        r#"select offer_id, session_id, variant_id, units, units_sold, given_back, returned, settled as "settled!"
         from allotment order by offer_id"#
    )
    .fetch_all(conn)
    .await
}
