//! Says what a batch changed: rows of the outbox, in the batch's own transaction.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{clock::Clock, id::SessionId, outbox};
use chrono::{DateTime, Utc};
use proto::orders::v1 as wire;
use sqlx::PgConnection;

use crate::{
    domain::{
        intake::{Books, Fact},
        order::Line,
    },
    wire as to_wire,
};

const PLACED: &str = "1 placed";
const PAID: &str = "2 paid";
const CANCELLED: &str = "3 cancelled";
const EXPIRED: &str = "3 expired";
const RETURNED: &str = "4 returned";

/// One event a session and kind of order fact; the rest one by one, in order.
pub(super) async fn say(
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
            let (kind, order, was, of) = match fact {
                Fact::Placed { order } => (PLACED, order, None, None),
                Fact::Paid { order, was } => (PAID, order, Some(*was), None),
                Fact::Cancelled { order, was } => (CANCELLED, order, Some(*was), None),
                Fact::Expired { order, was } => (EXPIRED, order, Some(*was), None),
                Fact::Returned {
                    order,
                    was,
                    producers,
                } => (RETURNED, order, Some(*was), Some(producers)),
                _ => continue,
            };
            if let Some(order) = books.orders.get(order) {
                let mut said = to_wire::order_fact(order, was, now);
                // Of what came back, its lines alone: the figures lose just that.
                if let Some(producers) = of {
                    let back = |line: &Line| producers.contains(&line.producer_id);
                    said.lines = to_wire::lines(order.lines.iter().filter(|line| back(line)));
                }
                kinds.entry(kind).or_default().push(said);
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
        say_holds(&mut *conn, clock, &aggregate, books, &facts, now).await?;
        for fact in facts {
            say_single(&mut *conn, clock, &aggregate, books, fact).await?;
        }
    }
    Ok(())
}

/// What is held and waited for since this batch, and which holds lapsed: one event each.
async fn say_holds(
    conn: &mut PgConnection,
    clock: &Clock,
    aggregate: &str,
    books: &Books,
    facts: &[&Fact],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (mut made, mut lapsed) = (Vec::new(), Vec::new());
    let mut session_id = String::new();
    for fact in facts {
        let (offer, session) = match fact {
            Fact::Held { hold, .. } | Fact::Lapsed { hold } => (hold.offer_id, hold.session_id),
            Fact::Waits { wait } => (wait.offer_id, wait.session_id),
            _ => continue,
        };
        session_id = session.to_string();
        let said = to_wire::holds::fact(fact, books.offers.get(&offer), now);
        match fact {
            Fact::Lapsed { .. } => lapsed.extend(said),
            _ => made.extend(said),
        }
    }
    if !lapsed.is_empty() {
        let event = wire::HoldsLapsed {
            session_id: session_id.clone(),
            holds: lapsed,
        };
        outbox::say(&mut *conn, clock, aggregate, &event).await?;
    }
    if !made.is_empty() {
        let event = wire::HoldsMade {
            session_id,
            holds: made,
        };
        outbox::say(conn, clock, aggregate, &event).await?;
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
        Fact::Held { hold, .. } | Fact::Lapsed { hold } => Some(hold.session_id),
        Fact::Waits { wait } => Some(wait.session_id),
        Fact::SoldOut { offer }
        | Fact::Settled { offer, .. }
        | Fact::UnitsReturned { offer, .. } => {
            books.offers.get(offer).map(|offer| offer.session_id)
        }
    }
}
