//! Loads what a batch needs, locked; writes what the batch made of it.
//!
//! Locks are taken in one order everywhere: bank entries, orders, offers, each by key.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chassis::{
    clock::Clock,
    id::{AccountId, BankEntryId, EventId, Id, OrderId, SessionId},
    inbox, outbox,
};
use chrono::{DateTime, Utc};
use proto::orders::v1 as wire;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        intake::{Ask, Books, Fact, Key, KnownKey},
        order::{Order, Payment},
    },
    store::{bank, offers, orders, payments},
    wire as to_wire,
};

/// The asks of a batch that still have to be decided: those whose event or bank entry was not applied before.
#[derive(Debug)]
pub struct Opened {
    /// What the database holds.
    pub books: Books,
    /// By position: false for what was applied by an earlier batch.
    pub fresh: Vec<bool>,
}

/// Enters the events of a batch into the inbox, locks and loads.
///
/// # Errors
/// When the database refuses.
pub async fn open(conn: &mut PgConnection, asks: &[Ask]) -> Result<Opened, sqlx::Error> {
    let fresh = fresh(&mut *conn, asks).await?;
    let mut books = Books::default();
    load_keys(&mut *conn, asks, &mut books).await?;
    let mut order_ids: BTreeSet<OrderId> = asks.iter().filter_map(Ask::order).collect();
    let to_change: Vec<Uuid> = order_ids.iter().map(|id| id.uuid()).collect();
    if !to_change.is_empty() {
        sqlx::query!(
            "select id from orders where id = any($1) order by id for update",
            &to_change
        )
        .fetch_all(&mut *conn)
        .await?;
    }
    order_ids.extend(books.keys.values().map(|known| known.order));
    let order_ids: Vec<Uuid> = order_ids.iter().map(|id| id.uuid()).collect();
    for order in orders::load(&mut *conn, &order_ids, false).await? {
        books.orders.insert(order.id, order);
    }
    load_offers(&mut *conn, asks, &mut books).await?;
    load_taken(&mut *conn, asks, &mut books).await?;
    Ok(Opened { books, fresh })
}

async fn fresh(conn: &mut PgConnection, asks: &[Ask]) -> Result<Vec<bool>, sqlx::Error> {
    let events: Vec<_> = asks
        .iter()
        .filter_map(|ask| ask.event().map(|id| (id, kind(ask))))
        .collect();
    let mut new_events: HashSet<EventId> = match events.as_slice() {
        [] => HashSet::new(),
        events => inbox::enter(&mut *conn, events)
            .await?
            .into_iter()
            .collect(),
    };
    let entries: Vec<Uuid> = asks.iter().filter_map(entry).map(Id::uuid).collect();
    let mut waiting: HashSet<Uuid> = match entries.as_slice() {
        [] => HashSet::new(),
        entries => bank::lock_pending(conn, entries)
            .await?
            .into_iter()
            .collect(),
    };
    // Taken out when met: an asker that lost patience may have asked twice within one batch.
    Ok(asks
        .iter()
        .map(|ask| match (ask.event(), entry(ask)) {
            (Some(event), _) => new_events.remove(&event),
            (_, Some(entry)) => waiting.remove(&entry.uuid()),
            _ => true,
        })
        .collect())
}

fn entry(ask: &Ask) -> Option<BankEntryId> {
    if let Ask::Pay { entry, .. } = ask {
        Some(*entry)
    } else {
        None
    }
}

fn kind(ask: &Ask) -> &'static str {
    match ask {
        Ask::Allot { .. } => "phien.catalogue.v1.StockAllotted",
        Ask::Open { .. } => "phien.livestream.v1.OfferOpened",
        Ask::Close { .. } => "phien.livestream.v1.OfferClosed",
        Ask::EndSession { .. } => "phien.livestream.v1.SessionEnded",
        _ => "",
    }
}

async fn load_keys(
    conn: &mut PgConnection,
    asks: &[Ask],
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let (mut sessions, mut accounts, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for ask in asks {
        if let Ask::Place(place) = ask {
            sessions.push(place.session.uuid());
            accounts.push(place.account.uuid());
            keys.push(place.key.clone());
        }
    }
    if keys.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        "select k.session_id, k.account_id, k.key, k.fingerprint, k.order_id
         from unnest($1::uuid[], $2::uuid[], $3::text[]) as a (session_id, account_id, key)
         join order_keys k on k.session_id = a.session_id and k.account_id = a.account_id and k.key = a.key",
        &sessions,
        &accounts,
        &keys
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let key: Key = (
            SessionId::from_uuid(row.session_id),
            AccountId::from_uuid(row.account_id),
            row.key,
        );
        books.keys.insert(
            key,
            KnownKey {
                fingerprint: row.fingerprint,
                order: OrderId::from_uuid(row.order_id),
            },
        );
    }
    Ok(())
}

