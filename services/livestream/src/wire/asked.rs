//! Fields of requests → domain, with everything that is wrong told at once.

use chassis::{
    clock::from_ms,
    id::Id,
    money::Vnd,
    refusal::{Fields, Refusal},
    text::{self, TextError},
};
use chrono::{DateTime, Utc};
use proto::{common::v1 as common, livestream::v1 as wire};

use crate::domain::{
    bank::BankAccount,
    claim_code::ClaimCode,
    offer::{PayeeKind, UNITS, Wish},
    session::Terms,
};

/// What [`Fields::check`] wants said of a text.
fn of_text(error: &TextError) -> (String, String) {
    let vi = match error {
        TextError::Empty => "Không được để trống.".to_owned(),
        TextError::TooLong { max, len } => format!("Tối đa {max} ký tự, đang có {len}."),
        TextError::Forbidden { .. } => "Có ký tự ẩn không được phép.".to_owned(),
    };
    let mut en = error.to_string();
    en.replace_range(..1, "M");
    en.push('.');
    (vi, en)
}

/// One line, of so many characters at most.
pub fn line(fields: &mut Fields, field: &str, typed: &str, max: usize) -> Option<String> {
    fields.check(field, text::clean_line(typed, max), of_text)
}

/// One line that may be left out.
fn optional_line(fields: &mut Fields, field: &str, typed: &str, max: usize) -> Option<String> {
    if typed.trim().is_empty() {
        Some(String::new())
    } else {
        line(fields, field, typed, max)
    }
}

/// Several lines that may be left out.
pub fn optional_text(fields: &mut Fields, field: &str, typed: &str, max: usize) -> Option<String> {
    if typed.trim().is_empty() {
        Some(String::new())
    } else {
        fields.check(field, text::clean_text(typed, max), of_text)
    }
}

/// A text that was made presentable already.
///
/// # Errors
/// Names the field.
pub fn text(field: &str, made: Result<String, TextError>) -> Result<String, Refusal> {
    let mut fields = Fields::default();
    fields
        .check(field, made, of_text)
        .ok_or_else(|| fields.into_refusal())
}

/// Why somebody does something that must be answered for.
///
/// # Errors
/// Names the field.
pub fn reason(typed: &str, least: usize, most: usize) -> Result<String, Refusal> {
    let mut fields = Fields::default();
    let reason = line(&mut fields, "reason", typed, most).filter(|reason| {
        let enough = reason.chars().count() >= least;
        if !enough {
            fields.refuse(
                "reason",
                format!("Ít nhất {least} ký tự."),
                format!("At least {least} characters."),
            );
        }
        enough
    });
    reason.ok_or_else(|| fields.into_refusal())
}

/// An id of the kind that the field holds.
///
/// # Errors
/// Names the field.
pub fn id<I: Id>(field: &str, text: &str) -> Result<I, Refusal> {
    text.parse().map_err(|_| {
        let prefix = I::PREFIX;
        Refusal::field(
            field,
            format!("Mã định danh phải có dạng {prefix}_…"),
            format!("An id looks like {prefix}_…"),
        )
    })
}

/// An idempotency key that may be left out.
///
/// # Errors
/// Names the field.
pub fn key(text: &str) -> Result<Option<&str>, Refusal> {
    match text.len() {
        0 => Ok(None),
        1..=255 => Ok(Some(text)),
        _ => Err(Refusal::field(
            "idempotency_key",
            "Tối đa 255 byte.",
            "At most 255 bytes.",
        )),
    }
}

/// A time that may be left out.
pub fn time(fields: &mut Fields, field: &str, ms: i64) -> Option<DateTime<Utc>> {
    let at = from_ms(ms);
    if ms != 0 && at.is_none() {
        fields.refuse(field, "Không phải thời điểm hợp lệ.", "Not a time.");
    }
    at
}

/// Units of a proposal.
pub fn units(fields: &mut Fields, units: i64) -> Option<i64> {
    let fits = UNITS.contains(&units);
    if !fits {
        let (least, most) = (UNITS.start(), UNITS.end());
        fields.refuse(
            "units",
            format!("Từ {least} đến {most}."),
            format!("{least} to {most}."),
        );
    }
    fits.then_some(units)
}

/// What orders of a session may choose.
pub fn terms(fields: &mut Fields, terms: Option<wire::SessionTerms>) -> Option<Terms> {
    let Some(terms) = terms else {
        fields.refuse(
            "terms",
            "Thiếu điều kiện bán hàng.",
            "The terms of sale are missing.",
        );
        return None;
    };
    let organiser_account = match terms.organiser_account {
        Some(given) if given != common::BankAccount::default() => account(fields, &given).map(Some),
        _ => Some(None),
    };
    let window = i32::try_from(terms.payment_window_seconds)
        .ok()
        .filter(|window| Terms::PAYMENT_WINDOW.contains(window));
    if window.is_none() {
        fields.refuse(
            "terms.payment_window_seconds",
            "Từ 60 đến 86.400 giây.",
            "60 to 86,400 seconds.",
        );
    }
    let fee = Vnd::new(terms.shipping_fee);
    let fee_fits = (Vnd::ZERO..=Terms::MAX_SHIPPING_FEE).contains(&fee);
    if !fee_fits {
        fields.refuse(
            "terms.shipping_fee",
            "Từ 0 đến 1.000.000 ₫.",
            "0 to 1,000,000 đồng.",
        );
    }
    let rule = (
        terms.free_shipping_from,
        terms.shipping_grams,
        terms.shipping_fee_per_kg,
    );
    let rule = shipping_rule(fields, rule);
    let pickup_place = optional_line(fields, "terms.pickup_place", &terms.pickup_place, 300);
    Some(Terms {
        organiser_account: organiser_account?,
        cod_allowed: terms.cod_allowed,
        shipping_fee: fee_fits.then_some(fee)?,
        free_shipping_from: rule?.0,
        shipping_grams: rule?.1,
        shipping_fee_per_kg: rule?.2,
        pickup_place: pickup_place?,
        payment_window_seconds: window?,
    })
}

