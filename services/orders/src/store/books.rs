//! Loads what a batch needs, locked; writes what the batch made of it.
//!
//! Locks are taken in one order everywhere: bank entries, orders, offers, each by key.

mod save;
mod say;

use std::collections::{BTreeSet, HashSet};

use chassis::{
    id::{AccountId, BankEntryId, EventId, Id, OfferId, OrderId, SessionId},
    inbox,
};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::save::save;
use crate::{
    domain::{
        intake::{Ask, Books, Key, KnownKey, Lines, Wishes},
        offer::Offer,
    },
    store::{bank, holds, offers, orders},
};

/// What is known of the keys of a batch before it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Nothing: each is taken as new, which the index of the keys refuses if it is not ([`is_known_key`]). Looking all up
    /// takes a seventh of a full batch's time, and hardly any is known.
    TakenAsNew,
    /// Everything.
    LookedUp,
}

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
pub async fn open(
    conn: &mut PgConnection,
    asks: &[Ask],
    keys: Keys,
) -> Result<Opened, sqlx::Error> {
    let fresh = fresh(&mut *conn, asks).await?;
    let books = load(conn, asks, keys).await?;
    Ok(Opened { books, fresh })
}

/// Locks and loads; again, within the transaction that has opened them, when the keys have to be looked up after all.
///
/// # Errors
/// When the database refuses.
pub async fn load(conn: &mut PgConnection, asks: &[Ask], keys: Keys) -> Result<Books, sqlx::Error> {
    let mut books = Books::default();
    let to_change: BTreeSet<OrderId> = asks.iter().filter_map(Ask::order).collect();
    load_orders(&mut *conn, to_change, true, &mut books).await?;
    load_offers(&mut *conn, asks, &mut books).await?;
    if keys == Keys::LookedUp {
        // With the offers locked: whoever had them before may have placed an order with one of these keys.
        load_keys(&mut *conn, asks, &mut books).await?;
        let known = books.keys.values().map(|known| known.order);
        let known = known.filter(|id| !books.orders.contains_key(id)).collect();
        load_orders(&mut *conn, known, false, &mut books).await?;
    }
    load_taken(&mut *conn, asks, &mut books).await?;
    load_holds(&mut *conn, asks, &mut books).await?;
    Ok(books)
}

/// Was it an order under a key that the database knows?
#[must_use]
pub fn is_known_key(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.constraint() == Some("orders_key"))
}

async fn load_orders(
    conn: &mut PgConnection,
    ids: BTreeSet<OrderId>,
    lock: bool,
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = ids.into_iter().map(Id::uuid).collect();
    for order in orders::load(conn, &ids, lock).await? {
        books.orders.insert(order.id, order);
    }
    Ok(())
}

