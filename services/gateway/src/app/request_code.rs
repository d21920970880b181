//! Sends a sign-in code to a phone. The answer is the same whether the phone is known or not.

use chassis::{
    id::SignInId,
    phone::{Phone, PhoneError},
    refusal::Refusal,
};
use chrono::TimeDelta;

use crate::{
    Ctx,
    domain::code::{self, CODES, Code, LIFETIME, TRIES, Waiting},
    error::Error,
    store,
};

/// Sends a code, unless one was sent a moment ago or too many in this hour.
pub(crate) async fn request_code(ctx: &Ctx, phone: &str) -> Result<SignInId, Error> {
    let phone = phone_of("phone", phone)?;
    let id: SignInId = ctx.clock.id();
    let code = Code::of(rand::random_range(0..CODES));
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    store::codes::lock_phone(&mut tx, &phone).await?;
    let sent = store::codes::sent_since(&mut tx, &phone, now - TimeDelta::hours(1)).await?;
    if let Some(seconds) = code::must_wait(&sent, now) {
        return Err(Error::CodeTooSoon { seconds });
    }
    let waiting = Waiting {
        sealed: code.sealed(&ctx.pepper, id).to_vec(),
        tries_left: TRIES,
        expires_at: now + LIFETIME,
        used: false,
    };
    store::codes::insert(&mut tx, id, &phone, &waiting, now).await?;
    ctx.commit(tx).await?;
    if let Err(error) = ctx.codes.send(&phone, &code).await {
        // Nobody has the code: it must not keep the phone from asking again.
        store::codes::delete(&mut *ctx.db.acquire().await?, id).await?;
        return Err(error);
    }
    Ok(id)
}

/// Reads a phone, or says what is wrong with it.
pub(crate) fn phone_of(field: &str, text: &str) -> Result<Phone, Refusal> {
    Phone::parse(text).map_err(|error| {
        let vi = match error {
            PhoneError::Malformed => {
                "Số điện thoại chỉ gồm chữ số, dấu cách, dấu chấm và gạch ngang."
            }
            PhoneError::Foreign => "Chỉ nhận số điện thoại Việt Nam (+84).",
            PhoneError::NotMobile => {
                "Số di động có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09."
            }
        };
        Refusal::field(field, vi, error.to_string())
    })
}
