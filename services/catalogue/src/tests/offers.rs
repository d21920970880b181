//! What livestream and orders say of offers, and what becomes of the units.

use chassis::{
    Core,
    envelope::EventHead,
    id::{EventId, OfferId, OrderId, ProposalId, SessionId},
    inbox::Heard,
    lifecycle::Lifecycle,
    outbox, testing,
};
use proto::{
    catalogue::v1::{
        ListProduct, Product, StockAllotted, StockRefused, StockReturned, WithdrawProduct,
    },
    contract::Event,
    livestream::v1::OfferProposed,
    orders::v1::{OfferSettled, UnitsReturned},
};
use sqlx::migrate::Migrator;

use super::{SOON, World, a_product};
use crate::{
    app::{allot_stock::allot_stock, settle_offer::settle_offer, take_back_units::take_back_units},
    error::Error,
};

fn heard<E: Event>(world: &World, event: E) -> Heard<E> {
    let head = EventHead {
        trace: None,
        source: E::SERVICE.to_owned(),
        id: world.clock.id::<EventId>(),
        event_type: E::full_name(),
        aggregate: None,
        at: world.clock.now(),
    };
    Heard { head, event }
}

pub(super) fn proposed(world: &World, product: &Product, units: i64) -> OfferProposed {
    OfferProposed {
        proposal_id: world.clock.id::<ProposalId>().to_string(),
        offer_id: world.clock.id::<OfferId>().to_string(),
        session_id: world.clock.id::<SessionId>().to_string(),
        variant_id: product.variants[0].variant_id.clone(),
        units,
    }
}

pub(super) fn settled(asked: &OfferProposed, sold: i64, given_back: i64) -> OfferSettled {
    OfferSettled {
        offer_id: asked.offer_id.clone(),
        session_id: asked.session_id.clone(),
        variant_id: asked.variant_id.clone(),
        units_sold: sold,
        units_given_back: given_back,
    }
}

pub(super) fn returned(
    world: &World,
    asked: &OfferProposed,
    units: i64,
    restock: bool,
) -> UnitsReturned {
    UnitsReturned {
        offer_id: asked.offer_id.clone(),
        variant_id: asked.variant_id.clone(),
        order_id: world.clock.id::<OrderId>().to_string(),
        units,
        restock,
    }
}

pub(super) async fn allot(world: &World, asked: &OfferProposed) {
    allot_stock(world.ctx.clone(), heard(world, asked.clone()))
        .await
        .unwrap();
}

pub(super) async fn figures(world: &World, product: &Product) -> (i64, i64, i64, i64) {
    let stock = world.stock(&world.organiser(), &product.product_id).await;
    (stock.on_hand, stock.allotted, stock.sold, stock.written_off)
}

