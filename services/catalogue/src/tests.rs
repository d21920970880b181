//! The catalogue as its neighbours meet it: started on a real database and a real broker, asked over the bus.

mod certificates;
mod goods;
mod imports;
mod offers;
mod photos;
mod producers;
mod settlements;
mod stock;
mod strangers;

use std::time::Duration;

use chassis::{
    Refusal,
    bus::Bus,
    clock::Clock,
    id::{AccountId, OrganiserId, ProducerId},
    lifecycle::Lifecycle,
    local::LocalNats,
    testing,
};
use chrono::Days;
use proto::{
    catalogue::v1::{
        Certificate, CertificateStatus, EvidenceGrade, IssuingLevel, LegalVersion, ListProduct,
        Producer, ProducerKind, ProducerState, Product, ReceiveStock, RegisterProducer,
        SetProducerState, ShowProduct, Stock, Variant,
    },
    common::v1::{Actor, Address, BankAccount, Membership, Role},
    contract::{Event, Request},
};

use crate::{Ctx, MIGRATOR, config::Config, domain::certificate::version_on};

/// How long an event may take to arrive.
const SOON: Duration = Duration::from_secs(20);

/// A running catalogue, and a gateway that asks it.
struct World {
    ctx: Ctx,
    gateway: Bus,
    clock: Clock,
    nats: LocalNats,
}

impl World {
    async fn start() -> Self {
        let nats = testing::nats().await;
        let (settings, clock) = (testing::settings(&nats), Clock::default());
        let config = Config {
            database_url: testing::database("catalogue", &MIGRATOR).await,
            migrate_url: None,
        };
        let ctx = Box::pin(crate::start(
            &settings,
            config,
            clock.clone(),
            Lifecycle::default(),
        ))
        .await
        .unwrap();
        let gateway = Bus::connect(&settings, "gateway", clock.clone())
            .await
            .unwrap();
        Self {
            ctx,
            gateway,
            clock,
            nats,
        }
    }

    async fn ask<R: Request>(&self, actor: &Actor, request: R) -> Result<R::Reply, Refusal> {
        self.gateway.ask(actor, &request).await
    }

    /// An account that keeps nothing.
    fn somebody(&self) -> Actor {
        Actor {
            account_id: self.clock.id::<AccountId>().to_string(),
            ..Actor::default()
        }
    }

    fn member(&self, role: Role) -> Actor {
        let organiser_id = self.clock.id::<OrganiserId>().to_string();
        Actor {
            memberships: vec![Membership {
                organiser_id,
                role: role.into(),
            }],
            ..self.somebody()
        }
    }

    fn organiser(&self) -> Actor {
        self.member(Role::Organiser)
    }

    /// A producer with its keeper, verified.
    async fn verified(&self, code: &str) -> (Actor, Producer) {
        let (keeper, producer) = self.registered(code).await;
        let state = ProducerState::Verified.into();
        let verify = SetProducerState {
            producer_id: producer.producer_id,
            state,
            reason: String::new(),
        };
        (keeper, self.ask(&self.organiser(), verify).await.unwrap())
    }

    /// A producer with its keeper, still a draft.
    async fn registered(&self, code: &str) -> (Actor, Producer) {
        let keeper = self.somebody();
        let register = RegisterProducer {
            producer: Some(a_producer(code)),
        };
        let producer = self.ask(&keeper, register).await.unwrap();
        // As the gateway does, once it has kept the link.
        (
            Actor {
                producer_ids: vec![producer.producer_id.clone()],
                ..keeper
            },
            producer,
        )
    }

    /// A listed product of a verified producer, with units of its first variant.
    async fn goods(&self, code: &str, units: i64) -> (Actor, Product) {
        let (keeper, producer) = self.verified(code).await;
        let list = ListProduct {
            product: Some(a_product(&producer.producer_id)),
        };
        let product = self.ask(&keeper, list).await.unwrap();
        if units > 0 {
            self.ask(
                &keeper,
                receive(&product.variants[0].variant_id, units, "first"),
            )
            .await
            .unwrap();
        }
        (keeper, product)
    }

