//! From the contract to the domain, with everything that is wrong told at once.

use std::str::FromStr;

use chassis::{
    Refusal,
    id::{CertificateId, IdError, ProducerId, ProductId, VariantId},
    place,
    refusal::Fields,
};
use chrono::NaiveDate;
use proto::{catalogue::v1 as wire, common::v1 as common};

use crate::domain::{
    certificate::CertificateFacts,
    fault::{Fault, FieldFault},
    producer::{Address, BankAccount, Profile, codes},
    product::{MAX_VARIANTS, ProductFacts, VariantFacts},
    value,
    words::{EvidenceGrade, ProducerState, ProductState},
};

/// Keeps a good value, notes a bad one.
fn keep<T>(fields: &mut Fields, field: &str, value: Result<T, Fault>) -> Option<T> {
    fields.check(field, value, |fault| (fault.vi.clone(), fault.en.clone()))
}

fn refuse_all(fields: &mut Fields, faults: Vec<FieldFault>) {
    for (field, fault) in faults {
        fields.refuse(field, fault.vi, fault.en);
    }
}

/// Everything was read, or the refusal tells what was not.
fn all<T>(fields: Fields, value: Option<T>) -> Result<T, Refusal> {
    match value {
        Some(value) if fields.is_empty() => Ok(value),
        _ => Err(fields.into_refusal()),
    }
}

fn choose<T>(value: Result<T, ()>) -> Result<T, Fault> {
    value.map_err(|()| Fault::new("Hãy chọn một giá trị.", "Choose a value."))
}

fn id<I: FromStr>(field: &str, text: &str) -> Result<I, Refusal> {
    text.parse().map_err(|_| Refusal::field(field, "Mã không hợp lệ.", "Not an id of this kind."))
}