#[tokio::test]
async fn units_go_to_an_offer_are_sold_given_back_and_returned() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 100).await;
    let asked = proposed(&world, &product, 60);
    let event = heard(&world, asked.clone());
    for _ in 0..2 {
        allot_stock(world.ctx.clone(), event.clone()).await.unwrap();
    }
    allot(&world, &asked).await;
    assert_eq!(
        world.said::<StockAllotted>().await.len(),
        1,
        "one answer for a proposal, however often it is heard"
    );
    assert_eq!(figures(&world, &product).await, (40, 60, 0, 0));
    let more = OfferProposed {
        proposal_id: world.clock.id::<ProposalId>().to_string(),
        units: 10,
        ..asked.clone()
    };
    allot(&world, &more).await;
    assert_eq!(figures(&world, &product).await, (30, 70, 0, 0));
    let event = heard(&world, settled(&asked, 50, 20));
    for _ in 0..2 {
        settle_offer(world.ctx.clone(), event.clone())
            .await
            .unwrap();
    }
    settle_offer(world.ctx.clone(), heard(&world, settled(&asked, 50, 20)))
        .await
        .unwrap();
    assert_eq!(figures(&world, &product).await, (50, 0, 50, 0));
    let said = world.said::<StockReturned>().await;
    assert_eq!(
        (said.len(), said[0].units_returned, said[0].units_sold),
        (1, 20, 50)
    );
    let event = heard(&world, returned(&world, &asked, 3, true));
    for _ in 0..2 {
        take_back_units(world.ctx.clone(), event.clone())
            .await
            .unwrap();
    }
    take_back_units(
        world.ctx.clone(),
        heard(&world, returned(&world, &asked, 2, false)),
    )
    .await
    .unwrap();
    assert_eq!(figures(&world, &product).await, (53, 0, 45, 2));
    let mut conn = world.ctx.db.acquire().await.unwrap();
    let offers = crate::audit::allotments(&mut conn).await.unwrap();
    let offer = offers[0];
    assert_eq!(
        (
            offer.units,
            offer.units_sold,
            offer.given_back,
            offer.returned,
            offer.settled
        ),
        (70, 50, 20, 5, true)
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn what_cannot_be_allotted_is_refused_with_its_reason() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 5).await;
    let spirit = Product {
        name: "Rượu".into(),
        product_set: 14,
        alcohol_permille: 300,
        ..a_product(&product.producer_id)
    };
    let mut spirit = spirit;
    for variant in &mut spirit.variants {
        variant.sku = format!("R-{}", variant.sku);
    }
    let spirit = world
        .ask(
            &keeper,
            ListProduct {
                product: Some(spirit),
            },
        )
        .await
        .unwrap();
    let (_, draft) = {
        let (keeper, producer) = world.registered("9900000002").await;
        let product = world
            .ask(
                &keeper,
                ListProduct {
                    product: Some(a_product(&producer.producer_id)),
                },
            )
            .await
            .unwrap();
        (keeper, product)
    };
    let unknown = OfferProposed {
        variant_id: "?".into(),
        ..proposed(&world, &product, 1)
    };
    for asked in [
        proposed(&world, &product, 6),
        proposed(&world, &spirit, 1),
        proposed(&world, &draft, 1),
        unknown,
        proposed(&world, &product, 0),
    ] {
        allot(&world, &asked).await;
        allot(&world, &asked).await;
    }
    let withdraw = WithdrawProduct {
        product_id: product.product_id.clone(),
        reason: "Hết mùa".into(),
    };
    world.ask(&keeper, withdraw).await.unwrap();
    allot(&world, &proposed(&world, &product, 1)).await;
    let said: Vec<(String, i64)> = world
        .said::<StockRefused>()
        .await
        .into_iter()
        .map(|said| (said.reason_code, said.units_on_hand))
        .collect();
    let expected = [
        ("not_enough", 5),
        ("not_live", 0),
        ("producer_not_verified", 0),
        ("no_such_variant", 0),
        ("bad_units", 5),
        ("withdrawn", 5),
    ];
    assert_eq!(
        said,
        expected.map(|(code, on_hand)| (code.to_owned(), on_hand))
    );
    assert!(world.said::<StockAllotted>().await.is_empty());
    assert_eq!(figures(&world, &product).await, (5, 0, 0, 0));
    world.assert_sound().await;
}

#[tokio::test]
async fn offers_that_ask_at_once_never_get_more_than_there_is() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 10).await;
    let asked: Vec<_> = (0..8).map(|_| proposed(&world, &product, 3)).collect();
    let mut tasks = tokio::task::JoinSet::new();
    for asked in asked {
        tasks.spawn(allot_stock(world.ctx.clone(), heard(&world, asked)));
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(world.said::<StockAllotted>().await.len(), 3);
    let refused = world.said::<StockRefused>().await;
    assert!(
        refused.len() == 5
            && refused
                .iter()
                .all(|said| said.reason_code == "not_enough" && said.units_on_hand < 3)
    );
    assert_eq!(figures(&world, &product).await, (1, 9, 0, 0));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_restock_that_reached_orders_late_comes_back_by_itself() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 10).await;
    let asked = proposed(&world, &product, 4);
    allot(&world, &asked).await;
    let late = OfferProposed {
        proposal_id: world.clock.id::<ProposalId>().to_string(),
        ..asked.clone()
    };
    allot(&world, &late).await;
    // Nothing was sold of what orders had not heard of.
    settle_offer(world.ctx.clone(), heard(&world, settled(&asked, 0, 0)))
        .await
        .unwrap();
    settle_offer(world.ctx.clone(), heard(&world, settled(&asked, 3, 1)))
        .await
        .unwrap();
    assert_eq!(figures(&world, &product).await, (3, 4, 3, 0));
    // Too late: the offer is being settled.
    let later = OfferProposed {
        proposal_id: world.clock.id::<ProposalId>().to_string(),
        units: 1,
        ..asked.clone()
    };
    allot(&world, &later).await;
    assert_eq!(
        world.said::<StockRefused>().await[0].reason_code,
        "offer_settled"
    );
    settle_offer(world.ctx.clone(), heard(&world, settled(&asked, 0, 4)))
        .await
        .unwrap();
    assert_eq!(figures(&world, &product).await, (7, 0, 3, 0));
    world.assert_sound().await;
}

