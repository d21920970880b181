//! A keeper or an organiser changes a product.
//!
//! The message carries the whole product. Its variants are known by their ids, or else by their SKUs; others are new.
//! Variants that it does not name stay as they are: units of them may be anywhere. A withdrawn product comes back on
//! the list when its state says so.

use chassis::{Refusal, id::VariantId, rpc::Asked};
use proto::catalogue::v1::{self as contract, ChangeProduct};

use super::{day_of, lock_product, may, say};
use crate::{
    Ctx,
    domain::{
        product::{Listing, MAX_VARIANTS, Variant, VariantFacts},
        stock::Stock,
        words::{ProducerState, ProductState},
    },
    error::Error,
    store,
    wire::{self, Seen},
};

/// Changes a product; what is so already changes nothing.
///
/// # Errors
/// Fields that break a rule; who may not; a name or a SKU that another product of the producer has.
pub async fn change_product(
    ctx: Ctx,
    asked: Asked<ChangeProduct>,
) -> Result<contract::Product, Error> {
    let told = asked.request.product.unwrap_or_default();
    let id = wire::product_id(&told.product_id)?;
    let facts = wire::product_facts(&told)?;
    let variants = wire::variants(&told)?;
    let mut tx = ctx.begin().await?;
    let there = lock_product(&mut tx, id).await?;
    let producer_id = there.producer.id;
    may::must_keep(&asked.actor, producer_id)?;
    if there.producer.state == ProducerState::Suspended {
        return Err(Error::Suspended);
    }
    if !told.producer_id.is_empty() && told.producer_id != producer_id.to_string() {
        return Err(Refusal::field(
            "producer_id",
            "Sản phẩm không chuyển sang chủ thể khác được.",
            "A product stays with its producer.",
        )
        .into());
    }
    let state = wire::wanted_product_state(&told).filter(|state| *state == ProductState::Listed);
    let state = state.unwrap_or(there.product.state);
    let today = day_of(ctx.clock.db_now(&mut tx).await?);
    let (changed, added) = sort_out(&there, variants)?;
    if there.product.facts == facts
        && there.product.state == state
        && changed.is_empty()
        && added.is_empty()
    {
        return Ok(wire::listing(&there, Seen::ByKeeper, today));
    }
    if there.variants.len() + added.len() > MAX_VARIANTS {
        let (vi, en) = (
            format!("Tối đa {MAX_VARIANTS} quy cách."),
            format!("At most {MAX_VARIANTS} variants."),
        );
        return Err(Refusal::field("variants", vi, en).into());
    }
    let named = store::product::named(&mut tx, producer_id, &facts.name).await?;
    if state == ProductState::Listed && named.is_some_and(|named| named != id) {
        return Err(Error::ProductThere);
    }
    let skus: Vec<_> = changed
        .iter()
        .map(|variant| &variant.facts)
        .chain(&added)
        .map(|facts| facts.sku.clone())
        .collect();
    let taken = store::product::skus_there(&mut tx, producer_id, &skus).await?;
    let mine = |sku: &String| {
        there
            .variants
            .iter()
            .any(|variant| variant.facts.sku == *sku)
    };
    if let Some(sku) = taken.into_iter().find(|sku| !mine(sku)) {
        return Err(Error::SkuTaken(sku));
    }
    store::product::change(&mut tx, id, &facts, state).await?;
    for variant in &changed {
        store::product::change_variant(&mut tx, variant.id, &variant.facts).await?;
    }
    let added: Vec<_> = added
        .into_iter()
        .map(|facts| Variant {
            id: ctx.clock.id(),
            product_id: id,
            facts,
            stock: Stock::default(),
        })
        .collect();
    store::product::insert_variants(&mut tx, &vec![producer_id; added.len()], &added).await?;
    let now = store::listing::one(&mut tx, id).await?;
    if there.product.state == state {
        say::changed(&mut tx, &ctx.clock, &now, today).await?;
    } else {
        say::listed(&mut tx, &ctx.clock, &now, today).await?;
    }
    ctx.commit(tx).await?;
    Ok(wire::listing(&now, Seen::ByKeeper, today))
}

/// The variants that become other than they are, and those that are new.
fn sort_out(
    there: &Listing,
    told: Vec<(Option<VariantId>, VariantFacts)>,
) -> Result<(Vec<Variant>, Vec<VariantFacts>), Error> {
    let (mut changed, mut added) = (Vec::new(), Vec::new());
    for (id, facts) in told {
        let is_meant = |variant: &&Variant| match id {
            Some(id) => variant.id == id,
            None => variant.facts.sku == facts.sku,
        };
        match there.variants.iter().find(is_meant) {
            Some(variant) if variant.facts == facts => {}
            Some(variant) => changed.push(Variant {
                facts,
                ..variant.clone()
            }),
            None if id.is_some() => return Err(Error::NoSuchVariant),
            None => added.push(facts),
        }
    }
    Ok((changed, added))
}