/// An id in an event. One that is none makes a dead letter.
///
/// # Errors
/// Not an id of the kind.
pub fn heard_id<I: FromStr<Err = IdError>>(text: &str) -> Result<I, Refusal> {
    text.parse().map_err(|error: IdError| Refusal::invalid("not_an_id", "Mã không hợp lệ.", format!("{error}.")))
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
    if text.is_empty() { Ok(None) } else { producer_id(text).map(Some) }
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

fn ward_code(text: &str) -> Result<String, Fault> {
    place::ward(text.trim()).map(|ward| ward.code.to_owned()).ok_or_else(|| {
        Fault::new(
            "Không có xã, phường, đặc khu nào có mã này (5 chữ số, từ 01-07-2025).",
            "No commune has this code (5 digits, since 2025-07-01).",
        )
    })
}

/// An address whose commune must be right. The line may be empty for an origin: a commune is enough.
fn address(fields: &mut Fields, name: &str, address: Option<&common::Address>, needs_line: bool) -> Option<Address> {
    let Some(address) = address else {
        fields.refuse(name, "Không được để trống.", "Must not be empty.");
        return None;
    };
    let line = if needs_line { value::line(&address.line, 200) } else { value::optional_line(&address.line, 200) };
    let line = keep(fields, &format!("{name}.line"), line);
    let ward_code = keep(fields, &format!("{name}.ward_code"), ward_code(&address.ward_code));
    let legacy = keep(fields, &format!("{name}.legacy_address"), value::optional_line(&address.legacy_address, 300));
    Some(Address { line: line?, ward_code: ward_code?, legacy_address: legacy? })
}

fn bank_account(fields: &mut Fields, account: &common::BankAccount) -> Option<BankAccount> {
    let bin = keep(fields, "bank_account.bin", value::bank_bin(&account.bin));
    let account_no = keep(fields, "bank_account.account_no", value::bank_account_no(&account.account_no));
    let account_name = keep(fields, "bank_account.account_name", value::line(&account.account_name, 70));
    Some(BankAccount { bin: bin?, account_no: account_no?, account_name: account_name? })
}

/// What a producer says of itself.
///
/// # Errors
/// Every field that breaks a rule.
pub fn profile(producer: &wire::Producer) -> Result<Profile, Refusal> {
    let mut fields = Fields::default();
    let kind = keep(&mut fields, "kind", choose(producer.kind().try_into()));
    let name = keep(&mut fields, "name", value::line(&producer.name, 200));
    let codes = kind.and_then(|kind| {
        codes(kind, &producer.business_code, &producer.tax_code)
            .map_err(|faults| refuse_all(&mut fields, faults))
            .ok()
    });
    let address = address(&mut fields, "address", producer.address.as_ref(), true);
    // `Some(None)`: none given. `None`: a wrong one.
    let bank_account = match &producer.bank_account {
        None => Some(None),
        Some(account) => bank_account(&mut fields, account).map(Some),
    };
    let phone = keep(&mut fields, "phone", value::phone(&producer.phone));
    let read = || {
        let (business_code, tax_code) = codes?;
        Some(Profile {
            kind: kind?,
            name: name?,
            business_code,
            tax_code,
            address: address?,
            bank_account: bank_account?,
            phone: phone?,
        })
    };
    all(fields, read())
}

/// What a product is.
///
/// # Errors
/// Every field that breaks a rule.
pub fn product_facts(product: &wire::Product) -> Result<ProductFacts, Refusal> {
    let mut fields = Fields::default();
    let f = &mut fields;
    let name = keep(f, "name", value::line(&product.name, 200));
    let product_set = keep(f, "product_set", value::set_number(product.product_set.into()));
    let description = keep(f, "description", value::optional_text(&product.description, 4000));
    let ingredients = keep(f, "ingredients", value::optional_text(&product.ingredients, 2000));
    let allergens = keep(f, "allergens", value::optional_text(&product.allergens, 500));
    let storage = keep(f, "storage", value::optional_text(&product.storage, 500));
    let shelf_life_days = keep(f, "shelf_life_days", value::shelf_life(product.shelf_life_days.into()));
    let alcohol_permille = keep(f, "alcohol_permille", value::alcohol(product.alcohol_permille.into()));
    let origin = address(f, "origin", product.origin.as_ref(), false);
    let gi_no = keep(f, "gi_no", value::optional_line(&product.gi_no, 100));
    let trace_url = keep(f, "trace_url", value::trace_url(&product.trace_url));
    let read = || {
        Some(ProductFacts {
            name: name?,
            product_set: product_set?,
            description: description?,
            ingredients: ingredients?,
            allergens: allergens?,
            storage: storage?,
            shelf_life_days: shelf_life_days?,
            alcohol_permille: alcohol_permille?,
            origin: origin?,
            gi_no: gi_no?,
            trace_url: trace_url?,
        })
    };
    let read = read();
    if let Some(facts) = &read {
        refuse_all(&mut fields, facts.faults());
    }
    all(fields, read)
}

/// The variants of a product, each with its id if it has one. Their stock is not read: stock moves by its own verbs.
///
/// # Errors
/// Every field that breaks a rule, and SKUs that are there twice.
pub fn variants(product: &wire::Product) -> Result<Vec<(Option<VariantId>, VariantFacts)>, Refusal> {
    let mut fields = Fields::default();
    if product.variants.is_empty() || product.variants.len() > MAX_VARIANTS {
        fields.refuse(
            "variants",
            format!("Cần từ 1 đến {MAX_VARIANTS} quy cách."),
            format!("1 to {MAX_VARIANTS} variants are needed."),
        );
    }
    let mut read: Vec<(Option<VariantId>, VariantFacts)> = Vec::new();
    for (at, variant) in product.variants.iter().enumerate().take(MAX_VARIANTS) {
        let field = |name: &str| format!("variants[{at}].{name}");
        let id = match variant.variant_id.as_str() {
            "" => Some(None),
            text => keep(
                &mut fields,
                &field("variant_id"),
                text.parse().map(Some).map_err(|_| Fault::new("Mã không hợp lệ.", "Not an id of this kind.")),
            ),
        };
        let sku = keep(&mut fields, &field("sku"), value::sku(&variant.sku));
        let pack = keep(&mut fields, &field("pack"), value::line(&variant.pack, 100));
        let list_price = keep(&mut fields, &field("list_price"), value::price(variant.list_price));
        let weight_grams = keep(&mut fields, &field("weight_grams"), value::weight(variant.weight_grams.into()));
        if let (Some(id), Some(sku), Some(pack), Some(list_price), Some(weight_grams)) =
            (id, sku, pack, list_price, weight_grams)
        {
            if read.iter().any(|(_, earlier)| earlier.sku == sku) {
                fields.refuse(field("sku"), "Mã SKU bị lặp.", "The SKU is there twice.");
            }
            read.push((id, VariantFacts { sku, pack, list_price, weight_grams }));
        }
    }
    all(fields, Some(read))
}

/// What stands in a certificate. Its last day follows from the first; one that is given must be that.
///
/// # Errors
/// Every field that breaks a rule.
pub fn certificate_facts(certificate: &wire::Certificate) -> Result<CertificateFacts, Refusal> {
    let mut fields = Fields::default();
    let f = &mut fields;
    let decision_no = keep(f, "decision_no", value::line(&certificate.decision_no, 100));
    let decision_date = keep(f, "decision_date", value::day(&certificate.decision_date));
    let certificate_no = keep(f, "certificate_no", value::optional_line(&certificate.certificate_no, 100));
    let issuing_authority = keep(f, "issuing_authority", value::line(&certificate.issuing_authority, 200));
    let issuing_level = keep(f, "issuing_level", choose(certificate.issuing_level().try_into()));
    let legal_version = keep(f, "legal_version", choose(certificate.legal_version().try_into()));
    // In force from the day of the decision, unless it says otherwise.
    let valid_from = match certificate.valid_from.as_str() {
        "" => decision_date,
        day => keep(f, "valid_from", value::day(day)),
    };
    let read = || {
        Some(CertificateFacts {
            decision_no: decision_no?,
            decision_date: decision_date?,
            certificate_no: certificate_no?,
            issuing_authority: issuing_authority?,
            issuing_level: issuing_level?,
            legal_version: legal_version?,
            stars: u8::try_from(certificate.stars).unwrap_or(u8::MAX),
            score: Some(certificate.score).filter(|score| *score > 0),
            valid_from: valid_from?,
            evidence: certificate.evidence().try_into().unwrap_or(EvidenceGrade::C),
        })
    };
    let read = read();
    if let Some(facts) = &read {
        let valid_to = facts.valid_to().to_string();
        if !certificate.valid_to.is_empty() && certificate.valid_to != valid_to {
            let (vi, en) = (format!("Hết hạn ngày {valid_to}."), format!("It ends on {valid_to}."));
            fields.refuse("valid_to", vi, en);
        }
    }
    all(fields, read)
}

/// What the law would not have written, as a refusal.
///
/// # Errors
/// Every field that breaks a rule.
pub fn lawful(facts: &CertificateFacts, today: NaiveDate) -> Result<(), Refusal> {
    let mut fields = Fields::default();
    refuse_all(&mut fields, facts.faults(today));
    fields.finish()
}