#[tokio::test]
async fn figures_that_cannot_be_change_nothing() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 10).await;
    let asked = proposed(&world, &product, 4);
    let unknown = settle_offer(world.ctx.clone(), heard(&world, settled(&asked, 4, 0))).await;
    assert!(matches!(unknown, Err(Error::NoAllotment(_))), "{unknown:?}");
    allot(&world, &asked).await;
    for (sold, back) in [(4, 1), (5, -1), (-1, 0)] {
        let wrong = settle_offer(
            world.ctx.clone(),
            heard(&world, settled(&asked, sold, back)),
        )
        .await;
        assert!(matches!(wrong, Err(Error::Impossible { .. })), "{wrong:?}");
    }
    let early = take_back_units(
        world.ctx.clone(),
        heard(&world, returned(&world, &asked, 1, true)),
    )
    .await;
    assert!(matches!(early, Err(Error::Impossible { .. })), "{early:?}");
    let other = OfferSettled {
        variant_id: product.variants[1].variant_id.clone(),
        ..settled(&asked, 2, 2)
    };
    let other = settle_offer(world.ctx.clone(), heard(&world, other)).await;
    assert!(matches!(other, Err(Error::Impossible { .. })), "{other:?}");
    settle_offer(world.ctx.clone(), heard(&world, settled(&asked, 2, 2)))
        .await
        .unwrap();
    let many = take_back_units(
        world.ctx.clone(),
        heard(&world, returned(&world, &asked, 3, true)),
    )
    .await;
    assert!(matches!(many, Err(Error::Impossible { .. })), "{many:?}");
    assert_eq!(figures(&world, &product).await, (8, 0, 2, 0));
    world.assert_sound().await;
}

#[tokio::test]
async fn over_the_bus_a_proposal_is_answered_and_nonsense_is_a_dead_letter() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 10).await;
    let settings = testing::settings(&world.nats);
    let none = Migrator::DEFAULT;
    let database = testing::database("livestream", &none).await;
    let livestream = Core::start(
        &settings,
        "livestream",
        &database,
        &none,
        world.clock.clone(),
        Lifecycle::default(),
    )
    .await
    .unwrap();
    let asked = proposed(&world, &product, 4);
    let nonsense = OfferProposed {
        offer_id: "?".into(),
        ..asked.clone()
    };
    let mut tx = livestream.begin().await.unwrap();
    for event in [&nonsense, &asked] {
        outbox::say(&mut tx, &livestream.clock, "session:test", event)
            .await
            .unwrap();
    }
    livestream.commit(tx).await.unwrap();
    let world = &world;
    let said = testing::eventually("an answer", SOON, || async move {
        world.said::<StockAllotted>().await.pop()
    })
    .await;
    assert_eq!((said.proposal_id, said.units), (asked.proposal_id, 4));
    let dead: i64 = sqlx::query_scalar("select count(*) from chassis.dead_letter")
        .fetch_one(&world.ctx.db)
        .await
        .unwrap();
    assert_eq!(dead, 1);
    assert_eq!(figures(world, &product).await, (6, 4, 0, 0));
    world.assert_sound().await;
}
