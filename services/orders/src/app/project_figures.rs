//! Keeps the organiser's figures: a projection of this service's own order events.

use chassis::{Refusal, id::SessionId, inbox::Heard, service::Tx};
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
/// When the database refuses, or the event is malformed.
pub async fn placed(ctx: Ctx, heard: Heard<OrdersPlaced>) -> Result<(), Error> {
    apply(
        ctx,
        &heard,
        What::Placed,
        &heard.event.session_id,
        &heard.event.orders,
    )
    .await
}

/// Orders whose money came.
///
/// # Errors
/// As [`placed`].
pub async fn paid(ctx: Ctx, heard: Heard<OrdersPaid>) -> Result<(), Error> {
    apply(
        ctx,
        &heard,
        What::Paid,
        &heard.event.session_id,
        &heard.event.orders,
    )
    .await
}

/// Orders called off.
///
/// # Errors
/// As [`placed`].
pub async fn cancelled(ctx: Ctx, heard: Heard<OrdersCancelled>) -> Result<(), Error> {
    apply(
        ctx,
        &heard,
        What::Cancelled,
        &heard.event.session_id,
        &heard.event.orders,
    )
    .await
}

/// Orders that nobody paid in time.
///
/// # Errors
/// As [`placed`].
pub async fn expired(ctx: Ctx, heard: Heard<OrdersExpired>) -> Result<(), Error> {
    apply(
        ctx,
        &heard,
        What::Expired,
        &heard.event.session_id,
        &heard.event.orders,
    )
    .await
}

/// Parcels that came back.
///
/// # Errors
/// As [`placed`].
pub async fn returned(ctx: Ctx, heard: Heard<OrdersReturned>) -> Result<(), Error> {
    apply(
        ctx,
        &heard,
        What::Returned,
        &heard.event.session_id,
        &heard.event.orders,
    )
    .await
}

async fn apply<E: Event>(
    ctx: Ctx,
    heard: &Heard<E>,
    what: What,
    session: &str,
    orders: &[OrderFact],
) -> Result<(), Error> {
    let malformed = || {
        Refusal::invalid(
            "malformed_event",
            "Sự kiện không đọc được.",
            "The event cannot be read.",
        )
    };
    let session: SessionId = session.parse().map_err(|_| malformed())?;
    let changes: Vec<Change> = orders
        .iter()
        .map(|order| Change::read(what, order))
        .collect::<Option<_>>()
        .ok_or_else(malformed)?;
    let Some(mut tx): Option<Tx> = heard.begin(&ctx).await? else {
        return Ok(());
    };
    figures::apply(&mut tx, session, &changes).await?;
    ctx.commit(tx).await?;
    ctx.figures.note(session);
    Ok(())
}
