//! A signed-in account registers a producer, as a draft that an organiser then looks at.
//!
//! The reply names the account: the gateway keeps the link, and names the producer among what the account keeps.

use chassis::{actor::ActorExt as _, rpc::Asked};
use proto::catalogue::v1::{self as contract, RegisterProducer};

use crate::{
    Ctx,
    domain::{producer::Producer, words::ProducerState},
    error::Error,
    store,
    wire::{self, Seen},
};

/// Registers a producer; the same again is answered with the first.
///
/// # Errors
/// Fields that break a rule; a code that is registered.
pub async fn register_producer(
    ctx: Ctx,
    asked: Asked<RegisterProducer>,
) -> Result<contract::Producer, Error> {
    let account_id = asked.actor.account()?;
    let profile = wire::profile(&asked.request.producer.unwrap_or_default())?;
    let mut tx = ctx.begin().await?;
    if let Some(there) = store::producer::registered_by(&mut tx, account_id, profile.code()).await?
    {
        let is_same = there.profile == profile;
        return if is_same {
            Ok(wire::producer(&there, Seen::ByKeeper))
        } else {
            Err(Error::CodeTaken)
        };
    }
    if store::producer::is_taken(&mut tx, profile.code()).await? {
        return Err(Error::CodeTaken);
    }
    let producer = Producer {
        id: ctx.clock.id(),
        account_id,
        profile,
        state: ProducerState::Draft,
        created_at: ctx.clock.db_now(&mut tx).await?,
    };
    store::producer::insert(&mut tx, &producer).await?;
    ctx.commit(tx).await?;
    tracing::info!(producer.id = %producer.id, "producer {} registered", producer.id);
    Ok(wire::producer(&producer, Seen::ByKeeper))
}
