//! Stock: the row that adds up, and its ledger. Every change goes through [`apply`], which writes both.

use chassis::id::{Id as _, OfferId, ProposalId, VariantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{
        stock::{Move, Stock},
        words::Reason,
    },
    error::Error,
};

/// One change of one variant's stock.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whose stock.
    pub variant: VariantId,
    /// What moves.
    pub by: Move,
    /// For which offer, if for one.
    pub offer: Option<OfferId>,
    /// By which proposal, if by one.
    pub proposal: Option<ProposalId>,
    /// A person's word on it.
    pub note: String,
    /// Stands for this change and no other.
    pub key: String,
}

/// A variant's stock as it became.
#[derive(Debug, Clone, Copy)]
pub struct Became {
    /// Whose.
    pub variant: VariantId,
    /// What it is now.
    pub stock: Stock,
}

/// Moves units, each variant at most once, and enters it in the ledger.
///
/// # Errors
/// When the database refuses: a figure would fall below zero, or a key is known.
pub async fn apply(
    conn: &mut PgConnection,
    changes: &[Change],
    at: DateTime<Utc>,
) -> Result<Vec<Became>, Error> {
    let column = |pick: fn(&Move) -> i64| -> Vec<i64> {
        changes.iter().map(|change| pick(&change.by)).collect()
    };
    let variants: Vec<_> = changes.iter().map(|change| change.variant.uuid()).collect();
    let reasons: Vec<_> = changes
        .iter()
        .map(|change| change.by.reason.as_str().to_owned())
        .collect();
    let offers: Vec<_> = changes
        .iter()
        .map(|change| change.offer.map(OfferId::uuid))
        .collect();
    let proposals: Vec<_> = changes
        .iter()
        .map(|change| change.proposal.map(ProposalId::uuid))
        .collect();
    let notes: Vec<_> = changes.iter().map(|change| change.note.clone()).collect();
    let keys: Vec<_> = changes.iter().map(|change| change.key.clone()).collect();
    let rows = sqlx::query!(
        r#"with change as (
             select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[], $8::uuid[], $9::uuid[], $10::text[], $11::text[])
             as c (variant_id, reason, received, on_hand, allotted, sold, written_off, offer_id, proposal_id, note, key)
         ), moved as (
             update stock s set received = s.received + c.received, on_hand = s.on_hand + c.on_hand,
                 allotted = s.allotted + c.allotted, sold = s.sold + c.sold,
                 written_off = s.written_off + c.written_off, version = s.version + 1
             from change c where s.variant_id = c.variant_id
             returning s.variant_id, s.received, s.on_hand, s.allotted, s.sold, s.written_off, s.version
         ), entered as (
             insert into stock_ledger (variant_id, version, reason, received, on_hand, allotted, sold, written_off,
                 offer_id, proposal_id, note, idempotency_key, at)
             select c.variant_id, m.version, c.reason, c.received, c.on_hand, c.allotted, c.sold, c.written_off,
                 c.offer_id, c.proposal_id, c.note, c.key, $12
             from change c join moved m using (variant_id)
         )
         select variant_id as "variant!: VariantId", received as "received!", on_hand as "on_hand!",
             allotted as "allotted!", sold as "sold!", written_off as "written_off!", version as "version!"
         from moved"#,
        &variants,
        &reasons,
        &column(|by| by.received),
        &column(|by| by.on_hand),
        &column(|by| by.allotted),
        &column(|by| by.sold),
        &column(|by| by.written_off),
        &offers as _,
        &proposals as _,
        &notes,
        &keys,
        at,
    )
    .fetch_all(conn)
    .await?;
    if rows.len() != changes.len() {
        return Err(Error::NoSuchVariant);
    }
    let became = rows.into_iter().map(|row| Became {
        variant: row.variant,
        stock: Stock {
            received: row.received,
            on_hand: row.on_hand,
            allotted: row.allotted,
            sold: row.sold,
            written_off: row.written_off,
            version: row.version,
        },
    });
    Ok(became.collect())
}

/// As [`apply`], of one variant.
///
/// # Errors
/// As [`apply`].
pub async fn apply_one(
    conn: &mut PgConnection,
    change: Change,
    at: DateTime<Utc>,
) -> Result<Stock, Error> {
    let became = apply(conn, &[change], at).await?.pop();
    became
        .map(|became| became.stock)
        .ok_or(Error::NoSuchVariant)
}

/// Locks and reads a variant's stock.
///
/// # Errors
/// When the database does not answer, or somebody holds the lock for too long.
pub async fn lock(conn: &mut PgConnection, variant: VariantId) -> Result<Option<Stock>, Error> {
    let stock = sqlx::query_as!(
        Stock,
        "select received, on_hand, allotted, sold, written_off, version from stock where variant_id = $1 for update",
        variant as _,
    );
    Ok(stock.fetch_optional(conn).await?)
}

/// The units that came and went under a key, and why.
///
/// # Errors
/// When the database does not answer.
pub async fn by_key(
    conn: &mut PgConnection,
    variant: VariantId,
    key: &str,
) -> Result<Option<(Reason, i64, i64)>, Error> {
    let entry = sqlx::query!(
        "select reason, received, written_off from stock_ledger where variant_id = $1 and idempotency_key = $2",
        variant as _,
        key,
    )
    .fetch_optional(conn)
    .await?;
    let read = |reason: &str| Reason::parse(reason).ok_or(Error::Unknown("reason"));
    entry
        .map(|entry| Ok((read(&entry.reason)?, entry.received, entry.written_off)))
        .transpose()
}

/// The units that came in under one key, of many variants.
///
/// # Errors
/// When the database does not answer.
pub async fn received_under(
    conn: &mut PgConnection,
    variants: &[VariantId],
    key: &str,
) -> Result<Vec<(VariantId, i64)>, Error> {
    let variants: Vec<_> = variants.iter().map(|variant| variant.uuid()).collect();
    let rows = sqlx::query!(
        "select variant_id, received from stock_ledger where variant_id = any($1) and idempotency_key = $2",
        &variants,
        key,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.variant_id, row.received))
        .collect())
}

/// One line of the ledger.
#[derive(Debug)]
pub struct Entry {
    /// Its number.
    pub entry: i64,
    /// Why units moved.
    pub reason: String,
    /// Of what ever came in.
    pub received: i64,
    /// Of what is free.
    pub on_hand: i64,
    /// Of what offers have.
    pub allotted: i64,
    /// Of what is sold.
    pub sold: i64,
    /// Of what is lost.
    pub written_off: i64,
    /// For which offer.
    pub offer_id: Option<OfferId>,
    /// A person's word on it.
    pub note: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A page of a variant's ledger, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn entries(
    conn: &mut PgConnection,
    variant: VariantId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    let entries = sqlx::query_as!(
        Entry,
        "select entry, reason, received, on_hand, allotted, sold, written_off, offer_id, note, at
         from stock_ledger
         where variant_id = $1 and ($2::bigint is null or entry < $2)
         order by entry desc limit $3",
        variant as _,
        before,
        limit,
    );
    Ok(entries.fetch_all(conn).await?)
}

/// The variants whose stock moved after a time.
///
/// # Errors
/// When the database does not answer.
pub async fn moved_since(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
    most: i64,
) -> Result<Vec<VariantId>, Error> {
    let variants = sqlx::query_scalar!(
        "select variant_id from stock_ledger where at > $1 group by variant_id limit $2",
        since,
        most,
    );
    Ok(variants.fetch_all(conn).await?)
}
