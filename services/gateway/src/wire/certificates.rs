//! OCOP certificates over HTTP.

use proto::catalogue::v1 as catalogue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{nonzero, photos::Photo, some, words};

words! {
    /// Who recognised the product.
    IssuingLevel of catalogue::IssuingLevel { Central, Province, DistrictLegacy, }
    /// Under which rules: Decision 148/QĐ-TTg, 1489/QĐ-TTg or 26/2026/QĐ-TTg.
    LegalVersion of catalogue::LegalVersion { Qd148, Qd1489, Qd26, }
    /// How well a certificate is proven; only `a` and `b1` may show stars.
    EvidenceGrade of catalogue::EvidenceGrade { A, B1, B2, C, }
    /// Whether a certificate holds today.
    CertificateStatus of catalogue::CertificateStatus { Valid, Expiring, Expired, Revoked, }
}

/// An OCOP certificate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Certificate {
    certificate_id: String,
    product_id: String,
    decision_no: String,
    /// A day, `YYYY-MM-DD`, in Viet Nam.
    decision_date: String,
    certificate_no: Option<String>,
    issuing_authority: String,
    issuing_level: IssuingLevel,
    legal_version: LegalVersion,
    stars: u32,
    score: Option<u32>,
    /// A day, `YYYY-MM-DD`, in Viet Nam.
    valid_from: String,
    /// The last day on which it holds.
    valid_to: String,
    evidence: EvidenceGrade,
    status: CertificateStatus,
    revoked_reason: Option<String>,
    /// A picture of the paper.
    scan: Option<Photo>,
}

impl From<catalogue::Certificate> for Certificate {
    fn from(certificate: catalogue::Certificate) -> Self {
        Self {
            certificate_id: certificate.certificate_id,
            product_id: certificate.product_id,
            decision_no: certificate.decision_no,
            decision_date: certificate.decision_date,
            certificate_no: some(certificate.certificate_no),
            issuing_authority: certificate.issuing_authority,
            issuing_level: certificate.issuing_level.into(),
            legal_version: certificate.legal_version.into(),
            stars: certificate.stars,
            score: nonzero(certificate.score),
            valid_from: certificate.valid_from,
            valid_to: certificate.valid_to,
            evidence: certificate.evidence.into(),
            status: certificate.status.into(),
            revoked_reason: some(certificate.revoked_reason),
            scan: certificate.scan.map(Into::into),
        }
    }
}

/// A certificate to record. How well it is proven is an organiser's word, given later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificateBody {
    #[schema(example = "1234/QĐ-UBND")]
    decision_no: String,
    /// `YYYY-MM-DD`.
    #[schema(example = "2025-03-01")]
    decision_date: String,
    #[serde(default)]
    certificate_no: Option<String>,
    issuing_authority: String,
    issuing_level: IssuingLevel,
    legal_version: LegalVersion,
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    stars: u32,
    #[serde(default)]
    score: Option<u32>,
    /// `YYYY-MM-DD`; the decision's day when not given.
    #[serde(default)]
    valid_from: Option<String>,
    /// `YYYY-MM-DD`; by the rules when not given.
    #[serde(default)]
    valid_to: Option<String>,
}

impl CertificateBody {
    /// As the bus takes it.
    pub(crate) fn into_wire(self, product_id: String) -> catalogue::Certificate {
        catalogue::Certificate {
            product_id,
            decision_no: self.decision_no,
            decision_date: self.decision_date,
            certificate_no: self.certificate_no.unwrap_or_default(),
            issuing_authority: self.issuing_authority,
            issuing_level: self.issuing_level.into(),
            legal_version: self.legal_version.into(),
            stars: self.stars,
            score: self.score.unwrap_or_default(),
            valid_from: self.valid_from.unwrap_or_default(),
            valid_to: self.valid_to.unwrap_or_default(),
            ..catalogue::Certificate::default()
        }
    }
}

/// An organiser's word on how well a certificate is proven.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GradeBody {
    pub(crate) evidence: EvidenceGrade,
}
