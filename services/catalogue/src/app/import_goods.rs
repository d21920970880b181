//! Imports goods from a spreadsheet: everything, or nothing and what stands in the way.

mod write;

use chassis::{Refusal, actor::ActorExt as _, rpc::Asked};
use proto::{
    catalogue::v1::{ImportGoods, ImportReport},
    common::v1::Actor,
};
use sqlx::PgConnection;

use self::write::{KEY, write};
use super::{day_of, may, say};
use crate::{
    Ctx,
    domain::import::{Importer, Known, Plan, Sheet, Target, plan, read, wanted},
    error::Error,
    store, wire,
};

/// Imports goods, or only says what an import would do.
///
/// # Errors
/// Who may not. Faults of the file are no error: they stand in the report.
pub async fn import_goods(ctx: Ctx, asked: Asked<ImportGoods>) -> Result<ImportReport, Error> {
    let account = asked.actor.account()?;
    let importer = if asked.actor.is_organiser() {
        Importer::Organiser
    } else if asked.actor.producer_ids.is_empty() {
        return Err(Refusal::forbidden().into());
    } else {
        Importer::Keeper
    };
    let dry_run = asked.request.dry_run;
    let sheet = match read(&asked.request.csv) {
        Ok(sheet) => sheet,
        Err(faults) => return Ok(wire::report(0, dry_run, faults)),
    };
    let mut tx = ctx.begin().await?;
    store::producer::lock_imports(&mut tx).await?;
    let known = load(&mut tx, &asked.actor, importer, &sheet).await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let today = day_of(now);
    let plan = match plan(&sheet, importer, &known, today) {
        Ok(plan) => plan,
        Err(faults) => return Ok(wire::report(sheet.len(), dry_run, faults)),
    };
    let mut report = count(&plan, wire::report(sheet.len(), dry_run, Vec::new()));
    if dry_run {
        return Ok(report);
    }
    let graded_by = asked.actor.is_organiser().then_some(account);
    let written = write(&mut tx, &ctx.clock, plan, account, graded_by, now).await?;
    let listings = store::listing::load(&mut tx, &written.touched).await?;
    for listing in &listings {
        let new = |id| written.certificates.contains(&id);
        for certificate in listing
            .certificates
            .iter()
            .filter(|certificate| new(certificate.id))
        {
            say::certificate(&mut tx, &ctx.clock, certificate, today).await?;
        }
        if written.listed.contains(&listing.product.id) {
            say::listed(&mut tx, &ctx.clock, listing, today).await?;
        } else {
            say::changed(&mut tx, &ctx.clock, listing, today).await?;
        }
    }
    ctx.commit(tx).await?;
    for listing in &listings {
        let received = |id| written.received.contains(&id);
        for variant in listing
            .variants
            .iter()
            .filter(|variant| received(variant.id))
        {
            say::stock(&ctx.feeds, listing, variant);
        }
    }
    report.product_ids = written.products.iter().map(ToString::to_string).collect();
    let (rows, by) = (report.rows, &asked.actor.account_id);
    tracing::info!(
        account.id = by,
        rows,
        "{rows} rows of goods imported by {by}"
    );
    Ok(report)
}

/// What is there of what the file names, locked against change.
async fn load(
    conn: &mut PgConnection,
    actor: &Actor,
    importer: Importer,
    sheet: &Sheet,
) -> Result<Known, Error> {
    let wanted = wanted(sheet);
    let kept = may::kept(actor);
    let ids = match importer {
        Importer::Organiser => store::producer::with_codes(conn, &wanted.codes, &kept).await?,
        Importer::Keeper => kept,
    };
    let producers = store::producer::lock(conn, &ids).await?;
    let products =
        store::product::with_names_or_skus(conn, &ids, &wanted.names, &wanted.skus).await?;
    let listings = store::listing::load(conn, &products).await?;
    let variants: Vec<_> = listings
        .iter()
        .flat_map(|listing| &listing.variants)
        .map(|variant| variant.id)
        .collect();
    let first_units = store::stock::received_under(conn, &variants, KEY)
        .await?
        .into_iter()
        .collect();
    Ok(Known {
        producers,
        listings,
        first_units,
    })
}

fn count(plan: &Plan, report: ImportReport) -> ImportReport {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let products = || plan.products.iter();
    ImportReport {
        producers_created: number(plan.producers.len()),
        products_created: number(
            products()
                .filter(|product| matches!(product.target, Target::New(_)))
                .count(),
        ),
        variants_created: number(products().map(|product| product.variants.len()).sum()),
        certificates_recorded: number(
            products()
                .filter(|product| product.certificate.is_some())
                .count(),
        ),
        ..report
    }
}
