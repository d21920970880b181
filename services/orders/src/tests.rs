//! The service against a real Postgres and a real NATS server.

use std::time::Duration;

use async_nats::jetstream;
use chassis::{
    Refusal,
    bus::Bus,
    clock::Clock,
    config::Settings,
    envelope::EventHead,
    id::{AccountId, EventId, OfferId, OrganiserId, ProducerId, ProductId, SessionId, VariantId},
    lifecycle::Lifecycle,
    local::LocalNats,
    testing::{self, eventually},
};
use chrono::TimeDelta;
use proto::{
    catalogue::v1::StockAllotted,
    common::v1::{Actor, BankAccount, Membership, Role},
    contract::{Event, Request, place_subject, shard_of},
    livestream::v1::{Offer, OfferClosed, OfferOpened, SessionEnded, SessionTerms},
    orders::v1::{self as wire, placed_order::Result as Placed},
};
use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, PgConnection};

use crate::{Config, Ctx, MIGRATOR, audit};

const PATIENCE: Duration = Duration::from_secs(10);
const ACCOUNT_NO: &str = "0000000001";

/// A running orders service, and the words of the services around it.
struct World {
    ctx: Ctx,
    bus: Bus,
    jetstream: jetstream::Context,
    clock: Clock,
    lifecycle: Lifecycle,
    database: secrecy::SecretString,
    organiser: OrganiserId,
    session: SessionId,
    _nats: LocalNats,
}

impl World {
    async fn start() -> Self {
        let nats = testing::nats().await;
        let settings: Settings = testing::settings(&nats);
        let database = testing::database("orders", &MIGRATOR).await;
        let (clock, lifecycle) = (Clock::default(), Lifecycle::default());
        let config = Config {
            database_url: database.clone(),
        };
        let ctx = crate::start(&settings, config, clock.clone(), lifecycle.clone())
            .await
            .unwrap();
        let bus = Bus::connect(&settings, "gateway", clock.clone())
            .await
            .unwrap();
        let jetstream = jetstream::new(async_nats::connect(nats.url()).await.unwrap());
        let (organiser, session) = (clock.id(), clock.id());
        Self {
            ctx,
            bus,
            jetstream,
            clock,
            lifecycle,
            database,
            organiser,
            session,
            _nats: nats,
        }
    }

    fn staff(&self) -> Actor {
        let membership = Membership {
            organiser_id: self.organiser.to_string(),
            role: Role::Organiser.into(),
        };
        Actor {
            account_id: self.clock.id::<AccountId>().to_string(),
            memberships: vec![membership],
            producer_ids: vec![],
        }
    }

    /// Says an event as its service would; returns its head so that it can be said again.
    async fn say<E: Event>(&self, event: &E) -> EventHead {
        let head = EventHead {
            source: E::SERVICE.into(),
            id: self.clock.id(),
            event_type: E::full_name(),
            aggregate: Some(("test".into(), 1)),
            at: self.clock.now(),
        };
        self.say_as(&head, E::SUBJECT, event.encode_to_vec()).await;
        head
    }

    async fn say_as(&self, head: &EventHead, subject: &'static str, payload: Vec<u8>) {
        let mut headers = head.headers();
        // The stream must not drop a repeat: this is about what the service does with it.
        headers.insert(
            async_nats::header::NATS_MESSAGE_ID,
            self.clock.id::<EventId>().to_string(),
        );
        self.jetstream
            .publish_with_headers(subject, headers, payload.into())
            .await
            .unwrap()
            .await
            .unwrap();
    }

    /// An offer of `units`, open.
    async fn offer(&self, units: i64, limit: u32) -> OfferId {
        let (offer, variant): (OfferId, VariantId) = (self.clock.id(), self.clock.id());
        self.say(&StockAllotted {
            proposal_id: String::new(),
            offer_id: offer.to_string(),
            session_id: self.session.to_string(),
            variant_id: variant.to_string(),
            units,
        })
        .await;
        self.say(&OfferOpened {
            offer: Some(Offer {
                offer_id: offer.to_string(),
                session_id: self.session.to_string(),
                organiser_id: self.organiser.to_string(),
                producer_id: self.clock.id::<ProducerId>().to_string(),
                product_id: self.clock.id::<ProductId>().to_string(),
                variant_id: variant.to_string(),
                title: "Mật ong hoa nhãn".into(),
                pack: "chai 500 ml".into(),
                claim_code: "A05".into(),
                live_price: 190_000,
                limit_per_shopper: limit,
                cod_allowed: true,
                shipped: true,
                ..Offer::default()
            }),
            terms: Some(SessionTerms {
                cod_allowed: true,
                shipping_fee: 30_000,
                payment_window_seconds: 900,
                ..SessionTerms::default()
            }),
            payee: Some(BankAccount {
                bin: "970436".into(),
                account_no: ACCOUNT_NO.into(),
                account_name: "HTX MAU".into(),
            }),
            payee_id: "prd_x".into(),
        })
        .await;
        eventually("the offer is open", PATIENCE, || async {
            self.units(offer).await.filter(|units| units.open)
        })
        .await;
        offer
    }

