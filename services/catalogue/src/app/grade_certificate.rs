//! An organiser says how well a certificate is proven; only the two best grades show stars.

use chassis::{actor::ActorExt as _, rpc::Asked};
use proto::catalogue::v1::{self as contract, GradeCertificate};

use super::{day_of, lock_product, may, say};
use crate::{Ctx, error::Error, store, wire};

/// Grades a certificate; the same grade again changes nothing.
///
/// # Errors
/// Who may not; a certificate that is not there.
pub async fn grade_certificate(
    ctx: Ctx,
    asked: Asked<GradeCertificate>,
) -> Result<contract::Certificate, Error> {
    may::must_organise(&asked.actor)?;
    let account = asked.actor.account()?;
    let id = wire::certificate_id(&asked.request.certificate_id)?;
    let evidence = wire::evidence(asked.request.evidence())?;
    let mut tx = ctx.begin().await?;
    let product = store::certificate::product_of(&mut tx, id)
        .await?
        .ok_or(Error::NoSuchCertificate)?;
    let listing = lock_product(&mut tx, product).await?;
    let today = day_of(ctx.clock.db_now(&mut tx).await?);
    let mut certificates = listing.certificates.into_iter();
    let mut certificate = certificates
        .find(|certificate| certificate.id == id)
        .ok_or(Error::NoSuchCertificate)?;
    if certificate.facts.evidence != evidence {
        certificate.facts.evidence = evidence;
        store::certificate::grade(&mut tx, id, evidence, account).await?;
        say::certificate(&mut tx, &ctx.clock, &certificate, today).await?;
        say::all_changed(&mut tx, &ctx.clock, &[product], today).await?;
        ctx.commit(tx).await?;
    }
    Ok(wire::certificate(&certificate, today))
}
