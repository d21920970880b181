//! What those who watch are told once a batch is committed: newest states, which may be lost and said again.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{
    feed::Feeds,
    id::{OrderId, SessionId},
};
use proto::{
    contract::Audience,
    feed::v1::{OrderNews, feed::Of},
};

use crate::{domain::intake::Books, wire};

/// Says the new states of a batch.
pub(super) fn say(feeds: &Feeds, books: &Books) {
    for (offer, _) in books.changed_offers() {
        feeds.say(
            &Audience::Room(offer.session_id.to_string()),
            Of::Units(wire::offer_units(offer)),
        );
    }
    let ids: BTreeSet<OrderId> = books
        .placed
        .iter()
        .map(|(id, _, _)| *id)
        .chain(books.changed.iter().copied())
        .collect();
    let mut news: BTreeMap<SessionId, Vec<OrderNews>> = BTreeMap::new();
    for order in ids.iter().filter_map(|id| books.orders.get(id)) {
        news.entry(order.session_id)
            .or_default()
            .push(wire::order_news(order));
    }
    for (session, orders) in news {
        feeds.say_orders(&session.to_string(), orders);
    }
    for (session, account, kept) in wire::holds::news(books) {
        for audience in [Audience::Shopper(account), Audience::Desk(session)] {
            feeds.say(&audience, Of::Kept(kept.clone()));
        }
    }
    for (order, payment) in &books.paid {
        let Some(order) = books.orders.get(order) else {
            continue;
        };
        let Some(payment) = order.payments.iter().find(|one| one.id == *payment) else {
            continue;
        };
        for audience in [
            Audience::Shopper(order.account_id.to_string()),
            Audience::Desk(order.session_id.to_string()),
        ] {
            feeds.say(&audience, Of::Money(wire::money_news(order, payment)));
        }
    }
}
