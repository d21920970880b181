//! One service in a market of its own, with a test's hands on everything around it.

mod ears;

use std::time::Duration;

use chassis::{
    Refusal,
    bus::Bus,
    clock::{Clock, to_ms},
    id::{AccountId, OrganiserId, ProducerId, ProductId, ProposalId, VariantId},
    lifecycle::Lifecycle,
    local::LocalNats,
    testing::{database, nats, settings},
};
use chrono::TimeDelta;
use proto::{
    catalogue::v1::{self as catalogue, ProductListed, StockAllotted},
    common::v1::{Actor, BankAccount, Membership, Role},
    contract::Request,
    livestream::v1::{
        GoLive, Offer, OfferProposed, OpenOffer, PayeeKind, PlanSession, ProposeOffer, Session,
        SessionTerms,
    },
};

use crate::{Config, Ctx, MIGRATOR};

/// How long anything may take.
pub(super) const SOON: Duration = Duration::from_secs(10);

pub(super) struct Market {
    pub(super) ctx: Ctx,
    pub(super) gateway: Bus,
    pub(super) clock: Clock,
    pub(super) organiser_id: OrganiserId,
    /// Two variants of one product: `hộp` at 350,000 and `gói` at 100,000.
    pub(super) product: catalogue::Product,
    pub(super) producer: catalogue::Producer,
    /// Goes last: everything talks through it.
    _nats: LocalNats,
}

impl Market {
    /// A market with one listed product.
    pub(super) async fn open() -> Self {
        let market = Self::on(Config::new(database("livestream", &MIGRATOR).await)).await;
        market.hear(&market.listing()).await;
        market
    }

    /// A market with settings of its own, nothing listed yet.
    pub(super) async fn on(config: Config) -> Self {
        let nats = nats().await;
        let clock = Clock::default();
        let ctx = crate::start(
            &settings(&nats),
            config,
            clock.clone(),
            Lifecycle::default(),
        )
        .await
        .expect("livestream starts");
        let gateway = Bus::connect(&settings(&nats), "gateway", clock.clone())
            .await
            .expect("the bus");
        let product_id: ProductId = clock.id();
        let variant = |pack: &str, list_price, weight_grams| catalogue::Variant {
            variant_id: clock.id::<VariantId>().to_string(),
            product_id: product_id.to_string(),
            pack: pack.into(),
            list_price,
            weight_grams,
            ..catalogue::Variant::default()
        };
        let producer = catalogue::Producer {
            producer_id: clock.id::<ProducerId>().to_string(),
            name: "HTX Suối Giàng".into(),
            state: catalogue::ProducerState::Verified.into(),
            bank_account: Some(bank_account("0011223344")),
            phone: "+84912345678".into(),
            ..catalogue::Producer::default()
        };
        let product = catalogue::Product {
            product_id: product_id.to_string(),
            producer_id: producer.producer_id.clone(),
            name: "Chè Shan tuyết".into(),
            state: catalogue::ProductState::Listed.into(),
            variants: vec![
                variant("hộp 100 g", 350_000, 150),
                variant("gói 30 g", 100_000, 40),
            ],
            stars_shown: 5,
            rules: Some(catalogue::SalesRules {
                cod_allowed: true,
                live_allowed: true,
                shipped: true,
                ..catalogue::SalesRules::default()
            }),
            ..catalogue::Product::default()
        };
        Self {
            organiser_id: clock.id(),
            _nats: nats,
            ctx,
            gateway,
            clock,
            product,
            producer,
        }
    }

    /// The same market after a stop, on a broker that knows nothing.
    pub(super) async fn on_a_new_broker(self, config: Config) -> Self {
        assert!(self.ctx.lifecycle.stop(SOON).await, "the service stops");
        let nats = nats().await;
        let ctx = crate::start(
            &settings(&nats),
            config,
            self.clock.clone(),
            Lifecycle::default(),
        )
        .await
        .expect("livestream starts");
        let gateway = Bus::connect(&settings(&nats), "gateway", self.clock.clone())
            .await
            .expect("the bus");
        Self {
            ctx,
            gateway,
            _nats: nats,
            ..self
        }
    }

    pub(super) fn listing(&self) -> ProductListed {
        ProductListed {
            product: Some(self.product.clone()),
            producer: Some(self.producer.clone()),
        }
    }

    /// Somebody who works for the organiser.
    pub(super) fn staff(&self, role: Role) -> Actor {
        let membership = Membership {
            organiser_id: self.organiser_id.to_string(),
            role: role.into(),
        };
        Actor {
            memberships: vec![membership],
            ..self.shopper()
        }
    }

