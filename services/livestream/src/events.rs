//! What it hears: one line an event.

use chassis::inbox::Hears;

use crate::{Ctx, app};

/// Hears until the role stops.
pub fn hear(ctx: &Ctx) {
    Hears::new(ctx.clone(), &ctx.core)
        .on(app::follow_goods::product_listed)
        .on(app::follow_goods::product_changed)
        .on(app::follow_goods::product_withdrawn)
        .on(app::hear_stock::stock_allotted)
        .on(app::hear_stock::stock_refused)
        .on(app::hear_stock::stock_returned)
        .on_many(app::hear_orders::orders_placed)
        .on_many(app::answer_claims::holds_made)
        .on(app::hear_orders::offer_sold_out)
        .on(app::hear_orders::offer_settled)
        .start();
}
