//! `shopper.show`: what an organiser knows of a shopper, from its own sessions.

use chassis::{Refusal, id::AccountId, rpc::Asked};
use proto::orders::v1::{ShopperCard, ShowShopper};

use crate::{
    Ctx,
    app::{claim_units::read_session, list_desk::must_staff},
    error::Error,
    store,
    wire::desk,
};

/// Claims kept and lapsed, orders and how they ended, restrictions.
///
/// # Errors
/// *forbidden*.
pub async fn show_shopper(ctx: Ctx, asked: Asked<ShowShopper>) -> Result<ShopperCard, Error> {
    let session = read_session(&asked.request.session_id)?;
    let account: AccountId = asked
        .request
        .account_id
        .parse()
        .map_err(|_| Refusal::not_found("người mua này", "shopper"))?;
    let mut view = ctx.view().await?;
    let organiser = must_staff(&mut view, &asked.actor, session).await?;
    let now = ctx.clock.db_now(&mut view).await?;
    let record = store::shoppers::record(&mut view, organiser, account).await?;
    let restrictions = store::shoppers::history(&mut view, organiser, account).await?;
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(ShopperCard {
        account_id: account.to_string(),
        holds_kept: count(record.holds_kept),
        holds_lapsed: count(record.holds_lapsed),
        holds_released: count(record.holds_released),
        orders_placed: count(record.orders_placed),
        orders_paid: count(record.orders_paid),
        orders_cancelled: count(record.orders_cancelled),
        orders_expired: count(record.orders_expired),
        orders_returned: count(record.orders_returned),
        restricted: restrictions.iter().any(|one| one.stands(now)),
        restrictions: restrictions.iter().map(desk::restriction).collect(),
    })
}
