//! A keeper or an organiser lists a product with its variants. Stock comes in by its own verb.

use chassis::rpc::Asked;
use proto::catalogue::v1::{self as contract, ListProduct};

use super::{day_of, lock_producer, may, say};
use crate::{
    Ctx,
    domain::{
        product::{Listing, Product, ProductFacts, Variant, VariantFacts},
        stock::Stock,
        words::{ProducerState, ProductState},
    },
    error::Error,
    store,
    wire::{self, Seen},
};

/// Lists a product; the same again is answered with the first.
///
/// # Errors
/// Fields that break a rule; who may not; a name or a SKU that the producer has already.
pub async fn list_product(ctx: Ctx, asked: Asked<ListProduct>) -> Result<contract::Product, Error> {
    let told = asked.request.product.unwrap_or_default();
    let producer_id = wire::producer_id(&told.producer_id)?;
    may::must_keep(&asked.actor, producer_id)?;
    let facts = wire::product_facts(&told)?;
    let variants: Vec<_> = wire::variants(&told)?
        .into_iter()
        .map(|(_, facts)| facts)
        .collect();
    let mut tx = ctx.begin().await?;
    let producer = lock_producer(&mut tx, producer_id).await?;
    if producer.state == ProducerState::Suspended {
        return Err(Error::Suspended);
    }
    let created_at = ctx.clock.db_now(&mut tx).await?;
    let today = day_of(created_at);
    if let Some(there) = store::product::named(&mut tx, producer_id, &facts.name).await? {
        let there = store::listing::one(&mut tx, there).await?;
        let is_same = is_same(&there, &facts, &variants);
        return if is_same {
            Ok(wire::listing(&there, Seen::ByKeeper, today))
        } else {
            Err(Error::ProductThere)
        };
    }
    let skus: Vec<_> = variants.iter().map(|variant| variant.sku.clone()).collect();
    if let Some(sku) = store::product::skus_there(&mut tx, producer_id, &skus)
        .await?
        .pop()
    {
        return Err(Error::SkuTaken(sku));
    }
    let product = Product {
        id: ctx.clock.id(),
        producer_id,
        facts,
        state: ProductState::Listed,
        created_at,
    };
    store::product::insert(&mut tx, std::slice::from_ref(&product)).await?;
    let variant = |facts| Variant {
        id: ctx.clock.id(),
        product_id: product.id,
        facts,
        stock: Stock::default(),
    };
    let variants: Vec<_> = variants.into_iter().map(variant).collect();
    store::product::insert_variants(&mut tx, &vec![producer_id; variants.len()], &variants).await?;
    let listing = Listing {
        product,
        variants,
        certificates: Vec::new(),
        photos: Vec::new(),
        producer,
    };
    say::listed(&mut tx, &ctx.clock, &listing, today).await?;
    ctx.commit(tx).await?;
    Ok(wire::listing(&listing, Seen::ByKeeper, today))
}

fn is_same(there: &Listing, facts: &ProductFacts, variants: &[VariantFacts]) -> bool {
    there.product.facts == *facts
        && there.variants.len() == variants.len()
        && there
            .variants
            .iter()
            .all(|variant| variants.contains(&variant.facts))
}
