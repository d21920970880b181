//! Shows a producer: to everybody who it is, to its keeper and to organisers all of it.

use chassis::rpc::Asked;
use proto::catalogue::v1::{self as contract, ShowProducer};

use super::may;
use crate::{Ctx, domain::words::ProducerState, error::Error, store, wire};

/// Shows a producer. One that was suspended is shown still: people have bought from it.
///
/// # Errors
/// When it is not there, or a draft of somebody else.
pub async fn show_producer(
    ctx: Ctx,
    asked: Asked<ShowProducer>,
) -> Result<contract::Producer, Error> {
    let id = wire::producer_id(&asked.request.producer_id)?;
    let mut conn = ctx.db.acquire().await?;
    let producer = store::producer::by_id(&mut conn, id).await?;
    if producer.state == ProducerState::Draft && !may::keeps(&asked.actor, id) {
        return Err(Error::NoSuchProducer);
    }
    Ok(wire::producer(&producer, may::seen(&asked.actor, id)))
}
