//! Lets somebody go from an organiser: all their tokens end at once.

use chassis::id::{AccountId, OrganiserId};

use crate::{
    Ctx,
    app::add_member::{must_manage, no_such_organiser},
    domain::identity::Identity,
    error::Error,
    store,
};

/// Removes a member; repeated, does nothing.
pub(crate) async fn remove_member(
    ctx: &Ctx,
    by: &Identity,
    organiser: OrganiserId,
    account: AccountId,
) -> Result<(), Error> {
    must_manage(by, organiser)?;
    let mut tx = ctx.begin().await?;
    if !store::organisers::lock(&mut tx, organiser).await? {
        return Err(no_such_organiser().into());
    }
    if store::organisers::leave(&mut tx, organiser, account).await? {
        if store::organisers::count_organisers(&mut tx, organiser).await? == 0 {
            return Err(Error::LastOrganiser);
        }
        store::tokens::delete_of(&mut tx, account).await?;
        ctx.commit(tx).await?;
        ctx.identities.forget(&ctx.bus, account).await;
    }
    Ok(())
}
