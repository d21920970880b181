//! Producers (chủ thể OCOP): who they are before the law, where their money goes, whether they may sell.

use chassis::{
    id::{AccountId, ProducerId},
    phone::Phone,
};
use chrono::{DateTime, Utc};

use super::{
    fault::{Fault, FieldFault},
    value,
    words::{ProducerKind, ProducerState},
};

/// An address since 2025-07-01, without a district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// House number, street, hamlet.
    pub line: String,
    /// Official statistics code; the province follows from it.
    pub ward_code: String,
    /// The address before the merger, as its owner wrote it; may be empty.
    pub legacy_address: String,
}

/// The producer's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// NAPAS BIN.
    pub bin: String,
    /// The number.
    pub account_no: String,
    /// Whose name it is in.
    pub account_name: String,
}

/// What a producer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Which of the five kinds.
    pub kind: ProducerKind,
    /// Its name.
    pub name: String,
    /// Companies and cooperatives have one.
    pub business_code: Option<String>,
    /// All others have one.
    pub tax_code: Option<String>,
    /// Its seat.
    pub address: Address,
    /// Where its money goes, once it has said so.
    pub bank_account: Option<BankAccount>,
    /// For its organisers.
    pub phone: Option<Phone>,
}

impl Profile {
    /// What names it before the law.
    #[must_use]
    pub fn code(&self) -> &str {
        self.business_code
            .as_deref()
            .or(self.tax_code.as_deref())
            .unwrap_or_default()
    }

    /// What an organiser has looked at when it vouched.
    #[must_use]
    pub fn is_same_person(&self, other: &Self) -> bool {
        (self.kind, &self.name, &self.business_code, &self.tax_code)
            == (
                other.kind,
                &other.name,
                &other.business_code,
                &other.tax_code,
            )
    }
}

/// A producer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Producer {
    /// Its id.
    pub id: ProducerId,
    /// The account that registered it.
    pub account_id: AccountId,
    /// What it says of itself.
    pub profile: Profile,
    /// Whether it may sell.
    pub state: ProducerState,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// The codes that a kind needs: business code and tax code, `None` where there is none.
///
/// # Errors
/// Each code that is missing, malformed or out of place.
pub fn codes(
    kind: ProducerKind,
    business_code: &str,
    tax_code: &str,
) -> Result<(Option<String>, Option<String>), Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut read = |field, text: &str, rule: fn(&str) -> Result<String, Fault>| match text.trim() {
        "" => None,
        text => rule(text).map_err(|fault| faults.push((field, fault))).ok(),
    };
    let business = read("business_code", business_code, value::business_code);
    let tax = read("tax_code", tax_code, value::tax_code);
    let said = |text: &str| !text.trim().is_empty();
    match kind {
        ProducerKind::Company | ProducerKind::Cooperative if !said(business_code) => {
            faults.push((
                "business_code",
                Fault::new(
                    "Doanh nghiệp và hợp tác xã phải có mã số doanh nghiệp.",
                    "A company or cooperative needs its business code.",
                ),
            ));
        }
        ProducerKind::Company | ProducerKind::Cooperative => {}
        _ => {
            if said(business_code) {
                faults.push((
                    "business_code",
                    Fault::new(
                        "Chỉ doanh nghiệp và hợp tác xã có mã số doanh nghiệp; hãy dùng mã số thuế.",
                        "Only companies and cooperatives have a business code; use the tax code.",
                    ),
                ));
            }
            if !said(tax_code) {
                faults.push((
                    "tax_code",
                    Fault::new(
                        "Tổ hợp tác, hộ và trang trại phải có mã số thuế.",
                        "A co-op group, household or farm needs its tax code.",
                    ),
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok((business, tax))
    } else {
        Err(faults)
    }
}

/// May a producer go from one state to another? The same state again is no change.
///
/// # Errors
/// Back to draft.
pub fn may_become(from: ProducerState, to: ProducerState) -> Result<(), Fault> {
    if to == ProducerState::Draft && from != to {
        return Err(Fault::new(
            "Chủ thể đã được xem xét không quay lại bản nháp.",
            "A producer that was looked at does not become a draft again.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(kind: ProducerKind, business: &str, tax: &str) -> Vec<&'static str> {
        let faults = codes(kind, business, tax).err().unwrap_or_default();
        faults.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn each_kind_has_its_code() {
        const CODE: &str = "0101234567";
        for kind in [ProducerKind::Company, ProducerKind::Cooperative] {
            assert_eq!(codes(kind, CODE, "").unwrap(), (Some(CODE.into()), None));
            assert!(fields(kind, CODE, CODE).is_empty(), "a tax code beside it");
            assert_eq!(fields(kind, "", CODE), ["business_code"]);
        }
        for kind in [
            ProducerKind::CooperativeGroup,
            ProducerKind::Household,
            ProducerKind::Farm,
        ] {
            assert_eq!(
                codes(kind, "", "001099012345").unwrap(),
                (None, Some("001099012345".into()))
            );
            assert_eq!(fields(kind, CODE, ""), ["business_code", "tax_code"]);
        }
        assert_eq!(
            fields(ProducerKind::Company, "1", "2"),
            ["business_code", "tax_code"]
        );
    }

    #[test]
    fn nobody_becomes_a_draft_again() {
        use ProducerState::{Draft, Suspended, Verified};
        for (from, to, good) in [
            (Draft, Verified, true),
            (Draft, Suspended, true),
            (Verified, Suspended, true),
            (Suspended, Verified, true),
            (Draft, Draft, true),
            (Verified, Draft, false),
            (Suspended, Draft, false),
        ] {
            assert_eq!(may_become(from, to).is_ok(), good, "{from:?} to {to:?}");
        }
    }
}
