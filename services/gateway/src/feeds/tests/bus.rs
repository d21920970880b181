//! With a real broker: reconnects, a lost stream, slow and many viewers, and who may watch.

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
    id::{AccountId, Id as _, OrganiserId, ProducerId, SessionId},
    lifecycle::Lifecycle,
    local::LocalNats,
    rpc::{Answers, Asked},
    testing::{self, eventually},
};
use futures_util::{FutureExt as _, StreamExt as _, future::join_all};
use prost::Message as _;
use proto::{
    common::v1::{Actor, Done, Membership, RefusalKind, Role},
    contract::{Audience, feed_subject},
    feed::v1::{Feed, OrderNews, Pin, Sale, feed::Of},
    livestream::v1::{Comment, ReportViewers, Room as RoomShown, Session, ShowRoom},
    orders::v1::{Figures, ListOrders, OfferUnits, Order, Orders, SessionUnits, ShowFigures, ShowUnits},
};
use serde_json::Value;
use uuid::Uuid;

use crate::feeds::{Rooms, Viewer, Watcher, frame::BEAT};

const LIMIT: Duration = Duration::from_secs(20);

fn session() -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(1))
}

fn organiser() -> OrganiserId {
    OrganiserId::from_uuid(Uuid::from_u128(2))
}

fn account(number: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(number))
}

/// What the owners would answer.
#[derive(Debug, Clone, Default)]
struct Owners {
    comments: Arc<AtomicU64>,
    sales: Arc<AtomicU64>,
    units_version: Arc<AtomicU64>,
    rooms_shown: Arc<AtomicU64>,
    reports: Arc<Mutex<BTreeMap<String, BTreeMap<String, u32>>>>,
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
    Ok(SessionUnits { offers: vec![units(&asked.request.session_id, version)] })
}

async fn show_figures(_: Owners, asked: Asked<ShowFigures>) -> Result<Figures, Refusal> {
    Ok(Figures { session_id: asked.request.session_id, orders: 7, ..Figures::default() })
}

async fn list_orders(_: Owners, asked: Asked<ListOrders>) -> Result<Orders, Refusal> {
    let order = |session_id: String| Order { order_id: format!("ord_{}", asked.actor.account_id), session_id, ..Order::default() };
    Ok(Orders { orders: vec![order(session().to_string()), order("ses_other".into())], ..Orders::default() })
}

async fn report(owners: Owners, asked: Asked<ReportViewers>) -> Result<Done, Refusal> {
    owners.reports.lock().unwrap().insert(asked.request.gateway_id, asked.request.viewers_by_session);
    Ok(Done {})
}

fn units(session_id: &str, version: u64) -> OfferUnits {
    OfferUnits { offer_id: "off_1".into(), session_id: session_id.into(), version, ..OfferUnits::default() }
}

/// A broker, owners that answer, and gateways.
struct World {
    nats: LocalNats,
    lifecycle: Lifecycle,
    owners: Owners,
    owner: Bus,
    /// Comments that were said: none of them twice.
    said: AtomicU64,
}

impl World {
    async fn start() -> Self {
        let nats = testing::nats().await;
        let settings = testing::settings(&nats);
        let lifecycle = Lifecycle::default();
        let owners = Owners::default();
        let livestream = Bus::connect(&settings, "livestream", Clock::default()).await.unwrap();
        let answers = Answers::start(owners.clone(), &livestream, &lifecycle).await.unwrap();
        answers.on(show_room).await.unwrap().on(report).await.unwrap().serve();
        let orders = Bus::connect(&settings, "orders", Clock::default()).await.unwrap();
        let answers = Answers::start(owners.clone(), &orders, &lifecycle).await.unwrap();
        answers.on(show_units).await.unwrap().on(show_figures).await.unwrap().on(list_orders).await.unwrap().serve();
        Self { nats, lifecycle, owners, owner: livestream, said: AtomicU64::new(0) }
    }

    async fn gateway(&self) -> Rooms {
        let bus = Bus::connect(&testing::settings(&self.nats), "gateway", Clock::default()).await.unwrap();
        Rooms::open(&bus, &self.lifecycle)
    }

