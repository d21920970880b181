//! What orders makes of offers: the room's sale ticker, sold out, settled.

use std::collections::BTreeMap;

use chassis::{
    id::{OfferId, SessionId},
    inbox::{self, Heard},
    outbox,
};
use proto::{
    feed::v1::{self as feed, feed::Of},
    orders::v1::{OfferSettled, OfferSoldOut, OrderFact, OrderLine, OrdersPlaced},
};

use crate::{
    Ctx,
    app::{load, shown, speak},
    domain::{comment::short_name, session::Step},
    error::Error,
    store,
    wire::show,
};

/// Lines that are shown one by one when they come in one breath; a rush of more is told as its newest line.
const SHOWN: usize = 5;

/// Orders were placed: the room sees each sale once, in one gap-free count, and in a rush how many more there were.
///
/// # Errors
/// There is no such session.
pub async fn orders_placed(ctx: Ctx, heard: Vec<Heard<OrdersPlaced>>) -> Result<(), Error> {
    let Some((mut tx, fresh)) = inbox::begin_many(&ctx, heard).await? else {
        return Ok(());
    };
    let mut rooms: BTreeMap<SessionId, Vec<&Heard<OrdersPlaced>>> = BTreeMap::new();
    for one in &fresh {
        let session = one
            .event
            .session_id
            .parse()
            .map_err(|_| Error::Misfit("a session id"))?;
        rooms.entry(session).or_default().push(one);
    }
    for (session, heard) in rooms {
        let mut counters = store::room::lock(&mut tx, session)
            .await?
            .ok_or(Error::NoSession)?;
        let sales = tell_apart(session, counters.last_sale_seq, &heard);
        if sales.is_empty() {
            continue;
        }
        let lines = heard.iter().flat_map(|one| &one.event.orders);
        let count =
            i64::try_from(lines.map(|order| order.lines.len()).sum::<usize>()).unwrap_or(i64::MAX);
        counters.last_sale_seq += count;
        store::room::update(&mut tx, session, counters).await?;
        let (first, last_seq) = (heard[0].head.id, counters.last_sale_seq);
        store::room::insert_ticker(&mut tx, first, session, last_seq, count).await?;
        outbox::say_feeds(&mut tx, &ctx.clock, &shown::room(session), sales).await?;
    }
    ctx.commit(tx).await?;
    Ok(())
}

/// The sales that the room sees, numbered after `last_seq`.
fn tell_apart(session: SessionId, last_seq: i64, heard: &[&Heard<OrdersPlaced>]) -> Vec<Of> {
    let sold: Vec<(&OrderFact, &OrderLine)> = heard
        .iter()
        .flat_map(|one| &one.event.orders)
        .flat_map(|order| order.lines.iter().map(move |line| (order, line)))
        .collect();
    let hidden = if sold.len() > SHOWN {
        sold.len() - 1
    } else {
        0
    };
    let (hidden, shown) = sold.split_at(hidden);
    let more_lines = u32::try_from(hidden.len()).unwrap_or(u32::MAX);
    (last_seq + 1 + i64::from(more_lines)..)
        .zip(shown)
        .map(|(seq, (order, line))| {
            Of::Sale(feed::Sale {
                session_id: session.to_string(),
                seq: show::count(seq),
                shopper_name: short_name(&order.shopper_name),
                claim_code: line.claim_code.clone(),
                title: line.title.clone(),
                units: line.units,
                at_ms: order.at_ms,
                more_lines,
                more_units: hidden.iter().map(|(_, line)| line.units).sum(),
            })
        })
        .collect()
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
