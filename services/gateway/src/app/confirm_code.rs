//! Signs in by the code that came to a phone; the first time, with a new account.

use chassis::{id::SignInId, refusal::Refusal};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    Ctx,
    app::{
        rename::name_of,
        sign_in::{SignedIn, sign_in},
    },
    domain::{
        code::{Code, Tried},
        name::NAMELESS,
        token,
    },
    error::Error,
    store,
};

/// Tries a code. Wrong ones are counted even though the answer is a refusal.
pub(crate) async fn confirm_code(
    ctx: &Ctx,
    id: SignInId,
    code: &SecretString,
    name: Option<&str>,
) -> Result<SignedIn, Error> {
    let code = Code::parse(code.expose_secret())
        .ok_or_else(|| Refusal::field("code", "Mã gồm sáu chữ số.", "A code has six digits."))?;
    let name = name.map(|name| name_of("name", name)).transpose()?;
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    // A sign-in that never was is answered as one that is over.
    let Some((phone, waiting)) = store::codes::lock(&mut tx, id).await? else {
        return Err(Error::CodeSpent);
    };
    match waiting.try_with(&code.sealed(&ctx.pepper, id), now) {
        Tried::Spent => Err(Error::CodeSpent),
        Tried::Wrong(tries_left) => {
            store::codes::set_tries_left(&mut tx, id, tries_left).await?;
            ctx.commit(tx).await?;
            Err(Error::WrongCode { tries_left })
        }
        Tried::Right => {
            store::codes::set_used(&mut tx, id, now).await?;
            let account = store::accounts::of_phone(
                &mut tx,
                ctx.clock.id(),
                &phone,
                name.as_deref(),
                NAMELESS,
                now,
            )
            .await?;
            let signed_in = sign_in(ctx, tx, account, now, token::SHOPPER_LIFETIME).await?;
            if name.is_some() {
                ctx.identities.forget(&ctx.bus, account).await;
            }
            Ok(signed_in)
        }
    }
}