    async fn say(&self, audience: &Audience, of: Of) {
        let subject = feed_subject(audience, &of);
        let payload = Bytes::from(Feed { of: Some(of) }.encode_to_vec());
        eventually("the stream takes it", LIMIT, || async {
            let ack = self.owner.jetstream().publish(subject.clone(), payload.clone()).await.ok()?;
            ack.await.ok()
        })
        .await;
    }

    /// Commits a comment, as its owner would; it is said by [`World::relay`].
    fn commit(&self) {
        self.owners.comments.fetch_add(1, Ordering::Relaxed);
    }

    /// Says what is committed.
    async fn relay(&self) {
        while self.said.load(Ordering::Relaxed) < self.owners.comments.load(Ordering::Relaxed) {
            let seq = self.said.fetch_add(1, Ordering::Relaxed) + 1;
            let comment = Comment { session_id: session().to_string(), seq, text: format!("số {seq}"), ..Comment::default() };
            self.say(&room(), Of::Comment(comment)).await;
        }
    }

    async fn comment(&self) {
        self.commit();
        self.relay().await;
    }

    async fn sell(&self) {
        let version = self.owners.units_version.fetch_add(1, Ordering::Relaxed) + 1;
        self.say(&room(), Of::Units(units(&session().to_string(), version))).await;
    }
}

fn room() -> Audience {
    Audience::Room(session().to_string())
}

fn nobody(last_event_id: Option<String>) -> Watcher {
    Watcher { actor: Actor::default(), last_event_id, still_signed_in: None }
}

fn somebody(number: u128) -> Watcher {
    Watcher { actor: Actor { account_id: account(number).to_string(), ..Actor::default() }, ..nobody(None) }
}

fn staff(number: u128) -> Watcher {
    let mut watcher = somebody(number);
    watcher.actor.memberships.push(Membership { organiser_id: organiser().to_string(), role: Role::Volunteer.into() });
    watcher
}

/// A client: what it has seen.
struct Client {
    viewer: Viewer,
    unread: String,
    last_id: Option<String>,
    last_comment: Option<u64>,
    units_version: u64,
    snapshots: u32,
    resets: u32,
}

#[derive(Debug)]
struct Event {
    kind: String,
    data: Value,
}

impl Client {
    async fn come(rooms: &Rooms) -> Self {
        Self::of(rooms.watch_session(session(), false, nobody(None)).await.unwrap())
    }

    fn of(viewer: Viewer) -> Self {
        Self { viewer, unread: String::new(), last_id: None, last_comment: None, units_version: 0, snapshots: 0, resets: 0 }
    }

    async fn come_back(&mut self, rooms: &Rooms) {
        self.viewer = rooms.watch_session(session(), false, nobody(self.last_id.clone())).await.unwrap();
        self.unread.clear();
    }

    /// The next event; checks that comments come once and in order.
    async fn next(&mut self) -> Event {
        tokio::time::timeout(LIMIT, async {
            loop {
                if let Some(event) = self.take() {
                    return event;
                }
                let bytes = self.viewer.next().await.expect("the feed goes on").unwrap();
                self.unread.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        })
        .await
        .expect("an event in time")
    }

    fn take(&mut self) -> Option<Event> {
        while let Some((frame, rest)) = self.unread.split_once("\n\n") {
            let (frame, rest) = (frame.to_owned(), rest.to_owned());
            self.unread = rest;
            let field = |name: &str| frame.lines().filter_map(|line| line.strip_prefix(name)).collect::<Vec<_>>();
            if let Some(id) = field("id: ").first() {
                self.last_id = Some((*id).to_owned());
            }
            let Some(kind) = field("event: ").first().map(|kind| (*kind).to_owned()) else { continue };
            let event = Event { kind, data: serde_json::from_str(&field("data: ").join("\n")).unwrap() };
            self.note(&event);
            return Some(event);
        }
        None
    }

    fn note(&mut self, event: &Event) {
        match event.kind.as_str() {
            "reset" => self.resets += 1,
            "snapshot" => {
                self.snapshots += 1;
                let room = &event.data["room"];
                self.last_comment = room["last_seqs"]["comment"].as_u64();
                self.units_version = room["units"][0]["version"].as_u64().unwrap();
            }
            "comment" => {
                let seq = event.data["seq"].as_u64().unwrap();
                assert_eq!(Some(seq), self.last_comment.map(|last| last + 1), "each comment once and in order");
                self.last_comment = Some(seq);
            }
            "units" => self.units_version = self.units_version.max(event.data["version"].as_u64().unwrap()),
            _ => {}
        }
    }

    async fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        let until = tokio::time::Instant::now() + LIMIT;
        while !is(self) {
            assert!(tokio::time::Instant::now() < until, "not in time: {what}");
            self.next().await;
        }
    }
}

