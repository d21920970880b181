//! Signs in by username and password.

use secrecy::SecretString;

use crate::{
    Ctx,
    app::{
        passwords,
        sign_in::{SignedIn, sign_in},
    },
    domain::{password::LONGEST, token},
    error::Error,
    store,
};

/// Signs in; an unknown username is refused in the words, and in the time, of a wrong password.
pub(crate) async fn sign_in_with_password(
    ctx: &Ctx,
    username: &str,
    password: SecretString,
) -> Result<SignedIn, Error> {
    use secrecy::ExposeSecret as _;
    // Nobody has a longer one; hashing takes the whole of it.
    if password.expose_secret().chars().count() > LONGEST {
        return Err(Error::WrongPassword);
    }
    let found = store::accounts::by_username(&mut *ctx.db.acquire().await?, username).await?;
    let (account, hash) = found.unzip();
    let verified = passwords::verify(ctx, password, hash).await?;
    let Some(account) = account.filter(|_| verified) else {
        return Err(Error::WrongPassword);
    };
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    sign_in(ctx, tx, account, now, token::STAFF_LIFETIME).await
}
