//! Creates an organiser; and lists those that one may see.

use chassis::{id::AccountId, refusal::Refusal};

use crate::{
    Ctx,
    app::rename::text_refusal,
    domain::{identity::Identity, name},
    error::{Error, breaks},
    store::{self, organisers::Organiser},
};

/// Creates an organiser: the operator's right.
pub(crate) async fn create_organiser(
    ctx: &Ctx,
    by: &Identity,
    name: &str,
) -> Result<Organiser, Error> {
    if !by.operator {
        return Err(Refusal::forbidden().into());
    }
    let name = name::organiser(name).map_err(|error| text_refusal("name", error))?;
    let id = ctx.clock.id();
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    store::organisers::insert(&mut tx, id, &name, now)
        .await
        .map_err(|error| {
            if breaks(&error, "organiser_name_key") {
                Error::OrganiserNameTaken
            } else {
                error.into()
            }
        })?;
    ctx.commit(tx).await?;
    Ok(Organiser {
        id,
        name,
        created_at: now,
    })
}

/// Those that an account works for; the operator sees all.
pub(crate) async fn list_organisers(ctx: &Ctx, by: &Identity) -> Result<Vec<Organiser>, Error> {
    let of: Option<AccountId> = (!by.operator).then_some(by.account_id);
    Ok(store::organisers::list(&mut *ctx.db.acquire().await?, of).await?)
}
