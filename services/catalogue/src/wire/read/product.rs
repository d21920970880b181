//! What a product is, and its variants.

use chassis::{Refusal, id::VariantId, refusal::Fields};
use proto::catalogue::v1 as wire;

use super::{all, keep, producer::address, refuse_all};
use crate::domain::{
    fault::Fault,
    product::{MAX_VARIANTS, ProductFacts, VariantFacts},
    value,
};

/// What a product is.
///
/// # Errors
/// Every field that breaks a rule.
pub fn product_facts(product: &wire::Product) -> Result<ProductFacts, Refusal> {
    let mut fields = Fields::default();
    let f = &mut fields;
    let name = keep(f, "name", value::line(&product.name, 200));
    let product_set = keep(
        f,
        "product_set",
        value::set_number(product.product_set.into()),
    );
    let description = keep(
        f,
        "description",
        value::optional_text(&product.description, 4000),
    );
    let ingredients = keep(
        f,
        "ingredients",
        value::optional_text(&product.ingredients, 2000),
    );
    let allergens = keep(
        f,
        "allergens",
        value::optional_text(&product.allergens, 500),
    );
    let storage = keep(f, "storage", value::optional_text(&product.storage, 500));
    let shelf_life_days = keep(
        f,
        "shelf_life_days",
        value::shelf_life(product.shelf_life_days.into()),
    );
    let alcohol_permille = keep(
        f,
        "alcohol_permille",
        value::alcohol(product.alcohol_permille.into()),
    );
    let origin = address(f, "origin", product.origin.as_ref(), false);
    let gi_no = keep(f, "gi_no", value::optional_line(&product.gi_no, 100));
    let trace_url = keep(f, "trace_url", value::trace_url(&product.trace_url));
    let read = || {
        Some(ProductFacts {
            name: name?,
            product_set: product_set?,
            description: description?,
            ingredients: ingredients?,
            allergens: allergens?,
            storage: storage?,
            shelf_life_days: shelf_life_days?,
            alcohol_permille: alcohol_permille?,
            origin: origin?,
            gi_no: gi_no?,
            trace_url: trace_url?,
        })
    };
    let read = read();
    if let Some(facts) = &read {
        refuse_all(&mut fields, facts.faults());
    }
    all(fields, read)
}

/// The variants of a product, each with its id if it has one. Their stock is not read: stock moves by its own verbs.
///
/// # Errors
/// Every field that breaks a rule, and SKUs that are there twice.
pub fn variants(
    product: &wire::Product,
) -> Result<Vec<(Option<VariantId>, VariantFacts)>, Refusal> {
    let mut fields = Fields::default();
    if product.variants.is_empty() || product.variants.len() > MAX_VARIANTS {
        fields.refuse(
            "variants",
            format!("Cần từ 1 đến {MAX_VARIANTS} quy cách."),
            format!("1 to {MAX_VARIANTS} variants are needed."),
        );
    }
    let mut read: Vec<(Option<VariantId>, VariantFacts)> = Vec::new();
    for (at, variant) in product.variants.iter().enumerate().take(MAX_VARIANTS) {
        let field = |name: &str| format!("variants[{at}].{name}");
        let id = match variant.variant_id.as_str() {
            "" => Some(None),
            text => keep(
                &mut fields,
                &field("variant_id"),
                text.parse()
                    .map(Some)
                    .map_err(|_| Fault::new("Mã không hợp lệ.", "Not an id of this kind.")),
            ),
        };
        let sku = keep(&mut fields, &field("sku"), value::sku(&variant.sku));
        let pack = keep(&mut fields, &field("pack"), value::line(&variant.pack, 100));
        let list_price = keep(
            &mut fields,
            &field("list_price"),
            value::price(variant.list_price),
        );
        let weight_grams = keep(
            &mut fields,
            &field("weight_grams"),
            value::weight(variant.weight_grams.into()),
        );
        if let (Some(id), Some(sku), Some(pack), Some(list_price), Some(weight_grams)) =
            (id, sku, pack, list_price, weight_grams)
        {
            if read.iter().any(|(_, earlier)| earlier.sku == sku) {
                fields.refuse(field("sku"), "Mã SKU bị lặp.", "The SKU is there twice.");
            }
            read.push((
                id,
                VariantFacts {
                    sku,
                    pack,
                    list_price,
                    weight_grams,
                },
            ));
        }
    }
    all(fields, Some(read))
}
