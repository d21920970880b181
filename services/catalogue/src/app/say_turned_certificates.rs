//! Says what time alone has changed: certificates that ended or began, and the stars of their products.
//!
//! Stars are decided by the day when they are read; this is for those who keep a copy.

use chassis::id::ProducerId;

use super::{day_of, say};
use crate::{Ctx, error::Error, store};

/// Says the certificates that turned since the day that was said last, once.
///
/// # Errors
/// When the database does not answer.
pub async fn say_turned_certificates(ctx: Ctx) -> Result<(), Error> {
    let mut tx = ctx.begin().await?;
    let said = store::certificate::lock_day(&mut tx).await?;
    let today = day_of(ctx.clock.db_now(&mut tx).await?);
    if today <= said {
        return Ok(());
    }
    let turned = store::certificate::turned(&mut tx, said, today).await?;
    let producers: Vec<ProducerId> = turned.iter().map(|turned| turned.producer_id).collect();
    store::producer::lock(&mut tx, &producers).await?;
    let mut products: Vec<_> = turned.iter().map(|turned| turned.product_id).collect();
    products.sort_unstable();
    products.dedup();
    for listing in store::listing::load(&mut tx, &products).await? {
        let has_turned = |id| turned.iter().any(|turned| turned.certificate_id == id);
        for certificate in listing
            .certificates
            .iter()
            .filter(|certificate| has_turned(certificate.id))
        {
            say::certificate(&mut tx, &ctx.clock, certificate, today).await?;
        }
        say::changed(&mut tx, &ctx.clock, &listing, today).await?;
    }
    store::certificate::set_day(&mut tx, today).await?;
    ctx.commit(tx).await?;
    tracing::info!(
        certificates = turned.len(),
        "certificates turned by {today}"
    );
    Ok(())
}
