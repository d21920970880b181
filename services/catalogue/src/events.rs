//! What the catalogue hears: one line an event.

use chassis::inbox::Hears;

use crate::{Ctx, app};

/// Hears until the role stops.
pub(crate) fn hear(ctx: &Ctx) {
    Hears::new(ctx.clone(), ctx)
        .on(app::allot_stock::allot_stock)
        .on(app::settle_offer::settle_offer)
        .on(app::take_back_units::take_back_units)
        .start();
}
