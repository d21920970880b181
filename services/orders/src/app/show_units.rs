//! `units.show`: where the units of a session's offers are.

use chassis::{Refusal, id::SessionId, rpc::Asked};
use proto::orders::v1::{SessionUnits, ShowUnits};

use crate::{Ctx, error::Error, store, wire::offer_units};

/// Shows the units of each offer; anybody may see them.
///
/// # Errors
/// A session id that is none.
pub async fn show_units(ctx: Ctx, asked: Asked<ShowUnits>) -> Result<SessionUnits, Error> {
    let session: SessionId =
        asked.request.session_id.parse().map_err(|_| {
            Refusal::field("session_id", "Mã phiên không hợp lệ.", "Not a session id.")
        })?;
    let mut conn = ctx.db.acquire().await?;
    let offers = store::offers::of_session(&mut conn, session).await?;
    Ok(SessionUnits {
        offers: offers.iter().map(offer_units).collect(),
    })
}
