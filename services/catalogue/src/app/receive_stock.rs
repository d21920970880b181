//! Units of a variant come in.

use chassis::rpc::Asked;
use proto::catalogue::v1::{ReceiveStock, Variant};

use super::move_stock::{ByHand, move_stock};
use crate::{Ctx, domain::stock::Move, error::Error};

/// Receives units, once for each key.
///
/// # Errors
/// Fields that break a rule; who may not; a key that stands for another change.
pub async fn receive_stock(ctx: Ctx, asked: Asked<ReceiveStock>) -> Result<Variant, Error> {
    let request = asked.request;
    let by_hand = ByHand::read(
        &request.variant_id,
        request.units,
        &request.note,
        &request.idempotency_key,
    )?;
    move_stock(&ctx, &asked.actor, by_hand, Move::received).await
}
