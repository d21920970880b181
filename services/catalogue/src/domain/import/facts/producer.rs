//! A producer's cells.

use super::{super::cells::Reader, Told};
use crate::domain::{
    producer::{Address, BankAccount, Profile, codes},
    value,
    words::ProducerKind,
};

/// Something is wrong, and noted.
struct Noted;

pub(in crate::domain::import) fn profile(
    read: &mut Reader<'_, '_>,
    known: Option<&Profile>,
) -> Option<Profile> {
    let kind = read.word(
        "producer_kind",
        known.map(|known| known.kind),
        ProducerKind::WORDS,
        ProducerKind::parse,
    );
    let name = read.value(
        "producer_name",
        known.map(|known| known.name.clone()),
        |text| value::line(text, 200),
    );
    let line = read.value(
        "producer_address",
        known.map(|known| known.address.line.clone()),
        |text| value::line(text, 200),
    );
    let ward_code = read.seat(known.map(|known| known.address.ward_code.clone()));
    let bank_account = bank_account(read, known);
    // Which of the two is needed depends on the kind.
    let code = |column, known: Option<&String>| {
        read.text(column)
            .or(known.map(String::as_str))
            .unwrap_or_default()
            .to_owned()
    };
    let business = code(
        "business_code",
        known.and_then(|known| known.business_code.as_ref()),
    );
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
    let legacy_address = known
        .map(|known| known.address.legacy_address.clone())
        .unwrap_or_default();
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
        bank_account: bank_account.ok()?,
        phone: known.and_then(|known| known.phone.clone()),
    })
}

/// All three cells or none.
fn bank_account(
    read: &mut Reader<'_, '_>,
    known: Option<&Profile>,
) -> Result<Option<BankAccount>, Noted> {
    let known = known.and_then(|known| known.bank_account.as_ref());
    if !read.says_any(&["bank_bin", "bank_account_no", "bank_account_name"]) {
        return Ok(known.cloned());
    }
    let bin = read.value(
        "bank_bin",
        known.map(|known| known.bin.clone()),
        value::bank_bin,
    );
    let account_no = read.value(
        "bank_account_no",
        known.map(|known| known.account_no.clone()),
        value::bank_account_no,
    );
    let account_name = read.value(
        "bank_account_name",
        known.map(|known| known.account_name.clone()),
        |text| value::line(text, 70),
    );
    match (bin, account_no, account_name) {
        (Some(bin), Some(account_no), Some(account_name)) => Ok(Some(BankAccount {
            bin,
            account_no,
            account_name,
        })),
        _ => Err(Noted),
    }
}

pub(in crate::domain::import) fn profile_told(profile: &Profile) -> Told {
    let bank = profile.bank_account.as_ref();
    vec![
        ("producer_name", profile.name.clone()),
        ("producer_kind", profile.kind.as_str().to_owned()),
        (
            "business_code",
            profile.business_code.clone().unwrap_or_default(),
        ),
        ("tax_code", profile.tax_code.clone().unwrap_or_default()),
        ("producer_ward", profile.address.ward_code.clone()),
        ("producer_address", profile.address.line.clone()),
        (
            "bank_bin",
            bank.map(|bank| bank.bin.clone()).unwrap_or_default(),
        ),
        (
            "bank_account_no",
            bank.map(|bank| bank.account_no.clone()).unwrap_or_default(),
        ),
        (
            "bank_account_name",
            bank.map(|bank| bank.account_name.clone())
                .unwrap_or_default(),
        ),
    ]
}
