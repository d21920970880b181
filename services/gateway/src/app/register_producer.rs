//! Registers a producer with catalogue and makes whoever registered it its keeper.
//!
//! Two databases: catalogue first, because it may refuse. Should the link then fail, showing the producer to the
//! account that registered it makes the link good ([`heal`]).

use chassis::id::AccountId;
use proto::{
    catalogue::v1::{Producer, RegisterProducer},
    common::v1::Actor,
};

use crate::{Ctx, app::link_keeper::keep, error::Error, identities::Known};

/// Registers and links; goes on when the asker hangs up in between.
pub(crate) async fn register_producer(
    ctx: &Ctx,
    known: &Known,
    producer: Producer,
) -> Result<Producer, Error> {
    let (task, actor, account) = (ctx.clone(), known.actor.clone(), known.identity.account_id);
    ctx.lifecycle
        .spawn(async move { register(&task, &actor, account, producer).await })
        .await?
}

async fn register(
    ctx: &Ctx,
    actor: &Actor,
    account: AccountId,
    producer: Producer,
) -> Result<Producer, Error> {
    let registered = ctx
        .bus
        .ask(
            actor,
            &RegisterProducer {
                producer: Some(producer),
            },
        )
        .await?;
    if let Ok(id) = registered.producer_id.parse() {
        keep(ctx, id, account).await?;
    }
    Ok(registered)
}

/// Links the account that registered a producer, if that is who asks and the link is missing.
pub(crate) async fn heal(ctx: &Ctx, known: &Known, producer: &Producer) -> Result<(), Error> {
    let account = known.identity.account_id;
    let Ok(id) = producer.producer_id.parse() else {
        return Ok(());
    };
    // An organiser who imported a producer's goods does not become its keeper.
    let registered =
        producer.account_id == account.to_string() && known.identity.memberships.is_empty();
    if registered && !known.identity.producers.contains(&id) {
        keep(ctx, id, account).await?;
    }
    Ok(())
}
