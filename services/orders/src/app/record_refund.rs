//! `payment.refund`: the organiser has sent money back by bank, and says so.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STEERS},
    id::{EventId, Id as _, PaymentId},
    rpc::Asked,
    text,
};
use proto::orders::v1::{self as wire, RecordRefund};

use crate::{Ctx, error::Error, store};

/// Records a refund: of late money, of an overpayment's excess, or of all that a cancelled order had paid.
///
/// # Errors
/// *not found*, or nothing is due back (any more).
pub async fn record_refund(ctx: Ctx, asked: Asked<RecordRefund>) -> Result<wire::Payment, Error> {
    let not_found = || Refusal::not_found("khoản thanh toán này", "payment");
    let id: PaymentId = asked.request.payment_id.parse().map_err(|_| not_found())?;
    let reference = text::clean_line(&asked.request.reference, 100).map_err(|_| {
        Refusal::field(
            "reference",
            "Cần mã giao dịch hoàn tiền, tối đa 100 ký tự.",
            "The bank's reference is needed, at most 100 characters.",
        )
    })?;
    let mut tx = ctx.begin().await?;
    let order_id = store::payments::order_of(&mut tx, id)
        .await?
        .ok_or_else(not_found)?;
    let order = store::orders::load(&mut tx, &[order_id.uuid()], true)
        .await?
        .pop()
        .ok_or_else(not_found)?;
    if !asked.actor.works_for(order.organiser_id, STEERS) {
        return Err(not_found().into());
    }
    let now = ctx.clock.db_now(&mut tx).await?;
    let entry: EventId = ctx.clock.id();
    store::payments::refund(&mut tx, entry.uuid(), id, &reference, now)
        .await?
        .ok_or(Error::NothingDue)?;
    let order = store::orders::load(&mut tx, &[order_id.uuid()], false)
        .await?
        .pop()
        .ok_or_else(not_found)?;
    ctx.commit(tx).await?;
    let payment = order
        .payments
        .iter()
        .find(|payment| payment.id == id)
        .ok_or_else(not_found)?;
    Ok(crate::wire::payment(payment))
}
