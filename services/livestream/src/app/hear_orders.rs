//! What orders makes of offers: the room's sale ticker, sold out, settled.

use chassis::{
    id::{OfferId, SessionId},
    inbox::Heard,
    outbox,
};
use proto::{
    feed::v1::{self as feed, feed::Of},
    orders::v1::{OfferSettled, OfferSoldOut, OrdersPlaced},
};

use crate::{
    Ctx,
    app::{load, shown, speak},
    domain::{comment::short_name, session::Step},
    error::Error,
    store,
    wire::show,
};

/// Orders were placed: the room sees one sale a line, each once, in one gap-free count.
///
/// # Errors
/// There is no such session.
pub async fn orders_placed(ctx: Ctx, heard: Heard<OrdersPlaced>) -> Result<(), Error> {
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let session: SessionId = heard
        .event
        .session_id
        .parse()
        .map_err(|_| Error::Misfit("a session id"))?;
    let mut counters = store::room::lock(&mut tx, session)
        .await?
        .ok_or(Error::NoSession)?;
    let before = counters.last_sale_seq;
    let mut sales = Vec::new();
    for order in &heard.event.orders {
        for line in &order.lines {
            counters.last_sale_seq += 1;
            sales.push(Of::Sale(feed::Sale {
                session_id: session.to_string(),
                seq: show::count(counters.last_sale_seq),
                shopper_name: short_name(&order.shopper_name),
                claim_code: line.claim_code.clone(),
                title: line.title.clone(),
                units: line.units,
                at_ms: order.at_ms,
            }));
        }
    }
    if !sales.is_empty() {
        store::room::update(&mut tx, session, counters).await?;
        let count = counters.last_sale_seq - before;
        store::room::insert_ticker(
            &mut tx,
            heard.head.id,
            session,
            counters.last_sale_seq,
            count,
        )
        .await?;
        outbox::say_feeds(&mut tx, &ctx.clock, &shown::room(session), sales).await?;
    }
    ctx.commit(tx).await?;
    Ok(())
}

/// Nothing is left of an offer: the room is told once, until more comes.
///
/// # Errors
/// There is no such offer.
pub async fn offer_sold_out(ctx: Ctx, heard: Heard<OfferSoldOut>) -> Result<(), Error> {
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let (session, mut offer) = load::offer(&mut tx, offer_id(&heard.event.offer_id)?).await?;
    if offer.sell_out() {
        store::offer::update(&mut tx, &offer).await?;
        let now = ctx.clock.db_now(&mut tx).await?;
        let text = format!("{} · {} đã hết hàng.", offer.claim_code, offer.title);
        speak::notice(&ctx, &mut tx, session.id, &text, false, None, now).await?;
    }
    ctx.commit(tx).await?;
    shown::offer(&ctx, &offer);
    Ok(())
}

/// Nothing of an offer is held any more.
///
/// # Errors
/// There is no such offer.
pub async fn offer_settled(ctx: Ctx, heard: Heard<OfferSettled>) -> Result<(), Error> {
    let Some(mut tx) = heard.begin(&ctx).await? else {
        return Ok(());
    };
    let (mut session, mut offer) = load::offer(&mut tx, offer_id(&heard.event.offer_id)?).await?;
    offer.settle(heard.event.units_sold, heard.event.units_given_back);
    store::offer::update(&mut tx, &offer).await?;
    if session.unpin(offer.id) == Step::Changed {
        store::session::update(&mut tx, &session, None).await?;
    }
    ctx.commit(tx).await?;
    shown::offer(&ctx, &offer);
    shown::session(&ctx, &session);
    Ok(())
}

fn offer_id(text: &str) -> Result<OfferId, Error> {
    text.parse().map_err(|_| Error::Misfit("an offer id"))
}
