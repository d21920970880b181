//! Finds products by producer, set, and words in the name.
//!
//! Everybody finds what is listed by producers that may sell. An organiser finds what the others list too, and who
//! asks for the goods of a producer that they keep finds all of them, withdrawn ones included.

use chassis::{actor::ActorExt as _, page::Page, rpc::Asked};
use proto::catalogue::v1::{FindProducts, Products};

use super::{day_of, may};
use crate::{
    Ctx,
    error::Error,
    store::{self, product::Search},
    wire,
};

/// A page of products, newest first.
///
/// # Errors
/// A page, producer or set that cannot be.
pub async fn find_products(ctx: Ctx, asked: Asked<FindProducts>) -> Result<Products, Error> {
    let page = Page::read(asked.request.page.clone())?;
    let producer = wire::optional_producer_id(&asked.request.producer_id)?;
    let keeps = producer.is_some_and(|producer| may::keeps(&asked.actor, producer));
    let search = Search {
        producer,
        text: &asked.request.text,
        product_set: wire::search_set(asked.request.product_set)?,
        hidden: keeps || asked.actor.is_organiser(),
        withdrawn: keeps,
    };
    let mut conn = ctx.db.acquire().await?;
    let ids = store::product::find(&mut conn, &search, page).await?;
    let next_cursor = page.next(ids.iter().copied());
    let today = day_of(ctx.clock.db_now(&mut conn).await?);
    let listings = store::listing::load(&mut conn, &ids).await?;
    let products = listings
        .iter()
        .map(|listing| wire::listing(listing, may::seen(&asked.actor, listing.producer.id), today))
        .collect();
    Ok(Products {
        products,
        next_cursor,
    })
}
