//! The offer's machine, by example and by random walks.

use chassis::id::Id as _;
use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    claim_code::ClaimCode,
    goods::{
        NotForSale,
        tests::{but, tea},
    },
    session::tests::{noon, planned},
};

fn wish() -> Wish {
    Wish {
        claim_code: ClaimCode::parse("A05").unwrap(),
        live_price: Vnd::new(300_000),
        units: 10,
        limit_per_shopper: 2,
        payee_kind: PayeeKind::Producer,
        opens_at: None,
        closes_at: None,
    }
}

fn propose(wish: &Wish, goods: &Goods, line_up: &[Offer]) -> Result<Offer, Rule> {
    Offer::propose(
        OfferId::from_uuid(Uuid::from_u128(7)),
        &planned(),
        line_up,
        goods,
        wish,
        noon(),
    )
}

fn live() -> Session {
    let mut session = planned();
    session.go_live(noon()).unwrap();
    session
}

fn allotted() -> Offer {
    let mut offer = propose(&wish(), &tea(), &[]).unwrap();
    offer.allot(10);
    offer
}

#[test]
fn an_offer_copies_its_goods() {
    let offer = propose(&wish(), &tea(), &[]).unwrap();
    assert_eq!(
        (offer.title.as_str(), offer.stars_shown, offer.position),
        ("Chè Shan tuyết", 5, 1)
    );
    assert!(offer.is(tea().variant.id, &wish()));
    assert!(!offer.is(
        tea().variant.id,
        &Wish {
            units: 11,
            ..wish()
        }
    ));
}

#[test]
fn a_wish_is_refused_with_its_reason() {
    let refused = |wish: Wish, goods: &Goods| propose(&wish, goods, &[]).unwrap_err();
    assert_eq!(
        refused(wish(), &but(|tea| tea.product.listed = false)),
        Rule::NotForSale(NotForSale::Withdrawn)
    );
    assert_eq!(
        refused(
            Wish {
                payee_kind: PayeeKind::Organiser,
                ..wish()
            },
            &tea()
        ),
        Rule::NotForSale(NotForSale::NoAccount)
    );
    assert_eq!(
        refused(wish(), &but(|tea| tea.producer.account = None)),
        Rule::NotForSale(NotForSale::NoAccount)
    );
    assert!(matches!(
        refused(
            Wish {
                live_price: Vnd::new(174_999),
                ..wish()
            },
            &tea()
        ),
        Rule::Price(law::PriceFault::TooDeep { .. })
    ));
    assert!(matches!(
        refused(
            Wish {
                live_price: Vnd::new(350_001),
                ..wish()
            },
            &tea()
        ),
        Rule::Price(law::PriceFault::OverList { .. })
    ));
    assert_eq!(
        refused(
            Wish {
                closes_at: Some(noon()),
                ..wish()
            },
            &tea()
        ),
        Rule::ClosingTimePassed(noon())
    );
}

#[test]
fn a_code_is_free_again_only_if_nothing_was_ever_sold_by_it() {
    let mut offer = allotted();
    assert_eq!(
        propose(&wish(), &tea(), std::slice::from_ref(&offer)),
        Err(Rule::CodeTaken)
    );
    let mut unsold = offer.clone();
    unsold.close();
    assert_eq!(propose(&wish(), &tea(), &[unsold]).unwrap().position, 2);
    offer.open(&live(), &tea(), noon()).unwrap();
    offer.close();
    assert_eq!(propose(&wish(), &tea(), &[offer]), Err(Rule::CodeTaken));
}

#[test]
fn it_opens_only_with_units_on_air_and_lawful() {
    let mut offer = propose(&wish(), &tea(), &[]).unwrap();
    assert_eq!(offer.open(&live(), &tea(), noon()), Err(Rule::NotAllotted));
    offer.allot(10);
    assert_eq!(offer.open(&planned(), &tea(), noon()), Err(Rule::NotLive));
    let suspended = but(|tea| tea.producer.verified = false);
    assert_eq!(
        offer.open(&live(), &suspended, noon()),
        Err(Rule::NotForSale(NotForSale::ProducerNotVerified))
    );
    let cheaper = but(|tea| tea.variant.list_price = Vnd::new(250_000));
    assert!(matches!(
        offer.open(&live(), &cheaper, noon()),
        Err(Rule::Price(_))
    ));
    assert_eq!(
        offer.open(&live(), &but(|tea| tea.variant.weight_grams = 170), noon()),
        Ok(Step::Changed)
    );
    assert_eq!(offer.weight_grams, 170);
    assert_eq!(offer.open(&live(), &tea(), noon()), Ok(Step::Already));
    offer.close();
    assert_eq!(offer.open(&live(), &tea(), noon()), Err(Rule::OfferClosed));
}

