//! Makes shoppers for a demonstration or a load test, each with a token.

use chassis::id::{AccountId, Id as _};
use secrecy::ExposeSecret as _;

use crate::{Ctx, domain::token, error::Error, store};

/// Most at once.
pub(crate) const MOST: u32 = 5_000;

/// Given names as they are common in Viet Nam.
const NAMES: [&str; 16] = [
    "Lan", "Minh", "Hoa", "Tuấn", "Hương", "Dũng", "Mai", "Nam", "Linh", "Sơn", "Thảo", "Việt",
    "Ngọc", "Hải", "Trang", "Bình",
];

/// Makes `count` shoppers, at most 5,000; their accounts have no way to sign in and no limits of their own.
///
/// # Errors
/// When the database does not do it.
pub async fn issue_tokens(ctx: &Ctx, count: u32) -> Result<Vec<(AccountId, String)>, Error> {
    let count = count.min(MOST);
    let made: Vec<_> = (0..count)
        .map(|_| (ctx.clock.id::<AccountId>(), token::token(rand::random())))
        .collect();
    let ids: Vec<_> = made.iter().map(|(id, _)| id.uuid()).collect();
    let names: Vec<_> = NAMES
        .iter()
        .cycle()
        .take(made.len())
        .map(|name| (*name).to_owned())
        .collect();
    let hashes: Vec<_> = made.iter().map(|(_, (_, hash))| hash.0.to_vec()).collect();
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    store::accounts::insert_demo(&mut tx, &ids, &names, now).await?;
    store::tokens::insert_many(&mut tx, &hashes, &ids, now, now + token::STAFF_LIFETIME).await?;
    ctx.commit(tx).await?;
    Ok(made
        .into_iter()
        .map(|(id, (token, _))| (id, token.expose_secret().to_owned()))
        .collect())
}
