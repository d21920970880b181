//! Makes an account a keeper of a producer's goods.

use chassis::{
    id::{AccountId, ProducerId},
    phone::Phone,
    refusal::Refusal,
};
use proto::{catalogue::v1::ShowProducer, common::v1::Actor};

use crate::{Ctx, domain::name::NAMELESS, error::Error, store};

/// By what an organiser knows the account.
#[derive(Debug)]
pub(crate) enum KnownBy {
    Username(String),
    Phone(Phone),
}

/// Links by username or phone; a phone that has never signed in gets its account now.
pub(crate) async fn link_keeper(
    ctx: &Ctx,
    by: &Actor,
    producer: ProducerId,
    known_by: KnownBy,
) -> Result<(), Error> {
    // Catalogue says whether there is such a producer.
    ctx.bus
        .ask(
            by,
            &ShowProducer {
                producer_id: producer.to_string(),
            },
        )
        .await?;
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let account = match known_by {
        KnownBy::Username(username) => {
            let found = store::accounts::by_username(&mut tx, &username).await?;
            found.map(|(account, _)| account).ok_or_else(|| {
                Refusal::field(
                    "username",
                    "Không có tài khoản này.",
                    "There is no such account.",
                )
            })?
        }
        KnownBy::Phone(phone) => {
            store::accounts::of_phone(&mut tx, ctx.clock.id(), &phone, None, NAMELESS, now).await?
        }
    };
    store::accounts::keep(&mut tx, producer, account, now).await?;
    ctx.commit(tx).await?;
    ctx.identities.forget(&ctx.bus, account).await;
    Ok(())
}

/// Links an account that catalogue names as the one that registered the producer.
pub(crate) async fn keep(ctx: &Ctx, producer: ProducerId, account: AccountId) -> Result<(), Error> {
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    store::accounts::keep(&mut tx, producer, account, now).await?;
    ctx.commit(tx).await?;
    ctx.identities.forget(&ctx.bus, account).await;
    Ok(())
}