    async fn stock(&self, actor: &Actor, product_id: &str) -> Stock {
        let product = self
            .ask(
                actor,
                ShowProduct {
                    product_id: product_id.to_owned(),
                },
            )
            .await
            .unwrap();
        product.variants[0].stock.unwrap()
    }

    /// What was said of a kind, oldest first, as it stands in the outbox.
    async fn said<E: Event>(&self) -> Vec<E> {
        let payloads: Vec<Vec<u8>> = sqlx::query_scalar(
            "select payload from chassis.outbox where event_type = $1 order by id",
        )
        .bind(E::full_name())
        .fetch_all(&self.ctx.db)
        .await
        .unwrap();
        payloads
            .iter()
            .map(|payload| E::decode(payload.as_slice()).unwrap())
            .collect()
    }

    /// Every book agrees with every other.
    async fn assert_sound(&self) {
        let mut conn = self.ctx.db.acquire().await.unwrap();
        for check in crate::audit::audit(&mut conn).await.unwrap() {
            assert!(check.mismatches.is_empty(), "{check:?}");
        }
    }

    /// A decision of a month ago, in force ever since.
    async fn certificate(&self, product_id: &str, stars: u32) -> Certificate {
        let mut conn = self.ctx.db.acquire().await.unwrap();
        let now = self.clock.db_now(&mut conn).await.unwrap();
        let day = now.with_timezone(&chassis::clock::vietnam()).date_naive() - Days::new(30);
        let legal_version = LegalVersion::from(version_on(day));
        let level = if stars == 5 {
            IssuingLevel::Central
        } else {
            IssuingLevel::Province
        };
        Certificate {
            product_id: product_id.to_owned(),
            decision_no: format!("{stars}/QĐ-UBND"),
            decision_date: day.to_string(),
            issuing_authority: "UBND thành phố Hà Nội".into(),
            issuing_level: level.into(),
            legal_version: legal_version.into(),
            stars,
            valid_from: day.to_string(),
            evidence: EvidenceGrade::A.into(),
            status: CertificateStatus::Unspecified.into(),
            ..Certificate::default()
        }
    }
}

fn a_producer(code: &str) -> Producer {
    Producer {
        kind: ProducerKind::Household.into(),
        name: format!("Hộ Mẫu {code}"),
        tax_code: code.to_owned(),
        address: Some(Address {
            line: "Xóm 1".into(),
            ward_code: "00577".into(),
            legacy_address: String::new(),
        }),
        bank_account: Some(BankAccount {
            bin: "970436".into(),
            account_no: "0001".into(),
            account_name: "HO MAU".into(),
        }),
        phone: "0912 345 678".into(),
        ..Producer::default()
    }
}

fn a_product(producer_id: &str) -> Product {
    let variant = |sku: &str| Variant {
        sku: sku.to_owned(),
        pack: format!("chiếc {sku}"),
        list_price: 120_000,
        weight_grams: 500,
        ..Variant::default()
    };
    Product {
        producer_id: producer_id.to_owned(),
        name: "Bát men lam".into(),
        product_set: 21,
        origin: Some(Address {
            line: String::new(),
            ward_code: "00577".into(),
            legacy_address: String::new(),
        }),
        variants: vec![variant("BAT-1"), variant("BAT-2")],
        ..Product::default()
    }
}

fn receive(variant_id: &str, units: i64, key: &str) -> ReceiveStock {
    ReceiveStock {
        variant_id: variant_id.to_owned(),
        units,
        note: String::new(),
        idempotency_key: key.to_owned(),
    }
}

fn fields(refusal: &Refusal) -> Vec<&str> {
    refusal
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect()
}

fn code<T: std::fmt::Debug>(reply: Result<T, Refusal>) -> String {
    reply.unwrap_err().code
}

/// Ids that nobody has.
fn nobody(clock: &Clock) -> String {
    clock.id::<ProducerId>().to_string()
}
