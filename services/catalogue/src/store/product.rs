//! Products and their variants.

use chassis::{
    id::{Id as _, ProducerId, ProductId, VariantId},
    page::Page,
    text::fold,
};
use sqlx::PgConnection;

use crate::{
    domain::{
        product::{Product, ProductFacts, Variant, VariantFacts},
        words::ProductState,
    },
    error::Error,
};

/// As many columns of one type as rows.
fn column<T, C>(all: &[T], pick: impl Fn(&T) -> C) -> Vec<C> {
    all.iter().map(pick).collect()
}

fn narrow<N: TryFrom<u32>>(number: u32) -> Result<N, Error> {
    N::try_from(number).map_err(|_| Error::Unknown("number"))
}

/// Adds products.
///
/// # Errors
/// When the database refuses: the producer has one of that name, say.
pub async fn insert(conn: &mut PgConnection, products: &[Product]) -> Result<(), Error> {
    let shelf_life: Vec<i32> = products
        .iter()
        .map(|product| narrow(product.facts.shelf_life_days))
        .collect::<Result<_, _>>()?;
    let alcohol: Vec<i16> = products
        .iter()
        .map(|product| narrow(product.facts.alcohol_permille.into()))
        .collect::<Result<_, _>>()?;
    sqlx::query!(
        "insert into product (product_id, producer_id, name, name_folded, product_set, description, ingredients,
             allergens, storage, shelf_life_days, alcohol_permille, origin_line, origin_ward_code,
             origin_legacy_address, gi_no, trace_url, state, created_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[],
             $8::text[], $9::text[], $10::integer[], $11::smallint[], $12::text[], $13::text[], $14::text[],
             $15::text[], $16::text[], $17::text[], $18::timestamptz[])",
        &column(products, |product| product.id.uuid()),
        &column(products, |product| product.producer_id.uuid()),
        &column(products, |product| product.facts.name.clone()),
        &column(products, |product| fold(&product.facts.name)),
        &column(products, |product| i16::from(product.facts.product_set)),
        &column(products, |product| product.facts.description.clone()),
        &column(products, |product| product.facts.ingredients.clone()),
        &column(products, |product| product.facts.allergens.clone()),
        &column(products, |product| product.facts.storage.clone()),
        &shelf_life,
        &alcohol,
        &column(products, |product| product.facts.origin.line.clone()),
        &column(products, |product| product.facts.origin.ward_code.clone()),
        &column(products, |product| product.facts.origin.legacy_address.clone()),
        &column(products, |product| product.facts.gi_no.clone()),
        &column(products, |product| product.facts.trace_url.clone()),
        &column(products, |product| product.state.as_str().to_owned()),
        &column(products, |product| product.created_at),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes what a product is.
///
/// # Errors
/// When the database refuses: the producer has another of that name, say.
pub async fn change(
    conn: &mut PgConnection,
    id: ProductId,
    facts: &ProductFacts,
    state: ProductState,
) -> Result<(), Error> {
    sqlx::query!(
        "update product set name = $2, name_folded = $3, product_set = $4, description = $5, ingredients = $6,
             allergens = $7, storage = $8, shelf_life_days = $9, alcohol_permille = $10, origin_line = $11,
             origin_ward_code = $12, origin_legacy_address = $13, gi_no = $14, trace_url = $15, state = $16
         where product_id = $1",
        id as _,
        facts.name,
        fold(&facts.name),
        i16::from(facts.product_set),
        facts.description,
        facts.ingredients,
        facts.allergens,
        facts.storage,
        narrow::<i32>(facts.shelf_life_days)?,
        narrow::<i16>(facts.alcohol_permille.into())?,
        facts.origin.line,
        facts.origin.ward_code,
        facts.origin.legacy_address,
        facts.gi_no,
        facts.trace_url,
        state.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a product off the list.
///
/// # Errors
/// When the database does not answer.
pub async fn withdraw(conn: &mut PgConnection, id: ProductId) -> Result<(), Error> {
    sqlx::query!(
        "update product set state = 'withdrawn' where product_id = $1",
        id as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds variants, each with an empty stock.
///
/// # Errors
/// When the database refuses: the producer has one of that SKU, say.
pub async fn insert_variants(
    conn: &mut PgConnection,
    producer: &[ProducerId],
    variants: &[Variant],
) -> Result<(), Error> {
    let weights: Vec<i32> = variants
        .iter()
        .map(|variant| narrow(variant.facts.weight_grams))
        .collect::<Result<_, _>>()?;
    sqlx::query!(
        "with added as (
             insert into variant (variant_id, product_id, producer_id, sku, pack, list_price, weight_grams)
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::integer[])
             returning variant_id
         )
         insert into stock (variant_id) select variant_id from added",
        &column(variants, |variant| variant.id.uuid()),
        &column(variants, |variant| variant.product_id.uuid()),
        &column(producer, |producer| producer.uuid()),
        &column(variants, |variant| variant.facts.sku.clone()),
        &column(variants, |variant| variant.facts.pack.clone()),
        &column(variants, |variant| variant.facts.list_price.get()),
        &weights,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes what a variant is.
///
/// # Errors
/// When the database refuses: the producer has another of that SKU, say.
pub async fn change_variant(
    conn: &mut PgConnection,
    id: VariantId,
    facts: &VariantFacts,
) -> Result<(), Error> {
    sqlx::query!(
        "update variant set sku = $2, pack = $3, list_price = $4, weight_grams = $5 where variant_id = $1",
        id as _,
        facts.sku,
        facts.pack,
        facts.list_price.get(),
        narrow::<i32>(facts.weight_grams)?,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which of these SKUs the producer has already.
///
/// # Errors
/// When the database does not answer.
pub async fn skus_there(
    conn: &mut PgConnection,
    producer: ProducerId,
    skus: &[String],
) -> Result<Vec<String>, Error> {
    let there = sqlx::query_scalar!(
        "select sku from variant where producer_id = $1 and sku = any($2)",
        producer as _,
        skus,
    )
    .fetch_all(conn)
    .await?;
    Ok(there)
}

/// Whose product this is.
///
/// # Errors
/// When the database does not answer.
pub async fn producer_of(
    conn: &mut PgConnection,
    id: ProductId,
) -> Result<Option<ProducerId>, Error> {
    let producer = sqlx::query_scalar!(
        "select producer_id from product where product_id = $1",
        id as _
    );
    Ok(producer.fetch_optional(conn).await?)
}

/// The producer's listed product of a name.
///
/// # Errors
/// When the database does not answer.
pub async fn named(
    conn: &mut PgConnection,
    producer: ProducerId,
    name: &str,
) -> Result<Option<ProductId>, Error> {
    let id = sqlx::query_scalar!(
        "select product_id from product where producer_id = $1 and name = $2 and state = 'listed'",
        producer as _,
        name,
    );
    Ok(id.fetch_optional(conn).await?)
}

/// All products of a producer.
///
/// # Errors
/// When the database does not answer.
pub async fn of_producer(
    conn: &mut PgConnection,
    producer: ProducerId,
) -> Result<Vec<ProductId>, Error> {
    let ids = sqlx::query_scalar!(
        "select product_id from product where producer_id = $1 order by product_id",
        producer as _,
    );
    Ok(ids.fetch_all(conn).await?)
}

/// The products of some producers that have one of these names or SKUs.
///
/// # Errors
/// When the database does not answer.
pub async fn with_names_or_skus(
    conn: &mut PgConnection,
    producers: &[ProducerId],
    names: &[String],
    skus: &[String],
) -> Result<Vec<ProductId>, Error> {
    let ids = sqlx::query_scalar!(
        r#"select product_id as "product_id!: ProductId" from product where producer_id = any($1) and name = any($2)
         union
         select product_id from variant where producer_id = any($1) and sku = any($3)"#,
        &column(producers, |producer| producer.uuid()),
        names,
        skus,
    );
    Ok(ids.fetch_all(conn).await?)
}

/// What a search looks for.
#[derive(Debug)]
pub struct Search<'a> {
    /// Of this producer only.
    pub producer: Option<ProducerId>,
    /// In the name.
    pub text: &'a str,
    /// Of this set only.
    pub product_set: Option<u8>,
    /// Of producers that may not sell too.
    pub hidden: bool,
    /// Withdrawn ones too.
    pub withdrawn: bool,
}

/// A page of products, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    conn: &mut PgConnection,
    search: &Search<'_>,
    page: Page<ProductId>,
) -> Result<Vec<ProductId>, Error> {
    let ids = sqlx::query_scalar!(
        "select p.product_id from product p join producer r using (producer_id)
         where ($1::uuid is null or p.producer_id = $1)
             and position($2 in p.name_folded) > 0
             and ($3::smallint is null or p.product_set = $3)
             and ($4 or r.state = 'verified')
             and ($5 or p.state = 'listed')
             and ($6::uuid is null or p.product_id < $6)
         order by p.product_id desc limit $7",
        search.producer as _,
        fold(search.text.trim()),
        search.product_set.map(i16::from),
        search.hidden,
        search.withdrawn,
        page.after as _,
        page.limit,
    );
    Ok(ids.fetch_all(conn).await?)
}
