//! Lists producers: to everybody those that may sell, to organisers all, to keepers their own too.

use chassis::{actor::ActorExt as _, page::Page, rpc::Asked};
use proto::catalogue::v1::{ListProducers, Producers};

use super::may;
use crate::{
    Ctx,
    error::Error,
    store::{self, producer::Seen},
    wire,
};

/// A page of producers, newest first.
///
/// # Errors
/// A page that cannot be.
pub async fn list_producers(ctx: Ctx, asked: Asked<ListProducers>) -> Result<Producers, Error> {
    let page = Page::read(asked.request.page.clone())?;
    let seen = Seen {
        all: asked.actor.is_organiser(),
        kept: &may::kept(&asked.actor),
        state: asked.request.state().try_into().ok(),
    };
    let mut conn = ctx.db.acquire().await?;
    let producers = store::producer::list(&mut conn, &seen, page).await?;
    Ok(Producers {
        next_cursor: page.next(producers.iter().map(|producer| producer.id)),
        producers: producers
            .iter()
            .map(|producer| wire::producer(producer, may::seen(&asked.actor, producer.id)))
            .collect(),
    })
}
