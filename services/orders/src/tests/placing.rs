//! Orders placed, repeated, refused; who may see and move them.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_order_and_the_last_unit_is_sold_once() {
    let world = World::start().await;
    let offer = world.offer(3, 2).await;
    let (lan, hoa): (AccountId, AccountId) = (world.clock.id(), world.clock.id());
    let cod = wire::PaymentMethod::Cod;
    let results = world
        .place(vec![
            world.order(lan, "k1", offer, 2, cod),
            world.order(lan, "k1", offer, 2, cod),
            world.order(lan, "k1", offer, 1, cod),
            world.order(lan, "k2", offer, 1, cod),
            world.order(hoa, "k1", offer, 2, cod),
            wire::PlaceOrder {
                expected_total: 1,
                ..world.order(hoa, "k2", offer, 1, cod)
            },
            wire::PlaceOrder {
                contact: None,
                ..world.order(hoa, "k3", offer, 1, cod)
            },
            world.order(hoa, "k4", offer, 1, cod),
        ])
        .await;
    let first = placed(&results[0]);
    assert_eq!(
        (first.total, first.state()),
        (2 * 190_000 + 30_000, wire::OrderState::Confirmed)
    );
    assert!(results[1].replayed);
    assert_eq!(
        placed(&results[1]),
        first,
        "the same answer, field by field"
    );
    assert_eq!(code(&results[2]), "key_reused");
    assert_eq!(code(&results[3]), "over_limit");
    assert_eq!(code(&results[4]), "sold_out");
    assert_eq!(code(&results[5]), "total_changed");
    assert_eq!(code(&results[6]), "invalid_input");
    assert!(!results[7].replayed);
    let units = world.units(offer).await.unwrap();
    assert_eq!((units.left, units.sold), (0, 3));
    // Later, on another connection, the key still gets its first answer, although the order has moved on.
    let advance = wire::AdvanceOrder {
        order_id: first.order_id.clone(),
        to: wire::OrderState::Packed.into(),
        restock: false,
        reason: String::new(),
    };
    world.bus.ask(&world.staff(), &advance).await.unwrap();
    let again = world
        .place(vec![world.order(lan, "k1", offer, 2, cod)])
        .await;
    assert_eq!(placed(&again[0]), first);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_many_are_told_is_said_once_to_who_knows() {
    let world = World::start().await;
    let offer = world.offer(1, 0).await;
    let order = |units| {
        let shopper = world.clock.id();
        world.order(shopper, "k1", offer, units, wire::PaymentMethod::Cod)
    };
    let asked = wire::PlaceOrders {
        orders: vec![order(2), order(1), order(1), order(2), order(1)],
        knows_refused_as: true,
    };
    let told = world.ask_to_place(asked).await;
    placed(&told.results[1]);
    let refused_as = told.results.iter().map(|placed| match placed.result {
        Some(Placed::RefusedAs(at)) => Some(at),
        _ => None,
    });
    assert_eq!(
        refused_as.collect::<Vec<_>>(),
        [Some(0), None, Some(1), Some(1), Some(1)]
    );
    let words: Vec<&str> = told
        .refusals
        .iter()
        .map(|refusal| refusal.message_en.as_str())
        .collect();
    assert_eq!(
        words,
        ["Only 1 left, not enough for this order.", "Sold out."]
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_among_new_orders_gets_its_first_answer() {
    let world = World::start().await;
    let offer = world.offer(6, 0).await;
    let (lan, hoa, na): (AccountId, AccountId, AccountId) =
        (world.clock.id(), world.clock.id(), world.clock.id());
    let vietqr = wire::PaymentMethod::Vietqr;
    world.calm().await;
    let first = world
        .place(vec![world.order(lan, "k1", offer, 2, vietqr)])
        .await;
    let first = placed(&first[0]);
    let second = world
        .place(vec![
            world.order(hoa, "k1", offer, 1, vietqr),
            world.order(lan, "k1", offer, 2, vietqr),
            world.order(na, "k1", offer, 1, vietqr),
        ])
        .await;
    assert_eq!(
        second.iter().map(|one| one.replayed).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert_eq!(placed(&second[1]), first);
    assert_eq!(world.units(offer).await.unwrap().awaiting, 4);
    // The same beside one that takes too much.
    world.calm().await;
    let third = world
        .place(vec![
            world.order(lan, "k1", offer, 2, vietqr),
            world.order(hoa, "k2", offer, 1, vietqr),
            world.order(hoa, "k3", offer, 2, vietqr),
        ])
        .await;
    assert_eq!(placed(&third[0]), first);
    assert!(third[0].replayed && !third[1].replayed);
    assert_eq!(code(&third[2]), "sold_out");
    let units = world.units(offer).await.unwrap();
    assert_eq!((units.left, units.awaiting), (1, 5));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_counts_what_was_ordered_before() {
    let world = World::start().await;
    let offer = world.offer(9, 2).await;
    let (lan, hoa): (AccountId, AccountId) = (world.clock.id(), world.clock.id());
    let cod = wire::PaymentMethod::Cod;
    let first = world
        .place(vec![world.order(lan, "k1", offer, 2, cod)])
        .await;
    placed(&first[0]);
    let later = world
        .place(vec![
            world.order(lan, "k2", offer, 1, cod),
            world.order(hoa, "k1", offer, 1, cod),
        ])
        .await;
    assert_eq!(code(&later[0]), "over_limit");
    placed(&later[1]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_moves_what_is_not_theirs() {
    let world = World::start().await;
    let offer = world.offer(5, 0).await;
    let vietqr = wire::PaymentMethod::Vietqr;
    let results = world
        .place(vec![world.order(world.clock.id(), "a", offer, 1, vietqr)])
        .await;
    let order = placed(&results[0]).clone();
    let stranger = Actor {
        account_id: world.clock.id::<AccountId>().to_string(),
        ..Actor::default()
    };
    let shopper = Actor {
        account_id: order.account_id.clone(),
        ..Actor::default()
    };
    let show = wire::ShowOrder {
        order_id: order.order_id.clone(),
    };
    let cancel = wire::CancelOrder {
        order_id: order.order_id.clone(),
        reason: "Đổi ý".into(),
    };
    let to = wire::OrderState::Packed.into();
    let advance = wire::AdvanceOrder {
        order_id: order.order_id.clone(),
        to,
        ..Default::default()
    };
    let payment_id = order.payments[0].payment_id.clone();
    let qr = wire::ShowPaymentQr {
        payment_id,
        format: wire::ImageFormat::Png.into(),
    };
    let figures = wire::ShowFigures {
        session_id: world.session.to_string(),
    };
    let list = wire::ListOrders {
        session_id: world.session.to_string(),
        ..Default::default()
    };

    assert_eq!(world.refused(&stranger, &show).await, "not_found");
    assert_eq!(world.refused(&stranger, &cancel).await, "not_found");
    assert_eq!(world.refused(&stranger, &advance).await, "not_found");
    assert_eq!(world.refused(&stranger, &qr).await, "not_found");
    assert_eq!(world.refused(&stranger, &figures).await, "forbidden");
    assert_eq!(world.refused(&shopper, &figures).await, "forbidden");
    assert_eq!(
        world.refused(&world.staff(), &advance).await,
        "illegal_move",
        "not paid yet"
    );
    assert_eq!(world.bus.ask(&stranger, &list).await.unwrap().orders, []);

    assert_eq!(
        world.bus.ask(&shopper, &list).await.unwrap().orders.len(),
        1
    );
    assert!(
        world
            .bus
            .ask(&shopper, &qr)
            .await
            .unwrap()
            .image
            .starts_with(b"\x89PNG")
    );
    let cancelled = world.bus.ask(&shopper, &cancel).await.unwrap();
    assert_eq!(
        (cancelled.state(), cancelled.history.len()),
        (wire::OrderState::Cancelled, 1)
    );
    assert_eq!(world.units(offer).await.unwrap().left, 5);
    world.finish().await;
}
