//! Offers as their organiser knows them: proposed, opened, pinned, closed.

use chassis::clock::to_ms;
use proto::{
    common::v1::Role,
    feed::v1::feed::Of,
    livestream::v1::{
        CloseOffer, EndSession, Offer, OfferOpened, OfferState, OpenOffer, PayeeKind, ProposeOffer,
        Session, ShowSession,
    },
};

use super::market::{Market, bank_account, holds};

async fn offers(market: &Market, session: &Session) -> Vec<Offer> {
    market
        .done(ShowSession {
            session_id: session.session_id.clone(),
        })
        .await
        .offers
}

#[tokio::test]
async fn an_offer_opens_with_all_that_orders_needs() {
    let market = Market::open().await;
    let session = market.live().await;
    let wish = ProposeOffer {
        claim_code: " a05 ".into(),
        ..market.wish(&session, "")
    };
    let offer = market.done(wish.clone()).await;
    assert_eq!(
        (offer.state(), offer.claim_code.as_str(), offer.position),
        (OfferState::Proposed, "A05", 1)
    );
    assert_eq!(
        market
            .refused(
                &market.organiser(),
                OpenOffer {
                    offer_id: offer.offer_id.clone()
                }
            )
            .await,
        "offer_not_allotted"
    );
    // The same wish again, before and after the answer.
    assert_eq!(market.done(wish.clone()).await.offer_id, offer.offer_id);
    market.hear(&market.grant(&offer).await).await;
    assert_eq!(market.done(wish).await.offer_id, offer.offer_id);
    assert_eq!(market.proposals(&offer).await.len(), 1);

    let open = OpenOffer {
        offer_id: offer.offer_id.clone(),
    };
    assert_eq!(
        market
            .refused(&market.staff(Role::Moderator), open.clone())
            .await,
        "forbidden"
    );
    for _ in 0..2 {
        assert_eq!(market.done(open.clone()).await.state(), OfferState::Open);
    }
    let opened = market.said::<OfferOpened>().await;
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0].payee, Some(bank_account("0011223344")));
    assert_eq!(opened[0].payee_id, market.producer.producer_id);
    assert_eq!(opened[0].terms.clone().unwrap().payment_window_seconds, 900);
    let snapshot = opened[0].offer.clone().unwrap();
    assert_eq!(
        (
            snapshot.live_price,
            snapshot.allotted_units,
            snapshot.weight_grams,
            snapshot.limit_per_shopper
        ),
        (300_000, 10, 150, 2)
    );
    assert_eq!(
        (snapshot.state(), snapshot.stars_shown, snapshot.shipped),
        (OfferState::Open, 5, true)
    );

    // The room sees the offer, and no account anywhere.
    let shown = market.feed(&session, Of::Offer(offer.clone()), |of| match of {
        Of::Offer(offer) if offer.state() == OfferState::Open => Some(offer),
        _ => None,
    });
    assert!(!holds(
        format!("{:?}", shown.await).as_bytes(),
        "0011223344"
    ));

    let close = CloseOffer {
        offer_id: offer.offer_id.clone(),
    };
    for _ in 0..2 {
        assert_eq!(market.done(close.clone()).await.state(), OfferState::Closed);
    }
    assert_eq!(
        market.refused(&market.organiser(), open).await,
        "offer_closed"
    );
    assert_eq!(
        market.said_of(&session).await,
        [
            "SessionPlanned",
            "SessionWentLive",
            "OfferProposed",
            "OfferOpened",
            "OfferClosed"
        ]
    );
    market.audit().await;
}

