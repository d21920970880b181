//! What the verbs say: events in their transaction, stock on the feeds after it.

use chassis::{clock::Clock, feed::Feeds, id::ProductId, outbox};
use chrono::NaiveDate;
use proto::{
    catalogue::v1::{CertificateChanged, ProductChanged, ProductListed},
    contract::Audience,
    feed::v1::{StockNews, feed::Of},
};
use sqlx::PgConnection;

use crate::{
    domain::{
        certificate::Certificate,
        product::{Listing, Variant},
    },
    error::Error,
    store,
    wire::{self, Seen},
};

/// Everything said of a product, its certificates included, is in one order.
pub(super) fn aggregate(product: ProductId) -> String {
    format!("product:{product}")
}

/// Says that a product is new on the list.
pub(super) async fn listed(
    conn: &mut PgConnection,
    clock: &Clock,
    listing: &Listing,
    today: NaiveDate,
) -> Result<(), Error> {
    let event = ProductListed {
        product: Some(wire::listing(listing, Seen::ByServices, today)),
        producer: Some(wire::producer(&listing.producer, Seen::ByServices)),
    };
    Ok(outbox::say(conn, clock, &aggregate(listing.product.id), &event).await?)
}

/// Says what a product is now.
pub(super) async fn changed(
    conn: &mut PgConnection,
    clock: &Clock,
    listing: &Listing,
    today: NaiveDate,
) -> Result<(), Error> {
    let event = ProductChanged {
        product: Some(wire::listing(listing, Seen::ByServices, today)),
        producer: Some(wire::producer(&listing.producer, Seen::ByServices)),
    };
    Ok(outbox::say(conn, clock, &aggregate(listing.product.id), &event).await?)
}

/// Says what products are now that something else of them has changed; their producers are locked.
pub(super) async fn all_changed(
    conn: &mut PgConnection,
    clock: &Clock,
    products: &[ProductId],
    today: NaiveDate,
) -> Result<(), Error> {
    for listing in store::listing::load(conn, products).await? {
        changed(conn, clock, &listing, today).await?;
    }
    Ok(())
}

/// Says what a certificate is now.
pub(super) async fn certificate(
    conn: &mut PgConnection,
    clock: &Clock,
    certificate: &Certificate,
    today: NaiveDate,
) -> Result<(), Error> {
    let event = CertificateChanged {
        certificate: Some(wire::certificate(certificate, today)),
    };
    Ok(outbox::say(conn, clock, &aggregate(certificate.product_id), &event).await?)
}

/// Says a variant's stock to the producer's people.
pub(super) fn stock(feeds: &Feeds, listing: &Listing, variant: &Variant) {
    let producer_id = listing.producer.id.to_string();
    let news = StockNews {
        variant: Some(wire::variant(variant, Seen::ByKeeper)),
        producer_id: producer_id.clone(),
        version: u64::try_from(variant.stock.version).unwrap_or_default(),
    };
    feeds.say(&Audience::Producer(producer_id), Of::Stock(news));
}
