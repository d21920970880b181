//! `payment.cash`: cash was taken at the counter, with a receipt.

use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
    id::{BankEntryId, Id as _, PaymentId},
    money::Vnd,
    rpc::Asked,
    text,
};
use proto::orders::v1::{self as wire, ReceiveCash};

use crate::{
    Ctx,
    app::show_order,
    domain::{
        intake::Ask,
        order::{Order, Payment},
    },
    error::Error,
    store::{self, bank::BankEntryRow},
};

/// Books cash as a bank's line is booked: stored first, then judged by the intake, each receipt once. Who took it
/// stands in the line.
///
/// # Errors
/// *not found*, *forbidden*, an amount that is not what is due, a receipt number that was used, *busy*.
pub async fn receive_cash(ctx: Ctx, asked: Asked<ReceiveCash>) -> Result<wire::Payment, Error> {
    let by = asked.actor.account()?;
    let request = &asked.request;
    let not_found = || Refusal::not_found("khoản thanh toán này", "payment");
    let id: PaymentId = request.payment_id.parse().map_err(|_| not_found())?;
    let receipt_no = text::clean_line(&request.receipt_no, 40).map_err(|_| {
        Refusal::field(
            "receipt_no",
            "Cần số biên nhận, tối đa 40 ký tự.",
            "The receipt's number is needed, at most 40 characters.",
        )
    })?;
    let mut tx = ctx.money.begin().await?;
    let order_id = store::payments::order_of(&mut tx, id)
        .await?
        .ok_or_else(not_found)?;
    let order = store::orders::load(&mut tx, &[order_id.uuid()], false)
        .await?
        .pop()
        .ok_or_else(not_found)?;
    if !asked.actor.works_for(order.organiser_id, STAFF) {
        return Err(not_found().into());
    }
    let payment = of(&order, id).ok_or_else(not_found)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let entry: BankEntryId = ctx.clock.id();
    let row = BankEntryRow {
        id: entry.uuid(),
        provider: format!("cash:{}", order.organiser_id),
        provider_txn_id: receipt_no,
        // So that it finds its payment even if this role dies before it was judged.
        account_no: payment.payee.account.account_no.clone(),
        memo: payment.code.as_str().to_owned(),
        amount: request.amount,
        received_at: now,
        outcome: "pending".to_owned(),
        payment_id: None,
        order_id: None,
    };
    if let Some((memo, amount)) =
        store::bank::receipt(&mut tx, &row.provider, &row.provider_txn_id).await?
    {
        let same = memo == row.memo && amount == row.amount;
        return if same {
            Ok(crate::wire::payment(payment))
        } else {
            Err(Error::ReceiptUsed)
        };
    }
    let due = if order.state.is_called_off() {
        Vnd::ZERO
    } else {
        Vnd::new((payment.due.get() - payment.received.get()).max(0))
    };
    if due == Vnd::ZERO {
        return Err(Error::NothingDue);
    }
    if request.amount != due.get() {
        return Err(Error::NotWhatIsDue(due));
    }
    let taken_by = serde_json::json!({ "taken_by": by.to_string() }).to_string();
    if !store::bank::insert(&mut tx, &row, taken_by.as_bytes()).await? {
        return Err(Error::ReceiptUsed);
    }
    ctx.commit(tx).await?;
    let ask = Ask::Pay {
        entry,
        payment: id,
        order: order_id,
        amount: Vnd::new(row.amount),
    };
    let judged = ctx.intake.ask(order.session_id, ask, asked.deadline).await;
    // What the intake could not take now is judged by whoever matches the lines.
    ctx.bank_feed.notify_one();
    judged?;
    let order = show_order::find(&ctx, &order_id.to_string()).await?;
    let payment = of(&order, id).ok_or_else(not_found)?;
    Ok(crate::wire::payment(payment))
}

fn of(order: &Order, id: PaymentId) -> Option<&Payment> {
    order.payments.iter().find(|payment| payment.id == id)
}
