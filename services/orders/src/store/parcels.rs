//! Parcels that went ahead of their orders.

use std::collections::{BTreeMap, HashMap};

use chassis::id::{Id, OrderId, ProducerId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::orders::unreadable;
use crate::domain::{
    intake::Books,
    order::{Order, OrderState},
    parcel::Moved,
};

/// Those of some orders.
///
/// # Errors
/// When the database refuses.
pub(in crate::store) async fn of_orders(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<OrderId, BTreeMap<ProducerId, Moved>>, sqlx::Error> {
    let rows = sqlx::query!("select * from parcels where order_id = any($1)", ids)
        .fetch_all(conn)
        .await?;
    let mut all: HashMap<OrderId, BTreeMap<ProducerId, Moved>> = HashMap::new();
    for row in rows {
        let moved = Moved {
            state: OrderState::of_name(&row.state).ok_or_else(|| unreadable("parcel"))?,
            at: row.at,
            by: Id::from_uuid(row.by_account),
            reason: row.reason,
        };
        all.entry(Id::from_uuid(row.order_id))
            .or_default()
            .insert(Id::from_uuid(row.producer_id), moved);
    }
    Ok(all)
}

/// Writes parcels that moved; frees the shopper's limit where they came back.
///
/// # Errors
/// When the database refuses.
pub(in crate::store) async fn save(
    conn: &mut PgConnection,
    books: &Books,
) -> Result<(), sqlx::Error> {
    let moved: Vec<(&Order, ProducerId, &Moved)> = books
        .parcels
        .iter()
        .filter_map(|(order, producer)| {
            let order = books.orders.get(order)?;
            Some((order, *producer, order.moved.get(producer)?))
        })
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into parcels (order_id, producer_id, state, at, by_account, reason)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::text[])
         on conflict (order_id, producer_id) do update set
             state = excluded.state, at = excluded.at, by_account = excluded.by_account, reason = excluded.reason",
        &moved.iter().map(|(order, ..)| order.id.uuid()).collect::<Vec<_>>(),
        &moved.iter().map(|(_, producer, _)| producer.uuid()).collect::<Vec<_>>(),
        &moved.iter().map(|(.., moved)| moved.state.name().to_owned()).collect::<Vec<_>>(),
        &moved.iter().map(|(.., moved)| moved.at).collect::<Vec<_>>(),
        &moved.iter().map(|(.., moved)| moved.by.uuid()).collect::<Vec<_>>(),
        &moved.iter().map(|(.., moved)| moved.reason.clone()).collect::<Vec<_>>()
    )
    .execute(&mut *conn)
    .await?;
    let back = moved
        .iter()
        .filter(|(.., moved)| moved.state == OrderState::Returned);
    let (orders, producers): (Vec<Uuid>, Vec<Uuid>) = back
        .map(|(order, producer, _)| (order.id.uuid(), producer.uuid()))
        .unzip();
    if !orders.is_empty() {
        sqlx::query!(
            "update order_lines l set released = true
             from unnest($1::uuid[], $2::uuid[]) as b (order_id, producer_id)
             where l.order_id = b.order_id and l.producer_id = b.producer_id",
            &orders,
            &producers
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Whose parcels a list shows.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// All of a session.
    Session(Uuid),
    /// A producer's.
    Producer(Uuid),
}

/// Ids of a page of orders that are sold and have such parcels, newest first. The state is that of a parcel: its own,
/// if it is further than its order's.
///
/// # Errors
/// When the database refuses.
pub async fn orders_with(
    conn: &mut PgConnection,
    whose: Whose,
    state: Option<OrderState>,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let (session, producer) = match whose {
        Whose::Session(session) => (Some(session), None),
        Whose::Producer(producer) => (None, Some(producer)),
    };
    sqlx::query_scalar!(
        r#"select o.id as "id!" from orders o
         where o.state in ('confirmed', 'packed', 'shipped', 'delivered', 'returned') and o.version > 0
           and ($1::uuid is null or o.session_id = $1)
           and ($2::uuid is null or o.id in (select order_id from order_lines where producer_id = $2))
           and ($3::uuid is null or o.id < $3)
           and ($4::text is null or exists (
               select from order_lines l left join parcels p on p.order_id = l.order_id and p.producer_id = l.producer_id
               where l.order_id = o.id and ($2::uuid is null or l.producer_id = $2)
                 and case when array_position(array['confirmed', 'packed', 'shipped', 'delivered', 'returned'], p.state)
                             > array_position(array['confirmed', 'packed', 'shipped', 'delivered', 'returned'], o.state)
                     then p.state else o.state end = $4))
         order by o.id desc limit $5"#,
        session,
        producer,
        after.map(Id::uuid),
        state.map(OrderState::name),
        limit
    )
    .fetch_all(conn)
    .await
}
