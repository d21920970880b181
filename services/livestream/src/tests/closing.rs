//! How offers go off sale and off the pin: by hand, with their session, by the clock.

use chassis::clock::to_ms;
use chrono::TimeDelta;
use proto::{
    feed::v1::{Pin, feed::Of},
    livestream::v1::{
        CloseOffer, EndSession, GoLive, Offer, OfferClosed, OfferState, OpenOffer, PinOffer,
        ProposeOffer, Session, ShowSession, StopSession,
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

/// The session's only offer, once the clock has moved it there.
async fn becomes(market: &Market, session: &Session, state: OfferState) -> Offer {
    let check = || async {
        offers(market, session)
            .await
            .pop()
            .filter(|offer| offer.state() == state)
    };
    chassis::testing::eventually("the clock moves the offer", SOON, check).await
}

#[tokio::test]
async fn the_end_closes_whatever_is_not_closed_and_says_so_before() {
    let market = Market::open().await;
    let session = market.live().await;
    let open = market.open_offer(&session, "A1").await;
    let allotted = market.allotted(market.wish(&session, "A2")).await;
    let proposed = market.done(market.wish(&session, "A3")).await;
    let closed = market.open_offer(&session, "A4").await;
    market
        .done(CloseOffer {
            offer_id: closed.offer_id.clone(),
        })
        .await;
    market
        .done(PinOffer {
            session_id: session.session_id.clone(),
            offer_id: open.offer_id.clone(),
        })
        .await;

    let ended = market
        .done(EndSession {
            session_id: session.session_id.clone(),
        })
        .await;
    assert!(
        ended
            .offers
            .iter()
            .all(|offer| offer.state() == OfferState::Closed),
        "{ended:?}"
    );
    assert_eq!(ended.pinned_offer_id, "");
    let said: Vec<String> = market
        .said::<OfferClosed>()
        .await
        .into_iter()
        .map(|said| said.offer_id)
        .collect();
    assert_eq!(
        said,
        [
            closed.offer_id,
            open.offer_id,
            allotted.offer_id,
            proposed.offer_id.clone()
        ]
    );
    assert_eq!(
        market.said_of(&session).await.last().map(String::as_str),
        Some("SessionEnded")
    );

    // Catalogue's answer comes after the end: the units are counted, and orders will give them back.
    market.hear(&market.grant(&proposed).await).await;
    let late = offers(&market, &session)
        .await
        .into_iter()
        .find(|offer| offer.offer_id == proposed.offer_id)
        .unwrap();
    assert_eq!(
        (late.state(), late.allotted_units),
        (OfferState::Closed, 10)
    );
    market.audit().await;
}

#[tokio::test]
async fn a_planned_session_that_is_called_off_gives_its_units_back() {
    let market = Market::open().await;
    let session = market.planned().await;
    let offer = market.allotted(market.wish(&session, "A1")).await;
    assert_eq!(
        market
            .refused(
                &market.organiser(),
                OpenOffer {
                    offer_id: offer.offer_id.clone()
                }
            )
            .await,
        "session_not_live"
    );
    let stop = StopSession {
        session_id: session.session_id.clone(),
        reason: "Bão số 5".into(),
    };
    assert_eq!(
        market.done(stop).await.offers[0].state(),
        OfferState::Closed
    );
    assert_eq!(market.said::<OfferClosed>().await.len(), 1);
    market.audit().await;
}

#[tokio::test]
async fn one_offer_is_pinned_and_what_is_closed_is_not() {
    let market = Market::open().await;
    let session = market.live().await;
    let first = market.open_offer(&session, "A1").await;
    let second = market.open_offer(&session, "A2").await;
    let pin = |offer_id: &str| PinOffer {
        session_id: session.session_id.clone(),
        offer_id: offer_id.into(),
    };
    let pinned = market.done(pin(&first.offer_id)).await;
    assert_eq!(
        (pinned.pinned_offer_id.as_str(), pinned.version),
        (first.offer_id.as_str(), 3)
    );
    assert_eq!(market.done(pin(&first.offer_id)).await.version, 3);
    assert_eq!(
        market.done(pin(&second.offer_id)).await.pinned_offer_id,
        second.offer_id
    );
    assert_eq!(
        market.refused(&market.shopper(), pin("")).await,
        "forbidden"
    );

    let other = market
        .done(proto::livestream::v1::PlanSession {
            title: "Phiên khác".into(),
            ..market.plan()
        })
        .await;
    let foreign = PinOffer {
        session_id: other.session_id,
        offer_id: first.offer_id.clone(),
    };
    assert_eq!(
        market.refused(&market.organiser(), foreign).await,
        "not_found"
    );

    market
        .done(CloseOffer {
            offer_id: second.offer_id.clone(),
        })
        .await;
    let shown = market.feed(
        &session,
        Of::Pin(Pin {
            session_id: session.session_id.clone(),
            ..Pin::default()
        }),
        |of| match of {
            Of::Pin(pin) if pin.version == 5 => Some(pin.offer_id),
            _ => None,
        },
    );
    assert_eq!(shown.await, "");
    assert_eq!(
        market
            .refused(&market.organiser(), pin(&second.offer_id))
            .await,
        "offer_closed"
    );
    market.done(pin(&first.offer_id)).await;
    assert_eq!(market.done(pin("")).await.pinned_offer_id, "");
    market.audit().await;
}

#[tokio::test]
async fn offers_open_and_close_by_the_clock() {
    let market = Market::open().await;
    let session = market.planned().await;
    let now = market.clock.now();
    let wish = ProposeOffer {
        opens_at_ms: to_ms(now + TimeDelta::minutes(10)),
        closes_at_ms: to_ms(now + TimeDelta::minutes(20)),
        ..market.wish(&session, "A1")
    };
    let offer = market.allotted(wish).await;
    market.clock.advance(TimeDelta::minutes(11));
    // Not before the session is live.
    assert_eq!(
        offers(&market, &session).await[0].state(),
        OfferState::Allotted
    );
    market
        .done(GoLive {
            session_id: session.session_id.clone(),
        })
        .await;
    assert_eq!(
        becomes(&market, &session, OfferState::Open).await.offer_id,
        offer.offer_id
    );
    market.clock.advance(TimeDelta::minutes(10));
    becomes(&market, &session, OfferState::Closed).await;
    assert_eq!(
        market.said_of(&session).await,
        [
            "SessionPlanned",
            "OfferProposed",
            "SessionWentLive",
            "OfferOpened",
            "OfferClosed"
        ]
    );
    market.audit().await;
}
