//! An organiser vouches for a producer, or suspends it.

use chassis::rpc::Asked;
use proto::catalogue::v1::{self as contract, SetProducerState};

use super::{day_of, lock_producer, may, say};
use crate::{
    Ctx,
    domain::{
        producer::{Producer, may_become},
        words::ProducerState,
    },
    error::Error,
    store,
    wire::{self, Seen},
};

/// Changes a producer's state; the same state again changes nothing.
///
/// # Errors
/// Who may not; a state that does not follow; a code that another verified producer has.
pub async fn set_producer_state(
    ctx: Ctx,
    asked: Asked<SetProducerState>,
) -> Result<contract::Producer, Error> {
    may::must_organise(&asked.actor)?;
    let id = wire::producer_id(&asked.request.producer_id)?;
    let state = wire::state(asked.request.state())?;
    // Who is stopped is told why.
    let reason = match state {
        ProducerState::Suspended => wire::reason(&asked.request.reason)?,
        _ => wire::note(&asked.request.reason)?,
    };
    let mut tx = ctx.begin().await?;
    let there = lock_producer(&mut tx, id).await?;
    may_become(there.state, state).map_err(Error::State)?;
    if there.state == state {
        return Ok(wire::producer(&there, Seen::ByKeeper));
    }
    if there.state == ProducerState::Draft
        && store::producer::is_taken(&mut tx, there.profile.code()).await?
    {
        return Err(Error::CodeTaken);
    }
    store::producer::set_state(&mut tx, id, state, &reason).await?;
    let today = day_of(ctx.clock.db_now(&mut tx).await?);
    let products = store::product::of_producer(&mut tx, id).await?;
    say::all_changed(&mut tx, &ctx.clock, &products, today).await?;
    ctx.commit(tx).await?;
    let (by, word) = (&asked.actor.account_id, state.as_str());
    tracing::info!(producer.id = %id, account.id = by, "producer {id} made {word} by {by}");
    Ok(wire::producer(&Producer { state, ..there }, Seen::ByKeeper))
}
