//! Units that a person moves: the common part of receiving and writing off.

use chassis::{Refusal, id::VariantId};
use proto::{catalogue::v1 as contract, common::v1::Actor};

use super::{may, say};
use crate::{
    Ctx,
    domain::{product::Variant, stock::Move},
    error::Error,
    store::{self, stock::Change},
    wire::{self, Seen},
};

/// What a person asks for, checked.
pub(super) struct ByHand {
    variant: VariantId,
    units: i64,
    note: String,
    /// As it stands in the ledger, where it cannot meet the service's own keys.
    key: String,
}

impl ByHand {
    pub(super) fn read(
        variant_id: &str,
        units: i64,
        note: &str,
        key: &str,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            variant: wire::variant_id(variant_id)?,
            units: wire::units(units)?,
            note: wire::note(note)?,
            key: format!("ask:{}", wire::idempotency_key(key)?),
        })
    }
}

/// Moves units; the same key again is answered with the stock as it is.
pub(super) async fn move_stock(
    ctx: &Ctx,
    actor: &Actor,
    asked: ByHand,
    by: fn(i64) -> Move,
) -> Result<contract::Variant, Error> {
    let by = by(asked.units);
    let mut tx = ctx.begin().await?;
    let (listing, variant) = store::listing::of_variant(&mut tx, asked.variant).await?;
    may::must_keep(actor, listing.producer.id)?;
    let stock = store::stock::lock(&mut tx, asked.variant)
        .await?
        .ok_or(Error::NoSuchVariant)?;
    if let Some((reason, received, written_off)) =
        store::stock::by_key(&mut tx, asked.variant, &asked.key).await?
    {
        if (reason, received, written_off) != (by.reason, by.received, by.written_off) {
            return Err(Error::KeyReused);
        }
        return Ok(wire::variant(&Variant { stock, ..variant }, Seen::ByKeeper));
    }
    stock.must_have(-by.on_hand)?;
    let at = ctx.clock.db_now(&mut tx).await?;
    let change = Change {
        variant: asked.variant,
        by,
        offer: None,
        proposal: None,
        note: asked.note,
        key: asked.key,
    };
    let stock = store::stock::apply_one(&mut tx, change, at).await?;
    ctx.commit(tx).await?;
    let variant = Variant { stock, ..variant };
    say::stock(&ctx.feeds, &listing, &variant);
    Ok(wire::variant(&variant, Seen::ByKeeper))
}
