//! An organiser notes that a certificate was taken back. There is no way back from it.

use chassis::rpc::Asked;
use proto::catalogue::v1::{self as contract, RevokeCertificate};

use super::{day_of, lock_product, may, say};
use crate::{Ctx, error::Error, store, wire};

/// Revokes a certificate; again changes nothing, the first reason included.
///
/// # Errors
/// Who may not; no reason; a certificate that is not there.
pub async fn revoke_certificate(
    ctx: Ctx,
    asked: Asked<RevokeCertificate>,
) -> Result<contract::Certificate, Error> {
    may::must_organise(&asked.actor)?;
    let id = wire::certificate_id(&asked.request.certificate_id)?;
    let reason = wire::reason(&asked.request.reason)?;
    let mut tx = ctx.begin().await?;
    let product = store::certificate::product_of(&mut tx, id)
        .await?
        .ok_or(Error::NoSuchCertificate)?;
    let listing = lock_product(&mut tx, product).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let today = day_of(now);
    let mut certificates = listing.certificates.into_iter();
    let mut certificate = certificates
        .find(|certificate| certificate.id == id)
        .ok_or(Error::NoSuchCertificate)?;
    if certificate.revoked_reason.is_none() {
        store::certificate::revoke(&mut tx, id, &reason, now).await?;
        certificate.revoked_reason = Some(reason);
        say::certificate(&mut tx, &ctx.clock, &certificate, today).await?;
        say::all_changed(&mut tx, &ctx.clock, &[product], today).await?;
        ctx.commit(tx).await?;
    }
    Ok(wire::certificate(&certificate, today))
}
