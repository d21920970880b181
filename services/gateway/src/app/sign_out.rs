//! Ends the token that was shown, everywhere.

use chassis::id::AccountId;

use crate::{Ctx, domain::token::TokenHash, error::Error, store};

/// Ends a token; repeated, does nothing.
pub(crate) async fn sign_out(ctx: &Ctx, account: AccountId, hash: TokenHash) -> Result<(), Error> {
    store::tokens::delete(&mut *ctx.db.acquire().await?, hash).await?;
    ctx.identities.forget(&ctx.bus, account).await;
    Ok(())
}
