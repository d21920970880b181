//! Its own copy of catalogue's goods.

use chassis::{
    id::{ProducerId, ProductId, VariantId},
    money::Vnd,
};
use sqlx::PgConnection;

use crate::domain::{
    bank::BankAccount,
    goods::{Goods, Producer, Product, Variant},
};

#[expect(clippy::struct_excessive_bools, reason = "the columns of three tables")]
struct Row {
    variant_id: VariantId,
    product_id: ProductId,
    producer_id: ProducerId,
    producer_name: String,
    verified: bool,
    bank_bin: Option<String>,
    bank_account_no: Option<String>,
    bank_account_name: Option<String>,
    name: String,
    listed: bool,
    pack: String,
    trace_url: String,
    list_price: Vnd,
    stars_shown: i32,
    weight_grams: i32,
    minimum_age: i32,
    cod_allowed: bool,
    live_allowed: bool,
    shipped: bool,
    reason_vi: String,
    reason_en: String,
}

impl From<Row> for Goods {
    fn from(row: Row) -> Self {
        Self {
            producer: Producer {
                id: row.producer_id,
                name: row.producer_name,
                verified: row.verified,
                account: BankAccount::of_columns(
                    row.bank_bin,
                    row.bank_account_no,
                    row.bank_account_name,
                ),
            },
            product: Product {
                id: row.product_id,
                name: row.name,
                listed: row.listed,
                trace_url: row.trace_url,
                stars_shown: row.stars_shown,
                minimum_age: row.minimum_age,
                cod_allowed: row.cod_allowed,
                live_allowed: row.live_allowed,
                shipped: row.shipped,
                reason_vi: row.reason_vi,
                reason_en: row.reason_en,
            },
            variant: Variant {
                id: row.variant_id,
                pack: row.pack,
                list_price: row.list_price,
                weight_grams: row.weight_grams,
            },
        }
    }
}

/// A variant with its product and producer.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    conn: &mut PgConnection,
    variant: VariantId,
) -> Result<Option<Goods>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select v.id as variant_id, p.id as product_id, p.producer_id, r.name as producer_name, r.verified,
                  r.bank_bin, r.bank_account_no, r.bank_account_name, p.name, p.listed, v.pack, p.trace_url, v.list_price,
                  p.stars_shown, v.weight_grams, p.minimum_age, p.cod_allowed, p.live_allowed, p.shipped, p.reason_vi, p.reason_en
           from variant v join product p on p.id = v.product_id join producer r on r.id = p.producer_id
           where v.id = $1"#,
        variant as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Goods::from))
}

/// Keeps a producer as it is now.
///
/// # Errors
/// When the database refuses.
pub async fn put_producer(conn: &mut PgConnection, producer: &Producer) -> Result<(), sqlx::Error> {
    let account = producer.account.as_ref();
    sqlx::query!(
        "insert into producer (id, name, verified, bank_bin, bank_account_no, bank_account_name) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set name = excluded.name, verified = excluded.verified, bank_bin = excluded.bank_bin,
             bank_account_no = excluded.bank_account_no, bank_account_name = excluded.bank_account_name",
        producer.id as _,
        producer.name,
        producer.verified,
        account.map(|account| account.bin.as_str()),
        account.map(|account| account.account_no.as_str()),
        account.map(|account| account.account_name.as_str()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a product as it is now; its producer is there.
///
/// # Errors
/// When the database refuses.
pub async fn put_product(
    conn: &mut PgConnection,
    producer: ProducerId,
    product: &Product,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into product (id, producer_id, name, listed, trace_url, stars_shown, minimum_age, cod_allowed, live_allowed, shipped, reason_vi, reason_en)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (id) do update set producer_id = excluded.producer_id, name = excluded.name, listed = excluded.listed,
             trace_url = excluded.trace_url, stars_shown = excluded.stars_shown, minimum_age = excluded.minimum_age,
             cod_allowed = excluded.cod_allowed, live_allowed = excluded.live_allowed, shipped = excluded.shipped,
             reason_vi = excluded.reason_vi, reason_en = excluded.reason_en",
        product.id as _,
        producer as _,
        product.name,
        product.listed,
        product.trace_url,
        product.stars_shown,
        product.minimum_age,
        product.cod_allowed,
        product.live_allowed,
        product.shipped,
        product.reason_vi,
        product.reason_en,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the variants of a product as they are now, and none that are no more; the product is there.
///
/// # Errors
/// When the database refuses.
pub async fn put_variants(
    conn: &mut PgConnection,
    product: ProductId,
    variants: &[Variant],
) -> Result<(), sqlx::Error> {
    let ids: Vec<VariantId> = variants.iter().map(|variant| variant.id).collect();
    let packs: Vec<String> = variants
        .iter()
        .map(|variant| variant.pack.clone())
        .collect();
    let prices: Vec<i64> = variants
        .iter()
        .map(|variant| variant.list_price.get())
        .collect();
    let weights: Vec<i32> = variants
        .iter()
        .map(|variant| variant.weight_grams)
        .collect();
    sqlx::query!(
        "delete from variant where product_id = $1 and id <> all($2::uuid[])",
        product as _,
        &ids as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into variant (id, product_id, pack, list_price, weight_grams)
         select v.id, $2, v.pack, v.list_price, v.weight_grams
         from unnest($1::uuid[], $3::text[], $4::bigint[], $5::integer[]) as v (id, pack, list_price, weight_grams)
         on conflict (id) do update set product_id = excluded.product_id, pack = excluded.pack, list_price = excluded.list_price,
             weight_grams = excluded.weight_grams",
        &ids as _,
        product as _,
        &packs,
        &prices,
        &weights
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a product is no longer sold.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw(conn: &mut PgConnection, product: ProductId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update product set listed = false where id = $1",
        product as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