#[tokio::test]
async fn a_client_that_is_cut_again_and_again_sees_each_event_once_on_any_gateway() {
    let world = World::start().await;
    let gateways = [world.gateway().await, world.gateway().await];
    for _ in 0..3 {
        world.comment().await;
    }
    world.sell().await;
    let mut client = Client::come(&gateways[0]).await;
    let first = client.next().await;
    assert_eq!(first.kind, "snapshot");
    assert_eq!(first.data["room"]["session"]["title"], "Chợ phiên");
    assert_eq!((client.last_comment, client.units_version), (Some(3), 1));
    for cut in 0..12_usize {
        // One is committed but not said yet when the client comes back: a snapshot would hold it.
        world.commit();
        client.come_back(&gateways[cut % 2]).await;
        world.relay().await;
        for _ in 0..3 {
            world.comment().await;
            world.sell().await;
        }
        let (comments, sold) = (4 * (cut as u64 + 1) + 3, 3 * (cut as u64 + 1) + 1);
        // Cut in the middle, sometimes.
        let seen = comments - u64::from(cut % 3 == 0);
        client.until("all that was said", |client| client.last_comment >= Some(seen) && client.units_version >= sold - 1).await;
        assert!(client.last_comment <= Some(comments));
    }
    client.until("everything", |client| client.last_comment == Some(51) && client.units_version == 37).await;
    assert_eq!((client.snapshots, client.resets), (1, 0), "it never had to start anew");
}

#[tokio::test]
async fn a_snapshot_that_is_ahead_of_the_stream_is_gone_on_from() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    world.comment().await;
    world.commit();
    world.commit();
    let mut client = Client::come(&rooms).await;
    client.next().await;
    assert_eq!(client.last_comment, Some(3), "the owner has committed two more than the stream has");
    client.come_back(&rooms).await;
    world.relay().await;
    world.comment().await;
    client.until("the next", |client| client.last_comment == Some(4)).await;
    assert_eq!(client.snapshots, 1);
}

#[tokio::test]
async fn a_lost_stream_resets_everybody() {
    let mut world = World::start().await;
    let rooms = world.gateway().await;
    world.comment().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    world.comment().await;
    client.until("the second", |client| client.last_comment == Some(2)).await;
    let before = client.last_id.clone().unwrap();
    // Streams in memory do not survive; what was committed but not said meanwhile is said later.
    world.commit();
    world.nats.restart().await.unwrap();
    client.until("a new start", |client| client.snapshots == 2).await;
    assert_eq!((client.resets, client.last_comment), (1, Some(3)));
    world.relay().await;
    world.comment().await;
    client.until("what comes after", |client| client.last_comment == Some(4)).await;
    // An id of the lost stream.
    let mut late = Client::of(rooms.watch_session(session(), false, nobody(Some(before))).await.unwrap());
    assert_eq!(late.next().await.kind, "reset");
    assert_eq!(late.next().await.kind, "snapshot");
    late.until("the fourth, by the snapshot or after it", |late| late.last_comment == Some(4)).await;
}

#[tokio::test]
async fn an_event_that_the_stream_lost_resets_the_room() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    world.comment().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    world.comment().await;
    client.until("the second", |client| client.last_comment == Some(2)).await;
    world.commit();
    world.said.fetch_add(1, Ordering::Relaxed);
    world.comment().await;
    client.until("a new start", |client| client.resets == 1 && client.last_comment == Some(4)).await;
    world.comment().await;
    client.until("the fifth", |client| client.last_comment == Some(5)).await;
}

