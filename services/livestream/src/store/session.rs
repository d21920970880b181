//! Sessions.

use chassis::{
    id::{AccountId, OfferId, OrganiserId, ProducerId, SessionId},
    money::Vnd,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::{
    bank::BankAccount,
    session::{Session, SessionState, Terms},
};

struct Row {
    id: SessionId,
    organiser_id: OrganiserId,
    title: String,
    description: String,
    state: SessionState,
    starts_at: DateTime<Utc>,
    went_live_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    stopped_reason: Option<String>,
    bank_bin: Option<String>,
    bank_account_no: Option<String>,
    bank_account_name: Option<String>,
    cod_allowed: bool,
    shipping_fee: Vnd,
    free_shipping_from: Vnd,
    shipping_grams: i32,
    shipping_fee_per_kg: Vnd,
    pickup_place: String,
    payment_window_seconds: i32,
    video: bool,
    pinned_offer_id: Option<OfferId>,
    version: i64,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            organiser_id: row.organiser_id,
            title: row.title,
            description: row.description,
            state: row.state,
            starts_at: row.starts_at,
            went_live_at: row.went_live_at,
            ended_at: row.ended_at,
            stopped_reason: row.stopped_reason,
            terms: Terms {
                organiser_account: BankAccount::of_columns(
                    row.bank_bin,
                    row.bank_account_no,
                    row.bank_account_name,
                ),
                cod_allowed: row.cod_allowed,
                shipping_fee: row.shipping_fee,
                free_shipping_from: row.free_shipping_from,
                shipping_grams: row.shipping_grams,
                shipping_fee_per_kg: row.shipping_fee_per_kg,
                pickup_place: row.pickup_place,
                payment_window_seconds: row.payment_window_seconds,
            },
            video: row.video,
            pinned_offer_id: row.pinned_offer_id,
            version: row.version,
        }
    }
}

/// The columns of a [`Row`], then whatever narrows them.
macro_rules! sessions {
    ($narrow:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            "select id, organiser_id, title, description, state, starts_at, went_live_at, ended_at, stopped_reason,
                    bank_bin, bank_account_no, bank_account_name, cod_allowed, shipping_fee, free_shipping_from,
                    shipping_grams, shipping_fee_per_kg, pickup_place, payment_window_seconds, video, pinned_offer_id, version
             from session " + $narrow
            $(, $argument)*
        )
    };
}

/// Keeps a new session, unless the organiser has planned one of this title for this time: then `false`.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    session: &Session,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let terms = &session.terms;
    let account = terms.organiser_account.as_ref();
    let done = sqlx::query!(
        "insert into session (id, organiser_id, title, description, state, starts_at, bank_bin, bank_account_no, bank_account_name,
             cod_allowed, shipping_fee, pickup_place, payment_window_seconds, version, planned_by, planned_at, free_shipping_from,
             shipping_grams, shipping_fee_per_kg)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict (organiser_id, starts_at, title) where state = 'planned' do nothing",
        session.id as _,
        session.organiser_id as _,
        session.title,
        session.description,
        session.state as _,
        session.starts_at,
        account.map(|account| account.bin.as_str()),
        account.map(|account| account.account_no.as_str()),
        account.map(|account| account.account_name.as_str()),
        terms.cod_allowed,
        terms.shipping_fee as _,
        terms.pickup_place,
        terms.payment_window_seconds,
        session.version,
        by as _,
        at,
        terms.free_shipping_from as _,
        terms.shipping_grams,
        terms.shipping_fee_per_kg as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The planned session of this title and time.
///
/// # Errors
/// When the database does not answer.
pub async fn planned(
    conn: &mut PgConnection,
    organiser: OrganiserId,
    starts_at: DateTime<Utc>,
    title: &str,
) -> Result<Option<Session>, sqlx::Error> {
    let row = sessions!(
        "where organiser_id = $1 and starts_at = $2 and title = $3 and state = 'planned'",
        organiser as _,
        starts_at,
        title
    );
    Ok(row.fetch_optional(conn).await?.map(Session::from))
}

/// A session.
///
/// # Errors
/// When the database does not answer.
pub async fn find(conn: &mut PgConnection, id: SessionId) -> Result<Option<Session>, sqlx::Error> {
    Ok(sessions!("where id = $1", id as _)
        .fetch_optional(conn)
        .await?
        .map(Session::from))
}

/// A session, for this transaction alone.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(conn: &mut PgConnection, id: SessionId) -> Result<Option<Session>, sqlx::Error> {
    Ok(sessions!("where id = $1 for update", id as _)
        .fetch_optional(conn)
        .await?
        .map(Session::from))
}

/// A page of sessions, newest first; `None` does not narrow.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    conn: &mut PgConnection,
    state: Option<SessionState>,
    organiser: Option<OrganiserId>,
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<Session>, sqlx::Error> {
    let rows = sessions!(
        "where ($1::text is null or state = $1) and ($2::uuid is null or organiser_id = $2) and ($3::uuid is null or id < $3)
         order by id desc limit $4",
        state as _,
        organiser as _,
        after as _,
        limit
    );
    Ok(rows
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(Session::from)
        .collect())
}

/// Those planned or on air in which a producer has offers, soonest first.
///
/// # Errors
/// When the database does not answer.
pub async fn to_come_with(
    conn: &mut PgConnection,
    producer: ProducerId,
) -> Result<Vec<Session>, sqlx::Error> {
    let rows = sessions!(
        "where state in ('planned', 'live') and id in (select session_id from offer where producer_id = $1)
         order by starts_at, id limit 100",
        producer as _
    );
    Ok(rows
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(Session::from)
        .collect())
}

/// Those on air, and those that ended since.
///
/// # Errors
/// When the database does not answer.
pub async fn watched(
    conn: &mut PgConnection,
    ended_since: DateTime<Utc>,
) -> Result<Vec<Session>, sqlx::Error> {
    let rows = sessions!(
        "where state = 'live' or (state = 'ended' and ended_at > $1) order by id",
        ended_since
    );
    Ok(rows
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(Session::from)
        .collect())
}

/// Keeps what changed of a locked session. `stopped_by` is set with the first reason.
///
/// # Errors
/// When the database refuses: a unique violation means that another session is planned so.
pub async fn update(
    conn: &mut PgConnection,
    session: &Session,
    stopped_by: Option<AccountId>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update session set state = $2, starts_at = $3, went_live_at = $4, ended_at = $5, stopped_reason = $6,
             stopped_by = coalesce(stopped_by, $7), pinned_offer_id = $8, version = $9, title = $10, description = $11, video = $12
         where id = $1",
        session.id as _,
        session.state as _,
        session.starts_at,
        session.went_live_at,
        session.ended_at,
        session.stopped_reason,
        stopped_by as _,
        session.pinned_offer_id as _,
        session.version,
        session.title,
        session.description,
        session.video,
    )
    .execute(conn)
    .await?;
    Ok(())
}
