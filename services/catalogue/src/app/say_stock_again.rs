//! Says again what stock has just become: a word on a feed may be lost.

use chrono::TimeDelta;

use super::say;
use crate::{Ctx, error::Error, store};

/// The most variants that are said again at once.
const MOST: i64 = 500;

/// Says the stock of the variants that moved of late.
///
/// # Errors
/// When the database does not answer.
pub async fn say_stock_again(ctx: Ctx, of_late: TimeDelta) -> Result<(), Error> {
    let mut conn = ctx.db.acquire().await?;
    let now = ctx.clock.db_now(&mut conn).await?;
    let moved = store::stock::moved_since(&mut conn, now - of_late, MOST).await?;
    for listing in store::listing::of_variants(&mut conn, &moved).await? {
        for variant in listing
            .variants
            .iter()
            .filter(|variant| moved.contains(&variant.id))
        {
            say::stock(&ctx.feeds, &listing, variant);
        }
    }
    Ok(())
}
