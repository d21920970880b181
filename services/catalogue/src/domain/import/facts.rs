//! What the cells of a producer, a product, a certificate or a variant say together.
//!
//! What is there already fills the blanks; [`differences`] then tells where a file says otherwise.

use chassis::text::nfc;
use chrono::NaiveDate;

use super::cells::{Reader, day, tenths, whole};
use crate::domain::{
    certificate::{CertificateFacts, version_on},
    fault::Fault,
    producer::{Address, BankAccount, Profile, codes},
    product::{ProductFacts, VariantFacts},
    value,
    words::{EvidenceGrade, IssuingLevel, LegalVersion, ProducerKind},
};

/// A column and the text of a value, to compare by.
type Told = Vec<(&'static str, String)>;

pub(super) fn profile(read: &mut Reader<'_, '_>, known: Option<&Profile>) -> Option<Profile> {
    let kind = read.word("producer_kind", known.map(|known| known.kind), ProducerKind::WORDS, ProducerKind::parse);
    let name = read.value("producer_name", known.map(|known| known.name.clone()), |text| value::line(text, 200));
    let line = read.value("producer_address", known.map(|known| known.address.line.clone()), |text| value::line(text, 200));
    let ward_code = read.seat(known.map(|known| known.address.ward_code.clone()));
    let bank_account = bank_account(read, known);
    // Which of the two is needed depends on the kind.
    let code = |column, known: Option<&String>| read.text(column).or(known.map(String::as_str)).unwrap_or_default().to_owned();
    let business = code("business_code", known.and_then(|known| known.business_code.as_ref()));
    let tax = code("tax_code", known.and_then(|known| known.tax_code.as_ref()));
    let codes = kind.and_then(|kind| {
        codes(kind, &business, &tax)
            .map_err(|faults| {
                for (column, fault) in faults {
                    read.refuse(column, fault);
                }
            })
            .ok()
    });
    let (business_code, tax_code) = codes?;
    let legacy_address = known.map(|known| known.address.legacy_address.clone()).unwrap_or_default();
    Some(Profile {
        kind: kind?,
        name: name?,
        business_code,
        tax_code,
        address: Address {
            line: line?,
            ward_code: ward_code?,
            legacy_address,
        },
        bank_account: bank_account?,
        phone: known.and_then(|known| known.phone.clone()),
    })
}

/// All three cells or none. `None`: there was a fault.
fn bank_account(read: &mut Reader<'_, '_>, known: Option<&Profile>) -> Option<Option<BankAccount>> {
    let known = known.and_then(|known| known.bank_account.as_ref());
    if !read.says_any(&["bank_bin", "bank_account_no", "bank_account_name"]) {
        return Some(known.cloned());
    }
    let bin = read.value("bank_bin", known.map(|known| known.bin.clone()), value::bank_bin);
    let account_no = read.value("bank_account_no", known.map(|known| known.account_no.clone()), value::bank_account_no);
    let account_name =
        read.value("bank_account_name", known.map(|known| known.account_name.clone()), |text| value::line(text, 70));
    Some(Some(BankAccount {
        bin: bin?,
        account_no: account_no?,
        account_name: account_name?,
    }))
}

pub(super) fn profile_told(profile: &Profile) -> Told {
    let bank = profile.bank_account.as_ref();
    vec![
        ("producer_name", profile.name.clone()),
        ("producer_kind", profile.kind.as_str().to_owned()),
        ("business_code", profile.business_code.clone().unwrap_or_default()),
        ("tax_code", profile.tax_code.clone().unwrap_or_default()),
        ("producer_ward", profile.address.ward_code.clone()),
        ("producer_address", profile.address.line.clone()),
        ("bank_bin", bank.map(|bank| bank.bin.clone()).unwrap_or_default()),
        ("bank_account_no", bank.map(|bank| bank.account_no.clone()).unwrap_or_default()),
        ("bank_account_name", bank.map(|bank| bank.account_name.clone()).unwrap_or_default()),
    ]
}

pub(super) fn product(read: &mut Reader<'_, '_>, known: Option<&ProductFacts>) -> Option<ProductFacts> {
    let text = |read: &mut Reader<'_, '_>, column, known: Option<&String>, max| {
        read.value(column, Some(known.cloned().unwrap_or_default()), |text| value::optional_text(text, max))
    };
    let name = read.value("product_name", None, |text| value::line(text, 200));
    let product_set = read.value("product_set", known.map(|known| known.product_set), |text| value::set_number(whole(text)?));
    let description = text(read, "description", known.map(|known| &known.description), 4000);
    let ingredients = text(read, "ingredients", known.map(|known| &known.ingredients), 2000);
    let allergens = text(read, "allergens", known.map(|known| &known.allergens), 500);
    let storage = text(read, "storage", known.map(|known| &known.storage), 500);
    let shelf_life_days =
        read.value("shelf_life_days", Some(known.map_or(0, |known| known.shelf_life_days)), |text| value::shelf_life(whole(text)?));
    let alcohol_permille =
        read.value("alcohol_percent", Some(known.map_or(0, |known| known.alcohol_permille)), |text| value::alcohol(tenths(text)?));
    let ward_code = read.origin(known.map(|known| known.origin.ward_code.clone()));
    let legacy_address = text(read, "legacy_address", known.map(|known| &known.origin.legacy_address), 300);
    let gi_no = text(read, "gi_no", known.map(|known| &known.gi_no), 100);
    let trace_url =
        read.value("trace_url", Some(known.map(|known| known.trace_url.clone()).unwrap_or_default()), value::trace_url);
    let facts = ProductFacts {
        name: name?,
        product_set: product_set?,
        description: description?,
        ingredients: ingredients?,
        allergens: allergens?,
        storage: storage?,
        shelf_life_days: shelf_life_days?,
        alcohol_permille: alcohol_permille?,
        origin: Address {
            line: known.map(|known| known.origin.line.clone()).unwrap_or_default(),
            ward_code: ward_code?,
            legacy_address: legacy_address?,
        },
        gi_no: gi_no?,
        trace_url: trace_url?,
    };
    let faults = facts.faults();
    for (field, fault) in &faults {
        let column = if *field == "alcohol_permille" { "alcohol_percent" } else { field };
        read.refuse(column, fault.clone());
    }
    faults.is_empty().then_some(facts)
}

pub(super) fn product_told(facts: &ProductFacts) -> Told {
    vec![
        ("product_set", facts.product_set.to_string()),
        ("description", facts.description.clone()),
        ("ingredients", facts.ingredients.clone()),
        ("allergens", facts.allergens.clone()),
        ("storage", facts.storage.clone()),
        ("shelf_life_days", facts.shelf_life_days.to_string()),
        ("alcohol_percent", facts.alcohol_permille.to_string()),
        ("origin_ward", facts.origin.ward_code.clone()),
        ("legacy_address", facts.origin.legacy_address.clone()),
        ("gi_no", facts.gi_no.clone()),
        ("trace_url", facts.trace_url.clone()),
    ]
}

pub(super) fn variant(read: &mut Reader<'_, '_>, known: Option<&VariantFacts>) -> Option<VariantFacts> {
    let sku = read.value("sku", None, value::sku);
    let pack = read.value("pack", known.map(|known| known.pack.clone()), |text| value::line(text, 100));
    let list_price = read.value("list_price", known.map(|known| known.list_price), |text| value::price(whole(text)?));
    let weight_grams =
        read.value("weight_grams", Some(known.map_or(0, |known| known.weight_grams)), |text| value::weight(whole(text)?));
    Some(VariantFacts {
        sku: sku?,
        pack: pack?,
        list_price: list_price?,
        weight_grams: weight_grams?,
    })
}

pub(super) fn variant_told(facts: &VariantFacts) -> Told {
    vec![
        ("pack", facts.pack.clone()),
        ("list_price", facts.list_price.get().to_string()),
        ("weight_grams", facts.weight_grams.to_string()),
    ]
}

/// Only an organiser may say that a certificate is proven.
pub(super) fn certificate(
    read: &mut Reader<'_, '_>,
    known: Option<&CertificateFacts>,
    may_grade: bool,
    today: NaiveDate,
) -> Option<CertificateFacts> {
    let decision_no = read.value("decision_no", None, |text| value::line(text, 100));
    let decision_date = read.value("decision_date", known.map(|known| known.decision_date), day);
    let issuing_authority =
        read.value("issuing_authority", known.map(|known| known.issuing_authority.clone()), |text| value::line(text, 200));
    let issuing_level =
        read.word("issuing_level", known.map(|known| known.issuing_level), IssuingLevel::WORDS, IssuingLevel::parse);
    let lawful = known.map(|known| known.legal_version).or_else(|| decision_date.map(version_on));
    let legal_version = read.word("legal_version", lawful, LegalVersion::WORDS, LegalVersion::parse);
    let stars = read.value("stars", known.map(|known| known.stars), |text| {
        u8::try_from(whole(text)?).map_err(|_| Fault::new("Hạng sao là 3, 4 hoặc 5.", "Stars are 3, 4 or 5."))
    });
    let score = read.value("score", Some(known.and_then(|known| known.score)), |text| {
        let score = u32::try_from(whole(text)?);
        score.map(Some).map_err(|_| Fault::new("Điểm từ 0 đến 100.", "A score is from 0 to 100."))
    });
    // Most certificates count from the day of their decision.
    let valid_from = read.value("valid_from", known.map(|known| known.valid_from).or(decision_date), day);
    let ungraded = known.map_or(EvidenceGrade::C, |known| known.evidence);
    let evidence = read.word("evidence", Some(ungraded), EvidenceGrade::WORDS, EvidenceGrade::parse);
    if !may_grade && evidence.is_some_and(|grade| grade != EvidenceGrade::C && grade != ungraded) {
        read.refuse(
            "evidence",
            Fault::new(
                "Chỉ ban tổ chức xếp hạng bằng chứng; hãy để trống hoặc ghi c.",
                "Only an organiser grades the evidence; leave it blank or write c.",
            ),
        );
        return None;
    }
    let facts = CertificateFacts {
        decision_no: decision_no?,
        decision_date: decision_date?,
        certificate_no: known.map(|known| known.certificate_no.clone()).unwrap_or_default(),
        issuing_authority: issuing_authority?,
        issuing_level: issuing_level?,
        legal_version: legal_version?,
        stars: stars?,
        score: score?,
        valid_from: valid_from?,
        // A producer's "c" beside a grade of an organiser is no contradiction.
        evidence: if may_grade { evidence? } else { ungraded },
    };
    let faults = facts.faults(today);
    for (column, fault) in &faults {
        read.refuse(column, fault.clone());
    }
    faults.is_empty().then_some(facts)
}

pub(super) fn certificate_told(facts: &CertificateFacts) -> Told {
    vec![
        ("decision_date", facts.decision_date.to_string()),
        ("issuing_authority", facts.issuing_authority.clone()),
        ("issuing_level", facts.issuing_level.as_str().to_owned()),
        ("legal_version", facts.legal_version.as_str().to_owned()),
        ("stars", facts.stars.to_string()),
        ("score", facts.score.map(|score| score.to_string()).unwrap_or_default()),
        ("valid_from", facts.valid_from.to_string()),
        ("evidence", facts.evidence.as_str().to_owned()),
    ]
}

/// The columns where a file says other than what is there.
pub(super) fn differences(there: Told, told: Told) -> impl Iterator<Item = &'static str> {
    there
        .into_iter()
        .zip(told)
        .filter(|((_, there), (_, told))| nfc(there) != nfc(told))
        .map(|((column, _), _)| column)
}

/// The fault of such a column.
pub(super) fn otherwise() -> Fault {
    Fault::new(
        "Đã có với giá trị khác; hãy sửa ở trang sản phẩm, tệp nhập không sửa đè.",
        "Already there with another value; change it there, an import does not overwrite.",
    )
}
