//! OCOP certificates: which are lawful, which is in force, and when its stars may be shown.

use chassis::id::{CertificateId, ProductId};
use chrono::{Months, NaiveDate, TimeDelta};

use super::{
    fault::{Fault, FieldFault},
    legal::{
        CERTIFICATE_MONTHS, DISTRICTS_DECIDED_BY, DISTRICTS_ENDED, EXPIRING_DAYS, STAR_RANKS,
        VERSIONS,
    },
    photo::Photo,
    words::{EvidenceGrade, IssuingLevel, LegalVersion},
};

/// What stands in a certificate, and how well it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// `3981/QĐ-UBND`.
    pub decision_no: String,
    /// The day of the decision.
    pub decision_date: NaiveDate,
    /// Its own number, if it has one.
    pub certificate_no: String,
    /// As it stands in the certificate, a former district included.
    pub issuing_authority: String,
    /// The authority's level.
    pub issuing_level: IssuingLevel,
    /// The criteria that were used.
    pub legal_version: LegalVersion,
    /// 3 to 5.
    pub stars: u8,
    /// Points, if known.
    pub score: Option<u32>,
    /// The first day.
    pub valid_from: NaiveDate,
    /// How well it is proven.
    pub evidence: EvidenceGrade,
}

/// Where a certificate stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateStatus {
    /// Good for long.
    Valid,
    /// Good, but not for long.
    Expiring,
    /// Its time is over.
    Expired,
    /// Taken back.
    Revoked,
}

/// A certificate of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its id.
    pub id: CertificateId,
    /// Of which product.
    pub product_id: ProductId,
    /// What stands in it.
    pub facts: CertificateFacts,
    /// The last day.
    pub valid_to: NaiveDate,
    /// Why it was taken back, if it was.
    pub revoked_reason: Option<String>,
    /// A picture of the paper.
    pub scan: Option<Photo>,
}

impl CertificateFacts {
    /// The last day: 36 months after the first, that day included.
    #[must_use]
    pub fn valid_to(&self) -> NaiveDate {
        self.valid_from + Months::new(CERTIFICATE_MONTHS)
    }

    /// Everything that the law would not have written.
    #[must_use]
    pub fn faults(&self, today: NaiveDate) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut refuse = |field, vi: String, en: String| faults.push((field, Fault::new(vi, en)));
        if self.decision_date > today {
            refuse(
                "decision_date",
                "Ngày quyết định ở tương lai.".into(),
                "The decision's day is in the future.".into(),
            );
        }
        if self.valid_from < self.decision_date {
            refuse(
                "valid_from",
                "Hiệu lực không thể trước ngày quyết định.".into(),
                "It cannot be valid before the day of the decision.".into(),
            );
        }
        if let Some(rank) = STAR_RANKS.iter().find(|rank| rank.stars == self.stars) {
            let (low, high) = (rank.score.start(), rank.score.end());
            if self.score.is_some_and(|score| !rank.score.contains(&score)) {
                refuse(
                    "score",
                    format!("Hạng {} sao có điểm từ {low} đến {high}.", rank.stars),
                    format!("{} stars have {low} to {high} points.", rank.stars),
                );
            }
            if !rank.levels.contains(&self.issuing_level) {
                let levels: Vec<&str> = rank.levels.iter().map(|level| level.as_str()).collect();
                let levels = levels.join(", ");
                refuse(
                    "issuing_level",
                    format!("Hạng {} sao do cấp {levels} công nhận.", rank.stars),
                    format!("{} stars are decided at the level: {levels}.", rank.stars),
                );
            }
        } else {
            refuse(
                "stars",
                "Giấy chứng nhận chỉ có hạng 3, 4 hoặc 5 sao.".into(),
                "A certificate has 3, 4 or 5 stars.".into(),
            );
        }
        let district = self.issuing_level == IssuingLevel::DistrictLegacy;
        if district
            && (self.decision_date >= DISTRICTS_ENDED || self.legal_version != DISTRICTS_DECIDED_BY)
        {
            refuse(
                "issuing_level",
                format!(
                    "Cấp huyện chỉ công nhận trước {DISTRICTS_ENDED}, theo Quyết định 148/QĐ-TTg."
                ),
                format!("Districts decided before {DISTRICTS_ENDED} only, by Decision 148/QĐ-TTg."),
            );
        }
        let lawful = version_on(self.decision_date);
        if self.legal_version != lawful {
            refuse(
                "legal_version",
                format!("Ngày {} áp dụng {}.", self.decision_date, lawful.as_str()),
                format!(
                    "On {} the criteria were {}.",
                    self.decision_date,
                    lawful.as_str()
                ),
            );
        }
        faults
    }
}

/// The criteria in force on a day.
#[must_use]
pub fn version_on(day: NaiveDate) -> LegalVersion {
    let newest = VERSIONS.iter().rev().find(|(_, from)| *from <= day);
    newest.map_or(VERSIONS[0].0, |(version, _)| *version)
}

impl Certificate {
    /// Where it stands: revoked before expired before expiring before valid.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> CertificateStatus {
        if self.revoked_reason.is_some() {
            CertificateStatus::Revoked
        } else if self.valid_to < today {
            CertificateStatus::Expired
        } else if self.valid_to - today <= TimeDelta::days(EXPIRING_DAYS) {
            CertificateStatus::Expiring
        } else {
            CertificateStatus::Valid
        }
    }

    /// It counts today.
    #[must_use]
    pub fn is_in_force(&self, today: NaiveDate) -> bool {
        self.facts.valid_from <= today
            && matches!(
                self.status(today),
                CertificateStatus::Valid | CertificateStatus::Expiring
            )
    }

    /// The proof is good enough for the public.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        matches!(self.facts.evidence, EvidenceGrade::A | EvidenceGrade::B1)
    }
}

/// The one certificate that speaks for a product: of those in force the newest, a proven one before a mere claim.
/// When none is in force, the newest, whose status says why.
#[must_use]
pub fn speaks_for(certificates: &[Certificate], today: NaiveDate) -> Option<&Certificate> {
    certificates.iter().max_by_key(|certificate| {
        let in_force = certificate.is_in_force(today);
        (
            in_force,
            in_force && certificate.is_proven(),
            certificate.facts.valid_from,
            certificate.id,
        )
    })
}

/// The stars that the public may see: none unless proven and in force.
#[must_use]
pub fn stars_shown(certificates: &[Certificate], today: NaiveDate) -> u8 {
    speaks_for(certificates, today)
        .filter(|certificate| certificate.is_in_force(today) && certificate.is_proven())
        .map_or(0, |certificate| certificate.facts.stars)
}

#[cfg(test)]
mod tests;
