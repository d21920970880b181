//! Pictures of a session begin or stop to come.

use chassis::rpc::Asked;
use proto::livestream::v1::{self as wire, SetVideo};

use crate::{
    Ctx,
    app::{load, shown},
    domain::session::Step,
    error::Error,
    store,
    wire::asked as read,
};

/// The room shows the video, or a still. The gateway has checked that the video server says so with the session's key.
///
/// # Errors
/// No such session; pictures that begin when it is over.
pub async fn set_video(ctx: Ctx, asked: Asked<SetVideo>) -> Result<wire::Session, Error> {
    let mut tx = ctx.begin().await?;
    let mut session =
        load::session(&mut tx, read::id("session_id", &asked.request.session_id)?).await?;
    let step = session.set_video(asked.request.on)?;
    if step == Step::Changed {
        store::session::update(&mut tx, &session, None).await?;
    }
    let reply = load::own(&mut tx, &session).await?;
    ctx.commit(tx).await?;
    if step == Step::Changed {
        shown::session(&ctx, &session);
    }
    Ok(reply)
}
