//! One order, one trace. `cargo nextest run -p phien-tests one_order_is_one_trace --no-capture` prints it.

use std::time::Duration;

use chassis::{lifecycle::Lifecycle, testing::eventually, trace};
use phien_tests::{
    collector::{Collector, Seen, tree},
    feed_client::FeedClient,
    world::World,
};
use reqwest::Method;

const SOON: Duration = Duration::from_secs(20);
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT: &str = "00f067aa0ba902b7";

/// The span of a service whose name begins so, done for another.
fn child<'a>(spans: &'a [Seen], service: &str, name: &str, parent: &str) -> Option<&'a Seen> {
    spans.iter().find(|span| {
        span.service == service && span.name.starts_with(name) && span.parent == parent
    })
}

/// All stages, each done for the one before it.
fn whole(spans: &[Seen]) -> Option<()> {
    let request = child(spans, "phien-gateway", "POST /v1/orders", CLIENT)?;
    let message = child(spans, "phien-gateway", "place orders", &request.id)?;
    let answer = child(spans, "phien-orders", "phien.orders.v1.place.", &message.id)?;
    let intake = child(spans, "phien-orders", "intake transaction", &answer.id)?;
    let state = child(spans, "phien-orders", "feed.say", &intake.id)?;
    child(spans, "phien-gateway", "feed to viewer", &state.id)?;
    let published = child(spans, "phien-orders", "outbox.publish", &intake.id)?;
    child(spans, "phien-orders", "hear evt.orders.", &published.id)?;
    let heard = child(spans, "phien-livestream", "hear evt.orders.", &published.id)?;
    let sale = child(spans, "phien-livestream", "outbox.publish", &heard.id)?;
    child(spans, "phien-gateway", "feed to viewer", &sale.id)?;
    Some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_is_one_trace() {
    let lifecycle = Lifecycle::default();
    let (collector, address) = Collector::start(&lifecycle).await.unwrap();
    // Nobody is sampled but who asks for it.
    trace::start(&format!("http://{address}"), 0.0);
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let person = world.people(1).await.remove(0);
    let path = format!("/v1/sessions/{}/feed", stage.session_id);
    let feed = FeedClient::watch(&person.api, &path);
    feed.until("a snapshot", SOON, |view| view.last_id.is_some())
        .await
        .unwrap();
    let placed = person
        .api
        .request(Method::POST, "/v1/orders")
        .header("idempotency-key", "traced")
        .header("traceparent", format!("00-{TRACE}-{CLIENT}-01"))
        .json(&stage.cart(1, "cod"))
        .send()
        .await
        .unwrap();
    assert_eq!(placed.status(), 201);
    let all_came = eventually("a whole trace", 2 * SOON, async || {
        whole(&collector.of(TRACE))
    });
    let outcome = tokio::time::timeout(SOON, all_came).await;
    println!("{}", tree(&collector.of(TRACE)));
    outcome.expect("a whole trace");
    // Who is not sampled leaves nothing behind.
    stage.order(&person, "not-traced", 1, "cod").await;
    let mut orders = world.database("orders").await;
    let (with, without): (i64, i64) = sqlx::query_as(
        "select count(trace), count(*) - count(trace) from chassis.outbox where subject like 'evt.orders.%'",
    )
    .fetch_one(&mut orders)
    .await
    .unwrap();
    assert!(
        with >= 1 && without >= 1,
        "{with} rows with a trace, {without} without"
    );
    world.finish().await;
    assert!(lifecycle.stop(SOON).await);
}
