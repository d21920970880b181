//! Certificates.

use chassis::id::{AccountId, CertificateId, ProducerId, ProductId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{
        certificate::{Certificate, CertificateFacts},
        words::{EvidenceGrade, IssuingLevel, LegalVersion},
    },
    error::Error,
};

struct Row {
    certificate_id: CertificateId,
    product_id: ProductId,
    decision_no: String,
    decision_date: NaiveDate,
    certificate_no: String,
    issuing_authority: String,
    issuing_level: String,
    legal_version: String,
    stars: i16,
    score: Option<i16>,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    evidence: String,
    revoked_reason: Option<String>,
}

impl Row {
    fn read(self) -> Result<Certificate, Error> {
        let number = |_| Error::Unknown("figure of a certificate");
        Ok(Certificate {
            id: self.certificate_id,
            product_id: self.product_id,
            facts: CertificateFacts {
                decision_no: self.decision_no,
                decision_date: self.decision_date,
                certificate_no: self.certificate_no,
                issuing_authority: self.issuing_authority,
                issuing_level: IssuingLevel::parse(&self.issuing_level)
                    .ok_or(Error::Unknown("issuing level"))?,
                legal_version: LegalVersion::parse(&self.legal_version)
                    .ok_or(Error::Unknown("legal version"))?,
                stars: u8::try_from(self.stars).map_err(number)?,
                score: self.score.map(u32::try_from).transpose().map_err(number)?,
                valid_from: self.valid_from,
                evidence: EvidenceGrade::parse(&self.evidence)
                    .ok_or(Error::Unknown("evidence grade"))?,
            },
            valid_to: self.valid_to,
            revoked_reason: self.revoked_reason,
            scan: None,
        })
    }
}

/// Records a certificate.
///
/// # Errors
/// When the database refuses: the product has one of that decision, say.
pub async fn insert(
    conn: &mut PgConnection,
    certificate: &Certificate,
    recorded_at: DateTime<Utc>,
    graded_by: Option<AccountId>,
) -> Result<(), Error> {
    let facts = &certificate.facts;
    let score = facts
        .score
        .map(i16::try_from)
        .transpose()
        .map_err(|_| Error::Unknown("score"))?;
    sqlx::query!(
        "insert into certificate (certificate_id, product_id, decision_no, decision_date, certificate_no,
             issuing_authority, issuing_level, legal_version, stars, score, valid_from, valid_to, evidence, graded_by,
             recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        certificate.id as _,
        certificate.product_id as _,
        facts.decision_no,
        facts.decision_date,
        facts.certificate_no,
        facts.issuing_authority,
        facts.issuing_level.as_str(),
        facts.legal_version.as_str(),
        i16::from(facts.stars),
        score,
        facts.valid_from,
        certificate.valid_to,
        facts.evidence.as_str(),
        graded_by as _,
        recorded_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All certificates of some products, without their scans.
///
/// # Errors
/// When the database does not answer.
pub async fn of_products(
    conn: &mut PgConnection,
    products: &[uuid::Uuid],
) -> Result<Vec<Certificate>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select certificate_id, product_id, decision_no, decision_date, certificate_no, issuing_authority,
             issuing_level, legal_version, stars, score, valid_from, valid_to, evidence, revoked_reason
         from certificate where product_id = any($1) order by certificate_id",
        products,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The product that a certificate is of.
///
/// # Errors
/// When the database does not answer.
pub async fn product_of(
    conn: &mut PgConnection,
    id: CertificateId,
) -> Result<Option<ProductId>, Error> {
    let product = sqlx::query_scalar!(
        "select product_id from certificate where certificate_id = $1",
        id as _
    );
    Ok(product.fetch_optional(conn).await?)
}

/// Says how well a certificate is proven.
///
/// # Errors
/// When the database does not answer.
pub async fn grade(
    conn: &mut PgConnection,
    id: CertificateId,
    evidence: EvidenceGrade,
    by: AccountId,
) -> Result<(), Error> {
    sqlx::query!(
        "update certificate set evidence = $2, graded_by = $3 where certificate_id = $1",
        id as _,
        evidence.as_str(),
        by as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a certificate back.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(
    conn: &mut PgConnection,
    id: CertificateId,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update certificate set revoked_at = $2, revoked_reason = $3 where certificate_id = $1",
        id as _,
        at,
        reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks and reads the day whose certificates were last said.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_day(conn: &mut PgConnection) -> Result<NaiveDate, Error> {
    Ok(
        sqlx::query_scalar!("select day from certificate_day for update")
            .fetch_one(conn)
            .await?,
    )
}

/// Moves that day on.
///
/// # Errors
/// When the database does not answer.
pub async fn set_day(conn: &mut PgConnection, day: NaiveDate) -> Result<(), Error> {
    sqlx::query!("update certificate_day set day = $1", day)
        .execute(conn)
        .await?;
    Ok(())
}

/// A certificate that ended or began.
#[derive(Debug, Clone, Copy)]
pub struct Turned {
    /// Which.
    pub certificate_id: CertificateId,
    /// Of which product.
    pub product_id: ProductId,
    /// Of which producer.
    pub producer_id: ProducerId,
}

/// The certificates that ended or began after one day until another.
///
/// # Errors
/// When the database does not answer.
pub async fn turned(
    conn: &mut PgConnection,
    said: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<Turned>, Error> {
    let turned = sqlx::query_as!(
        Turned,
        "select c.certificate_id, c.product_id, p.producer_id from certificate c join product p using (product_id)
         where c.revoked_at is null
             and ((c.valid_to >= $1 and c.valid_to < $2) or (c.valid_from > $1 and c.valid_from <= $2))
         order by c.certificate_id",
        said,
        today,
    );
    Ok(turned.fetch_all(conn).await?)
}
