//! What can be done: one file a verb. Who asks → load → decide → save → say → commit.

pub mod add_photo;
pub mod allot_stock;
pub mod arrange_photos;
pub mod change_producer;
pub mod change_product;
pub mod find_products;
pub mod grade_certificate;
pub mod import_goods;
pub mod list_producers;
pub mod list_product;
pub mod receive_stock;
pub mod record_certificate;
pub mod register_producer;
pub mod remove_photo;
pub mod revoke_certificate;
pub mod say_stock_again;
pub mod say_turned_certificates;
pub mod set_producer_state;
pub mod settle_offer;
pub mod show_photo;
pub mod show_producer;
pub mod show_product;
pub mod show_stock;
pub mod take_back_units;
pub mod withdraw_product;
pub mod write_off_stock;

mod may;
mod move_stock;
mod say;

use chassis::{
    clock::vietnam,
    id::{ProducerId, ProductId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{producer::Producer, product::Listing},
    error::Error,
    store,
};

/// The day in Viet Nam: certificates begin and end with it.
fn day_of(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&vietnam()).date_naive()
}

/// Locks a producer, and with it everything that may be said of its goods.
async fn lock_producer(conn: &mut PgConnection, id: ProducerId) -> Result<Producer, Error> {
    store::producer::lock(conn, &[id])
        .await?
        .pop()
        .ok_or(Error::NoSuchProducer)
}

/// Locks a product's producer, then reads the product as nobody can change it any more.
async fn lock_product(conn: &mut PgConnection, id: ProductId) -> Result<Listing, Error> {
    let producer = store::product::producer_of(conn, id)
        .await?
        .ok_or(Error::NoSuchProduct)?;
    lock_producer(conn, producer).await?;
    store::listing::one(conn, id).await
}
