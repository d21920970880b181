//! Offers. Whoever changes one holds its session's row.

use chassis::id::{AccountId, Id as _, OfferId, ProducerId, ProductId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::offer::Offer;

/// All that an [`Offer`] knows, then whatever narrows it.
macro_rules! offers {
    ($narrow:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Offer,
            "select id, session_id, organiser_id, producer_id, product_id, variant_id, producer_name, title, pack, trace_url,
                    claim_code, list_price, live_price, proposed_units, allotted_units, limit_per_shopper, state,
                    refused_vi, refused_en, payee_kind, stars_shown, weight_grams, minimum_age, cod_allowed, shipped,
                    position, opens_at, closes_at, opened_at, sold_out, sold_units, given_back_units, back_on_hand_units, version
             from offer " + $narrow
            $(, $argument)*
        )
    };
}

/// Keeps a new offer.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    conn: &mut PgConnection,
    offer: &Offer,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into offer (id, session_id, organiser_id, producer_id, product_id, variant_id, producer_name, title, pack, trace_url,
             claim_code, list_price, live_price, proposed_units, allotted_units, limit_per_shopper, state,
             refused_vi, refused_en, payee_kind, stars_shown, weight_grams, minimum_age, cod_allowed, shipped,
             position, opens_at, closes_at, sold_out, sold_units, given_back_units, back_on_hand_units, version, proposed_by, proposed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16, '', '', $17, $18, $19, $20, $21, $22,
             $23, $24, $25, false, 0, 0, 0, $26, $27, $28)",
        offer.id as _,
        offer.session_id as _,
        offer.organiser_id as _,
        offer.producer_id as _,
        offer.product_id as _,
        offer.variant_id as _,
        offer.producer_name,
        offer.title,
        offer.pack,
        offer.trace_url,
        offer.claim_code,
        offer.list_price as _,
        offer.live_price as _,
        offer.proposed_units,
        offer.limit_per_shopper,
        offer.state as _,
        offer.payee_kind as _,
        offer.stars_shown,
        offer.weight_grams,
        offer.minimum_age,
        offer.cod_allowed,
        offer.shipped,
        offer.position,
        offer.opens_at,
        offer.closes_at,
        offer.version,
        by as _,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An offer.
///
/// # Errors
/// When the database does not answer.
pub async fn find(conn: &mut PgConnection, id: OfferId) -> Result<Option<Offer>, sqlx::Error> {
    offers!("where id = $1", id as _).fetch_optional(conn).await
}

/// A session's line-up.
///
/// # Errors
/// When the database does not answer.
pub async fn of_session(
    conn: &mut PgConnection,
    session: SessionId,
) -> Result<Vec<Offer>, sqlx::Error> {
    offers!("where session_id = $1 order by position", session as _)
        .fetch_all(conn)
        .await
}

/// A producer's offers in some sessions, by their places in the line-ups.
///
/// # Errors
/// When the database does not answer.
pub async fn of_producer_in(
    conn: &mut PgConnection,
    producer: ProducerId,
    sessions: &[SessionId],
    most: i64,
) -> Result<Vec<Offer>, sqlx::Error> {
    let sessions: Vec<Uuid> = sessions.iter().map(|id| id.uuid()).collect();
    offers!(
        "where producer_id = $1 and session_id = any($2) order by session_id, position limit $3",
        producer as _,
        &sessions,
        most
    )
    .fetch_all(conn)
    .await
}

/// The offers of a product in a session that are not closed.
///
/// # Errors
/// When the database does not answer.
pub async fn unclosed_of_product(
    conn: &mut PgConnection,
    session: SessionId,
    product: ProductId,
) -> Result<Vec<Offer>, sqlx::Error> {
    offers!(
        "where session_id = $1 and product_id = $2 and state in ('proposed', 'allotted', 'open') order by position",
        session as _,
        product as _
    )
    .fetch_all(conn)
    .await
}

/// The sessions in which a product has offers that are not closed, in the order of their locks.
///
/// # Errors
/// When the database does not answer.
pub async fn sessions_with_product(
    conn: &mut PgConnection,
    product: ProductId,
) -> Result<Vec<SessionId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct session_id as "session_id: SessionId" from offer
           where product_id = $1 and state in ('proposed', 'allotted', 'open') order by 1"#,
        product as _
    )
    .fetch_all(conn)
    .await
}

/// Offers of live sessions whose time to open or close has come.
///
/// # Errors
/// When the database does not answer.
pub async fn due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<OfferId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select o.id as "id: OfferId" from offer o join session s on s.id = o.session_id
           where s.state = 'live' and o.state in ('allotted', 'open') and (o.opens_at is not null or o.closes_at is not null)
             and (o.closes_at <= $1 or (o.state = 'allotted' and o.opens_at <= $1))
           order by coalesce(o.opens_at, o.closes_at), o.id limit 100"#,
        now
    )
    .fetch_all(conn)
    .await
}

/// Keeps what changed of an offer.
///
/// # Errors
/// When the database refuses.
pub async fn update(conn: &mut PgConnection, offer: &Offer) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update offer set producer_name = $2, title = $3, pack = $4, trace_url = $5, list_price = $6, proposed_units = $7,
             allotted_units = $8, state = $9, refused_vi = $10, refused_en = $11, stars_shown = $12, weight_grams = $13,
             minimum_age = $14, cod_allowed = $15, shipped = $16, opens_at = $17, opened_at = $18, sold_out = $19,
             sold_units = $20, given_back_units = $21, back_on_hand_units = $22, version = $23
         where id = $1",
        offer.id as _,
        offer.producer_name,
        offer.title,
        offer.pack,
        offer.trace_url,
        offer.list_price as _,
        offer.proposed_units,
        offer.allotted_units,
        offer.state as _,
        offer.refused_vi,
        offer.refused_en,
        offer.stars_shown,
        offer.weight_grams,
        offer.minimum_age,
        offer.cod_allowed,
        offer.shipped,
        offer.opens_at,
        offer.opened_at,
        offer.sold_out,
        offer.sold_units,
        offer.given_back_units,
        offer.back_on_hand_units,
        offer.version,
    )
    .execute(conn)
    .await?;
    Ok(())
}
