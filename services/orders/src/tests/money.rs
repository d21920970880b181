//! Money that confirms, comes late or strays.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn money_confirms_or_comes_late_and_the_offer_settles() {
    let world = World::start().await;
    let offer = world.offer(10, 0).await;
    let shopper: AccountId = world.clock.id();
    let vietqr = wire::PaymentMethod::Vietqr;
    let results = world
        .place(vec![
            world.order(shopper, "a", offer, 1, vietqr),
            world.order(shopper, "b", offer, 2, vietqr),
        ])
        .await;
    let (paid, unpaid) = (placed(&results[0]).clone(), placed(&results[1]).clone());
    let payment = &paid.payments[0];
    assert!(
        payment.vietqr.contains(&payment.payment_code),
        "the code is the memo"
    );

    assert!(
        !world
            .pay(
                "1",
                &format!("MBVCB.1.{}.CT tu", payment.payment_code.to_lowercase()),
                payment.amount_due
            )
            .await
            .duplicate
    );
    assert!(
        world
            .pay("1", &payment.payment_code, payment.amount_due)
            .await
            .duplicate
    );
    eventually("the order is confirmed", PATIENCE, || async {
        Some(world.state(&paid).await).filter(|order| order.state() == wire::OrderState::Confirmed)
    })
    .await;
    world
        .say(&OfferClosed {
            offer_id: offer.to_string(),
            session_id: world.session.to_string(),
        })
        .await;
    world
        .say(&SessionEnded {
            session_id: world.session.to_string(),
            ..SessionEnded::default()
        })
        .await;
    world.clock.advance(TimeDelta::seconds(901));
    eventually("the other one expires", PATIENCE, || async {
        Some(world.state(&unpaid).await).filter(|order| order.state() == wire::OrderState::Expired)
    })
    .await;
    let units = world.units(offer).await.unwrap();
    assert_eq!((units.sold, units.given_back, units.settled), (1, 9, true));

    let figures = wire::ShowFigures {
        session_id: world.session.to_string(),
    };
    let figures = eventually("the figures are level", PATIENCE, || async {
        let figures = world.bus.ask(&world.staff(), &figures).await.unwrap();
        (figures.orders_expired == 1).then_some(figures)
    })
    .await;
    assert_eq!(
        (figures.orders, figures.gross, figures.net, figures.paid),
        (2, 570_000, 190_000, 220_000)
    );
    let mut conn = world.ctx.db.acquire().await.unwrap();
    crate::store::figures::rebuild(&mut conn).await.unwrap();
    drop(conn);
    let again = world
        .bus
        .ask(
            &world.staff(),
            &wire::ShowFigures {
                session_id: world.session.to_string(),
            },
        )
        .await
        .unwrap();
    assert!(again.version > figures.version);
    assert_eq!(
        wire::Figures {
            version: figures.version,
            ..again
        },
        figures,
        "made anew from the orders, the figures are the same"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_is_flagged_and_refunded_and_a_stray_transfer_waits_for_a_person() {
    let world = World::start().await;
    let offer = world.offer(10, 0).await;
    let vietqr = wire::PaymentMethod::Vietqr;
    let results = world
        .place(vec![world.order(world.clock.id(), "b", offer, 2, vietqr)])
        .await;
    let unpaid = placed(&results[0]).clone();
    world.clock.advance(TimeDelta::seconds(901));
    let late = &unpaid.payments[0];
    world.pay("2", &late.payment_code, late.amount_due).await;
    world.pay("3", "tien hoc phi", 500_000).await;
    let late = eventually("late money is flagged", PATIENCE, || async {
        let order = world.state(&unpaid).await;
        order
            .payments
            .into_iter()
            .next()
            .filter(|payment| payment.state() == wire::PaymentState::Late)
    })
    .await;
    assert_eq!(late.amount_received, late.amount_due);
    let list = wire::ListBankEntries {
        session_id: world.session.to_string(),
        ..Default::default()
    };
    let entries = eventually("the stray transfer is for a person", PATIENCE, || async {
        let entries = world.bus.ask(&world.staff(), &list).await.unwrap().entries;
        entries
            .iter()
            .any(|entry| entry.outcome() == wire::BankEntryOutcome::Unmatched)
            .then_some(entries)
    })
    .await;
    assert_eq!(entries.len(), 2);
    let refund = wire::RecordRefund {
        payment_id: late.payment_id.clone(),
        reference: "FT123".into(),
    };
    assert_eq!(
        world
            .bus
            .ask(&world.staff(), &refund)
            .await
            .unwrap()
            .state(),
        wire::PaymentState::Refunded
    );
    let again: Refusal = world.bus.ask(&world.staff(), &refund).await.unwrap_err();
    assert_eq!(again.code, "nothing_due");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_heard_while_every_other_connection_is_taken() {
    let world = World::start().await;
    let mut held = Vec::new();
    for _ in 0..world.ctx.db.options().get_max_connections() {
        held.push(world.ctx.db.acquire().await.unwrap());
    }
    assert_eq!(world.ctx.db.num_idle(), 0);
    let received = world.pay("77", "khong ai no", 5_000).await;
    assert!(!received.duplicate);
    drop(held);
    world.finish().await;
}
