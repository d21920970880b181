//! The line-up: what catalogue allots, what it has too few of, what the law keeps off air.

use anyhow::{Context as _, ensure};
use chassis::money::Vnd;
use serde_json::Value;

use super::{
    Offer, Part, again,
    goods::{on_air, variants},
    part_of,
};
use crate::{
    api::{Api, number, text},
    market::{self, Wish},
};

/// Proposes an offer for each variant; catalogue allots what is on hand, the law bars what may not be on air.
pub(super) async fn propose(
    host: &Api,
    session_id: &str,
    products: &[Value],
) -> anyhow::Result<(Vec<Offer>, String)> {
    let mut offers = Vec::new();
    let mut rare = None;
    for (index, product) in products.iter().enumerate() {
        for (letter, variant) in ('A'..='Z').zip(variants(product)) {
            let part = part_of(index + 1);
            // A tenth off, in whole thousands.
            let list_price = number(variant, "list_price");
            let wish = Wish {
                variant_id: text(variant, "variant_id"),
                claim_code: format!("{letter}{:02}", index + 1),
                live_price: list_price * 9 / 10 / 1_000 * 1_000,
                units: part.units(),
                limit: part.limit(),
                payee: if index % 3 == 0 {
                    "organiser"
                } else {
                    "producer"
                },
            };
            if !on_air(product) {
                let reply = market::propose(host, session_id, &wish).await?;
                ensure!(
                    reply.code() == "not_on_air",
                    "{} must not go on air: {}",
                    text(product, "name"),
                    reply.text
                );
                println!(
                    "  barred      {}: {}",
                    text(product, "name"),
                    text(&reply.body, "detail_en")
                );
                continue;
            }
            let offer = again(async || market::propose(host, session_id, &wish).await).await?;
            if part == Part::Rare {
                rare = Some(wish.clone());
            }
            offers.push(Offer {
                id: text(&offer, "offer_id"),
                claim_code: wish.claim_code.clone(),
                title: format!("{}, {}", text(product, "name"), text(variant, "pack")),
                price: wish.live_price,
                shipped: product["rules"]["shipped"] == true,
                part,
            });
        }
    }
    market::decided(host, session_id).await?;
    // More than there are: catalogue says so.
    let too_many = Wish {
        claim_code: "Z99".into(),
        units: 1_000,
        ..rare.context("product 6 is rare")?
    };
    let refused = again(async || market::propose(host, session_id, &too_many).await).await?;
    let refused = text(&refused, "offer_id");
    for decided in market::decided(host, session_id).await? {
        let is_refused = decided["offer_id"] == refused.as_str();
        let wanted = if is_refused { "refused" } else { "allotted" };
        ensure!(
            decided["state"] == wanted,
            "{} is {}, not {wanted}: {}",
            decided["claim_code"],
            decided["state"],
            decided["refused_reason_en"]
        );
        if is_refused {
            println!(
                "  refused     1000 × {}: {}",
                text(&decided, "title"),
                text(&decided, "refused_reason_en")
            );
        }
    }
    let worth: i64 = offers
        .iter()
        .map(|offer| offer.price * offer.part.units())
        .sum();
    println!(
        "allotted      {} offers worth {}",
        offers.len(),
        Vnd::new(worth)
    );
    Ok((offers, refused))
}
