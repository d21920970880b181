//! The account of a person at the counter.

use chassis::{id::AccountId, refusal::Refusal};

use crate::{
    Ctx,
    app::{rename::name_of, request_code::phone_of},
    domain::name,
    error::Error,
    store,
};

/// Finds the account of a phone, or makes one that its person can sign in to later; with its name, shortened. A name
/// that is known stays: it is its person's.
pub(crate) async fn find_shopper(
    ctx: &Ctx,
    phone: &str,
    name: &str,
) -> Result<(AccountId, String), Error> {
    let phone = phone_of("phone", phone)?;
    let name = name_of("name", name)?;
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let new = ctx.clock.id();
    let account = store::accounts::of_phone(&mut tx, new, &phone, None, &name, now).await?;
    let name = store::accounts::name(&mut tx, account).await?;
    ctx.commit(tx).await?;
    Ok((account, name::shortened(&name.unwrap_or_default())))
}

/// A shopper's name, shortened.
pub(crate) async fn shopper_name(ctx: &Ctx, account: &str) -> Result<String, Error> {
    let none = || Refusal::not_found("người mua này", "shopper");
    let account: AccountId = account.parse().map_err(|_| none())?;
    let mut conn = ctx.db.acquire().await?;
    let name = store::accounts::name(&mut conn, account).await?;
    Ok(name::shortened(&name.ok_or_else(none)?))
}
