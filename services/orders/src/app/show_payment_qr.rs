//! `payment.qr`: the VietQR of a payment as a picture.

use chassis::{
    Refusal,
    id::{Id as _, PaymentId},
    rpc::Asked,
};
use proto::orders::v1::{ImageFormat, PaymentQr, ShowPaymentQr};

use crate::{
    Ctx,
    app::show_order::{Sees, sees},
    error::Error,
    store,
};

/// Draws the code, for the order's shopper and the organiser's people.
///
/// # Errors
/// *not found*.
pub async fn show_payment_qr(ctx: Ctx, asked: Asked<ShowPaymentQr>) -> Result<PaymentQr, Error> {
    let not_found = || Refusal::not_found("khoản thanh toán này", "payment");
    let id: PaymentId = asked.request.payment_id.parse().map_err(|_| not_found())?;
    let mut conn = ctx.view().await?;
    let order = store::payments::order_of(&mut conn, id)
        .await?
        .ok_or_else(not_found)?;
    let order = store::orders::load(&mut conn, &[order.uuid()], false)
        .await?
        .pop()
        .ok_or_else(not_found)?;
    let payment = order
        .payments
        .iter()
        .find(|payment| payment.id == id)
        .ok_or_else(not_found)?;
    if !matches!(sees(&asked.actor, &order), Sees::All) {
        return Err(not_found().into());
    }
    let code = crate::wire::vietqr(payment)?;
    let image = match asked.request.format() {
        ImageFormat::Png => code.png(),
        _ => code.svg().into_bytes(),
    };
    Ok(PaymentQr {
        image: image.into(),
    })
}
