//! A keeper or an organiser records a product's certificate.

use chassis::{actor::ActorExt as _, rpc::Asked};
use proto::catalogue::v1::{self as contract, RecordCertificate};

use super::{day_of, lock_product, may, say};
use crate::{
    Ctx,
    domain::{certificate::Certificate, words::EvidenceGrade},
    error::Error,
    store, wire,
};

/// Records a certificate; the same again is answered with the first. What a keeper records is a claim until an
/// organiser grades it.
///
/// # Errors
/// Fields that break a rule; who may not; a decision that is recorded with other facts.
pub async fn record_certificate(
    ctx: Ctx,
    asked: Asked<RecordCertificate>,
) -> Result<contract::Certificate, Error> {
    let told = asked.request.certificate.unwrap_or_default();
    let id = wire::product_id(&told.product_id)?;
    let mut facts = wire::certificate_facts(&told)?;
    let account = asked.actor.account()?;
    let grades = asked.actor.is_organiser();
    if !grades {
        facts.evidence = EvidenceGrade::C;
    }
    let mut tx = ctx.begin().await?;
    let listing = lock_product(&mut tx, id).await?;
    may::must_keep(&asked.actor, listing.producer.id)?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let today = day_of(now);
    wire::lawful(&facts, today)?;
    if let Some(there) = listing
        .certificates
        .iter()
        .find(|there| there.facts.decision_no == facts.decision_no)
    {
        if !grades {
            facts.evidence = there.facts.evidence;
        }
        let is_same = there.facts == facts;
        return if is_same {
            Ok(wire::certificate(there, today))
        } else {
            Err(Error::CertificateThere)
        };
    }
    let certificate = Certificate {
        id: ctx.clock.id(),
        product_id: id,
        valid_to: facts.valid_to(),
        facts,
        revoked_reason: None,
        scan: None,
    };
    store::certificate::insert(&mut tx, &certificate, now, grades.then_some(account)).await?;
    say::certificate(&mut tx, &ctx.clock, &certificate, today).await?;
    say::all_changed(&mut tx, &ctx.clock, &[id], today).await?;
    ctx.commit(tx).await?;
    Ok(wire::certificate(&certificate, today))
}
