//! A producer's keeper, or an organiser, changes what it says of itself.
//!
//! The message carries the whole profile; without a bank account in it the account stays. Who a producer is, once an
//! organiser has vouched for it, only an organiser changes.

use chassis::{actor::ActorExt as _, rpc::Asked};
use proto::catalogue::v1::{self as contract, ChangeProducer};

use super::{day_of, lock_producer, may, say};
use crate::{
    Ctx,
    domain::{producer::Producer, words::ProducerState},
    error::Error,
    store,
    wire::{self, Seen},
};

/// Changes a producer's profile; its products are said again, because they carry it.
///
/// # Errors
/// Fields that break a rule; who may not; a code that is registered.
pub async fn change_producer(
    ctx: Ctx,
    asked: Asked<ChangeProducer>,
) -> Result<contract::Producer, Error> {
    let told = asked.request.producer.unwrap_or_default();
    let id = wire::producer_id(&told.producer_id)?;
    may::must_keep(&asked.actor, id)?;
    let mut profile = wire::profile(&told)?;
    let mut tx = ctx.begin().await?;
    let there = lock_producer(&mut tx, id).await?;
    if profile.bank_account.is_none() {
        profile.bank_account.clone_from(&there.profile.bank_account);
    }
    if profile == there.profile {
        return Ok(wire::producer(&there, Seen::ByKeeper));
    }
    let is_draft = there.state == ProducerState::Draft;
    if !is_draft && !asked.actor.is_organiser() && !profile.is_same_person(&there.profile) {
        return Err(Error::VerifiedPerson);
    }
    let pays_elsewhere = profile.bank_account != there.profile.bank_account;
    store::producer::change(&mut tx, id, &profile).await?;
    let today = day_of(ctx.clock.db_now(&mut tx).await?);
    let products = store::product::of_producer(&mut tx, id).await?;
    say::all_changed(&mut tx, &ctx.clock, &products, today).await?;
    ctx.commit(tx).await?;
    let by = &asked.actor.account_id;
    tracing::info!(producer.id = %id, account.id = by, pays_elsewhere, "producer {id} changed by {by}");
    Ok(wire::producer(
        &Producer { profile, ..there },
        Seen::ByKeeper,
    ))
}
