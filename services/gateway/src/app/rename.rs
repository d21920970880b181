//! Gives an account the name that its person wants.

use chassis::{id::AccountId, refusal::Refusal, text::TextError};

use crate::{Ctx, domain::name, error::Error, store};

/// Renames an account.
pub(crate) async fn rename(ctx: &Ctx, account: AccountId, name: &str) -> Result<(), Error> {
    let name = name_of("name", name)?;
    store::accounts::rename(&mut *ctx.db.acquire().await?, account, &name).await?;
    ctx.identities.forget(&ctx.bus, account).await;
    Ok(())
}

/// Reads a person's name, or says what is wrong with it.
pub(crate) fn name_of(field: &str, text: &str) -> Result<String, Refusal> {
    name::person(text).map_err(|error| text_refusal(field, error))
}

/// What is wrong with a text, for a person.
pub(crate) fn text_refusal(field: &str, error: TextError) -> Refusal {
    let vi = match error {
        TextError::Empty => "Không được để trống.".to_owned(),
        TextError::TooLong { max, len } => format!("Nhiều nhất {max} ký tự, đang có {len}."),
        TextError::Forbidden { code } => format!("Không được có ký tự ẩn U+{code:04X}."),
    };
    Refusal::field(field, vi, error.to_string())
}
