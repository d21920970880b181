//! Who may ask what: one line a request.

use chassis::{
    leader::lead,
    rpc::{AnswerError, Answers},
};
use proto::contract::{SHARDS, place_subject};

use crate::{Ctx, app};

/// Answers all requests until the role stops.
///
/// # Errors
/// When the bus refuses.
pub async fn serve(ctx: &Ctx) -> Result<(), AnswerError> {
    Answers::start(ctx.clone(), &ctx.bus, &ctx.lifecycle)
        .await?
        .on(app::claim_units::claim_units)
        .await?
        .on(app::extend_hold::extend_hold)
        .await?
        .on(app::merge_holds::merge_holds)
        .await?
        .on(app::list_kept::list_kept)
        .await?
        .on(app::list_desk::list_desk)
        .await?
        .on(app::take_desk_item::take_desk_item)
        .await?
        .on(app::leave_desk_item::leave_desk_item)
        .await?
        .on(app::handle_desk_item::handle_desk_item)
        .await?
        .on(app::dismiss_desk_item::dismiss_desk_item)
        .await?
        .on(app::show_shopper::show_shopper)
        .await?
        .on(app::restrict_shopper::restrict_shopper)
        .await?
        .on(app::restrict_shopper::lift_restriction)
        .await?
        .on(app::place_for_shopper::place_for_shopper)
        .await?
        .on(app::receive_cash::receive_cash)
        .await?
        .on(app::show_order::show_order)
        .await?
        .on(app::list_orders::list_orders)
        .await?
        .on(app::cancel_order::cancel_order)
        .await?
        .on(app::advance_order::advance_order)
        .await?
        .on(app::show_payment_qr::show_payment_qr)
        .await?
        .on(app::record_refund::record_refund)
        .await?
        .on(app::list_bank_entries::list_bank_entries)
        .await?
        .on(app::show_units::show_units)
        .await?
        .on(app::show_figures::show_figures)
        .await?
        .on(app::list_parcels::list_parcels)
        .await?
        .on(app::advance_parcel::advance_parcel)
        .await?
        .on(app::show_report::show_report)
        .await?
        .on(app::show_report::sum_sessions)
        .await?
        .on(app::show_settlement::show_settlement)
        .await?
        .serve();
    // With room of their own: money that came in is heard however many ask for anything else.
    Answers::start(ctx.clone(), &ctx.bus, &ctx.lifecycle)
        .await?
        .on(app::receive_bank_feed::receive_bank_feed)
        .await?
        .serve();
    for shard in 0..SHARDS {
        own(ctx, shard);
    }
    Ok(())
}

/// Takes a shard's orders while this instance leads it: first come means arrival at the one owner.
fn own(ctx: &Ctx, shard: u32) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        while let Some(mut lead) = lead(&ctx, &format!("shard:{shard}")).await {
            let owned = ctx.intake.own(shard);
            let term = ctx.lifecycle.child();
            match take(&ctx, shard, &term).await {
                Ok(()) => lead.hold(&ctx).await,
                Err(error) => tracing::warn!(shard, "orders not taken yet: {error}"),
            }
            drop(owned);
            term.stop(std::time::Duration::from_secs(10)).await;
            if ctx.lifecycle.is_stopping() {
                break;
            }
        }
    });
}

async fn take(
    ctx: &Ctx,
    shard: u32,
    term: &chassis::lifecycle::Lifecycle,
) -> Result<(), AnswerError> {
    Answers::start(ctx.clone(), &ctx.bus, term)
        .await?
        .on_at(&place_subject(shard), app::place_orders::place_orders)
        .await?
        .serve();
    Ok(())
}
