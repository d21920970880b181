//! Keeps its copy of catalogue's goods; what may no longer be sold is closed at once.

use chassis::{id::ProductId, inbox::Heard, service::Tx};
use proto::catalogue::v1::{ProductChanged, ProductListed, ProductWithdrawn};

use crate::{
    Ctx,
    app::{closing, load, shown},
    domain::{
        goods::Listing,
        offer::Offer,
        session::{Session, Step},
    },
    error::Error,
    store,
    wire::catalogue as read,
};

/// A product is there.
///
/// # Errors
/// When it cannot be read, or the database refuses.
pub async fn product_listed(ctx: Ctx, heard: Heard<ProductListed>) -> Result<(), Error> {
    let Some(tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    put(
        &ctx,
        tx,
        &read::listing(heard.event.product, heard.event.producer)?,
    )
    .await
}

/// A product or its producer is different now.
///
/// # Errors
/// As [`product_listed`].
pub async fn product_changed(ctx: Ctx, heard: Heard<ProductChanged>) -> Result<(), Error> {
    let Some(tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    put(
        &ctx,
        tx,
        &read::listing(heard.event.product, heard.event.producer)?,
    )
    .await
}

/// A product is no longer sold.
///
/// # Errors
/// As [`product_listed`].
pub async fn product_withdrawn(ctx: Ctx, heard: Heard<ProductWithdrawn>) -> Result<(), Error> {
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let product: ProductId = heard
        .event
        .product_id
        .parse()
        .map_err(|_| Error::Misfit("a product id"))?;
    store::goods::withdraw(&mut tx, product).await?;
    follow(&ctx, tx, product).await
}

async fn put(ctx: &Ctx, mut tx: Tx, listing: &Listing) -> Result<(), Error> {
    store::goods::put_producer(&mut tx, &listing.producer).await?;
    store::goods::put_product(&mut tx, listing.producer.id, &listing.product).await?;
    store::goods::put_variants(&mut tx, listing.product.id, &listing.variants).await?;
    follow(ctx, tx, listing.product.id).await
}

/// Brings the offers of a product up to what its goods are now, session by session, and commits.
async fn follow(ctx: &Ctx, mut tx: Tx, product: ProductId) -> Result<(), Error> {
    let mut changed: Vec<(Session, Vec<Offer>)> = Vec::new();
    for id in store::offer::sessions_with_product(&mut tx, product).await? {
        let mut session = load::session(&mut tx, id).await?;
        let mut offers = Vec::new();
        for mut offer in store::offer::unclosed_of_product(&mut tx, id, product).await? {
            let goods = store::goods::find(&mut tx, offer.variant_id)
                .await?
                .filter(|goods| goods.may_go_on_air().is_ok());
            let step = match goods {
                None => closing::close(ctx, &mut tx, &mut session, &mut offer).await?,
                Some(goods) => offer.follow(&goods),
            };
            if step == Step::Changed {
                store::offer::update(&mut tx, &offer).await?;
                offers.push(offer);
            }
        }
        changed.push((session, offers));
    }
    ctx.commit(tx).await?;
    for (session, offers) in changed {
        shown::session(ctx, &session);
        for offer in &offers {
            shown::offer(ctx, offer);
        }
    }
    Ok(())
}
