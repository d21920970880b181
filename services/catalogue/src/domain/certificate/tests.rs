//! Which certificates are lawful, in force, and shown.

use chassis::id::Id as _;
use proptest::prelude::*;

use super::*;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn facts(date: &str, stars: u8, level: IssuingLevel) -> CertificateFacts {
    CertificateFacts {
        decision_no: "1/QĐ-UBND".into(),
        decision_date: on(date),
        certificate_no: String::new(),
        issuing_authority: "UBND thành phố Hà Nội".into(),
        issuing_level: level,
        legal_version: version_on(on(date)),
        stars,
        score: None,
        valid_from: on(date),
        evidence: EvidenceGrade::A,
    }
}

fn certificate(number: u128, facts: CertificateFacts) -> Certificate {
    Certificate {
        id: CertificateId::from_uuid(uuid::Uuid::from_u128(number)),
        product_id: ProductId::from_uuid(uuid::Uuid::from_u128(9)),
        valid_to: facts.valid_to(),
        facts,
        revoked_reason: None,
        scan: None,
    }
}

fn wrong(facts: &CertificateFacts) -> Vec<&'static str> {
    facts
        .faults(on("2026-11-24"))
        .into_iter()
        .map(|(field, _)| field)
        .collect()
}

#[test]
fn the_criteria_change_at_midnight() {
    for (day, version) in [
        ("2025-07-05", LegalVersion::Qd148),
        ("2025-07-06", LegalVersion::Qd1489),
        ("2026-05-21", LegalVersion::Qd1489),
        ("2026-05-22", LegalVersion::Qd26),
    ] {
        assert_eq!(version_on(on(day)), version, "{day}");
    }
}

#[test]
fn lawful_certificates_pass() {
    assert!(wrong(&facts("2024-12-30", 3, IssuingLevel::DistrictLegacy)).is_empty());
    assert!(wrong(&facts("2025-06-30", 4, IssuingLevel::DistrictLegacy)).is_empty());
    assert!(wrong(&facts("2025-12-30", 4, IssuingLevel::Province)).is_empty());
    assert!(wrong(&facts("2026-09-30", 5, IssuingLevel::Central)).is_empty());
}

#[test]
fn each_rule_names_its_field() {
    assert_eq!(
        wrong(&facts("2026-06-30", 2, IssuingLevel::Province)),
        ["stars"]
    );
    assert_eq!(
        wrong(&facts("2026-06-30", 5, IssuingLevel::Province)),
        ["issuing_level"]
    );
    assert_eq!(
        wrong(&facts("2026-06-30", 4, IssuingLevel::Central)),
        ["issuing_level"]
    );
    assert_eq!(
        wrong(&facts("2025-07-01", 3, IssuingLevel::DistrictLegacy)),
        ["issuing_level"]
    );
    assert_eq!(
        wrong(&facts("2026-11-25", 4, IssuingLevel::Province)),
        ["decision_date"]
    );
    let mut early = facts("2026-06-30", 4, IssuingLevel::Province);
    early.valid_from = on("2026-06-29");
    assert_eq!(wrong(&early), ["valid_from"]);
    let mut old = facts("2026-06-30", 4, IssuingLevel::Province);
    old.legal_version = LegalVersion::Qd148;
    assert_eq!(wrong(&old), ["legal_version"]);
}

#[test]
fn points_fit_the_stars() {
    let good = |stars, level, score| {
        let mut facts = facts("2026-06-30", stars, level);
        facts.score = Some(score);
        wrong(&facts).is_empty()
    };
    for (stars, level, low, high) in [
        (3, IssuingLevel::Province, 50, 69),
        (4, IssuingLevel::Province, 70, 89),
        (5, IssuingLevel::Central, 90, 100),
    ] {
        assert!(good(stars, level, low) && good(stars, level, high));
        assert!(!good(stars, level, low - 1) && !good(stars, level, high + 1));
    }
}

