//! The end of every way to sign in: a new token for an account.

use std::sync::Arc;

use chassis::{id::AccountId, refusal::Refusal, service::Tx};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use crate::{Ctx, domain::token, error::Error, identities::Known, store};

/// Somebody who has just signed in.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) token: SecretString,
    pub(crate) known: Arc<Known>,
    pub(crate) lifetime: TimeDelta,
}

/// Makes a token, commits, and looks up whom it stands for.
pub(crate) async fn sign_in(
    ctx: &Ctx,
    mut tx: Tx,
    account: AccountId,
    now: DateTime<Utc>,
    lifetime: TimeDelta,
) -> Result<SignedIn, Error> {
    let (token, hash) = token::token(rand::random());
    store::tokens::insert(&mut tx, hash, account, now, now + lifetime).await?;
    ctx.commit(tx).await?;
    let known = ctx
        .identities
        .of(&ctx.core, hash)
        .await?
        .ok_or_else(Refusal::internal)?;
    Ok(SignedIn {
        token,
        known,
        lifetime,
    })
}
