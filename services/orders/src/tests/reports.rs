//! Parcels, reports, settlements, over the bus.

use super::*;

/// Shipped free from a million; heavier than two kilograms costs more.
fn terms() -> SessionTerms {
    SessionTerms {
        cod_allowed: true,
        shipping_fee: 30_000,
        free_shipping_from: 1_000_000,
        shipping_grams: 2_000,
        shipping_fee_per_kg: 5_000,
        payment_window_seconds: 900,
        ..SessionTerms::default()
    }
}

struct Fair {
    world: World,
    offers: [OfferId; 2],
    producers: [ProducerId; 2],
}

/// Two producers with an offer each; the second is paid to the organiser.
async fn fair() -> Fair {
    let world = World::start().await;
    let (mut offers, mut producers) = (Vec::new(), Vec::new());
    for (code, price) in [("A01", 100_000), ("A02", 200_000)] {
        let (offer, variant, producer): (OfferId, VariantId, ProducerId) =
            (world.clock.id(), world.clock.id(), world.clock.id());
        world
            .say(&StockAllotted {
                offer_id: offer.to_string(),
                session_id: world.session.to_string(),
                variant_id: variant.to_string(),
                units: 10,
                ..StockAllotted::default()
            })
            .await;
        let payee_id = match code {
            "A01" => producer.to_string(),
            _ => world.organiser.to_string(),
        };
        world
            .say(&OfferOpened {
                offer: Some(Offer {
                    offer_id: offer.to_string(),
                    session_id: world.session.to_string(),
                    organiser_id: world.organiser.to_string(),
                    producer_id: producer.to_string(),
                    product_id: world.clock.id::<ProductId>().to_string(),
                    variant_id: variant.to_string(),
                    title: format!("Hàng {code}"),
                    claim_code: code.into(),
                    live_price: price,
                    weight_grams: 900,
                    cod_allowed: true,
                    shipped: true,
                    ..Offer::default()
                }),
                terms: Some(terms()),
                payee: Some(BankAccount {
                    bin: "970436".into(),
                    account_no: ACCOUNT_NO.into(),
                    account_name: "MAU".into(),
                }),
                payee_id,
            })
            .await;
        eventually("the offer is open", PATIENCE, || async {
            world.units(offer).await.filter(|units| units.open)
        })
        .await;
        offers.push(offer);
        producers.push(producer);
    }
    Fair {
        world,
        offers: offers.try_into().unwrap(),
        producers: producers.try_into().unwrap(),
    }
}

impl Fair {
    fn cart(&self, key: &str, units: [i64; 2], total: i64, cod: bool) -> wire::PlaceOrder {
        let method = if cod {
            wire::PaymentMethod::Cod
        } else {
            wire::PaymentMethod::Vietqr
        };
        let mut order = self
            .world
            .order(self.world.clock.id(), key, self.offers[0], 1, method);
        order.expected_total = total;
        let lines = self
            .offers
            .iter()
            .zip(units)
            .filter(|(_, units)| *units > 0);
        order.lines = lines
            .map(|(offer, units)| wire::PlaceLine {
                offer_id: offer.to_string(),
                units,
            })
            .collect();
        order
    }

    fn keeper(&self, of: usize) -> Actor {
        Actor {
            account_id: self.world.clock.id::<AccountId>().to_string(),
            producer_ids: vec![self.producers[of].to_string()],
            ..Actor::default()
        }
    }

    async fn advance(
        &self,
        by: &Actor,
        order: &wire::Order,
        of: usize,
        to: wire::ParcelState,
    ) -> Result<wire::Parcel, Refusal> {
        let request = wire::AdvanceParcel {
            order_id: order.order_id.clone(),
            producer_id: self.producers[of].to_string(),
            to: to.into(),
            restock: true,
            reason: String::new(),
        };
        self.world.bus.ask(by, &request).await
    }

    async fn report(&self) -> wire::Report {
        let session_id = self.world.session.to_string();
        let request = wire::ShowReport { session_id };
        self.world
            .bus
            .ask(&self.world.staff(), &request)
            .await
            .unwrap()
    }

    async fn settlement(&self, by: &Actor, of: usize) -> Vec<wire::SettlementRow> {
        let request = wire::ShowSettlement {
            producer_id: self.producers[of].to_string(),
            ..Default::default()
        };
        self.world.bus.ask(by, &request).await.unwrap().rows
    }
}

