//! Keeps the organiser's figures: a projection of this service's own order events.

use std::collections::BTreeMap;

use chassis::{
    Refusal,
    id::SessionId,
    inbox::{self, Heard},
};
use proto::{
    contract::Event,
    orders::v1::{
        OrderFact, OrdersCancelled, OrdersExpired, OrdersPaid, OrdersPlaced, OrdersReturned,
    },
};

use crate::{
    Ctx,
    error::Error,
    store::figures::{self, Change, What},
};

/// New orders.
///
/// # Errors
/// When the database refuses, or an event is malformed.
pub async fn placed(ctx: Ctx, heard: Vec<Heard<OrdersPlaced>>) -> Result<(), Error> {
    apply(ctx, heard, What::Placed, |event| {
        (&event.session_id, &event.orders)
    })
    .await
}

/// Orders whose money came.
///
/// # Errors
/// As [`placed`].
pub async fn paid(ctx: Ctx, heard: Vec<Heard<OrdersPaid>>) -> Result<(), Error> {
    apply(ctx, heard, What::Paid, |event| {
        (&event.session_id, &event.orders)
    })
    .await
}

/// Orders called off.
///
/// # Errors
/// As [`placed`].
pub async fn cancelled(ctx: Ctx, heard: Vec<Heard<OrdersCancelled>>) -> Result<(), Error> {
    apply(ctx, heard, What::Cancelled, |event| {
        (&event.session_id, &event.orders)
    })
    .await
}

/// Orders that nobody paid in time.
///
/// # Errors
/// As [`placed`].
pub async fn expired(ctx: Ctx, heard: Vec<Heard<OrdersExpired>>) -> Result<(), Error> {
    apply(ctx, heard, What::Expired, |event| {
        (&event.session_id, &event.orders)
    })
    .await
}

/// Parcels that came back.
///
/// # Errors
/// As [`placed`].
pub async fn returned(ctx: Ctx, heard: Vec<Heard<OrdersReturned>>) -> Result<(), Error> {
    apply(ctx, heard, What::Returned, |event| {
        (&event.session_id, &event.orders)
    })
    .await
}

async fn apply<E: Event>(
    ctx: Ctx,
    heard: Vec<Heard<E>>,
    what: What,
    read: impl Fn(&E) -> (&String, &Vec<OrderFact>) + Send + Sync,
) -> Result<(), Error> {
    let malformed = || {
        Refusal::invalid(
            "malformed_event",
            "Sự kiện không đọc được.",
            "The event cannot be read.",
        )
    };
    let Some((mut tx, fresh)) = inbox::begin_many(&ctx, heard).await? else {
        return Ok(());
    };
    let mut sessions: BTreeMap<SessionId, Vec<Change>> = BTreeMap::new();
    for one in &fresh {
        let (session, orders) = read(&one.event);
        let session: SessionId = session.parse().map_err(|_| malformed())?;
        let changes = sessions.entry(session).or_default();
        for order in orders {
            changes.push(Change::read(what, order).ok_or_else(malformed)?);
        }
    }
    for (&session, changes) in &sessions {
        figures::apply(&mut tx, session, changes).await?;
    }
    ctx.commit(tx).await?;
    for session in sessions.into_keys() {
        ctx.figures.note(session);
    }
    Ok(())
}