#[tokio::test]
async fn the_organiser_is_paid_if_the_offer_says_so() {
    let market = Market::open().await;
    let session = market.live().await;
    let wish = ProposeOffer {
        payee_kind: PayeeKind::Organiser.into(),
        ..market.wish(&session, "B1")
    };
    let offer = market.allotted(wish).await;
    market
        .done(OpenOffer {
            offer_id: offer.offer_id,
        })
        .await;
    let opened = market.said::<OfferOpened>().await.pop().unwrap();
    assert_eq!(
        (opened.payee, opened.payee_id),
        (
            Some(bank_account("99887766")),
            market.organiser_id.to_string()
        )
    );

    let mut plan = market.plan();
    plan.title = "Không có tài khoản".into();
    plan.terms.as_mut().unwrap().organiser_account = None;
    let poor = market.done(plan).await;
    let wish = ProposeOffer {
        payee_kind: PayeeKind::Organiser.into(),
        ..market.wish(&poor, "B1")
    };
    assert_eq!(market.wrong(wish).await, ["payee_kind"]);
}

#[tokio::test]
async fn a_wish_that_is_wrong_is_told_why() {
    let market = Market::open().await;
    let session = market.live().await;
    let wish = || market.wish(&session, "A1");
    let all = ProposeOffer {
        claim_code: "A".into(),
        live_price: 0,
        units: 0,
        limit_per_shopper: u32::MAX,
        payee_kind: 0,
        ..wish()
    };
    assert_eq!(
        market.wrong(all).await,
        [
            "claim_code",
            "live_price",
            "units",
            "limit_per_shopper",
            "payee_kind"
        ]
    );
    for (live_price, fine) in [
        (174_999, false),
        (350_001, false),
        (1_000_000_001, false),
        (175_000, true),
    ] {
        let asked = market
            .ask(
                &market.organiser(),
                ProposeOffer {
                    live_price,
                    ..wish()
                },
            )
            .await;
        match asked {
            Ok(_) => assert!(fine, "{live_price}"),
            Err(refusal) => assert!(
                !fine && refusal.fields[0].field == "live_price",
                "{live_price}: {refusal:?}"
            ),
        }
    }
}

#[tokio::test]
async fn a_wish_must_fit_its_session() {
    let market = Market::open().await;
    let session = market.live().await;
    market.done(market.wish(&session, "A1")).await;
    let wish = || market.wish(&session, "A2");
    let now = to_ms(market.clock.now());
    assert_eq!(
        market
            .wrong(ProposeOffer {
                opens_at_ms: now + 2_000,
                closes_at_ms: now + 1_000,
                ..wish()
            })
            .await,
        ["closes_at_ms"]
    );
    assert_eq!(
        market
            .wrong(ProposeOffer {
                closes_at_ms: now - 1_000,
                ..wish()
            })
            .await,
        ["closes_at_ms"]
    );
    assert_eq!(
        market
            .wrong(ProposeOffer {
                units: 100_001,
                ..wish()
            })
            .await,
        ["units"]
    );
    let unknown = "var_00000000000070008000000000000000";
    assert_eq!(
        market
            .wrong(ProposeOffer {
                variant_id: unknown.into(),
                ..wish()
            })
            .await,
        ["variant_id"]
    );
    let other = ProposeOffer {
        units: 11,
        ..market.wish(&session, "A1")
    };
    assert_eq!(
        market.refused(&market.organiser(), other).await,
        "claim_code_taken"
    );
    assert_eq!(
        market.refused(&market.staff(Role::Volunteer), wish()).await,
        "forbidden"
    );
    market
        .done(EndSession {
            session_id: session.session_id.clone(),
        })
        .await;
    assert_eq!(
        market.refused(&market.organiser(), wish()).await,
        "session_ended"
    );
}

#[tokio::test]
async fn two_people_at_once_do_not_share_a_code() {
    let market = Market::open().await;
    let session = market.live().await;
    let wishes = (0..8).map(|number| ProposeOffer {
        units: 10 + number,
        ..market.wish(&session, "A05")
    });
    let organiser = market.organiser();
    let answers =
        futures_util::future::join_all(wishes.map(|wish| market.ask(&organiser, wish))).await;
    let refusals: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().err())
        .collect();
    assert_eq!(refusals.len(), 7);
    assert!(
        refusals
            .iter()
            .all(|refusal| refusal.code == "claim_code_taken")
    );
    assert_eq!(offers(&market, &session).await.len(), 1);
    market.audit().await;
}
