//! Offers, their units and their ledger.

use chassis::{
    id::{Id, OfferId, OrganiserId, SessionId},
    money::Vnd,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    offer::{Offer, Terms, Units},
    order::Payee,
    shipping::ShippingRule,
    vietqr::BankAccount,
};

struct Row {
    id: Uuid,
    session_id: Uuid,
    variant_id: Option<Uuid>,
    organiser_id: Option<Uuid>,
    producer_id: Option<Uuid>,
    product_id: Option<Uuid>,
    claim_code: Option<String>,
    title: Option<String>,
    price: Option<i64>,
    limit_per_shopper: i32,
    minimum_age: i32,
    cod_allowed: bool,
    shipped: bool,
    shipping_fee: i64,
    weight_grams: i32,
    free_shipping_from: i64,
    shipping_grams: i32,
    shipping_fee_per_kg: i64,
    pickup_place: String,
    payment_window_seconds: i32,
    payee_id: Option<String>,
    payee_bin: Option<String>,
    payee_account_no: Option<String>,
    payee_account_name: Option<String>,
    opened_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    settled_at: Option<DateTime<Utc>>,
    allotted: i64,
    units_left: i64,
    held: i64,
    awaiting: i64,
    sold: i64,
    given_back: i64,
    waiting: i64,
    last_place: i64,
    version: i64,
}

impl From<Row> for Offer {
    fn from(row: Row) -> Self {
        let terms = || {
            Some(Terms {
                organiser_id: Id::from_uuid(row.organiser_id?),
                producer_id: Id::from_uuid(row.producer_id?),
                product_id: Id::from_uuid(row.product_id?),
                claim_code: row.claim_code?,
                title: row.title?,
                price: Vnd::new(row.price?),
                limit_per_shopper: row.limit_per_shopper.into(),
                minimum_age: row.minimum_age,
                cod_allowed: row.cod_allowed,
                shipped: row.shipped,
                weight_grams: row.weight_grams.into(),
                shipping: ShippingRule {
                    flat: Vnd::new(row.shipping_fee),
                    free_from: Vnd::new(row.free_shipping_from),
                    grams: row.shipping_grams.into(),
                    per_kg: Vnd::new(row.shipping_fee_per_kg),
                },
                pickup_place: row.pickup_place,
                payment_window_seconds: row.payment_window_seconds,
                payee: Payee {
                    id: row.payee_id?,
                    account: BankAccount {
                        bin: row.payee_bin?,
                        account_no: row.payee_account_no?,
                    },
                    account_name: row.payee_account_name?,
                },
            })
        };
        Self {
            id: Id::from_uuid(row.id),
            session_id: Id::from_uuid(row.session_id),
            variant_id: row.variant_id.map(Id::from_uuid),
            opened_at: row.opened_at,
            closed_at: row.closed_at,
            settled_at: row.settled_at,
            units: Units {
                allotted: row.allotted,
                left: row.units_left,
                held: row.held,
                awaiting: row.awaiting,
                sold: row.sold,
                given_back: row.given_back,
            },
            waiting: row.waiting,
            last_place: row.last_place,
            version: row.version,
            terms: terms(),
        }
    }
}

/// Makes rows, empty ones, for offers that have none: what is not there cannot be locked, and who is allotted units and
/// who opens an offer may be two instances.
///
/// # Errors
/// When the database refuses.
pub async fn make(
    conn: &mut PgConnection,
    offers: &[Uuid],
    sessions: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into offers (id, session_id) select * from unnest($1::uuid[], $2::uuid[]) order by 1
         on conflict (id) do nothing",
        offers,
        sessions
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks offers in key order: those named, and all of the sessions named.
///
/// # Errors
/// When the database refuses.
pub async fn lock(
    conn: &mut PgConnection,
    offers: &[Uuid],
    sessions: &[Uuid],
) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "select * from offers where id = any($1) or session_id = any($2) order by id for update",
        offers,
        sessions
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}

/// A session's offers as they are now.
///
/// # Errors
/// When the database refuses.
pub async fn of_session(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "select * from offers where session_id = $1 order by id",
        session.uuid()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}

/// Offers that are not settled yet, of sessions that still sell: to be said again.
///
/// # Errors
/// When the database refuses.
pub async fn unsettled(conn: &mut PgConnection) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "select * from offers where settled_at is null and opened_at is not null order by id"
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}

