//! Writes down what somebody agrees to, or takes back; and shows it to them.

use chassis::{id::AccountId, refusal::Fields, text::clean_line};

use crate::{
    Ctx,
    error::Error,
    store::{self, consents::Consent},
};

/// Adds a line to the ledger; the same word twice adds nothing.
pub(crate) async fn record_consent(
    ctx: &Ctx,
    account: AccountId,
    purpose: &str,
    text_version: &str,
    given: bool,
) -> Result<Consent, Error> {
    let mut fields = Fields::default();
    let shaped = (2..=40).contains(&purpose.len())
        && purpose.as_bytes()[0].is_ascii_lowercase()
        && purpose
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !shaped {
        fields.refuse(
            "purpose",
            "2 đến 40 ký tự: chữ thường không dấu, chữ số, gạch dưới.",
            "2 to 40 characters: lower case letters, digits, underscores.",
        );
    }
    let text_version = fields
        .check("text_version", clean_line(text_version, 40), |error| {
            ("1 đến 40 ký tự.".to_owned(), error.to_string())
        })
        .unwrap_or_default();
    fields.finish()?;
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let last = store::consents::latest(&mut tx, account, purpose).await?;
    if let Some(last) = last.filter(|last| last.given == given && last.text_version == text_version)
    {
        return Ok(last);
    }
    let consent = Consent {
        purpose: purpose.to_owned(),
        text_version,
        given,
        at: now,
    };
    store::consents::insert(&mut tx, account, &consent).await?;
    ctx.commit(tx).await?;
    Ok(consent)
}

/// All that an account agreed to and took back.
pub(crate) async fn list_consents(ctx: &Ctx, account: AccountId) -> Result<Vec<Consent>, Error> {
    Ok(store::consents::list(&mut *ctx.db.acquire().await?, account).await?)
}