async fn fresh(conn: &mut PgConnection, asks: &[Ask]) -> Result<Vec<bool>, sqlx::Error> {
    let events: Vec<_> = asks
        .iter()
        .filter_map(|ask| ask.once().map(|once| (once.id, once.kind)))
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
        .map(|ask| match (ask.once(), entry(ask)) {
            (Some(once), _) => new_events.remove(&once.id),
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
        // One look into the index a key, whatever the planner knows of a table that has just begun to grow.
        "select o.session_id, o.account_id, o.key, o.fingerprint, o.id
         from unnest($1::uuid[], $2::uuid[], $3::text[]) as a (session_id, account_id, key)
         cross join lateral (
             select * from orders o
             where o.account_id = a.account_id and o.session_id = a.session_id and o.key = a.key limit 1
         ) as o",
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
                order: OrderId::from_uuid(row.id),
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
    let mut told_of: (Vec<Uuid>, Vec<Uuid>) = Default::default();
    for ask in asks {
        match ask {
            Ask::Place(place) => ids.extend(place.lines.keys().map(|id| id.uuid())),
            Ask::Claim(claim) => match &claim.wishes {
                Wishes::Of(wishes) => ids.extend(wishes.iter().map(|(id, _)| id.uuid())),
                Wishes::Nothing => {
                    sessions.insert(claim.session.uuid());
                }
            },
            Ask::Merge(merge) => match &merge.lines {
                Lines::Of(lines) => ids.extend(lines.iter().map(|(id, _)| id.uuid())),
                Lines::All => {
                    sessions.insert(merge.session.uuid());
                }
            },
            Ask::Allot { offer, session, .. }
            | Ask::Open { offer, session, .. }
            | Ask::Close { offer, session, .. } => {
                told_of.0.push(offer.uuid());
                told_of.1.push(session.uuid());
                ids.insert(offer.uuid());
            }
            Ask::Extend { offer, .. } | Ask::Lapse { offer, .. } | Ask::ServeLine { offer } => {
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
    if !told_of.0.is_empty() {
        offers::make(&mut *conn, &told_of.0, &told_of.1).await?;
    }
    for offer in offers::lock(conn, &ids, &sessions).await? {
        books.offers.insert(offer.id, offer);
    }
    Ok(())
}

/// Who wants what of which offer.
fn wanted(ask: &Ask, books: &Books) -> Vec<(SessionId, AccountId, OfferId)> {
    let of_session = |session: SessionId| {
        let offers = books.offers.values();
        offers
            .filter(move |offer| offer.session_id == session)
            .map(|offer| offer.id)
    };
    match ask {
        Ask::Place(place) => place
            .lines
            .keys()
            .map(|id| (place.session, place.account, *id))
            .collect(),
        Ask::Claim(claim) => match &claim.wishes {
            Wishes::Of(wishes) => wishes
                .iter()
                .map(|(id, _)| (claim.session, claim.account, *id))
                .collect(),
            Wishes::Nothing => of_session(claim.session)
                .map(|id| (claim.session, claim.account, id))
                .collect(),
        },
        Ask::Merge(merge) => {
            let offers: Vec<OfferId> = match &merge.lines {
                Lines::Of(lines) => lines.iter().map(|(id, _)| *id).collect(),
                Lines::All => of_session(merge.session).collect(),
            };
            let of_both =
                |id: OfferId| [merge.from, merge.into].map(|who| (merge.session, who, id));
            offers.into_iter().flat_map(of_both).collect()
        }
        _ => Vec::new(),
    }
}

/// What the shoppers of a batch hold and wait for, where anybody does; and the first in line of each offer.
async fn load_holds(
    conn: &mut PgConnection,
    asks: &[Ask],
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let with = |units: fn(&Offer) -> bool| -> BTreeSet<OfferId> {
        let offers = books.offers.values().filter(|offer| units(offer));
        offers.map(|offer| offer.id).collect()
    };
    let kept = with(|offer| offer.units.held > 0 || offer.waiting > 0);
    if kept.is_empty() {
        return Ok(());
    }
    let lines: Vec<OfferId> = with(|offer| offer.waiting > 0).into_iter().collect();
    let mut pairs: BTreeSet<(OfferId, AccountId)> = BTreeSet::new();
    for ask in asks {
        match ask {
            Ask::Lapse { offer, account } | Ask::Extend { offer, account } => {
                pairs.insert((*offer, *account));
            }
            _ => pairs.extend(
                wanted(ask, books)
                    .into_iter()
                    .map(|(_, account, id)| (id, account)),
            ),
        }
    }
    pairs.retain(|(offer, _)| kept.contains(offer));
    let pairs: Vec<_> = pairs.into_iter().collect();
    holds::load(&mut *conn, &pairs, &lines, books).await?;
    if !lines.is_empty() {
        holds::load_of_lines(conn, &lines, books).await?;
    }
    Ok(())
}

/// What shoppers have of offers that limit them.
async fn load_taken(
    conn: &mut PgConnection,
    asks: &[Ask],
    books: &mut Books,
) -> Result<(), sqlx::Error> {
    let (mut sessions, mut accounts, mut offer_ids) = (Vec::new(), Vec::new(), Vec::new());
    for (session, account, id) in asks.iter().flat_map(|ask| wanted(ask, books)) {
        let limited = books
            .offers
            .get(&id)
            .and_then(|offer| offer.terms.as_ref())
            .is_some_and(|terms| terms.limit_per_shopper > 0);
        if limited {
            sessions.push(session.uuid());
            accounts.push(account.uuid());
            offer_ids.push(id.uuid());
        }
    }
    if offer_ids.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        "select a.offer_id as \"offer_id!\", a.account_id as \"account_id!\", coalesce(taken.units, 0) as \"units!\"
         from (select distinct * from unnest($1::uuid[], $2::uuid[], $3::uuid[])) as a (session_id, account_id, offer_id)
         cross join lateral (
             select sum(l.units)::bigint as units
             from orders o join order_lines l on l.order_id = o.id
             where o.account_id = a.account_id and o.session_id = a.session_id
               and l.offer_id = a.offer_id and not l.released
         ) as taken",
        &sessions,
        &accounts,
        &offer_ids
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
