//! A product's cells, and a variant's.

use super::{
    super::{
        cells::Reader,
        numbers::{tenths, whole},
    },
    Told,
};
use crate::domain::{
    producer::Address,
    product::{ProductFacts, VariantFacts},
    value,
};

pub(in crate::domain::import) fn product(
    read: &mut Reader<'_, '_>,
    known: Option<&ProductFacts>,
) -> Option<ProductFacts> {
    let text = |read: &mut Reader<'_, '_>, column, known: Option<&String>, max| {
        read.value(column, Some(known.cloned().unwrap_or_default()), |text| {
            value::optional_text(text, max)
        })
    };
    let name = read.value("product_name", None, |text| value::line(text, 200));
    let product_set = read.value(
        "product_set",
        known.map(|known| known.product_set),
        |text| value::set_number(whole(text)?),
    );
    let description = text(
        read,
        "description",
        known.map(|known| &known.description),
        4000,
    );
    let ingredients = text(
        read,
        "ingredients",
        known.map(|known| &known.ingredients),
        2000,
    );
    let allergens = text(read, "allergens", known.map(|known| &known.allergens), 500);
    let storage = text(read, "storage", known.map(|known| &known.storage), 500);
    let shelf_life_days = read.value(
        "shelf_life_days",
        Some(known.map_or(0, |known| known.shelf_life_days)),
        |text| value::shelf_life(whole(text)?),
    );
    let alcohol_permille = read.value(
        "alcohol_percent",
        Some(known.map_or(0, |known| known.alcohol_permille)),
        |text| value::alcohol(tenths(text)?),
    );
    let ward_code = read.origin(known.map(|known| known.origin.ward_code.clone()));
    let legacy_address = text(
        read,
        "legacy_address",
        known.map(|known| &known.origin.legacy_address),
        300,
    );
    let gi_no = text(read, "gi_no", known.map(|known| &known.gi_no), 100);
    let trace_url = read.value(
        "trace_url",
        Some(
            known
                .map(|known| known.trace_url.clone())
                .unwrap_or_default(),
        ),
        value::trace_url,
    );
    let facts = ProductFacts {
        name: name?,
        product_set: product_set?,
        description: description?,
        ingredients: ingredients?,
        allergens: allergens?,
        storage: storage?,
        shelf_life_days: shelf_life_days?,
        alcohol_permille: alcohol_permille?,
        origin: Address {
            line: known
                .map(|known| known.origin.line.clone())
                .unwrap_or_default(),
            ward_code: ward_code?,
            legacy_address: legacy_address?,
        },
        gi_no: gi_no?,
        trace_url: trace_url?,
    };
    let faults = facts.faults();
    for (field, fault) in &faults {
        let column = if *field == "alcohol_permille" {
            "alcohol_percent"
        } else {
            field
        };
        read.refuse(column, fault.clone());
    }
    faults.is_empty().then_some(facts)
}

pub(in crate::domain::import) fn product_told(facts: &ProductFacts) -> Told {
    vec![
        ("product_set", facts.product_set.to_string()),
        ("description", facts.description.clone()),
        ("ingredients", facts.ingredients.clone()),
        ("allergens", facts.allergens.clone()),
        ("storage", facts.storage.clone()),
        ("shelf_life_days", facts.shelf_life_days.to_string()),
        ("alcohol_percent", facts.alcohol_permille.to_string()),
        ("origin_ward", facts.origin.ward_code.clone()),
        ("legacy_address", facts.origin.legacy_address.clone()),
        ("gi_no", facts.gi_no.clone()),
        ("trace_url", facts.trace_url.clone()),
    ]
}

pub(in crate::domain::import) fn variant(
    read: &mut Reader<'_, '_>,
    known: Option<&VariantFacts>,
) -> Option<VariantFacts> {
    let sku = read.value("sku", None, value::sku);
    let pack = read.value("pack", known.map(|known| known.pack.clone()), |text| {
        value::line(text, 100)
    });
    let list_price = read.value("list_price", known.map(|known| known.list_price), |text| {
        value::price(whole(text)?)
    });
    let weight_grams = read.value(
        "weight_grams",
        Some(known.map_or(0, |known| known.weight_grams)),
        |text| value::weight(whole(text)?),
    );
    Some(VariantFacts {
        sku: sku?,
        pack: pack?,
        list_price: list_price?,
        weight_grams: weight_grams?,
    })
}

pub(in crate::domain::import) fn variant_told(facts: &VariantFacts) -> Told {
    vec![
        ("pack", facts.pack.clone()),
        ("list_price", facts.list_price.get().to_string()),
        ("weight_grams", facts.weight_grams.to_string()),
    ]
}