async fn load_offers(
    conn: &mut PgConnection,
    asks: &[Ask],
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let mut ids: BTreeSet<Uuid> = BTreeSet::new();
    let mut sessions: BTreeSet<Uuid> = BTreeSet::new();
    for ask in asks {
        match ask {
            Ask::Place(place) => ids.extend(place.lines.keys().map(|id| id.uuid())),
            Ask::Allot { offer, .. } | Ask::Open { offer, .. } | Ask::Close { offer, .. } => {
                ids.insert(offer.uuid());
            }
            Ask::EndSession { session, .. } => {
                sessions.insert(session.uuid());
            }
            Ask::Cancel { order, .. }
            | Ask::Advance { order, .. }
            | Ask::Expire { order }
            | Ask::Pay { order, .. } => {
                let lines = books
                    .orders
                    .get(order)
                    .into_iter()
                    .flat_map(|order| &order.lines);
                ids.extend(lines.map(|line| line.offer_id.uuid()));
            }
        }
    }
    let (ids, sessions): (Vec<_>, Vec<_>) =
        (ids.into_iter().collect(), sessions.into_iter().collect());
    for offer in offers::lock(conn, &ids, &sessions).await? {
        books.offers.insert(offer.id, offer);
    }
    Ok(())
}

/// What shoppers have of offers that limit them.
async fn load_taken(
    conn: &mut PgConnection,
    asks: &[Ask],
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let (mut offer_ids, mut accounts) = (Vec::new(), Vec::new());
    for ask in asks {
        let Ask::Place(place) = ask else { continue };
        for id in place.lines.keys() {
            let limited = books
                .offers
                .get(id)
                .and_then(|offer| offer.terms.as_ref())
                .is_some_and(|terms| terms.limit_per_shopper > 0);
            if limited {
                offer_ids.push(id.uuid());
                accounts.push(place.account.uuid());
            }
        }
    }
    if offer_ids.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        "select l.offer_id, l.account_id, sum(l.units)::bigint as \"units!\"
         from (select distinct * from unnest($1::uuid[], $2::uuid[])) as a (offer_id, account_id)
         join order_lines l on l.offer_id = a.offer_id and l.account_id = a.account_id and not l.released
         group by l.offer_id, l.account_id",
        &offer_ids,
        &accounts
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        books.taken.insert(
            (Id::from_uuid(row.offer_id), Id::from_uuid(row.account_id)),
            row.units,
        );
    }
    Ok(())
}

/// Writes everything that a batch changed, and what is to be said of it.
///
/// # Errors
/// When the database refuses; nothing of the batch is done then.
pub async fn save(
    conn: &mut PgConnection,
    clock: &Clock,
    books: &Books,
    asks: &[Ask],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let changed: Vec<_> = books.changed_offers().collect();
    if !changed.is_empty() {
        offers::save_units(&mut *conn, &changed, now).await?;
    }
    for ask in asks {
        if let Ask::Open { offer, .. } = ask
            && let Some(offer) = books.offers.get(offer)
            && let Some(terms) = &offer.terms
        {
            offers::save_terms(&mut *conn, offer.id, terms, offer.opened_at).await?;
        }
    }
    let placed: Vec<(&Order, &Key, i64)> = books
        .placed
        .iter()
        .filter_map(|(id, key, fingerprint)| Some((books.orders.get(id)?, key, *fingerprint)))
        .collect();
    if !placed.is_empty() {
        orders::insert(&mut *conn, &placed).await?;
        let owed: Vec<&Payment> = placed
            .iter()
            .flat_map(|(order, _, _)| &order.payments)
            .collect();
        if !owed.is_empty() {
            payments::insert(&mut *conn, &owed).await?;
        }
    }
    if !books.changed.is_empty() {
        let changed: Vec<&Order> = books
            .changed
            .iter()
            .filter_map(|id| books.orders.get(id))
            .collect();
        let released: Vec<Uuid> = books.released.iter().map(|id| id.uuid()).collect();
        orders::save(&mut *conn, &changed, &released).await?;
    }
    if !books.paid.is_empty() {
        let paid: Vec<&Payment> = books
            .paid
            .iter()
            .filter_map(|(order, payment)| {
                books
                    .orders
                    .get(order)?
                    .payments
                    .iter()
                    .find(|one| one.id == *payment)
            })
            .collect();
        payments::save(&mut *conn, &paid).await?;
    }
    if !books.received.is_empty() {
        payments::book(&mut *conn, &books.received, now).await?;
        bank::save_outcomes(&mut *conn, &books.received).await?;
    }
    say(conn, clock, books, now).await
}

const PLACED: &str = "1 placed";
const PAID: &str = "2 paid";
const CANCELLED: &str = "3 cancelled";
const EXPIRED: &str = "3 expired";
const RETURNED: &str = "4 returned";

