//! A broker, owners that answer what they are told to, gateways, and who watches.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chassis::{
    Refusal,
    bus::Bus,
    clock::Clock,
    id::{AccountId, Id as _, OrganiserId, SessionId},
    lifecycle::Lifecycle,
    local::LocalNats,
    metrics::Metrics,
    rpc::{Answers, Asked},
    testing::{self, eventually},
};
use prost::Message as _;
use proto::{
    common::v1::{Actor, Done, Membership, Role},
    contract::{Audience, feed_subject},
    feed::v1::{Feed, feed::Of},
    livestream::v1::{Comment, ReportViewers, Room as RoomShown, Session, ShowRoom},
    orders::v1::{
        Figures, ListOrders, OfferUnits, Order, Orders, SessionUnits, ShowFigures, ShowUnits,
    },
};
use uuid::Uuid;

use crate::{
    feeds::{Rooms, Watcher},
    meters::Meters,
};

pub(super) const LIMIT: Duration = Duration::from_secs(20);

pub(super) fn session() -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(1))
}

pub(super) fn organiser() -> OrganiserId {
    OrganiserId::from_uuid(Uuid::from_u128(2))
}

pub(super) fn account(number: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(number))
}

/// What the owners would answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Owners {
    pub(super) comments: Arc<AtomicU64>,
    pub(super) sales: Arc<AtomicU64>,
    pub(super) units_version: Arc<AtomicU64>,
    pub(super) rooms_shown: Arc<AtomicU64>,
    pub(super) reports: Arc<Mutex<BTreeMap<String, BTreeMap<String, u32>>>>,
}

async fn show_room(owners: Owners, asked: Asked<ShowRoom>) -> Result<RoomShown, Refusal> {
    owners.rooms_shown.fetch_add(1, Ordering::Relaxed);
    if asked.request.session_id != session().to_string() {
        return Err(Refusal::not_found("phiên", "session"));
    }
    Ok(RoomShown {
        session: Some(Session {
            session_id: asked.request.session_id,
            organiser_id: organiser().to_string(),
            title: "Chợ phiên".into(),
            ..Session::default()
        }),
        last_comment_seq: owners.comments.load(Ordering::Relaxed),
        last_sale_seq: owners.sales.load(Ordering::Relaxed),
        ..RoomShown::default()
    })
}

async fn show_units(owners: Owners, asked: Asked<ShowUnits>) -> Result<SessionUnits, Refusal> {
    let version = owners.units_version.load(Ordering::Relaxed);
    Ok(SessionUnits {
        offers: vec![units(&asked.request.session_id, version)],
    })
}

async fn show_figures(_: Owners, asked: Asked<ShowFigures>) -> Result<Figures, Refusal> {
    Ok(Figures {
        session_id: asked.request.session_id,
        orders: 7,
        ..Figures::default()
    })
}

async fn list_orders(_: Owners, asked: Asked<ListOrders>) -> Result<Orders, Refusal> {
    let order = |session_id: String| Order {
        order_id: format!("ord_{}", asked.actor.account_id),
        session_id,
        ..Order::default()
    };
    Ok(Orders {
        orders: vec![order(session().to_string()), order("ses_other".into())],
        ..Orders::default()
    })
}

async fn report(owners: Owners, asked: Asked<ReportViewers>) -> Result<Done, Refusal> {
    owners
        .reports
        .lock()
        .unwrap()
        .insert(asked.request.gateway_id, asked.request.viewers_by_session);
    Ok(Done {})
}

pub(super) fn units(session_id: &str, version: u64) -> OfferUnits {
    OfferUnits {
        offer_id: "off_1".into(),
        session_id: session_id.into(),
        version,
        ..OfferUnits::default()
    }
}

/// A broker, owners that answer, and gateways.
pub(super) struct World {
    pub(super) nats: LocalNats,
    pub(super) lifecycle: Lifecycle,
    pub(super) owners: Owners,
    pub(super) owner: Bus,
    /// Comments that were said: none of them twice.
    pub(super) said: AtomicU64,
}

