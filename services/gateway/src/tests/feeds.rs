//! Feeds over HTTP: what a client gets, and who gets it.

mod connections;

use chassis::{
    Refusal,
    id::{Id as _, SessionId},
    rpc::Asked,
    testing,
};
use proto::{
    common::v1::Actor,
    contract::{Audience, feed_subject},
    feed::v1::{Feed, feed::Of},
    livestream::v1::{Comment, Room, Session, ShowRoom},
    orders::v1::{ListOrders, Orders, SessionUnits, ShowUnits},
};
use reqwest::{Method, Response};
use uuid::Uuid;

use super::world::{SOON, World, refused};

fn session() -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(7))
}

async fn show_room((): (), asked: Asked<ShowRoom>) -> Result<Room, Refusal> {
    if asked.request.session_id != session().to_string() {
        return Err(Refusal::not_found("phiên", "session"));
    }
    let session = Session {
        session_id: asked.request.session_id,
        title: "Chợ phiên".into(),
        ..Session::default()
    };
    Ok(Room {
        session: Some(session),
        ..Room::default()
    })
}

async fn show_units((): (), _: Asked<ShowUnits>) -> Result<SessionUnits, Refusal> {
    Err(Refusal::not_found("phiên", "session"))
}

async fn list_orders((): (), _: Asked<ListOrders>) -> Result<Orders, Refusal> {
    Ok(Orders::default())
}

async fn start() -> World {
    let world = World::start(&[]).await;
    world
        .answers("livestream")
        .await
        .on(show_room)
        .await
        .unwrap()
        .serve();
    world
        .answers("orders")
        .await
        .on(show_units)
        .await
        .unwrap()
        .on(list_orders)
        .await
        .unwrap()
        .serve();
    let feed = format!("/v1/sessions/{}/feed", session());
    testing::eventually("the owners answer", SOON, || async {
        let answer = world.ask(Method::GET, &feed).send().await.unwrap();
        let (nobody, orders) = (Actor::default(), ListOrders::default());
        let orders = world.ctx.bus.ask(&nobody, &orders);
        (answer.status() == 200 && orders.await.is_ok()).then_some(())
    })
    .await;
    world
}

async fn comment(world: &World, seq: u64) {
    use prost::Message as _;
    let of = Of::Comment(Comment {
        session_id: session().to_string(),
        seq,
        text: "ngon quá".into(),
        ..Comment::default()
    });
    let subject = feed_subject(&Audience::Room(session().to_string()), &of);
    let payload = Feed { of: Some(of) }.encode_to_vec();
    world
        .ctx
        .bus
        .jetstream()
        .publish(subject, payload.into())
        .await
        .unwrap()
        .await
        .unwrap();
}

/// Reads until something has come; the last id that came with it.
async fn until(answer: &mut Response, what: &str) -> (String, String) {
    let mut text = String::new();
    tokio::time::timeout(SOON, async {
        while !text.contains(what) || !text.ends_with("\n\n") {
            text.push_str(std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap());
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{what} has not come: {text}"));
    let id = text
        .lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .next_back()
        .unwrap()
        .to_owned();
    (text, id)
}

#[tokio::test]
async fn a_feed_is_an_event_stream_that_goes_on_where_it_was() {
    let world = start().await;
    let path = format!("/v1/sessions/{}/feed", session());
    let ask_at = |query: String| {
        world
            .ask(Method::GET, &format!("{path}{query}"))
            .header("accept-encoding", "gzip")
    };
    let ask = || ask_at(String::new());
    let mut answer = ask().send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
    assert_eq!(
        header("content-encoding"),
        None,
        "a compressor would hold events back"
    );
    let (text, _) = until(&mut answer, "event: snapshot").await;
    assert!(
        text.starts_with("retry: ") && text.contains("Chợ phiên"),
        "{text}"
    );
    comment(&world, 1).await;
    let (_, id) = until(&mut answer, "event: comment").await;
    drop(answer);
    comment(&world, 2).await;
    for back in [
        ask().header("last-event-id", &id),
        // The header is what a browser updates: it comes before the address it was first given.
        ask_at("?last_event_id=stale".into()).header("last-event-id", &id),
        ask_at(format!("?last_event_id={id}")),
    ] {
        let (text, _) = until(&mut back.send().await.unwrap(), "event: comment").await;
        assert!(
            text.contains(r#""seq":2"#)
                && !text.contains(r#""seq":1"#)
                && !text.contains("snapshot"),
            "{text}"
        );
    }
    let mut strange = ask()
        .header("last-event-id", "xin chào")
        .send()
        .await
        .unwrap();
    let (text, _) = until(&mut strange, "event: snapshot").await;
    assert!(
        text.contains("event: reset\ndata: {}\n\nevent: snapshot"),
        "{text}"
    );
}

#[tokio::test]
async fn a_feed_is_refused_as_everything_else_is() {
    let world = start().await;
    let (feed, elsewhere) = (
        format!("/v1/sessions/{}/feed", session()),
        SessionId::from_uuid(Uuid::from_u128(8)),
    );
    let ask = |path: &str| world.ask(Method::GET, path);
    assert_eq!(
        refused(ask(&format!("/v1/sessions/{elsewhere}/feed")), 404).await,
        "not_found"
    );
    assert_eq!(
        refused(ask("/v1/sessions/none/feed"), 404).await,
        "not_found"
    );
    assert_eq!(
        refused(ask(&format!("{feed}?desk=true")), 401).await,
        "sign_in_first"
    );
    assert_eq!(
        refused(ask(&format!("{feed}?desk=perhaps")), 422).await,
        "invalid_input"
    );
    assert_eq!(refused(ask("/v1/me/feed"), 401).await, "sign_in_first");
    let shopper = world.shopper().await;
    assert_eq!(
        refused(world.get(&format!("{feed}?desk=true"), &shopper), 403).await,
        "forbidden"
    );
    let mut open = Vec::new();
    for _ in 0..10 {
        open.push(world.get("/v1/me/feed", &shopper).send().await.unwrap());
        assert_eq!(open.last().unwrap().status(), 200);
    }
    assert_eq!(
        refused(world.get("/v1/me/feed", &shopper), 429).await,
        "rate_limited"
    );
    let (text, _) = until(&mut open[0], "event: snapshot").await;
    assert!(text.contains("shopper"), "{text}");
}
