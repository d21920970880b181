//! A certificate's cells.

use chrono::NaiveDate;

use super::{
    super::{
        cells::Reader,
        numbers::{day, whole},
    },
    Told,
};
use crate::domain::{
    certificate::{CertificateFacts, version_on},
    fault::Fault,
    value,
    words::{EvidenceGrade, IssuingLevel, LegalVersion},
};

/// Only an organiser may say that a certificate is proven.
pub(in crate::domain::import) fn certificate(
    read: &mut Reader<'_, '_>,
    known: Option<&CertificateFacts>,
    may_grade: bool,
    today: NaiveDate,
) -> Option<CertificateFacts> {
    let decision_no = read.value("decision_no", None, |text| value::line(text, 100));
    let decision_date = read.value("decision_date", known.map(|known| known.decision_date), day);
    let issuing_authority = read.value(
        "issuing_authority",
        known.map(|known| known.issuing_authority.clone()),
        |text| value::line(text, 200),
    );
    let issuing_level = read.word(
        "issuing_level",
        known.map(|known| known.issuing_level),
        IssuingLevel::WORDS,
        IssuingLevel::parse,
    );
    let lawful = known
        .map(|known| known.legal_version)
        .or_else(|| decision_date.map(version_on));
    let legal_version = read.word(
        "legal_version",
        lawful,
        LegalVersion::WORDS,
        LegalVersion::parse,
    );
    let stars = read.value("stars", known.map(|known| known.stars), |text| {
        u8::try_from(whole(text)?)
            .map_err(|_| Fault::new("Hạng sao là 3, 4 hoặc 5.", "Stars are 3, 4 or 5."))
    });
    let score = read.value("score", Some(known.and_then(|known| known.score)), |text| {
        let score = u32::try_from(whole(text)?);
        score
            .map(Some)
            .map_err(|_| Fault::new("Điểm từ 0 đến 100.", "A score is from 0 to 100."))
    });
    // Most certificates count from the day of their decision.
    let valid_from = read.value(
        "valid_from",
        known.map(|known| known.valid_from).or(decision_date),
        day,
    );
    let ungraded = known.map_or(EvidenceGrade::C, |known| known.evidence);
    let evidence = read.word(
        "evidence",
        Some(ungraded),
        EvidenceGrade::WORDS,
        EvidenceGrade::parse,
    );
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
        certificate_no: known
            .map(|known| known.certificate_no.clone())
            .unwrap_or_default(),
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

pub(in crate::domain::import) fn certificate_told(facts: &CertificateFacts) -> Told {
    vec![
        ("decision_date", facts.decision_date.to_string()),
        ("issuing_authority", facts.issuing_authority.clone()),
        ("issuing_level", facts.issuing_level.as_str().to_owned()),
        ("legal_version", facts.legal_version.as_str().to_owned()),
        ("stars", facts.stars.to_string()),
        (
            "score",
            facts
                .score
                .map(|score| score.to_string())
                .unwrap_or_default(),
        ),
        ("valid_from", facts.valid_from.to_string()),
        ("evidence", facts.evidence.as_str().to_owned()),
    ]
}
