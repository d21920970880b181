//! Hashing off the async threads, few at a time.

use std::sync::{Arc, LazyLock};

use secrecy::SecretString;
use tokio::{sync::SemaphorePermit, task::spawn_blocking};

use crate::{Ctx, domain::password, error::Error};

/// The hash of a password that nobody has: who asks for an unknown username waits as long as for a known one.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| {
    let random: [u8; 32] = rand::random();
    password::hash(&format!("{random:?}").into()).ok()
});

/// Hashes a password.
pub(crate) async fn hash(ctx: &Ctx, password: SecretString) -> Result<String, Error> {
    let permit = turn(ctx).await;
    let hashed = spawn_blocking(move || password::hash(&password)).await?;
    drop(permit);
    hashed.map_err(Error::Hash)
}

/// Verifies a password; without a hash, takes the time and says no.
pub(crate) async fn verify(
    ctx: &Ctx,
    password: SecretString,
    hash: Option<String>,
) -> Result<bool, Error> {
    let permit = turn(ctx).await;
    let known = hash.is_some();
    let verified = spawn_blocking(move || {
        hash.or_else(|| NOBODYS.clone())
            .is_some_and(|hash| password::verify(&password, &hash))
    });
    let verified = verified.await? && known;
    drop(permit);
    Ok(verified)
}

async fn turn(ctx: &Ctx) -> SemaphorePermit<'_> {
    let hashing = Arc::as_ref(&ctx.hashing);
    hashing
        .acquire()
        .await
        .expect("nobody closes the semaphore")
}
