//! Writes what a batch changed, set-wise.

use chassis::{clock::Clock, id::Id};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::say::say;
use crate::{
    domain::{
        hold::Hold,
        intake::{Ask, Books, Key},
        order::{Order, Payment},
    },
    store::{bank, desk, holds, offers, orders, parcels, payments, shoppers},
};

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
    }
    if !books.assisted.is_empty() {
        shoppers::save_assisted(&mut *conn, &books.assisted).await?;
    }
    if !books.merged.is_empty() {
        shoppers::save_merged(&mut *conn, &books.merged, now).await?;
    }
    for wish in &books.held_back {
        desk::insert_restricted(&mut *conn, clock.id(), wish, now).await?;
    }
    if !books.holds_changed.is_empty() {
        let changed: Vec<&Hold> = books.holds_changed.values().collect();
        holds::save_holds(&mut *conn, &changed).await?;
    }
    holds::save_waits(&mut *conn, &books.waits).await?;
    if !books.changed.is_empty() {
        let changed: Vec<&Order> = books
            .changed
            .iter()
            .filter_map(|id| books.orders.get(id))
            .collect();
        let released: Vec<Uuid> = books.released.iter().map(|id| id.uuid()).collect();
        orders::save(&mut *conn, &changed, &released).await?;
        parcels::save(&mut *conn, books).await?;
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
