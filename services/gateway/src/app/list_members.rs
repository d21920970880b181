//! Lists who works for an organiser.

use chassis::id::OrganiserId;

use crate::{
    Ctx,
    app::add_member::must_manage,
    domain::identity::Identity,
    error::Error,
    store::{self, organisers::Member},
};

/// Those who work for an organiser: for its organisers and the operator.
pub(crate) async fn list_members(
    ctx: &Ctx,
    by: &Identity,
    organiser: OrganiserId,
) -> Result<Vec<Member>, Error> {
    must_manage(by, organiser)?;
    Ok(store::organisers::members(&mut *ctx.db.acquire().await?, organiser).await?)
}