#[test]
fn a_refused_restock_leaves_the_offer_as_it_was() {
    let mut offer = allotted();
    offer.restock(5).unwrap();
    offer.refuse_units("chỉ còn 3".into(), "only 3 left".into());
    assert_eq!(
        (offer.state, offer.allotted_units, offer.proposed_units),
        (OfferState::Allotted, 10, 15)
    );
    assert_eq!(offer.refused_en, "only 3 left");
    offer.restock(3).unwrap();
    offer.allot(3);
    assert_eq!((offer.allotted_units, offer.refused_en.as_str()), (13, ""));
}

#[test]
fn units_that_come_after_the_end_are_counted_and_a_late_refusal_ends_it() {
    let mut late = propose(&wish(), &tea(), &[]).unwrap();
    late.close();
    let mut refused = late.clone();
    late.allot(10);
    assert_eq!((late.state, late.allotted_units), (OfferState::Closed, 10));
    refused.refuse_units("hết".into(), "none".into());
    assert_eq!(refused.state, OfferState::Refused);
    refused.settle(0, 0);
    assert_eq!(refused.state, OfferState::Refused);
}

#[test]
fn what_is_settled_later_is_added() {
    let mut offer = allotted();
    offer.restock(4).unwrap();
    offer.close();
    offer.settle(7, 3);
    offer.settle(0, 4);
    offer.allot(4);
    assert_eq!(
        (
            offer.state,
            offer.sold_units,
            offer.given_back_units,
            offer.allotted_units
        ),
        (OfferState::Settled, 7, 7, 14)
    );
}

#[test]
fn goods_are_followed_but_not_under_the_shoppers_hands() {
    let mut offer = allotted();
    assert_eq!(offer.follow(&tea()), Step::Already);
    offer.open(&live(), &tea(), noon()).unwrap();
    let revoked = but(|tea| {
        tea.product.stars_shown = 0;
        tea.product.cod_allowed = false;
        tea.variant.list_price = Vnd::new(400_000);
    });
    assert_eq!(offer.follow(&revoked), Step::Changed);
    assert_eq!(
        (offer.stars_shown, offer.cod_allowed, offer.list_price),
        (0, true, Vnd::new(350_000))
    );
}

#[test]
fn the_clock_opens_and_closes() {
    let mut offer = allotted();
    offer.opens_at = Some(noon());
    offer.closes_at = Some(noon() + TimeDelta::minutes(1));
    assert_eq!(offer.due(noon() - TimeDelta::seconds(1)), None);
    assert_eq!(offer.due(noon()), Some(Due::Open));
    offer.open(&live(), &tea(), noon()).unwrap();
    assert_eq!(offer.due(noon()), None);
    assert_eq!(offer.due(noon() + TimeDelta::minutes(1)), Some(Due::Close));
    offer.close();
    assert_eq!(offer.due(noon() + TimeDelta::minutes(1)), None);
}

#[test]
fn sold_out_is_news_once_until_more_comes() {
    let mut offer = allotted();
    assert!(!offer.sell_out());
    offer.open(&live(), &tea(), noon()).unwrap();
    assert!(offer.sell_out());
    assert!(!offer.sell_out());
    offer.allot(1);
    assert!(offer.sell_out());
}

proptest! {
    #[test]
    fn no_walk_leaves_the_machine(steps in prop::collection::vec((0_u8..7, 1_i64..50), 0..20)) {
        let mut offer = propose(&wish(), &tea(), &[]).unwrap();
        let mut under_way = vec![offer.proposed_units];
        for (step, units) in steps {
            let before = offer.clone();
            match step {
                0 => if offer.restock(units).is_ok() { under_way.push(units) },
                1 => if let Some(units) = under_way.pop() { offer.allot(units) },
                2 => if under_way.pop().is_some() { offer.refuse_units("x".into(), "x".into()) },
                3 => drop(offer.open(&live(), &tea(), noon())),
                4 => drop(offer.close()),
                5 => drop(offer.follow(&but(|tea| tea.product.stars_shown = 3))),
                _ => if offer.state == OfferState::Closed { offer.settle(0, offer.allotted_units) },
            }
            prop_assert!(offer.allotted_units <= offer.proposed_units);
            prop_assert!(offer == before || offer.version > before.version);
            prop_assert!(offer.state != OfferState::Open || offer.allotted_units > 0);
            prop_assert!(offer.state != OfferState::Open || offer.opened_at.is_some());
            // Nothing comes back from the end.
            prop_assert!(before.is_unclosed() || !offer.is_unclosed());
            // What is decided by stays while it is on sale.
            prop_assert!(before.state != OfferState::Open || offer.live_price == before.live_price);
        }
    }
}
