//! Units: catalogue's yes and no, restocks, sold out, settled.

use chassis::id::EventId;
use proto::{
    catalogue::v1::{StockAllotted, StockRefused, StockReturned},
    feed::v1::{Notice, feed::Of},
    livestream::v1::{
        CloseOffer, EndSession, Offer, OfferState, PinOffer, ProposeOffer, RestockOffer, Session,
        ShowSession,
    },
    orders::v1::{OfferSettled, OfferSoldOut},
};

use super::market::{Market, SOON};

async fn offers(market: &Market, session: &Session) -> Vec<Offer> {
    market
        .done(ShowSession {
            session_id: session.session_id.clone(),
        })
        .await
        .offers
}

async fn refusal(market: &Market, offer: &Offer) -> StockRefused {
    let proposal = market.proposals(offer).await.pop().expect("a proposal");
    StockRefused {
        proposal_id: proposal.proposal_id,
        offer_id: proposal.offer_id,
        session_id: proposal.session_id,
        units_on_hand: 3,
        reason_code: "only_left".into(),
        reason_vi: "chỉ còn 3".into(),
        reason_en: "only 3 left".into(),
    }
}

#[tokio::test]
async fn a_refused_offer_says_why_and_frees_its_code() {
    let market = Market::open().await;
    let session = market.live().await;
    let offer = market.done(market.wish(&session, "A05")).await;
    market
        .done(PinOffer {
            session_id: session.session_id.clone(),
            offer_id: offer.offer_id.clone(),
        })
        .await;
    market.hear(&refusal(&market, &offer).await).await;
    let shown = market
        .done(ShowSession {
            session_id: session.session_id.clone(),
        })
        .await;
    assert_eq!(shown.pinned_offer_id, "");
    let refused = &shown.offers[0];
    assert_eq!(
        (
            refused.state(),
            refused.refused_reason_vi.as_str(),
            refused.refused_reason_en.as_str()
        ),
        (OfferState::Refused, "chỉ còn 3", "only 3 left")
    );

    let fewer = market
        .allotted(ProposeOffer {
            units: 3,
            ..market.wish(&session, "A05")
        })
        .await;
    assert_ne!(fewer.offer_id, offer.offer_id);
    let all = offers(&market, &session).await;
    assert_eq!(
        (all[1].state(), all[1].allotted_units, all[1].position),
        (OfferState::Allotted, 3, 2)
    );
    // What was refused needs no closing.
    market
        .done(EndSession {
            session_id: session.session_id.clone(),
        })
        .await;
    assert_eq!(
        market
            .said_of(&session)
            .await
            .iter()
            .filter(|said| *said == "OfferClosed")
            .count(),
        1
    );
    market.audit().await;
}

#[tokio::test]
async fn an_answer_counts_once_however_often_it_comes() {
    let market = Market::open().await;
    let session = market.live().await;
    let offer = market.done(market.wish(&session, "A05")).await;
    let grant = market.grant(&offer).await;
    let id: EventId = market.clock.id();
    market.hear_as(&grant, id).await;
    market.hear_as(&grant, id).await;
    // The same answer as another event, and a contrary one: the first holds.
    market.hear(&grant).await;
    market.hear(&refusal(&market, &offer).await).await;
    let shown = &offers(&market, &session).await[0];
    assert_eq!(
        (shown.state(), shown.allotted_units, shown.version),
        (OfferState::Allotted, 10, 2)
    );
    market.audit().await;
}

#[tokio::test]
async fn an_answer_to_nothing_becomes_a_dead_letter() {
    let market = Market::open().await;
    let session = market.live().await;
    let offer = market.done(market.wish(&session, "A05")).await;
    let grant = market.grant(&offer).await;
    let too_many = StockAllotted {
        units: 11,
        ..grant.clone()
    };
    let stray = StockAllotted {
        proposal_id: "prp_00000000000070008000000000000000".into(),
        ..grant.clone()
    };
    for event in [too_many, stray] {
        say(&market, &event).await;
    }
    chassis::testing::eventually("two dead letters", SOON, || async {
        let dead: i64 = sqlx::query_scalar("select count(*) from chassis.dead_letter")
            .fetch_one(&market.ctx.db)
            .await
            .unwrap();
        (dead == 2).then_some(())
    })
    .await;
    // Others go on.
    market.hear(&grant).await;
    assert_eq!(offers(&market, &session).await[0].allotted_units, 10);
}

/// Says an event without waiting for it to be taken in.
async fn say<E: proto::contract::Event>(market: &Market, event: &E) {
    let head = chassis::envelope::EventHead {
        trace: None,
        source: E::SERVICE.into(),
        id: market.clock.id(),
        event_type: E::full_name(),
        aggregate: None,
        at: market.clock.now(),
    };
    let sent = market
        .gateway
        .jetstream()
        .publish_with_headers(E::SUBJECT, head.headers(), event.encode_to_vec().into())
        .await;
    sent.expect("sent").await.expect("stored");
}