/// Free from which amount; how many grams the flat fee carries; what each begun kilogram above costs.
fn shipping_rule(
    fields: &mut Fields,
    (free_from, grams, per_kg): (i64, u32, i64),
) -> Option<(Vnd, i32, Vnd)> {
    let free_from = Vnd::new(free_from);
    if !(Vnd::ZERO..=Terms::MAX_FREE_SHIPPING_FROM).contains(&free_from) {
        fields.refuse(
            "terms.free_shipping_from",
            "Từ 0 đến 1.000.000.000 ₫.",
            "0 to 1,000,000,000 đồng.",
        );
        return None;
    }
    let per_kg = Vnd::new(per_kg);
    let grams = i32::try_from(grams)
        .ok()
        .filter(|grams| *grams <= Terms::MAX_SHIPPING_GRAMS);
    let fits = (Vnd::ZERO..=Terms::MAX_SHIPPING_FEE).contains(&per_kg);
    let (Some(grams), true) = (grams, fits) else {
        fields.refuse(
            "terms.shipping_fee_per_kg",
            "Từ 0 đến 1.000.000 ₫ cho mỗi kg vượt quá 0 đến 100 kg.",
            "0 to 1,000,000 đồng for each kilogram above 0 to 100.",
        );
        return None;
    };
    if (grams == 0) != (per_kg == Vnd::ZERO) {
        fields.refuse(
            "terms.shipping_grams",
            "Khối lượng và giá mỗi kg vượt quá phải đi cùng nhau.",
            "The weight and the price of a kilogram above it go together.",
        );
        return None;
    }
    Some((free_from, grams, per_kg))
}

fn account(fields: &mut Fields, account: &common::BankAccount) -> Option<BankAccount> {
    let name = line(
        fields,
        "terms.organiser_account.account_name",
        &account.account_name,
        100,
    );
    let bin_fits = BankAccount::is_bin(&account.bin);
    if !bin_fits {
        fields.refuse(
            "terms.organiser_account.bin",
            "Mã ngân hàng (BIN) có sáu chữ số.",
            "A bank's BIN has six digits.",
        );
    }
    let number_fits = BankAccount::is_account_no(&account.account_no);
    if !number_fits {
        fields.refuse(
            "terms.organiser_account.account_no",
            "Số tài khoản có 1 đến 19 chữ cái và chữ số.",
            "An account number has 1 to 19 letters and digits.",
        );
    }
    let account_name = name?;
    (bin_fits && number_fits).then(|| BankAccount {
        bin: account.bin.clone(),
        account_no: account.account_no.clone(),
        account_name,
    })
}

/// What somebody wants to offer.
///
/// # Errors
/// Every field that is wrong.
pub fn wish(asked: &wire::ProposeOffer) -> Result<Wish, Refusal> {
    let mut fields = Fields::default();
    let claim_code = fields.check("claim_code", ClaimCode::parse(&asked.claim_code), |_| {
        let vi = "Mã chốt gồm 1–3 chữ cái A–Z rồi 1–4 chữ số, ví dụ A05.";
        (
            vi.to_owned(),
            "A claim code is 1-3 letters A-Z and then 1-4 digits, such as A05.".to_owned(),
        )
    });
    let live_price = fields.check("live_price", Vnd::price(asked.live_price), |error| {
        (
            format!("Giá từ 1 ₫ đến {}.", Vnd::MAX_PRICE),
            format!("{error}").replacen('a', "A", 1) + ".",
        )
    });
    let wanted = units(&mut fields, asked.units);
    let limit = i32::try_from(asked.limit_per_shopper)
        .ok()
        .filter(|limit| i64::from(*limit) <= *UNITS.end());
    if limit.is_none() {
        fields.refuse(
            "limit_per_shopper",
            "Tối đa 100.000; 0 là không giới hạn.",
            "At most 100,000; 0 is no limit.",
        );
    }
    let payee_kind = match asked.payee_kind() {
        wire::PayeeKind::Organiser => Some(PayeeKind::Organiser),
        wire::PayeeKind::Producer => Some(PayeeKind::Producer),
        wire::PayeeKind::Unspecified => {
            fields.refuse(
                "payee_kind",
                "Chọn bên nhận tiền: ban tổ chức hoặc chủ thể.",
                "Say who is paid: the organiser or the producer.",
            );
            None
        }
    };
    let opens_at = time(&mut fields, "opens_at_ms", asked.opens_at_ms);
    let closes_at = time(&mut fields, "closes_at_ms", asked.closes_at_ms);
    if opens_at
        .zip(closes_at)
        .is_some_and(|(opens, closes)| closes <= opens)
    {
        fields.refuse(
            "closes_at_ms",
            "Giờ đóng phải sau giờ mở.",
            "The closing time must be after the opening time.",
        );
    }
    match (claim_code, live_price, wanted, limit, payee_kind) {
        (
            Some(claim_code),
            Some(live_price),
            Some(units),
            Some(limit_per_shopper),
            Some(payee_kind),
        ) if fields.is_empty() => Ok(Wish {
            claim_code,
            live_price,
            units,
            limit_per_shopper,
            payee_kind,
            opens_at,
            closes_at,
        }),
        _ => Err(fields.into_refusal()),
    }
}
