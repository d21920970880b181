//! What a producer says of itself.

use chassis::{Refusal, place, refusal::Fields};
use proto::{catalogue::v1 as wire, common::v1 as common};

use super::{all, choose, keep, refuse_all};
use crate::domain::{
    fault::Fault,
    producer::{Address, BankAccount, Profile, codes},
    value,
};

fn ward_code(text: &str) -> Result<String, Fault> {
    place::ward(text.trim())
        .map(|ward| ward.code.to_owned())
        .ok_or_else(|| {
            Fault::new(
                "Không có xã, phường, đặc khu nào có mã này (5 chữ số, từ 01-07-2025).",
                "No commune has this code (5 digits, since 2025-07-01).",
            )
        })
}

/// An address whose commune must be right. The line may be empty for an origin: a commune is enough.
pub(super) fn address(
    fields: &mut Fields,
    name: &str,
    address: Option<&common::Address>,
    needs_line: bool,
) -> Option<Address> {
    let Some(address) = address else {
        fields.refuse(name, "Không được để trống.", "Must not be empty.");
        return None;
    };
    let line = if needs_line {
        value::line(&address.line, 200)
    } else {
        value::optional_line(&address.line, 200)
    };
    let line = keep(fields, &format!("{name}.line"), line);
    let ward_code = keep(
        fields,
        &format!("{name}.ward_code"),
        ward_code(&address.ward_code),
    );
    let legacy = keep(
        fields,
        &format!("{name}.legacy_address"),
        value::optional_line(&address.legacy_address, 300),
    );
    Some(Address {
        line: line?,
        ward_code: ward_code?,
        legacy_address: legacy?,
    })
}

fn bank_account(fields: &mut Fields, account: &common::BankAccount) -> Option<BankAccount> {
    let bin = keep(fields, "bank_account.bin", value::bank_bin(&account.bin));
    let account_no = keep(
        fields,
        "bank_account.account_no",
        value::bank_account_no(&account.account_no),
    );
    let account_name = keep(
        fields,
        "bank_account.account_name",
        value::line(&account.account_name, 70),
    );
    Some(BankAccount {
        bin: bin?,
        account_no: account_no?,
        account_name: account_name?,
    })
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
