//! What stands in a certificate.

use chassis::{Refusal, refusal::Fields};
use chrono::NaiveDate;
use proto::catalogue::v1 as wire;

use super::{all, choose, keep, refuse_all};
use crate::domain::{certificate::CertificateFacts, value, words::EvidenceGrade};

/// What stands in a certificate. Its last day follows from the first; one that is given must be that.
///
/// # Errors
/// Every field that breaks a rule.
pub fn certificate_facts(certificate: &wire::Certificate) -> Result<CertificateFacts, Refusal> {
    let mut fields = Fields::default();
    let f = &mut fields;
    let decision_no = keep(f, "decision_no", value::line(&certificate.decision_no, 100));
    let decision_date = keep(f, "decision_date", value::day(&certificate.decision_date));
    let certificate_no = keep(
        f,
        "certificate_no",
        value::optional_line(&certificate.certificate_no, 100),
    );
    let issuing_authority = keep(
        f,
        "issuing_authority",
        value::line(&certificate.issuing_authority, 200),
    );
    let issuing_level = keep(
        f,
        "issuing_level",
        choose(certificate.issuing_level().try_into()),
    );
    let legal_version = keep(
        f,
        "legal_version",
        choose(certificate.legal_version().try_into()),
    );
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
            evidence: certificate
                .evidence()
                .try_into()
                .unwrap_or(EvidenceGrade::C),
        })
    };
    let read = read();
    if let Some(facts) = &read {
        let valid_to = facts.valid_to().to_string();
        if !certificate.valid_to.is_empty() && certificate.valid_to != valid_to {
            let (vi, en) = (
                format!("Hết hạn ngày {valid_to}."),
                format!("It ends on {valid_to}."),
            );
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