#[tokio::test]
async fn a_slow_viewer_gets_every_event_and_the_newest_state_or_starts_anew() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut slow = Client::come(&rooms).await;
    slow.next().await;
    let mut quick = Client::come(&rooms).await;
    // Slow: it is not written to while all this happens.
    for _ in 0..50 {
        world.comment().await;
        world.sell().await;
    }
    quick.until("all", |client| client.last_comment == Some(50) && client.units_version == 50).await;
    let mut states = 0;
    while slow.last_comment != Some(50) || slow.units_version != 50 {
        states += u32::from(slow.next().await.kind == "units");
    }
    assert_eq!((states, slow.resets), (1, 0), "only the newest");
    // Too slow: it falls out of the log.
    let mut acks = Vec::new();
    for seq in 51..=2_200 {
        let of = Of::Comment(Comment { session_id: session().to_string(), seq, ..Comment::default() });
        let subject = feed_subject(&room(), &of);
        acks.push(world.owner.jetstream().publish(subject, Feed { of: Some(of) }.encode_to_vec().into()).await.unwrap());
    }
    join_all(acks.into_iter().map(IntoFuture::into_future)).await;
    world.owners.comments.store(2_200, Ordering::Relaxed);
    world.said.store(2_200, Ordering::Relaxed);
    quick.until("all, if need be anew", |client| client.last_comment == Some(2_200)).await;
    slow.until("a new start", |client| client.last_comment == Some(2_200)).await;
    assert_eq!(slow.resets, 1);
    world.comment().await;
    slow.until("the next", |client| client.last_comment == Some(2_201)).await;
    assert_eq!(slow.resets, 1);
}

#[tokio::test]
async fn a_herd_asks_the_owners_once_and_viewers_are_counted() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    Client::come(&rooms).await.next().await;
    let before = world.owners.rooms_shown.load(Ordering::Relaxed);
    let mut herd = join_all((0..500).map(|_| Client::come(&rooms))).await;
    let asked = world.owners.rooms_shown.load(Ordering::Relaxed) - before;
    assert!((1..=5).contains(&asked), "asked {asked} times for 500");
    world.comment().await;
    for client in &mut herd {
        client.until("the comment", |client| client.last_comment == Some(1)).await;
    }
    let reported = |viewers| {
        let reports = world.owners.reports.lock().unwrap();
        let counts = reports.values().next().and_then(|sessions| sessions.get(&session().to_string())).copied();
        std::future::ready((counts == Some(viewers)).then_some(()))
    };
    eventually("500 are reported", LIMIT, || reported(500)).await;
    drop(herd);
    eventually("0 are reported", LIMIT, || reported(0)).await;
}

