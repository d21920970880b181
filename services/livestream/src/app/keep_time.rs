//! Opens and closes an offer by the clock.

use chassis::{id::OfferId, refusal::Refusal};

use crate::{
    Ctx,
    app::{closing, load, open_offer::open, shown},
    domain::{offer::Due, session::SessionState},
    error::Error,
    store,
};

/// Does what an offer's times ask for now. One that may not open stays shut and shows why; its people can open it by
/// hand once that is mended.
///
/// # Errors
/// When the database refuses.
pub async fn keep_time(ctx: &Ctx, id: OfferId) -> Result<(), Error> {
    let mut tx = ctx.begin().await?;
    let (mut session, mut offer) = load::offer(&mut tx, id).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    if session.state != SessionState::Live {
        return Ok(());
    }
    match offer.due(now) {
        None => return Ok(()),
        Some(Due::Close) => {
            closing::close(ctx, &mut tx, &mut session, &mut offer).await?;
        }
        Some(Due::Open) => match open(ctx, &mut tx, &session, &mut offer, now).await {
            Err(Error::Rule(rule)) => {
                let why = Refusal::from(Error::Rule(rule));
                let (vi, en) = why
                    .fields
                    .into_iter()
                    .next()
                    .map_or((why.vi, why.en), |field| {
                        (field.message_vi, field.message_en)
                    });
                offer.stay_shut(vi, en);
                store::offer::update(&mut tx, &offer).await?;
            }
            other => other?,
        },
    }
    ctx.commit(tx).await?;
    shown::offer(ctx, &offer);
    shown::session(ctx, &session);
    Ok(())
}
