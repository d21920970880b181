//! Sums of what was sold of a producer's goods, by session and payee.

use chassis::id::{Id, OrganiserId, ProducerId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// One session and payee, đồng without shipping.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct Row {
    pub session: SessionId,
    pub organiser: OrganiserId,
    pub payee_id: String,
    pub orders: u64,
    pub units_sold: i64,
    pub gross: i64,
    pub awaiting: i64,
    pub cancelled: i64,
    pub expired: i64,
    pub returned: i64,
    pub by_transfer: i64,
    pub cod_collected: i64,
    pub cod_to_collect: i64,
    pub first_order_at: DateTime<Utc>,
}

/// Which orders.
#[derive(Debug)]
pub struct Of {
    /// With goods of this producer.
    pub producer: ProducerId,
    /// Only of this session.
    pub session: Option<SessionId>,
    /// Placed from then on.
    pub from: Option<DateTime<Utc>>,
    /// Placed before.
    pub to: Option<DateTime<Utc>>,
    /// Only of sessions of these organisers.
    pub organisers: Option<Vec<OrganiserId>>,
}

/// The sums, newest session first.
///
/// # Errors
/// When the database refuses.
pub async fn rows(conn: &mut PgConnection, of: &Of) -> Result<Vec<Row>, sqlx::Error> {
    let organisers: Option<Vec<Uuid>> = of
        .organisers
        .as_ref()
        .map(|ids| ids.iter().map(|id| id.uuid()).collect());
    let rows = sqlx::query!(
        r#"with line as (
               select r.session_id, r.organiser_id, o.payee_id, r.id, l.units, l.line_total, r.state, r.payment_method,
                      r.placed_at,
                      r.state in ('confirmed', 'packed', 'shipped', 'delivered') and not l.released as sold,
                      r.state = 'returned'
                          or (r.state in ('confirmed', 'packed', 'shipped', 'delivered') and l.released) as returned,
                      r.state = 'delivered' or coalesce(p.state, '') = 'delivered' as delivered
               from order_lines l join orders r on r.id = l.order_id join offers o on o.id = l.offer_id
               left join parcels p on p.order_id = l.order_id and p.producer_id = l.producer_id
               where l.producer_id = $1 and ($2::uuid is null or r.session_id = $2)
                 and ($3::timestamptz is null or r.placed_at >= $3) and ($4::timestamptz is null or r.placed_at < $4)
                 and ($5::uuid[] is null or r.organiser_id = any($5))
           )
           select session_id, organiser_id, payee_id as "payee_id!", count(distinct id) as "orders!",
                  coalesce(sum(units) filter (where sold), 0)::bigint as "units_sold!",
                  sum(line_total)::bigint as "gross!",
                  coalesce(sum(line_total) filter (where state = 'awaiting_payment'), 0)::bigint as "awaiting!",
                  coalesce(sum(line_total) filter (where state = 'cancelled'), 0)::bigint as "cancelled!",
                  coalesce(sum(line_total) filter (where state = 'expired'), 0)::bigint as "expired!",
                  coalesce(sum(line_total) filter (where returned), 0)::bigint as "returned!",
                  coalesce(sum(line_total) filter (where sold and payment_method <> 'cod'), 0)::bigint as "by_transfer!",
                  coalesce(sum(line_total) filter (where sold and payment_method = 'cod' and delivered), 0)::bigint
                      as "cod_collected!",
                  coalesce(sum(line_total) filter (where sold and payment_method = 'cod' and not delivered), 0)::bigint
                      as "cod_to_collect!",
                  min(placed_at) as "first_order_at!"
           from line group by session_id, organiser_id, payee_id order by min(placed_at) desc, payee_id"#,
        of.producer.uuid(),
        of.session.map(Id::uuid),
        of.from,
        of.to,
        organisers.as_deref() as Option<&[Uuid]>
    )
    .fetch_all(conn)
    .await?;
    let read = rows.into_iter().map(|row| Row {
        session: Id::from_uuid(row.session_id),
        organiser: Id::from_uuid(row.organiser_id),
        payee_id: row.payee_id,
        orders: u64::try_from(row.orders).unwrap_or_default(),
        units_sold: row.units_sold,
        gross: row.gross,
        awaiting: row.awaiting,
        cancelled: row.cancelled,
        expired: row.expired,
        returned: row.returned,
        by_transfer: row.by_transfer,
        cod_collected: row.cod_collected,
        cod_to_collect: row.cod_to_collect,
        first_order_at: row.first_order_at,
    });
    Ok(read.collect())
}