#[test]
fn it_runs_36_months_and_warns_180_days_before() {
    let certificate = certificate(1, facts("2023-12-20", 4, IssuingLevel::Province));
    assert_eq!(certificate.valid_to, on("2026-12-20"));
    assert_eq!(
        certificate.status(on("2026-06-22")),
        CertificateStatus::Valid
    );
    assert_eq!(
        certificate.status(on("2026-06-23")),
        CertificateStatus::Expiring
    );
    assert_eq!(
        certificate.status(on("2026-12-20")),
        CertificateStatus::Expiring,
        "the last day counts"
    );
    assert_eq!(
        certificate.status(on("2026-12-21")),
        CertificateStatus::Expired
    );
    let revoked = Certificate {
        revoked_reason: Some("gian lận".into()),
        ..certificate
    };
    assert_eq!(revoked.status(on("2026-12-21")), CertificateStatus::Revoked);
}

#[test]
fn stars_need_proof_and_time() {
    let today = on("2026-11-24");
    let mut proven = certificate(1, facts("2025-12-30", 4, IssuingLevel::Province));
    assert_eq!(stars_shown(&[], today), 0);
    assert_eq!(stars_shown(std::slice::from_ref(&proven), today), 4);
    assert_eq!(
        stars_shown(std::slice::from_ref(&proven), on("2025-12-29")),
        0,
        "not yet"
    );
    assert_eq!(
        stars_shown(std::slice::from_ref(&proven), on("2028-12-31")),
        0,
        "no more"
    );
    for (grade, stars) in [
        (EvidenceGrade::B1, 4),
        (EvidenceGrade::B2, 0),
        (EvidenceGrade::C, 0),
    ] {
        proven.facts.evidence = grade;
        assert_eq!(stars_shown(std::slice::from_ref(&proven), today), stars);
    }
}

#[test]
fn the_newest_speaks_but_a_claim_does_not_hide_a_proof() {
    let today = on("2026-11-24");
    let old = certificate(1, facts("2024-12-30", 3, IssuingLevel::DistrictLegacy));
    let new = certificate(2, facts("2026-06-30", 4, IssuingLevel::Province));
    let mut claim = certificate(3, facts("2026-09-30", 5, IssuingLevel::Central));
    claim.facts.evidence = EvidenceGrade::C;
    let expired = certificate(4, facts("2023-06-30", 4, IssuingLevel::Province));
    let speaks = |all: &[Certificate]| speaks_for(all, today).map(|certificate| certificate.id);
    assert_eq!(
        speaks(&[old.clone(), new.clone(), claim.clone()]),
        Some(new.id)
    );
    assert_eq!(speaks(&[expired.clone(), claim.clone()]), Some(claim.id));
    assert_eq!(speaks(std::slice::from_ref(&expired)), Some(expired.id));
    assert_eq!(stars_shown(&[expired, claim], today), 0);
    let revoked = Certificate {
        revoked_reason: Some("gian lận".into()),
        ..new
    };
    assert_eq!(stars_shown(&[old, revoked], today), 3);
}

proptest! {
    #[test]
    fn shown_stars_are_those_of_a_certificate_in_force(
        all in prop::collection::vec((0_i64..3000, 3_u8..=5, 0_usize..4, any::<bool>()), 0..6),
        today in 0_i64..4000,
    ) {
        let start = on("2023-03-01");
        let grades = [EvidenceGrade::A, EvidenceGrade::B1, EvidenceGrade::B2, EvidenceGrade::C];
        let all: Vec<Certificate> = all.into_iter().zip(1..).map(|((after, stars, grade, revoked), number)| {
            let mut facts = facts("2024-01-01", stars, IssuingLevel::Province);
            facts.valid_from = start + TimeDelta::days(after);
            facts.evidence = grades[grade];
            let mut one = certificate(number, facts);
            one.revoked_reason = revoked.then(|| "vì".into());
            one
        }).collect();
        let today = start + TimeDelta::days(today);
        let shown = stars_shown(&all, today);
        let lawful: Vec<u8> = all.iter().filter(|one| one.is_in_force(today) && one.is_proven()).map(|one| one.facts.stars).collect();
        prop_assert_eq!(shown == 0, lawful.is_empty());
        prop_assert!(shown == 0 || lawful.contains(&shown));
    }
}
