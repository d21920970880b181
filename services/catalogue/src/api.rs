//! What the catalogue answers: one line a request.

use chassis::rpc::{AnswerError, Answers};

use crate::{Ctx, app};

/// Answers until the role stops.
///
/// # Errors
/// When the bus refuses.
pub(crate) async fn serve(ctx: &Ctx) -> Result<(), AnswerError> {
    Answers::start(ctx.clone(), &ctx.bus, &ctx.lifecycle)
        .await?
        .on(app::register_producer::register_producer)
        .await?
        .on(app::change_producer::change_producer)
        .await?
        .on(app::set_producer_state::set_producer_state)
        .await?
        .on(app::show_producer::show_producer)
        .await?
        .on(app::list_producers::list_producers)
        .await?
        .on(app::record_certificate::record_certificate)
        .await?
        .on(app::grade_certificate::grade_certificate)
        .await?
        .on(app::revoke_certificate::revoke_certificate)
        .await?
        .on(app::list_product::list_product)
        .await?
        .on(app::change_product::change_product)
        .await?
        .on(app::withdraw_product::withdraw_product)
        .await?
        .on(app::show_product::show_product)
        .await?
        .on(app::find_products::find_products)
        .await?
        .on(app::add_photo::add_photo)
        .await?
        .on(app::remove_photo::remove_photo)
        .await?
        .on(app::arrange_photos::arrange_photos)
        .await?
        .on(app::show_photo::show_photo)
        .await?
        .on(app::import_goods::import_goods)
        .await?
        .on(app::receive_stock::receive_stock)
        .await?
        .on(app::write_off_stock::write_off_stock)
        .await?
        .on(app::show_stock::show_stock)
        .await?
        .serve();
    Ok(())
}
