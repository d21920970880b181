//! The service against a real Postgres and a real NATS server.

mod desk;
mod events;
mod intake;
mod money;
mod placing;
mod proxy;
mod race;
mod reports;

use std::time::Duration;

use async_nats::{HeaderMap, jetstream};
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
    nats: LocalNats,
}

impl World {
    async fn start() -> Self {
        let database = testing::database("orders", &MIGRATOR).await;
        Self::start_at(database).await
    }

    /// The service reaches its database through a proxy.
    async fn start_behind_a_proxy() -> (Self, proxy::Proxy) {
        let database = testing::database("orders", &MIGRATOR).await;
        let (proxy, through) = proxy::Proxy::open(&database).await;
        (Self::start_at(through).await, proxy)
    }

    async fn start_at(database: secrecy::SecretString) -> Self {
        let nats = testing::nats().await;
        let settings: Settings = testing::settings(&nats);
        let (clock, lifecycle) = (Clock::default(), Lifecycle::default());
        let config = Config {
            database_url: database.clone(),
            migrate_url: None,
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
            nats,
        }
    }

    fn config(&self) -> Config {
        Config {
            database_url: self.database.clone(),
            migrate_url: None,
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
            trace: None,
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
        self.say_with(head.headers(), subject, payload).await;
    }

    async fn say_with(&self, mut headers: HeaderMap, subject: &'static str, payload: Vec<u8>) {
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
        self.open(offer, variant, limit).await;
        offer
    }

    /// Opens an offer.
    async fn open(&self, offer: OfferId, variant: VariantId, limit: u32) {
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
        let asked = wire::PlaceOrders {
            orders,
            knows_refused_as: false,
        };
        self.ask_to_place(asked).await.results
    }

    async fn ask_to_place(&self, asked: wire::PlaceOrders) -> wire::PlacedOrders {
        let subject = place_subject(shard_of(&self.session.to_string()));
        eventually("somebody owns the shard", PATIENCE, || async {
            self.bus
                .ask_at(&subject, &Actor::default(), &asked, PATIENCE)
                .await
                .ok()
        })
        .await
    }

    /// As a bank does: what was not taken is told again.
    async fn pay(&self, number: &str, memo: &str, amount: i64) -> wire::BankFeedReceived {
        let body = serde_json::json!({
            "id": number, "gateway": "Vietcombank", "transactionDate": "2026-11-24 09:00:00", "accountNumber": ACCOUNT_NO,
            "content": memo, "transferType": "in", "transferAmount": amount, "referenceCode": "X",
        });
        let received = wire::ReceiveBankFeed {
            provider: "sepay".into(),
            body: body.to_string().into_bytes().into(),
        };
        eventually("the bank's line is stored", PATIENCE, || async {
            self.bus.ask(&Actor::default(), &received).await.ok()
        })
        .await
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