/// Writes offers whose units moved, and a ledger row each.
///
/// # Errors
/// When the database refuses: the constraints are its last word.
pub async fn save_units(
    conn: &mut PgConnection,
    changed: &[(&Offer, Units)],
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = changed.iter().map(|(offer, _)| offer.id.uuid()).collect();
    let sessions: Vec<Uuid> = changed
        .iter()
        .map(|(offer, _)| offer.session_id.uuid())
        .collect();
    let variants: Vec<Option<Uuid>> = changed
        .iter()
        .map(|(offer, _)| offer.variant_id.map(chassis::id::Id::uuid))
        .collect();
    let settled: Vec<Option<DateTime<Utc>>> =
        changed.iter().map(|(offer, _)| offer.settled_at).collect();
    let closed: Vec<Option<DateTime<Utc>>> =
        changed.iter().map(|(offer, _)| offer.closed_at).collect();
    let versions: Vec<i64> = changed.iter().map(|(offer, _)| offer.version).collect();
    let now = |pick: fn(&Units) -> i64| -> Vec<i64> {
        changed
            .iter()
            .map(|(offer, _)| pick(&offer.units))
            .collect()
    };
    let moved: Vec<(Uuid, Units)> = changed
        .iter()
        .filter(|(_, delta)| *delta != Units::default())
        .map(|(offer, delta)| (offer.id.uuid(), *delta))
        .collect();
    let moved_ids: Vec<Uuid> = moved.iter().map(|(id, _)| *id).collect();
    let delta = |pick: fn(&Units) -> i64| -> Vec<i64> {
        moved.iter().map(|(_, units)| pick(units)).collect()
    };
    sqlx::query!(
        "with counted as (
             insert into offers as o
                 (id, session_id, variant_id, closed_at, settled_at, version, allotted, units_left, held, awaiting, sold, given_back,
                  waiting, last_place)
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::bigint[],
                                  $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
                                  $21::bigint[], $22::bigint[])
             on conflict (id) do update set
                 variant_id = excluded.variant_id, closed_at = excluded.closed_at, settled_at = excluded.settled_at,
                 version = excluded.version, allotted = excluded.allotted, units_left = excluded.units_left,
                 held = excluded.held, awaiting = excluded.awaiting, sold = excluded.sold, given_back = excluded.given_back,
                 waiting = excluded.waiting, last_place = excluded.last_place
         )
         insert into offer_ledger (offer_id, allotted, units_left, held, awaiting, sold, given_back, at)
         select d.*, $20 from unnest($13::uuid[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[],
                                     $19::bigint[]) as d",
        &ids,
        &sessions,
        &variants as &[Option<Uuid>],
        &closed as &[Option<DateTime<Utc>>],
        &settled as &[Option<DateTime<Utc>>],
        &versions,
        &now(|u| u.allotted),
        &now(|u| u.left),
        &now(|u| u.held),
        &now(|u| u.awaiting),
        &now(|u| u.sold),
        &now(|u| u.given_back),
        &moved_ids,
        &delta(|u| u.allotted),
        &delta(|u| u.left),
        &delta(|u| u.held),
        &delta(|u| u.awaiting),
        &delta(|u| u.sold),
        &delta(|u| u.given_back),
        at,
        &changed.iter().map(|(offer, _)| offer.waiting).collect::<Vec<_>>(),
        &changed.iter().map(|(offer, _)| offer.last_place).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn narrow(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Writes the terms of an offer that was opened.
///
/// # Errors
/// When the database refuses.
pub async fn save_terms(
    conn: &mut PgConnection,
    offer: OfferId,
    terms: &Terms,
    opened_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update offers set organiser_id = $2, producer_id = $3, product_id = $4, claim_code = $5, title = $6, price = $7,
             limit_per_shopper = $8, minimum_age = $9, cod_allowed = $10, shipped = $11, shipping_fee = $12,
             pickup_place = $13, payment_window_seconds = $14, payee_id = $15, payee_bin = $16, payee_account_no = $17,
             payee_account_name = $18, opened_at = $19, weight_grams = $20, free_shipping_from = $21,
             shipping_grams = $22, shipping_fee_per_kg = $23
         where id = $1",
        offer.uuid(),
        terms.organiser_id.uuid(),
        terms.producer_id.uuid(),
        terms.product_id.uuid(),
        terms.claim_code,
        terms.title,
        terms.price.get(),
        narrow(terms.limit_per_shopper),
        terms.minimum_age,
        terms.cod_allowed,
        terms.shipped,
        terms.shipping.flat.get(),
        terms.pickup_place,
        terms.payment_window_seconds,
        terms.payee.id,
        terms.payee.account.bin,
        terms.payee.account.account_no,
        terms.payee.account_name,
        opened_at,
        narrow(terms.weight_grams),
        terms.shipping.free_from.get(),
        narrow(terms.shipping.grams),
        terms.shipping.per_kg.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose session this is; none while nothing of it was opened.
///
/// # Errors
/// When the database refuses.
pub async fn organiser_of(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Option<OrganiserId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "select organiser_id as \"id!\" from offers where session_id = $1 and organiser_id is not null limit 1",
        session.uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(OrganiserId::from_uuid))
}

/// The session of an offer; none while nothing of it is known.
///
/// # Errors
/// When the database refuses.
pub async fn session_of(
    conn: &mut PgConnection,
    offer: OfferId,
) -> Result<Option<SessionId>, sqlx::Error> {
    let id = sqlx::query_scalar!("select session_id from offers where id = $1", offer.uuid())
        .fetch_optional(conn)
        .await?;
    Ok(id.map(SessionId::from_uuid))
}
