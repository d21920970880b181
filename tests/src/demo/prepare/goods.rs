//! The goods: brought in from the spreadsheet, with units on hand for this session.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use super::{again, part_of};
use crate::api::{Api, number, read, text};

/// Brings in the goods, and returns them in the order of the spreadsheet.
pub(super) async fn import(organiser: &Api, file: &Path) -> anyhow::Result<Vec<Value>> {
    let csv = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let send = async |dry_run: bool| {
        let path = format!("/v1/goods/import?dry_run={dry_run}");
        let request = organiser
            .request(Method::POST, &path)
            .header("content-type", "text/csv")
            .body(csv.clone());
        let report = read(request).await?.ok()?;
        if let Some(errors) = report["errors"]
            .as_array()
            .filter(|errors| !errors.is_empty())
        {
            for error in errors {
                println!(
                    "  row {}, {}: {}",
                    error["row"], error["field"], error["message_en"]
                );
            }
            bail!(
                "{} has {} errors; nothing was imported",
                file.display(),
                errors.len()
            );
        }
        Ok(report)
    };
    send(true).await.context("trying the import")?;
    let report = send(false).await.context("importing")?;
    let count = |field: &str| number(&report, field);
    println!(
        "imported      {} rows: {} producers, {} products, {} variants, {} certificates are new",
        count("rows"),
        count("producers_created"),
        count("products_created"),
        count("variants_created"),
        count("certificates_recorded"),
    );
    let ids = report["product_ids"].as_array().context("no product_ids")?;
    ensure!(ids.len() == 20, "{} goods, not 20", ids.len());
    let mut products = Vec::new();
    for id in ids {
        let id = id.as_str().context("a product id")?;
        products.push(organiser.get(&format!("/v1/products/{id}")).await?.ok()?);
    }
    for product in products
        .iter()
        .filter(|product| product["certificate"].is_object() && product["stars_shown"] == 0)
    {
        let status = product["certificate"]["status"]
            .as_str()
            .unwrap_or_default();
        println!(
            "  no stars    {}: its certificate is {status}",
            text(product, "name")
        );
    }
    Ok(products)
}

pub(super) fn variants(product: &Value) -> &[Value] {
    product["variants"].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn on_air(product: &Value) -> bool {
    product["rules"]["live_allowed"] == true
}

/// Takes in what is missing for this session.
pub(super) async fn receive(organiser: &Api, products: &[Value], run: &str) -> anyhow::Result<()> {
    let mut received = 0;
    for (index, product) in products
        .iter()
        .enumerate()
        .filter(|(_, product)| on_air(product))
    {
        let part = part_of(index + 1);
        for variant in variants(product) {
            let short = part.units() + part.reserve() - number(&variant["stock"], "on_hand");
            if short > 0 {
                let id = text(variant, "variant_id");
                let path = format!("/v1/variants/{id}/stock/receive");
                let body = json!({ "units": short, "note": "nhập cho phiên chợ" });
                again(async || {
                    organiser
                        .post_once(&path, &format!("demo-{run}-{id}"), &body)
                        .await
                })
                .await?;
                received += short;
            }
        }
    }
    println!("received      {received} units that were missing on hand");
    Ok(())
}
