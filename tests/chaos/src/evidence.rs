//! Reads the books and the streams of a quiet stack for the checker.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use anyhow::Context as _;
use async_nats::jetstream::{self, consumer::pull::OrderedConfig};
use futures_util::{StreamExt as _, TryStreamExt as _};
use proto::contract::{SPEAKERS, events, stream_of};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    checker::{BankEntry, Books, Entry, JournalLine, Order, Said, Units},
    history::content,
    stack::Stack,
};

/// The attribute that holds an event's id.
const EVENT_ID: &str = "ce-id";

/// Reads everything.
///
/// # Errors
/// When a database or the broker does not answer.
pub async fn read(stack: &Stack) -> anyhow::Result<Books> {
    let mut books = Books::default();
    let mut orders = stack.database("orders").await?;
    read_orders(&mut orders, &mut books).await?;
    read_units(&mut orders, &mut books).await?;
    read_money(&mut orders, &mut books).await?;
    books.figures = sqlx::query_as("select session_id, orders from figures where orders > 0")
        .fetch_all(&mut orders)
        .await?
        .into_iter()
        .collect();
    for service in SPEAKERS {
        let mut conn = stack.database(service).await?;
        read_events(&mut conn, service, &mut books).await?;
    }
    for (_, kind, hearers) in events() {
        books.contract.push((kind, hearers.to_vec()));
    }
    let client = async_nats::connect(&stack.direct().nats).await?;
    let jetstream = jetstream::new(client);
    for service in SPEAKERS {
        let ids = in_stream(&jetstream, service).await?;
        books.streams.insert(service, ids);
    }
    Ok(books)
}

async fn read_orders(conn: &mut PgConnection, books: &mut Books) -> anyhow::Result<()> {
    let mut lines: HashMap<Uuid, Vec<(Uuid, i64, i64)>> = HashMap::new();
    let mut rows = sqlx::query_as("select order_id, offer_id, units, unit_price from order_lines")
        .fetch(&mut *conn);
    while let Some((order, offer, units, price)) = rows.try_next().await? {
        lines.entry(order).or_default().push((offer, units, price));
    }
    drop(rows);
    let mut payments: HashMap<Uuid, Vec<(Uuid, String, i64)>> = HashMap::new();
    let mut rows =
        sqlx::query_as("select order_id, id, code, amount_due, amount_received from payments")
            .fetch(&mut *conn);
    while let Some((order, id, code, due, received)) = rows.try_next().await? {
        payments.entry(order).or_default().push((id, code, due));
        books.payments.insert(id, received);
    }
    drop(rows);
    let mut rows = sqlx::query_as(
        "select id, session_id, account_id, key, state, payment_method, total from orders",
    )
    .fetch(&mut *conn);
    while let Some(row) = rows.try_next().await? {
        let (id, session, account, key, state, method, total): (
            Uuid,
            Uuid,
            Uuid,
            String,
            String,
            String,
            i64,
        ) = row;
        let lines = lines.remove(&id).unwrap_or_default();
        let of_units = lines
            .iter()
            .map(|(offer, units, _)| (*offer, *units))
            .collect();
        let payments = payments.remove(&id).unwrap_or_default();
        let order = Order {
            session,
            key,
            content: content(session, account, &method, total, lines, payments),
            state,
            lines: of_units,
        };
        books.orders.insert(id, order);
    }
    Ok(())
}

async fn read_units(conn: &mut PgConnection, books: &mut Books) -> anyhow::Result<()> {
    type Row = (Uuid, i64, i64, i64, i64, i64, i64);
    let read = |(offer, allotted, left, held, awaiting, sold, given_back): Row| {
        let units = Units {
            allotted,
            left,
            held,
            awaiting,
            sold,
            given_back,
        };
        (offer, units)
    };
    let ledger: Vec<Row> = sqlx::query_as(
        "select offer_id, allotted, units_left, held, awaiting, sold, given_back from offer_ledger order by entry",
    )
    .fetch_all(&mut *conn)
    .await?;
    let entry = |row| {
        let (offer, moved) = read(row);
        Entry { offer, moved }
    };
    books.ledger = ledger.into_iter().map(entry).collect();
    let offers: Vec<Row> = sqlx::query_as(
        "select id, allotted, units_left, held, awaiting, sold, given_back from offers",
    )
    .fetch_all(conn)
    .await?;
    books.offers = offers.into_iter().map(read).collect();
    Ok(())
}

async fn read_money(conn: &mut PgConnection, books: &mut Books) -> anyhow::Result<()> {
    let bank: Vec<(String, i64, String, Option<Uuid>)> =
        sqlx::query_as("select provider_txn_id, amount, outcome, payment_id from bank_entries")
            .fetch_all(&mut *conn)
            .await?;
    let entry = |(txn, amount, outcome, payment)| BankEntry {
        txn,
        amount,
        outcome,
        payment,
    };
    books.bank = bank.into_iter().map(entry).collect();
    let journal: Vec<(Uuid, String, i64, Option<Uuid>)> =
        sqlx::query_as("select entry, account, amount, payment_id from journal")
            .fetch_all(conn)
            .await?;
    let line = |(entry, account, amount, payment)| JournalLine {
        entry,
        account,
        amount,
        payment,
    };
    books.journal = journal.into_iter().map(line).collect();
    Ok(())
}

async fn read_events(
    conn: &mut PgConnection,
    service: &'static str,
    books: &mut Books,
) -> anyhow::Result<()> {
    type Row = (Uuid, String, String, i64, bool);
    let said: Vec<Row> = sqlx::query_as(
        "select event_id, event_type, aggregate, aggregate_seq, published_at is not null
         from chassis.outbox where aggregate is not null",
    )
    .fetch_all(&mut *conn)
    .await?;
    let said = said
        .into_iter()
        .map(|(id, kind, aggregate, seq, published)| Said {
            service,
            id,
            kind,
            // Two services may speak of the same session.
            aggregate: format!("{service} {aggregate}"),
            seq,
            published,
        });
    books.said.extend(said);
    let heard: Vec<(Uuid, String)> =
        sqlx::query_as("select event_id, event_type from chassis.inbox")
            .fetch_all(conn)
            .await?;
    for (id, kind) in heard {
        books.heard.entry((service, kind)).or_default().push(id);
    }
    Ok(())
}

/// The ids of all events in a service's stream.
async fn in_stream(jetstream: &jetstream::Context, service: &str) -> anyhow::Result<HashSet<Uuid>> {
    let mut ids = HashSet::new();
    let mut stream = jetstream.get_stream(stream_of(service)).await?;
    let last = stream.info().await?.state.last_sequence;
    if last == 0 {
        return Ok(ids);
    }
    let config = OrderedConfig {
        headers_only: true,
        ..OrderedConfig::default()
    };
    let mut messages = stream.create_consumer(config).await?.messages().await?;
    loop {
        let message = tokio::time::timeout(Duration::from_secs(10), messages.next())
            .await
            .context("reading a stream")?
            .context("the stream of messages ended")??;
        let seen = message
            .info()
            .map_err(|error| anyhow::anyhow!("{error}"))?
            .stream_sequence;
        let headers = message.headers.as_ref();
        if let Some(id) = headers.and_then(|headers| headers.get(EVENT_ID)) {
            // `evt_…`, or the bare number.
            let text = id.as_str();
            let text = text.split_once('_').map_or(text, |(_, id)| id);
            ids.insert(text.parse().context("an event's id")?);
        }
        if seen >= last {
            return Ok(ids);
        }
    }
}