    pub(super) fn organiser(&self) -> Actor {
        self.staff(Role::Organiser)
    }

    /// Somebody who has only signed in; another one each time.
    pub(super) fn shopper(&self) -> Actor {
        Actor {
            account_id: self.clock.id::<AccountId>().to_string(),
            ..Actor::default()
        }
    }

    /// Asks as the gateway does.
    pub(super) async fn ask<R: Request>(
        &self,
        actor: &Actor,
        request: R,
    ) -> Result<R::Reply, Refusal> {
        self.gateway.ask(actor, &request).await
    }

    /// What the organiser asks for and gets.
    pub(super) async fn done<R: Request>(&self, request: R) -> R::Reply {
        self.ask(&self.organiser(), request).await.expect("done")
    }

    /// The code of a refusal.
    pub(super) async fn refused<R: Request<Reply: std::fmt::Debug>>(
        &self,
        actor: &Actor,
        request: R,
    ) -> String {
        self.ask(actor, request).await.expect_err("refused").code
    }

    /// The fields of a refusal.
    pub(super) async fn wrong<R: Request<Reply: std::fmt::Debug>>(
        &self,
        request: R,
    ) -> Vec<String> {
        let refusal = self
            .ask(&self.organiser(), request)
            .await
            .expect_err("refused");
        refusal
            .fields
            .into_iter()
            .map(|field| field.field)
            .collect()
    }

    pub(super) fn plan(&self) -> PlanSession {
        PlanSession {
            organiser_id: self.organiser_id.to_string(),
            title: "Phiên chợ OCOP".into(),
            description: "Chè, gốm và mật ong".into(),
            starts_at_ms: to_ms(self.clock.now() + TimeDelta::hours(1)),
            terms: Some(SessionTerms {
                organiser_account: Some(bank_account("99887766")),
                cod_allowed: true,
                shipping_fee: 25_000,
                pickup_place: "Cung Thiếu nhi".into(),
                payment_window_seconds: 900,
                ..Default::default()
            }),
        }
    }

    pub(super) async fn planned(&self) -> Session {
        self.done(self.plan()).await
    }

    pub(super) async fn live(&self) -> Session {
        let session_id = self.planned().await.session_id;
        self.done(GoLive { session_id }).await
    }

    pub(super) fn wish(&self, session: &Session, claim_code: &str) -> ProposeOffer {
        ProposeOffer {
            session_id: session.session_id.clone(),
            variant_id: self.product.variants[0].variant_id.clone(),
            claim_code: claim_code.into(),
            live_price: 300_000,
            units: 10,
            limit_per_shopper: 2,
            payee_kind: PayeeKind::Producer.into(),
            ..ProposeOffer::default()
        }
    }

    /// An offer with its units.
    pub(super) async fn allotted(&self, wish: ProposeOffer) -> Offer {
        let offer = self.done(wish).await;
        self.hear(&self.grant(&offer).await).await;
        offer
    }

    /// An offer on sale.
    pub(super) async fn open_offer(&self, session: &Session, claim_code: &str) -> Offer {
        let offer = self.allotted(self.wish(session, claim_code)).await;
        self.done(OpenOffer {
            offer_id: offer.offer_id,
        })
        .await
    }

    /// Catalogue's yes to the newest proposal of an offer.
    pub(super) async fn grant(&self, offer: &Offer) -> StockAllotted {
        let proposal = self.proposals(offer).await.pop().expect("a proposal");
        StockAllotted {
            proposal_id: proposal.proposal_id,
            offer_id: proposal.offer_id,
            session_id: proposal.session_id,
            variant_id: proposal.variant_id,
            units: proposal.units,
        }
    }

    /// What was asked of catalogue for an offer.
    pub(super) async fn proposals(&self, offer: &Offer) -> Vec<OfferProposed> {
        let said = self.said::<OfferProposed>().await.into_iter();
        let of_offer: Vec<OfferProposed> = said
            .filter(|proposed| proposed.offer_id == offer.offer_id)
            .collect();
        assert!(
            of_offer
                .iter()
                .all(|proposed| proposed.proposal_id.parse::<ProposalId>().is_ok())
        );
        of_offer
    }
}

pub(super) fn bank_account(account_no: &str) -> BankAccount {
    BankAccount {
        bin: "970436".into(),
        account_no: account_no.into(),
        account_name: "HTX SUOI GIANG".into(),
    }
}

/// Does a haystack have a needle?
pub(super) fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}
