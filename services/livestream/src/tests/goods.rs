//! Goods as catalogue changes them, and what becomes of the offers that sell them.

use chassis::clock::to_ms;
use chrono::TimeDelta;
use proto::{
    catalogue::v1::{ProducerState, ProductChanged, ProductWithdrawn},
    livestream::v1::{
        Offer, OfferClosed, OfferState, OpenOffer, ProposeOffer, Session, ShowSession,
    },
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

fn changed(market: &Market) -> ProductChanged {
    ProductChanged {
        product: Some(market.product.clone()),
        producer: Some(market.producer.clone()),
    }
}

#[tokio::test]
async fn what_is_withdrawn_is_closed_at_once_in_every_session() {
    let market = Market::open().await;
    let live = market.live().await;
    let open = market.open_offer(&live, "A1").await;
    let next_week = market
        .done(proto::livestream::v1::PlanSession {
            title: "Tuần sau".into(),
            ..market.plan()
        })
        .await;
    let allotted = market.allotted(market.wish(&next_week, "A1")).await;

    market
        .hear(&ProductWithdrawn {
            product_id: market.product.product_id.clone(),
            reason: "hàng lỗi".into(),
        })
        .await;
    for session in [&live, &next_week] {
        assert_eq!(
            offers(&market, session).await[0].state(),
            OfferState::Closed
        );
    }
    let said: Vec<String> = market
        .said::<OfferClosed>()
        .await
        .into_iter()
        .map(|said| said.offer_id)
        .collect();
    assert_eq!(said, [open.offer_id, allotted.offer_id]);
    assert_eq!(
        market
            .refused(&market.organiser(), market.wish(&live, "A2"))
            .await,
        "product_withdrawn"
    );

    // Listed again: it can be offered anew, and a code that never sold anything is free.
    market.hear(&changed(&market)).await;
    market.allotted(market.wish(&next_week, "A1")).await;
    assert_eq!(
        market
            .refused(&market.organiser(), market.wish(&live, "A1"))
            .await,
        "claim_code_taken"
    );
    market.audit().await;
}

#[tokio::test]
async fn a_suspended_producer_sells_nothing_more() {
    let market = Market::open().await;
    let session = market.live().await;
    market.open_offer(&session, "A1").await;
    let mut event = changed(&market);
    event.producer.as_mut().unwrap().state = ProducerState::Suspended.into();
    market.hear(&event).await;
    assert_eq!(
        offers(&market, &session).await[0].state(),
        OfferState::Closed
    );
    assert_eq!(
        market
            .refused(&market.organiser(), market.wish(&session, "A2"))
            .await,
        "producer_not_verified"
    );
    market.audit().await;
}

#[tokio::test]
async fn what_may_not_go_on_air_is_refused_in_catalogues_words() {
    let market = Market::open().await;
    let session = market.live().await;
    let mut event = changed(&market);
    let rules = event.product.as_mut().unwrap().rules.as_mut().unwrap();
    rules.live_allowed = false;
    rules.reason_vi = "Rượu từ 15% không được quảng cáo.".into();
    rules.reason_en = "Spirits of 15% and more may not be advertised.".into();
    market.hear(&event).await;
    let refusal = market
        .ask(&market.organiser(), market.wish(&session, "A1"))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.vi.as_str()),
        ("not_on_air", "Rượu từ 15% không được quảng cáo.")
    );

    event
        .product
        .as_mut()
        .unwrap()
        .rules
        .as_mut()
        .unwrap()
        .live_allowed = true;
    event.producer.as_mut().unwrap().bank_account = None;
    market.hear(&event).await;
    assert_eq!(
        market.wrong(market.wish(&session, "A1")).await,
        ["payee_kind"]
    );
}

#[tokio::test]
async fn an_open_offer_loses_its_stars_but_not_its_price() {
    let market = Market::open().await;
    let session = market.live().await;
    market.open_offer(&session, "A1").await;
    let waiting = market.allotted(market.wish(&session, "A2")).await;
    let mut event = changed(&market);
    let product = event.product.as_mut().unwrap();
    product.stars_shown = 0;
    product.variants[0].list_price = 320_000;
    product.variants[0].weight_grams = 160;
    market.hear(&event).await;
    let shown = offers(&market, &session).await;
    assert_eq!(
        (
            shown[0].stars_shown,
            shown[0].list_price,
            shown[0].weight_grams
        ),
        (0, 350_000, 150)
    );
    assert_eq!(
        (
            shown[1].stars_shown,
            shown[1].list_price,
            shown[1].weight_grams
        ),
        (0, 320_000, 160)
    );
    // A repeat changes nothing; a list price under the live price does not open.
    let versions: Vec<u64> = shown.iter().map(|offer| offer.version).collect();
    market.hear(&event).await;
    assert_eq!(
        offers(&market, &session)
            .await
            .iter()
            .map(|offer| offer.version)
            .collect::<Vec<_>>(),
        versions
    );
    event.product.as_mut().unwrap().variants[0].list_price = 299_000;
    market.hear(&event).await;
    assert_eq!(
        market
            .wrong(OpenOffer {
                offer_id: waiting.offer_id
            })
            .await,
        ["live_price"]
    );
}

#[tokio::test]
async fn a_variant_that_is_no_more_is_closed() {
    let market = Market::open().await;
    let session = market.live().await;
    market.open_offer(&session, "A1").await;
    let small = ProposeOffer {
        variant_id: market.product.variants[1].variant_id.clone(),
        live_price: 90_000,
        ..market.wish(&session, "A2")
    };
    market.allotted(small).await;
    let mut event = changed(&market);
    event.product.as_mut().unwrap().variants.remove(0);
    market.hear(&event).await;
    let states: Vec<OfferState> = offers(&market, &session)
        .await
        .iter()
        .map(Offer::state)
        .collect();
    assert_eq!(states, [OfferState::Closed, OfferState::Allotted]);
    assert_eq!(
        market.wrong(market.wish(&session, "A3")).await,
        ["variant_id"]
    );
    market.audit().await;
}

#[tokio::test]
async fn an_opening_time_that_cannot_be_kept_says_why() {
    let market = Market::open().await;
    let session = market.live().await;
    let opens_at_ms = to_ms(market.clock.now() + TimeDelta::minutes(5));
    let offer = market
        .allotted(ProposeOffer {
            opens_at_ms,
            ..market.wish(&session, "A1")
        })
        .await;
    let mut event = changed(&market);
    event.product.as_mut().unwrap().variants[0].list_price = 299_000;
    market.hear(&event).await;
    market.clock.advance(TimeDelta::minutes(6));
    let shut = chassis::testing::eventually("the offer stays shut", SOON, || async {
        offers(&market, &session)
            .await
            .pop()
            .filter(|offer| offer.opens_at_ms == 0)
    })
    .await;
    assert_eq!(shut.state(), OfferState::Allotted);
    assert!(shut.refused_reason_en.contains("list price"), "{shut:?}");
    // Mended, it can be opened by hand.
    market.hear(&changed(&market)).await;
    let opened = market
        .done(OpenOffer {
            offer_id: offer.offer_id,
        })
        .await;
    assert_eq!(
        (opened.state(), opened.refused_reason_en.as_str()),
        (OfferState::Open, "")
    );
    market.audit().await;
}