    async fn units(&self, offer: OfferId) -> Option<wire::OfferUnits> {
        let session_id = self.session.to_string();
        let units = self
            .bus
            .ask(&Actor::default(), &wire::ShowUnits { session_id })
            .await
            .unwrap();
        units
            .offers
            .into_iter()
            .find(|units| units.offer_id == offer.to_string())
    }

    fn order(
        &self,
        shopper: AccountId,
        key: &str,
        offer: OfferId,
        units: i64,
        method: wire::PaymentMethod,
    ) -> wire::PlaceOrder {
        wire::PlaceOrder {
            session_id: self.session.to_string(),
            account_id: shopper.to_string(),
            idempotency_key: key.into(),
            lines: vec![wire::PlaceLine {
                offer_id: offer.to_string(),
                units,
            }],
            expected_total: units * 190_000 + 30_000,
            payment_method: method.into(),
            contact: Some(wire::Contact {
                name: "Nguyễn Thị Lan".into(),
                phone: "0912 345 678".into(),
            }),
            delivery: Some(wire::Delivery {
                way: Some(wire::delivery::Way::Address(proto::common::v1::Address {
                    line: "12 phố Mẫu".into(),
                    ward_code: chassis::place::wards_of("01")[0].code.into(),
                    legacy_address: String::new(),
                })),
            }),
            of_age: false,
            deadline_ms: 0,
        }
    }

    async fn place(&self, orders: Vec<wire::PlaceOrder>) -> Vec<wire::PlacedOrder> {
        let subject = place_subject(shard_of(&self.session.to_string()));
        eventually("somebody owns the shard", PATIENCE, || async {
            let asked = wire::PlaceOrders {
                orders: orders.clone(),
            };
            self.bus
                .ask_at(&subject, &Actor::default(), &asked, PATIENCE)
                .await
                .ok()
        })
        .await
        .results
    }

    async fn pay(&self, number: &str, memo: &str, amount: i64) -> wire::BankFeedReceived {
        let body = serde_json::json!({
            "id": number, "gateway": "Vietcombank", "transactionDate": "2026-11-24 09:00:00", "accountNumber": ACCOUNT_NO,
            "content": memo, "transferType": "in", "transferAmount": amount, "referenceCode": "X",
        });
        let received = wire::ReceiveBankFeed {
            provider: "sepay".into(),
            body: body.to_string().into_bytes().into(),
        };
        self.bus.ask(&Actor::default(), &received).await.unwrap()
    }

    async fn state(&self, order: &wire::Order) -> wire::Order {
        self.bus
            .ask(
                &self.staff(),
                &wire::ShowOrder {
                    order_id: order.order_id.clone(),
                },
            )
            .await
            .unwrap()
    }

    /// The code with which a request is refused.
    async fn refused<R: Request>(&self, actor: &Actor, request: &R) -> String {
        self.bus
            .ask(actor, request)
            .await
            .map(drop)
            .unwrap_err()
            .code
    }

    /// Every rule holds, once nothing is under way; then the service stops.
    async fn finish(self) {
        let mut conn = PgConnection::connect(self.database.expose_secret())
            .await
            .unwrap();
        for check in audit::audit(&mut conn).await.unwrap() {
            assert_eq!(check.mismatches, Vec::<String>::new(), "{}", check.name);
        }
        let mut last = Vec::new();
        let level = async {
            loop {
                last = audit::projections(&mut conn).await.unwrap();
                if last.iter().all(|check| check.mismatches.is_empty()) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, level).await.is_ok(),
            "{last:?}"
        );
        assert!(self.lifecycle.stop(PATIENCE).await, "everything stops");
    }
}

fn placed(result: &wire::PlacedOrder) -> &wire::Order {
    match &result.result {
        Some(Placed::Order(order)) => order,
        other => panic!("{other:?}"),
    }
}

fn code(result: &wire::PlacedOrder) -> &str {
    match &result.result {
        Some(Placed::Refusal(refusal)) => &refusal.code,
        other => panic!("{other:?}"),
    }
}

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
async fn a_repeated_event_has_one_effect_and_a_bad_one_blocks_nothing() {
    let world = World::start().await;
    let offer = world.offer(5, 0).await;
    let more = StockAllotted {
        proposal_id: String::new(),
        offer_id: offer.to_string(),
        session_id: world.session.to_string(),
        variant_id: world.clock.id::<VariantId>().to_string(),
        units: 2,
    };
    let head = world.say(&more).await;
    let bad = EventHead {
        id: world.clock.id(),
        ..head.clone()
    };
    world
        .say_as(&bad, StockAllotted::SUBJECT, vec![0xff, 0xff])
        .await;
    for _ in 0..3 {
        world
            .say_as(
                &head,
                StockAllotted::SUBJECT,
                prost::Message::encode_to_vec(&more),
            )
            .await;
    }
    let last = world.offer(1, 0).await;
    assert_eq!(world.units(offer).await.unwrap().allotted, 7);
    assert_eq!(world.units(last).await.unwrap().allotted, 1);
    let dead: i64 = sqlx::query_scalar("select count(*) from chassis.dead_letter")
        .fetch_one(&world.ctx.db)
        .await
        .unwrap();
    assert_eq!(dead, 1);
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
