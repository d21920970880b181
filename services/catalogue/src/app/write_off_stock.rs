//! Units of a variant are lost: broken, spoilt, taken for the camera.

use chassis::rpc::Asked;
use proto::catalogue::v1::{Variant, WriteOffStock};

use super::move_stock::{ByHand, move_stock};
use crate::{Ctx, domain::stock::Move, error::Error};

/// Writes units off, once for each key. Only what is on hand can be: the rest is promised to offers.
///
/// # Errors
/// Fields that break a rule; who may not; fewer on hand; a key that stands for another change.
pub async fn write_off_stock(ctx: Ctx, asked: Asked<WriteOffStock>) -> Result<Variant, Error> {
    let request = asked.request;
    let by_hand = ByHand::read(
        &request.variant_id,
        request.units,
        &request.note,
        &request.idempotency_key,
    )?;
    move_stock(&ctx, &asked.actor, by_hand, Move::written_off).await
}