fn adds_up(sums: &wire::ReportSums) {
    assert_eq!(
        sums.units_placed,
        sums.units_sold
            + sums.units_awaiting
            + sums.units_cancelled
            + sums.units_expired
            + sums.units_returned,
        "{sums:?}"
    );
    assert_eq!(
        sums.gross,
        sums.net + sums.cancelled + sums.expired + sums.returned,
        "{sums:?}"
    );
    assert_eq!(
        sums.units_offered,
        sums.units_left
            + sums.units_held
            + sums.units_given_back
            + sums.units_sold
            + sums.units_awaiting,
        "{sums:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn shipping_follows_the_rule_and_is_paid_with_the_first_payee() {
    let fair = fair().await;
    let results = fair
        .world
        .place(vec![
            // 900 g; 2,700 g: a kilogram begun above two; a million: free.
            fair.cart("light", [1, 0], 130_000, false),
            fair.cart("heavy", [1, 2], 500_000 + 35_000, false),
            fair.cart("free", [2, 4], 1_000_000, false),
            fair.cart("stale", [1, 2], 500_000 + 30_000, false),
        ])
        .await;
    assert_eq!(placed(&results[0]).shipping_fee, 30_000);
    let heavy = placed(&results[1]);
    assert_eq!((heavy.shipping_fee, heavy.total), (35_000, 535_000));
    let dues: Vec<i64> = heavy
        .payments
        .iter()
        .map(|payment| payment.amount_due)
        .collect();
    assert_eq!(dues, [135_000, 400_000]);
    assert_eq!(placed(&results[2]).shipping_fee, 0);
    assert_eq!(code(&results[3]), "total_changed");
    fair.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_are_seen_and_moved_by_those_whose_they_are() {
    let fair = fair().await;
    let world = &fair.world;
    let results = world
        .place(vec![
            fair.cart("both", [1, 1], 330_000, true),
            fair.cart("one", [0, 1], 230_000, true),
            fair.cart("unpaid", [1, 0], 130_000, false),
        ])
        .await;
    let both = placed(&results[0]);
    let (keeper, other) = (fair.keeper(0), fair.keeper(1));
    let mine = wire::ListParcels {
        producer_id: fair.producers[0].to_string(),
        ..Default::default()
    };
    let parcels = world.bus.ask(&keeper, &mine).await.unwrap().parcels;
    assert_eq!(parcels.len(), 1, "what is not paid is not packed");
    let parcel = &parcels[0];
    assert_eq!(
        (
            parcel.state(),
            parcel.goods_total,
            parcel.to_collect,
            parcel.parcels
        ),
        (wire::ParcelState::ToPack, 100_000, 130_000, 2)
    );
    assert_eq!(parcel.lines.len(), 1);
    assert!(parcel.contact.is_some() && parcel.delivery.is_some());
    assert_eq!(world.refused(&other, &mine).await, "forbidden");
    let all = wire::ListParcels {
        session_id: world.session.to_string(),
        ..Default::default()
    };
    assert_eq!(world.refused(&keeper, &all).await, "forbidden");
    let staff = world.staff();
    let list = world.bus.ask(&staff, &all).await.unwrap().parcels;
    assert_eq!(list.len(), 3);
    let collected: i64 = list.iter().map(|parcel| parcel.to_collect).sum();
    assert_eq!(collected, 330_000 + 230_000, "the shipping once an order");

    let packed = wire::ParcelState::Packed;
    let refused = fair.advance(&other, both, 0, packed).await.unwrap_err();
    assert_eq!(refused.code, "forbidden");
    let stranger = Actor {
        account_id: world.clock.id::<AccountId>().to_string(),
        ..Actor::default()
    };
    let refused = fair.advance(&stranger, both, 0, packed).await.unwrap_err();
    assert_eq!(refused.code, "not_found");
    let moved = fair.advance(&keeper, both, 0, packed).await.unwrap();
    assert_eq!(
        (moved.state(), moved.order_state()),
        (packed, wire::OrderState::Confirmed)
    );
    let order = world.state(both).await;
    assert_eq!(order.state(), wire::OrderState::Confirmed);
    assert_eq!(order.ahead.len(), 1);
    let to_pack = wire::ListParcels {
        state: wire::ParcelState::ToPack.into(),
        ..all
    };
    let left = world.bus.ask(&staff, &to_pack).await.unwrap().parcels;
    let whose: Vec<_> = left.iter().map(|parcel| &parcel.producer_id).collect();
    assert_eq!(whose, [&fair.producers[1].to_string(); 2]);
    let moved = fair.advance(&staff, both, 1, packed).await.unwrap();
    assert_eq!(moved.order_state(), wire::OrderState::Packed);
    fair.world.finish().await;
}

#[expect(clippy::too_many_lines, reason = "one story")]
#[tokio::test(flavor = "multi_thread")]
async fn reports_and_settlements_add_up_with_the_figures_whatever_happened() {
    let fair = fair().await;
    let world = &fair.world;
    let results = world
        .place(vec![
            fair.cart("back", [2, 1], 435_000, true),
            fair.cart("paid", [1, 0], 130_000, false),
            fair.cart("off", [0, 1], 230_000, true),
            fair.cart("late", [1, 1], 330_000, false),
        ])
        .await;
    let orders: Vec<wire::Order> = results.iter().map(|one| placed(one).clone()).collect();
    world
        .pay("1", &orders[1].payments[0].payment_code, 130_000)
        .await;
    eventually("the payment is judged", PATIENCE, || async {
        let state = world.state(&orders[1]).await.state();
        (state == wire::OrderState::Confirmed).then_some(())
    })
    .await;
    let cancel = wire::CancelOrder {
        order_id: orders[2].order_id.clone(),
        reason: "đổi ý".into(),
    };
    world.bus.ask(&world.staff(), &cancel).await.unwrap();

    let report = fair.report().await;
    let totals = report.totals.unwrap();
    adds_up(&totals);
    assert_eq!(
        (totals.orders, totals.gross, totals.net),
        (4, 1_000_000, 800_000)
    );
    assert_eq!((totals.awaiting, totals.units_awaiting), (300_000, 2));
    assert_eq!(totals.shipping_fees, 95_000, "of the three that stand");

    world.clock.advance(TimeDelta::seconds(901));
    eventually("the unpaid order expires", PATIENCE, || async {
        let state = world.state(&orders[3]).await.state();
        (state == wire::OrderState::Expired).then_some(())
    })
    .await;
    world
        .say(&SessionEnded {
            session_id: world.session.to_string(),
            ..SessionEnded::default()
        })
        .await;
    for offer in fair.offers {
        eventually("all is settled", PATIENCE, || async {
            world.units(offer).await.filter(|units| units.settled)
        })
        .await;
    }
    let staff = world.staff();
    for to in [wire::ParcelState::Shipped, wire::ParcelState::Delivered] {
        fair.advance(&staff, &orders[0], 0, to).await.unwrap();
    }
    for to in [wire::ParcelState::Shipped, wire::ParcelState::Returned] {
        fair.advance(&staff, &orders[0], 1, to).await.unwrap();
    }
    let order = world.state(&orders[0]).await;
    assert_eq!(order.state(), wire::OrderState::Delivered);

    let report = fair.report().await;
    let totals = report.totals.unwrap();
    adds_up(&totals);
    assert_eq!((totals.gross, totals.net), (1_000_000, 300_000));
    assert_eq!(
        (totals.cancelled, totals.expired, totals.returned),
        (200_000, 300_000, 200_000)
    );
    let of = |sums: &[Option<wire::ReportSums>], field: fn(&wire::ReportSums) -> i64| -> i64 {
        sums.iter().flatten().map(field).sum()
    };
    let offers: Vec<_> = report.offers.iter().map(|offer| offer.sums).collect();
    let producers: Vec<_> = report.producers.iter().map(|one| one.sums).collect();
    for sums in [&offers, &producers] {
        assert_eq!(sums.len(), 2);
        sums.iter().flatten().for_each(adds_up);
        assert_eq!(of(sums, |sums| sums.net), totals.net);
        assert_eq!(of(sums, |sums| sums.units_returned), totals.units_returned);
        assert_eq!(of(sums, |sums| sums.units_offered), 20);
    }
    let minutes: u64 = report.minutes.iter().map(|minute| minute.orders).sum();
    assert_eq!(minutes, 4);

    let session_id = world.session.to_string();
    eventually("the figures say the same", PATIENCE, || async {
        let show = wire::ShowFigures {
            session_id: session_id.clone(),
        };
        let figures = world.bus.ask(&staff, &show).await.unwrap();
        let same = (figures.gross, figures.net) == (totals.gross, totals.net)
            && figures.units == u64::try_from(totals.units_placed).unwrap();
        same.then_some(())
    })
    .await;
    let sum = wire::SumSessions {
        organiser_id: world.organiser.to_string(),
        session_ids: vec![session_id],
    };
    let summed = world.bus.ask(&staff, &sum).await.unwrap().sessions;
    assert_eq!(summed[0].sums, Some(totals));
    assert_eq!(summed[0].producer_ids.len(), 2);
    assert_eq!(world.refused(&fair.keeper(0), &sum).await, "forbidden");

    // The producer's own account had 100,000 by transfer, and 200,000 were collected.
    let own = fair.settlement(&fair.keeper(0), 0).await;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].payee_id, fair.producers[0].to_string());
    assert_eq!(
        (own[0].net, own[0].by_transfer, own[0].cod_collected),
        (300_000, 100_000, 200_000)
    );
    let by_organiser = fair.settlement(&staff, 1).await;
    let row = &by_organiser[0];
    assert_eq!(row.payee_id, world.organiser.to_string());
    assert_eq!(
        (row.gross, row.net, row.returned, row.cancelled, row.expired),
        (600_000, 0, 200_000, 200_000, 200_000)
    );
    let net: i64 = own.iter().chain(&by_organiser).map(|row| row.net).sum();
    assert_eq!(net, totals.net);
    let foreign = Actor {
        memberships: vec![Membership {
            organiser_id: world.clock.id::<OrganiserId>().to_string(),
            role: Role::Organiser.into(),
        }],
        ..staff
    };
    assert_eq!(fair.settlement(&foreign, 0).await, []);

    // Made anew from the orders, the figures are the same.
    let mut conn = PgConnection::connect(world.database.expose_secret())
        .await
        .unwrap();
    crate::store::figures::rebuild(&mut conn).await.unwrap();
    fair.world.finish().await;
}
