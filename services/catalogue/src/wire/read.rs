//! From the contract to the domain, with everything that is wrong told at once.

mod certificate;
mod producer;
mod product;

use std::str::FromStr;

use chassis::{
    Refusal,
    id::{CertificateId, IdError, ProducerId, ProductId, VariantId},
    refusal::Fields,
};
use proto::catalogue::v1 as wire;

pub use self::{
    certificate::{certificate_facts, lawful},
    producer::profile,
    product::{product_facts, variants},
};
use crate::domain::{
    fault::{Fault, FieldFault},
    value,
    words::{EvidenceGrade, ProducerState, ProductState},
};

/// Keeps a good value, notes a bad one.
pub(super) fn keep<T>(fields: &mut Fields, field: &str, value: Result<T, Fault>) -> Option<T> {
    fields.check(field, value, |fault| (fault.vi.clone(), fault.en.clone()))
}

fn refuse_all(fields: &mut Fields, faults: Vec<FieldFault>) {
    for (field, fault) in faults {
        fields.refuse(field, fault.vi, fault.en);
    }
}

/// Everything was read, or the refusal tells what was not.
pub(super) fn all<T>(fields: Fields, value: Option<T>) -> Result<T, Refusal> {
    match value {
        Some(value) if fields.is_empty() => Ok(value),
        _ => Err(fields.into_refusal()),
    }
}

fn choose<T>(value: Result<T, ()>) -> Result<T, Fault> {
    value.map_err(|()| Fault::new("Hãy chọn một giá trị.", "Choose a value."))
}

fn id<I: FromStr>(field: &str, text: &str) -> Result<I, Refusal> {
    text.parse()
        .map_err(|_| Refusal::field(field, "Mã không hợp lệ.", "Not an id of this kind."))
}

/// An id in an event. One that is none makes a dead letter.
///
/// # Errors
/// Not an id of the kind.
pub fn heard_id<I: FromStr<Err = IdError>>(text: &str) -> Result<I, Refusal> {
    text.parse().map_err(|error: IdError| {
        Refusal::invalid("not_an_id", "Mã không hợp lệ.", format!("{error}."))
    })
}

/// A producer's id.
///
/// # Errors
/// Not one.
pub fn producer_id(text: &str) -> Result<ProducerId, Refusal> {
    id("producer_id", text)
}

/// A producer's id, or none.
///
/// # Errors
/// Not one.
pub fn optional_producer_id(text: &str) -> Result<Option<ProducerId>, Refusal> {
    if text.is_empty() {
        Ok(None)
    } else {
        producer_id(text).map(Some)
    }
}

/// A product's id.
///
/// # Errors
/// Not one.
pub fn product_id(text: &str) -> Result<ProductId, Refusal> {
    id("product_id", text)
}

/// A variant's id.
///
/// # Errors
/// Not one.
pub fn variant_id(text: &str) -> Result<VariantId, Refusal> {
    id("variant_id", text)
}

/// A certificate's id.
///
/// # Errors
/// Not one.
pub fn certificate_id(text: &str) -> Result<CertificateId, Refusal> {
    id("certificate_id", text)
}

fn one<T>(field: &str, value: Result<T, Fault>) -> Result<T, Refusal> {
    value.map_err(|fault| Refusal::field(field, fault.vi, fault.en))
}

/// Why something is done, which must be said.
///
/// # Errors
/// Empty or too long.
pub fn reason(text: &str) -> Result<String, Refusal> {
    one("reason", value::line(text, 500))
}

/// A word on a change of stock, which need not be said.
///
/// # Errors
/// Too long.
pub fn note(text: &str) -> Result<String, Refusal> {
    one("note", value::optional_line(text, 500))
}

/// Units that move.
///
/// # Errors
/// None, or too many.
pub fn units(units: i64) -> Result<i64, Refusal> {
    one("units", value::units(units))
}

/// A key that makes a request safe to repeat.
///
/// # Errors
/// Empty, too long, with characters that cannot be seen.
pub fn idempotency_key(text: &str) -> Result<String, Refusal> {
    if (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err(Refusal::field(
        "idempotency_key",
        "Cần khóa chống lặp: 1 đến 100 ký tự ASCII, không dấu cách.",
        "An idempotency key is needed: 1 to 100 visible ASCII characters.",
    ))
}

/// How well a certificate is proven.
///
/// # Errors
/// Not said.
pub fn evidence(grade: wire::EvidenceGrade) -> Result<EvidenceGrade, Refusal> {
    one("evidence", choose(grade.try_into()))
}

/// A producer's next state.
///
/// # Errors
/// Not said.
pub fn state(state: wire::ProducerState) -> Result<ProducerState, Refusal> {
    one("state", choose(state.try_into()))
}

/// A product's next state; not said: as it is.
#[must_use]
pub fn wanted_product_state(product: &wire::Product) -> Option<ProductState> {
    product.state().try_into().ok()
}

/// The set that a search is about; 0: any.
///
/// # Errors
/// No such set.
pub fn search_set(number: u32) -> Result<Option<u8>, Refusal> {
    if number == 0 {
        return Ok(None);
    }
    one("product_set", value::set_number(number.into())).map(Some)
}