#[tokio::test]
async fn a_restock_is_asked_once_and_its_refusal_changes_nothing() {
    let market = Market::open().await;
    let session = market.live().await;
    let offer = market.done(market.wish(&session, "A05")).await;
    let more = |units, key: &str| RestockOffer {
        offer_id: offer.offer_id.clone(),
        units,
        idempotency_key: key.into(),
    };
    assert_eq!(
        market.refused(&market.organiser(), more(5, "")).await,
        "offer_not_allotted"
    );
    market.hear(&market.grant(&offer).await).await;

    for _ in 0..2 {
        assert_eq!(market.done(more(5, "first")).await.proposed_units, 15);
    }
    assert_eq!(
        market.refused(&market.organiser(), more(6, "first")).await,
        "idempotency_key_reused"
    );
    assert_eq!(
        market.refused(&market.organiser(), more(5, "second")).await,
        "restock_under_way"
    );
    // Without a key, the same units while one is under way are a repeat.
    assert_eq!(market.done(more(5, "")).await.proposed_units, 15);
    assert_eq!(
        market.refused(&market.organiser(), more(6, "")).await,
        "restock_under_way"
    );
    assert_eq!(market.wrong(more(0, "third")).await, ["units"]);

    market.hear(&refusal(&market, &offer).await).await;
    let shown = &offers(&market, &session).await[0];
    assert_eq!(
        (
            shown.state(),
            shown.allotted_units,
            shown.refused_reason_en.as_str()
        ),
        (OfferState::Allotted, 10, "only 3 left")
    );
    market.done(more(3, "fourth")).await;
    market.hear(&market.grant(&offer).await).await;
    let shown = &offers(&market, &session).await[0];
    assert_eq!(
        (shown.allotted_units, shown.refused_reason_en.as_str()),
        (13, "")
    );
    // A late repeat of the first still asks for nothing.
    market.done(more(5, "first")).await;
    assert_eq!(market.proposals(&offer).await.len(), 3);
    market
        .done(CloseOffer {
            offer_id: offer.offer_id.clone(),
        })
        .await;
    assert_eq!(
        market.refused(&market.organiser(), more(1, "fifth")).await,
        "offer_closed"
    );
    market.audit().await;
}

#[tokio::test]
async fn the_room_hears_once_that_something_is_sold_out_until_more_comes() {
    let market = Market::open().await;
    let session = market.live().await;
    let offer = market.open_offer(&session, "A05").await;
    let sold_out = OfferSoldOut {
        offer_id: offer.offer_id.clone(),
        session_id: session.session_id.clone(),
    };
    market.hear(&sold_out).await;
    market.hear(&sold_out).await;
    let notice = |seq| {
        Of::Notice(Notice {
            session_id: session.session_id.clone(),
            seq,
            ..Notice::default()
        })
    };
    let text = market
        .feed(&session, notice(1), |of| {
            if let Of::Notice(notice) = of {
                Some(notice.text)
            } else {
                None
            }
        })
        .await;
    assert_eq!(text, "A05 · Chè Shan tuyết đã hết hàng.");
    let count = || async {
        sqlx::query_scalar::<_, i64>("select count(*) from notice")
            .fetch_one(&market.ctx.db)
            .await
            .unwrap()
    };
    assert_eq!(count().await, 1);

    market
        .done(RestockOffer {
            offer_id: offer.offer_id.clone(),
            units: 2,
            ..RestockOffer::default()
        })
        .await;
    market.hear(&market.grant(&offer).await).await;
    market.clock.advance(chrono::TimeDelta::minutes(1));
    market.hear(&sold_out).await;
    assert_eq!(count().await, 2);
    market.audit().await;
}

#[tokio::test]
async fn a_closed_offer_settles_and_every_unit_is_accounted_for() {
    let market = Market::open().await;
    let session = market.live().await;
    let offer = market.open_offer(&session, "A05").await;
    market
        .done(RestockOffer {
            offer_id: offer.offer_id.clone(),
            units: 4,
            ..RestockOffer::default()
        })
        .await;
    let late = market.grant(&offer).await;
    market
        .done(CloseOffer {
            offer_id: offer.offer_id.clone(),
        })
        .await;
    let settled = |units_sold, units_given_back| OfferSettled {
        offer_id: offer.offer_id.clone(),
        session_id: session.session_id.clone(),
        variant_id: offer.variant_id.clone(),
        units_sold,
        units_given_back,
    };
    let back = |units_returned| StockReturned {
        offer_id: offer.offer_id.clone(),
        variant_id: offer.variant_id.clone(),
        units_returned,
        units_sold: 7,
    };
    market.hear(&settled(7, 3)).await;
    market.hear(&back(3)).await;
    assert_eq!(
        offers(&market, &session).await[0].state(),
        OfferState::Settled
    );
    market.audit().await;
    // The restock is granted after all was settled: orders settles it apart.
    market.hear(&late).await;
    market.hear(&settled(0, 4)).await;
    market.hear(&back(4)).await;
    assert_eq!(offers(&market, &session).await[0].allotted_units, 14);
    market.audit().await;
}