/// One event a session and kind of order fact; the rest one by one, in order.
async fn say(
    conn: &mut PgConnection,
    clock: &Clock,
    books: &Books,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let sessions: BTreeSet<SessionId> = books
        .facts
        .iter()
        .filter_map(|fact| session_of(books, fact))
        .collect();
    for session in sessions {
        let facts: Vec<&Fact> = books
            .facts
            .iter()
            .filter(|fact| session_of(books, fact) == Some(session))
            .collect();
        let (session_id, aggregate) = (session.to_string(), format!("session:{session}"));
        let mut kinds: BTreeMap<&str, Vec<wire::OrderFact>> = BTreeMap::new();
        for fact in &facts {
            let (kind, order, was) = match fact {
                Fact::Placed { order } => (PLACED, order, None),
                Fact::Paid { order, was } => (PAID, order, Some(*was)),
                Fact::Cancelled { order, was } => (CANCELLED, order, Some(*was)),
                Fact::Expired { order, was } => (EXPIRED, order, Some(*was)),
                Fact::Returned { order, was } => (RETURNED, order, Some(*was)),
                _ => continue,
            };
            if let Some(order) = books.orders.get(order) {
                kinds
                    .entry(kind)
                    .or_default()
                    .push(to_wire::order_fact(order, was, now));
            }
        }
        // Placed before paid before whatever ended it: a reader may take each kind as it comes.
        for (kind, orders) in kinds {
            let session_id = session_id.clone();
            match kind {
                PLACED => {
                    outbox::say(
                        &mut *conn,
                        clock,
                        &aggregate,
                        &wire::OrdersPlaced { session_id, orders },
                    )
                    .await?;
                }
                PAID => {
                    outbox::say(
                        &mut *conn,
                        clock,
                        &aggregate,
                        &wire::OrdersPaid { session_id, orders },
                    )
                    .await?;
                }
                CANCELLED => {
                    outbox::say(
                        &mut *conn,
                        clock,
                        &aggregate,
                        &wire::OrdersCancelled { session_id, orders },
                    )
                    .await?;
                }
                EXPIRED => {
                    outbox::say(
                        &mut *conn,
                        clock,
                        &aggregate,
                        &wire::OrdersExpired { session_id, orders },
                    )
                    .await?;
                }
                _ => {
                    outbox::say(
                        &mut *conn,
                        clock,
                        &aggregate,
                        &wire::OrdersReturned { session_id, orders },
                    )
                    .await?;
                }
            }
        }
        for fact in facts {
            say_single(&mut *conn, clock, &aggregate, books, fact).await?;
        }
    }
    Ok(())
}

async fn say_single(
    conn: &mut PgConnection,
    clock: &Clock,
    aggregate: &str,
    books: &Books,
    fact: &Fact,
) -> Result<(), sqlx::Error> {
    match fact {
        Fact::Received {
            order,
            payment,
            amount,
        } => {
            let Some(found) = books.orders.get(order) else {
                return Ok(());
            };
            let state = found
                .payments
                .iter()
                .find(|one| one.id == *payment)
                .map(|one| to_wire::payment_state(one.state));
            let event = wire::PaymentReceived {
                payment_id: payment.to_string(),
                order_id: order.to_string(),
                session_id: found.session_id.to_string(),
                amount: amount.get(),
                state: state.unwrap_or_default().into(),
            };
            outbox::say(conn, clock, aggregate, &event).await
        }
        Fact::SoldOut { offer } => {
            let Some(found) = books.offers.get(offer) else {
                return Ok(());
            };
            outbox::say(
                conn,
                clock,
                aggregate,
                &wire::OfferSoldOut {
                    offer_id: offer.to_string(),
                    session_id: found.session_id.to_string(),
                },
            )
            .await
        }
        Fact::Settled {
            offer,
            sold,
            given_back,
        } => {
            // Nothing was ever allotted: catalogue has nothing to hear of it.
            let Some((found, variant)) = books
                .offers
                .get(offer)
                .and_then(|found| Some((found, found.variant_id?)))
            else {
                return Ok(());
            };
            let event = wire::OfferSettled {
                offer_id: offer.to_string(),
                session_id: found.session_id.to_string(),
                variant_id: variant.to_string(),
                units_sold: *sold,
                units_given_back: *given_back,
            };
            outbox::say(conn, clock, aggregate, &event).await
        }
        Fact::UnitsReturned {
            offer,
            order,
            units,
            restock,
        } => {
            let Some(variant) = books.offers.get(offer).and_then(|found| found.variant_id) else {
                return Ok(());
            };
            let event = wire::UnitsReturned {
                offer_id: offer.to_string(),
                variant_id: variant.to_string(),
                order_id: order.to_string(),
                units: *units,
                restock: *restock,
            };
            outbox::say(conn, clock, aggregate, &event).await
        }
        _ => Ok(()),
    }
}

fn session_of(books: &Books, fact: &Fact) -> Option<SessionId> {
    match fact {
        Fact::Placed { order }
        | Fact::Paid { order, .. }
        | Fact::Cancelled { order, .. }
        | Fact::Expired { order, .. }
        | Fact::Returned { order, .. }
        | Fact::Received { order, .. } => books.orders.get(order).map(|order| order.session_id),
        Fact::SoldOut { offer }
        | Fact::Settled { offer, .. }
        | Fact::UnitsReturned { offer, .. } => {
            books.offers.get(offer).map(|offer| offer.session_id)
        }
    }
}
