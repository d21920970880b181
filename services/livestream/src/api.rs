//! What it answers: one line a request.

use chassis::rpc::{AnswerError, Answers};

use crate::{Ctx, app};

/// Answers until the role stops.
///
/// # Errors
/// When the bus refuses.
pub async fn serve(ctx: &Ctx) -> Result<(), AnswerError> {
    Answers::start(ctx.clone(), &ctx.bus, &ctx.lifecycle)
        .await?
        .on(app::plan_session::plan_session)
        .await?
        .on(app::reschedule_session::reschedule_session)
        .await?
        .on(app::rename_session::rename_session)
        .await?
        .on(app::set_video::set_video)
        .await?
        .on(app::go_live::go_live)
        .await?
        .on(app::end_session::end_session)
        .await?
        .on(app::stop_session::stop_session)
        .await?
        .on(app::show_session::show_session)
        .await?
        .on(app::list_sessions::list_sessions)
        .await?
        .on(app::propose_offer::propose_offer)
        .await?
        .on(app::restock_offer::restock_offer)
        .await?
        .on(app::open_offer::open_offer)
        .await?
        .on(app::close_offer::close_offer)
        .await?
        .on(app::list_offers_of_producer::list_offers_of_producer)
        .await?
        .on(app::pin_offer::pin_offer)
        .await?
        .on(app::post_comment::post_comment)
        .await?
        .on(app::hide_comment::hide_comment)
        .await?
        .on(app::list_comments::list_comments)
        .await?
        .on(app::say_notice::say_notice)
        .await?
        .on(app::show_room::show_room)
        .await?
        .on(app::report_viewers::report_viewers)
        .await?
        .on(app::receive_outside::receive_outside)
        .await?
        .on(app::channels::set_channel)
        .await?
        .on(app::channels::list_channels)
        .await?
        .on(app::channels::reconcile_channel)
        .await?
        .on(app::list_unlinked::list_unlinked_claims)
        .await?
        .on(app::link_author::link_author)
        .await?
        .on(app::mutes::mute_author)
        .await?
        .on(app::mutes::lift_mute)
        .await?
        .on(app::mutes::list_mutes)
        .await?
        .on(app::slow_mode::set_slow_mode)
        .await?
        .on(app::banned_words::set_banned_words)
        .await?
        .on(app::banned_words::show_banned_words)
        .await?
        .on(app::list_moderation::list_moderation)
        .await?
        .on(app::take_down_warning::take_down_warning)
        .await?
        .on(app::file_complaint::file_complaint)
        .await?
        .on(app::list_complaints::list_complaints)
        .await?
        .on(app::list_complaints::list_own_complaints)
        .await?
        .on(app::answer_complaint::answer_complaint)
        .await?
        .on(app::answer_complaint::close_complaint)
        .await?
        .serve();
    Ok(())
}
