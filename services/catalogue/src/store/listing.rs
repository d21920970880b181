//! Products with all that a reader needs of them.

use std::collections::HashMap;

use chassis::{
    id::{Id as _, ProducerId, ProductId, VariantId},
    money::Vnd,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{certificate, photo, producer};
use crate::{
    domain::{
        producer::{Address, Producer},
        product::{Listing, Product, ProductFacts, Variant, VariantFacts},
        stock::Stock,
        words::ProductState,
    },
    error::Error,
};

struct ProductRow {
    product_id: ProductId,
    producer_id: ProducerId,
    name: String,
    product_set: i16,
    description: String,
    ingredients: String,
    allergens: String,
    storage: String,
    shelf_life_days: i32,
    alcohol_permille: i16,
    origin_line: String,
    origin_ward_code: String,
    origin_legacy_address: String,
    gi_no: String,
    trace_url: String,
    state: String,
    created_at: DateTime<Utc>,
}

impl ProductRow {
    fn read(self) -> Result<Product, Error> {
        let number = |_| Error::Unknown("figure of a product");
        Ok(Product {
            id: self.product_id,
            producer_id: self.producer_id,
            facts: ProductFacts {
                name: self.name,
                product_set: u8::try_from(self.product_set).map_err(number)?,
                description: self.description,
                ingredients: self.ingredients,
                allergens: self.allergens,
                storage: self.storage,
                shelf_life_days: u32::try_from(self.shelf_life_days).map_err(number)?,
                alcohol_permille: u16::try_from(self.alcohol_permille).map_err(number)?,
                origin: Address {
                    line: self.origin_line,
                    ward_code: self.origin_ward_code,
                    legacy_address: self.origin_legacy_address,
                },
                gi_no: self.gi_no,
                trace_url: self.trace_url,
            },
            state: ProductState::parse(&self.state).ok_or(Error::Unknown("state of a product"))?,
            created_at: self.created_at,
        })
    }
}

struct VariantRow {
    variant_id: VariantId,
    product_id: ProductId,
    sku: String,
    pack: String,
    list_price: Vnd,
    weight_grams: i32,
    received: i64,
    on_hand: i64,
    allotted: i64,
    sold: i64,
    written_off: i64,
    version: i64,
}

impl VariantRow {
    fn read(self) -> Result<Variant, Error> {
        Ok(Variant {
            id: self.variant_id,
            product_id: self.product_id,
            facts: VariantFacts {
                sku: self.sku,
                pack: self.pack,
                list_price: self.list_price,
                weight_grams: u32::try_from(self.weight_grams)
                    .map_err(|_| Error::Unknown("weight"))?,
            },
            stock: Stock {
                received: self.received,
                on_hand: self.on_hand,
                allotted: self.allotted,
                sold: self.sold,
                written_off: self.written_off,
                version: self.version,
            },
        })
    }
}

async fn products(
    conn: &mut PgConnection,
    ids: &[uuid::Uuid],
) -> Result<Vec<ProductRow>, sqlx::Error> {
    sqlx::query_as!(
        ProductRow,
        "select product_id, producer_id, name, product_set, description, ingredients, allergens, storage,
             shelf_life_days, alcohol_permille, origin_line, origin_ward_code, origin_legacy_address, gi_no, trace_url,
             state, created_at
         from product where product_id = any($1)",
        ids,
    )
    .fetch_all(conn)
    .await
}

async fn variants(
    conn: &mut PgConnection,
    products: &[uuid::Uuid],
) -> Result<Vec<VariantRow>, sqlx::Error> {
    sqlx::query_as!(
        VariantRow,
        "select v.variant_id, v.product_id, v.sku, v.pack, v.list_price, v.weight_grams, s.received, s.on_hand,
             s.allotted, s.sold, s.written_off, s.version
         from variant v join stock s using (variant_id)
         where v.product_id = any($1) order by v.variant_id",
        products,
    )
    .fetch_all(conn)
    .await
}

/// Products with all that belongs to them, in the order of the ids; those that are not there are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn load(conn: &mut PgConnection, ids: &[ProductId]) -> Result<Vec<Listing>, Error> {
    let wanted: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let products = products(conn, &wanted).await?;
    let mut of_product: HashMap<ProductId, Vec<Variant>> = HashMap::new();
    for row in variants(conn, &wanted).await? {
        let variant = row.read()?;
        of_product
            .entry(variant.product_id)
            .or_default()
            .push(variant);
    }
    let mut certificates = HashMap::<_, Vec<_>>::new();
    let mut scans = photo::scans(conn, &wanted).await?;
    for mut certificate in certificate::of_products(conn, &wanted).await? {
        certificate.scan = scans.remove(&certificate.id);
        certificates
            .entry(certificate.product_id)
            .or_default()
            .push(certificate);
    }
    let mut photos = photo::of_products(conn, &wanted).await?;
    let owners: Vec<_> = products
        .iter()
        .map(|product| product.producer_id.uuid())
        .collect();
    let owners: HashMap<ProducerId, Producer> = producer::all_by_id(conn, &owners)
        .await?
        .into_iter()
        .map(|owner| (owner.id, owner))
        .collect();
    let mut listings = HashMap::new();
    for row in products {
        let product = row.read()?;
        let listing = Listing {
            variants: of_product.remove(&product.id).unwrap_or_default(),
            certificates: certificates.remove(&product.id).unwrap_or_default(),
            photos: photos.remove(&product.id).unwrap_or_default(),
            producer: owners
                .get(&product.producer_id)
                .cloned()
                .ok_or(Error::NoSuchProducer)?,
            product,
        };
        listings.insert(listing.product.id, listing);
    }
    Ok(ids.iter().filter_map(|id| listings.remove(id)).collect())
}

/// One product with all that belongs to it.
///
/// # Errors
/// When it is not there.
pub async fn one(conn: &mut PgConnection, id: ProductId) -> Result<Listing, Error> {
    load(conn, &[id]).await?.pop().ok_or(Error::NoSuchProduct)
}

/// The product that a variant belongs to, with all that belongs to it, and the variant.
///
/// # Errors
/// When it is not there.
pub async fn of_variant(
    conn: &mut PgConnection,
    id: VariantId,
) -> Result<(Listing, Variant), Error> {
    let product = sqlx::query_scalar!(
        "select product_id from variant where variant_id = $1",
        id as _
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(Error::NoSuchVariant)?;
    let listing = one(conn, product).await?;
    let variant = listing
        .variants
        .iter()
        .find(|variant| variant.id == id)
        .cloned();
    Ok((listing, variant.ok_or(Error::NoSuchVariant)?))
}

/// Variants with all that belongs to their products.
///
/// # Errors
/// When the database does not answer.
pub async fn of_variants(
    conn: &mut PgConnection,
    ids: &[VariantId],
) -> Result<Vec<Listing>, Error> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let products = sqlx::query_scalar!(
        "select distinct product_id from variant where variant_id = any($1)",
        &ids
    )
    .fetch_all(&mut *conn)
    .await?;
    load(conn, &products).await
}