impl World {
    pub(super) async fn start() -> Self {
        let nats = testing::nats().await;
        let settings = testing::settings(&nats);
        let lifecycle = Lifecycle::default();
        let owners = Owners::default();
        let livestream = Bus::connect(&settings, "livestream", Clock::default())
            .await
            .unwrap();
        let answers = Answers::start(owners.clone(), &livestream, &lifecycle)
            .await
            .unwrap();
        answers
            .on(report)
            .await
            .unwrap()
            .on(show_room)
            .await
            .unwrap()
            .serve();
        let orders = Bus::connect(&settings, "orders", Clock::default())
            .await
            .unwrap();
        let answers = Answers::start(owners.clone(), &orders, &lifecycle)
            .await
            .unwrap();
        answers
            .on(show_units)
            .await
            .unwrap()
            .on(show_figures)
            .await
            .unwrap()
            .on(list_orders)
            .await
            .unwrap()
            .serve();
        // Subscriptions are there when the last of each owner is answered.
        let asker = Bus::connect(&settings, "gateway", Clock::default())
            .await
            .unwrap();
        let room = ShowRoom {
            session_id: session().to_string(),
        };
        eventually("the owners answer", LIMIT, || async {
            asker.ask(&Actor::default(), &room).await.ok()?;
            asker
                .ask(&Actor::default(), &ListOrders::default())
                .await
                .ok()
        })
        .await;
        Self {
            nats,
            lifecycle,
            owners,
            owner: livestream,
            said: AtomicU64::new(0),
        }
    }

    pub(super) async fn gateway(&self) -> Rooms {
        let bus = Bus::connect(&testing::settings(&self.nats), "gateway", Clock::default())
            .await
            .unwrap();
        let meters = Meters::new(&Metrics::new("gateway"));
        Rooms::open(&bus, &self.lifecycle, Arc::new(meters))
    }

    pub(super) async fn say(&self, audience: &Audience, of: Of) {
        let subject = feed_subject(audience, &of);
        let payload = Bytes::from(Feed { of: Some(of) }.encode_to_vec());
        eventually("the stream takes it", LIMIT, || async {
            let ack = self
                .owner
                .jetstream()
                .publish(subject.clone(), payload.clone())
                .await
                .ok()?;
            ack.await.ok()
        })
        .await;
    }

    /// Commits a comment, as its owner would; it is said by [`World::relay`].
    pub(super) fn commit(&self) {
        self.owners.comments.fetch_add(1, Ordering::Relaxed);
    }

    /// Says what is committed.
    pub(super) async fn relay(&self) {
        while self.said.load(Ordering::Relaxed) < self.owners.comments.load(Ordering::Relaxed) {
            let seq = self.said.fetch_add(1, Ordering::Relaxed) + 1;
            let comment = Comment {
                session_id: session().to_string(),
                seq,
                text: format!("số {seq}"),
                ..Comment::default()
            };
            self.say(&room(), Of::Comment(comment)).await;
        }
    }

    pub(super) async fn comment(&self) {
        self.commit();
        self.relay().await;
    }

    pub(super) async fn sell(&self) {
        let version = self.owners.units_version.fetch_add(1, Ordering::Relaxed) + 1;
        self.say(&room(), Of::Units(units(&session().to_string(), version)))
            .await;
    }
}

pub(super) fn room() -> Audience {
    Audience::Room(session().to_string())
}

pub(super) fn nobody(last_event_id: Option<String>) -> Watcher {
    Watcher {
        actor: Actor::default(),
        last_event_id,
        still_signed_in: None,
    }
}

pub(super) fn somebody(number: u128) -> Watcher {
    Watcher {
        actor: Actor {
            account_id: account(number).to_string(),
            ..Actor::default()
        },
        ..nobody(None)
    }
}

pub(super) fn staff(number: u128) -> Watcher {
    let mut watcher = somebody(number);
    watcher.actor.memberships.push(Membership {
        organiser_id: organiser().to_string(),
        role: Role::Volunteer.into(),
    });
    watcher
}