#[tokio::test]
async fn own_feeds_are_merged_in_and_are_nobody_elses() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut shopper = Client::of(rooms.watch_session(session(), false, somebody(10)).await.unwrap());
    let mut desk = Client::of(rooms.watch_session(session(), true, staff(11)).await.unwrap());
    let mut own = Client::of(rooms.watch_own(somebody(10)).await.unwrap());
    let snapshot = shopper.next().await.data;
    let orders = snapshot["shopper"]["orders"].as_array().unwrap();
    assert_eq!((orders.len(), orders[0]["order_id"].as_str()), (1, Some(format!("ord_{}", account(10)).as_str())));
    assert!(snapshot["desk"].is_null() && snapshot["room"]["session"].is_object());
    let snapshot = desk.next().await.data;
    assert_eq!(snapshot["desk"]["figures"]["orders"], 7);
    assert!(snapshot["shopper"].is_object());
    let tokio_own = tokio::time::timeout(LIMIT, own.viewer.next()).await.unwrap().unwrap().unwrap();
    assert!(tokio_own.starts_with(b"retry: "));
    let news = |order_id: &str| Of::Order(OrderNews { order_id: order_id.into(), session_id: session().to_string(), version: 1, ..OrderNews::default() });
    world.say(&Audience::Shopper(account(10).to_string()), news("ord_mine")).await;
    world.say(&Audience::Desk(session().to_string()), news("ord_desk")).await;
    world.say(&Audience::Shopper(account(12).to_string()), news("ord_others")).await;
    world.say(&room(), Of::Pin(Pin { session_id: session().to_string(), offer_id: "off_1".into(), version: 1 })).await;
    let event = shopper.next().await;
    assert_eq!((event.kind.as_str(), event.data["order_id"].as_str()), ("order", Some("ord_mine")));
    assert_eq!(shopper.next().await.kind, "pin");
    let event = desk.next().await;
    assert_eq!((event.kind.as_str(), event.data["order_id"].as_str()), ("order", Some("ord_desk")));
    assert_eq!(desk.next().await.kind, "pin");

    let refused = |result: Result<Viewer, Refusal>| result.err().map(|refusal| refusal.kind);
    let elsewhere = SessionId::from_uuid(Uuid::from_u128(99));
    let producer = ProducerId::from_uuid(Uuid::from_u128(3));
    assert_eq!(refused(rooms.watch_session(elsewhere, false, nobody(None)).await), Some(RefusalKind::NotFound));
    assert_eq!(refused(rooms.watch_session(session(), true, nobody(None)).await), Some(RefusalKind::Unauthenticated));
    assert_eq!(refused(rooms.watch_session(session(), true, somebody(10)).await), Some(RefusalKind::Forbidden));
    let again = Watcher { last_event_id: shopper.last_id.clone(), ..somebody(10) };
    assert_eq!(refused(rooms.watch_session(session(), true, again).await), Some(RefusalKind::Forbidden), "also when resuming");
    assert_eq!(refused(rooms.watch_own(nobody(None)).await), Some(RefusalKind::Unauthenticated));
    assert_eq!(refused(rooms.watch_producer(producer, somebody(10)).await), Some(RefusalKind::Forbidden));
    let mut keeper = somebody(13);
    keeper.actor.producer_ids.push(producer.to_string());
    let mut keeper = Client::of(rooms.watch_producer(producer, keeper).await.unwrap());
    assert!(keeper.viewer.next().await.is_some());
}

#[tokio::test]
async fn a_stop_says_when_to_come_back_and_ends() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    assert!(client.viewer.next().now_or_never().is_none(), "nothing is due");
    let waiting = world.lifecycle.spawn(async move {
        let mut last = Bytes::new();
        while let Some(Ok(bytes)) = client.viewer.next().await {
            last = bytes;
        }
        last
    });
    assert!(world.lifecycle.stop(LIMIT).await, "nobody is waited for");
    assert!(waiting.await.unwrap().starts_with(b"retry: "));
}

#[tokio::test]
async fn silence_is_filled_and_whoever_signed_out_is_sent_away() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let signed_in = Arc::new(AtomicU64::new(1));
    let still = Arc::clone(&signed_in);
    let still_signed_in: crate::feeds::StillSignedIn = Arc::new(move || {
        let still = still.load(Ordering::Relaxed) == 1;
        async move { still }.boxed()
    });
    let watcher = Watcher { still_signed_in: Some(still_signed_in), ..somebody(10) };
    let mut client = Client::of(rooms.watch_session(session(), false, watcher).await.unwrap());
    client.next().await;
    tokio::time::pause();
    for beat in 0..8 {
        assert!(client.viewer.next().now_or_never().is_none(), "beat {beat}");
        tokio::time::advance(Duration::from_secs(16)).await;
        assert_eq!(client.viewer.next().now_or_never(), Some(Some(Ok(BEAT))), "beat {beat}");
        if beat == 4 {
            signed_in.store(0, Ordering::Relaxed);
        }
    }
    assert!(client.viewer.next().now_or_never().unwrap().unwrap().unwrap().starts_with(b"retry: "));
    assert_eq!(client.viewer.next().now_or_never(), Some(None));
}

#[tokio::test]
async fn sales_and_comments_have_numbers_of_their_own() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    world.comment().await;
    world.owners.sales.store(1, Ordering::Relaxed);
    world.say(&room(), Of::Sale(Sale { session_id: session().to_string(), seq: 1, shopper_name: "Lan".into(), ..Sale::default() })).await;
    assert_eq!(client.next().await.kind, "comment");
    let sale = client.next().await;
    assert_eq!((sale.kind.as_str(), sale.data["shopper_name"].as_str()), ("sale", Some("Lan")));
}
