//! Every metric of the table is there, and those of an order's way move with it.

use std::{collections::BTreeMap, time::Duration};

use chassis::{metrics::Kind, testing::eventually};
use phien_tests::{api::Api, feed_client::FeedClient, shopper, world::World};

const SOON: Duration = Duration::from_secs(15);

/// Series and their values.
type Scrape = BTreeMap<String, f64>;

async fn scrape(health: &Api) -> Scrape {
    let reply = health.get("/metrics").await.unwrap();
    assert_eq!(
        (reply.status, reply.content_type.as_str()),
        (200, "text/plain")
    );
    let lines = reply.text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            (series.to_owned(), value.parse().unwrap())
        })
        .collect()
}

/// Waits until these series have at least these values.
async fn until(health: &Api, wanted: &[(&str, f64)]) {
    for (series, least) in wanted {
        eventually(&format!("{series} is {least}"), SOON, async || {
            let now = scrape(health).await;
            let reached = now.get(*series).is_some_and(|is| is >= least);
            reached.then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_moves_the_metrics() {
    let world = World::start().await;
    let health = world.health().await;
    let before = scrape(&health).await;
    for metric in phien::metrics::all() {
        let counted = match metric.kind {
            Kind::Histogram => format!("{}_count", metric.name),
            Kind::Counter | Kind::Gauge => metric.name.to_owned(),
        };
        let there = |series: &&String| {
            let rest = series.strip_prefix(&counted);
            rest.is_some_and(|rest| rest.starts_with("{service=\""))
        };
        assert!(before.keys().any(|series| there(&series)), "{counted}");
    }
    let stage = world.stage(3, 0).await;
    let person = world.people(1).await.remove(0);
    let path = format!("/v1/sessions/{}/feed", stage.session_id);
    let _feed = FeedClient::watch(&person.api, &path);
    until(&health, &[(r#"phien_viewers{service="gateway"}"#, 1.0)]).await;
    let asked = scrape(&health).await;
    let was = |series: &str| asked.get(series).copied().unwrap_or_default();
    stage.order(&person, "once", 2, "cod").await;
    for (key, units) in [("once", 2), ("too-many", 9)] {
        let body = stage.cart(units, "cod");
        shopper::order(&person.api, key, &body).await.unwrap();
    }
    let more = |series: &'static str, by: f64| (series, was(series) + by);
    until(
        &health,
        &[
            more(r#"phien_orders_placed_total{service="orders"}"#, 1.0),
            more(r#"phien_orders_replayed_total{service="orders"}"#, 1.0),
            more(
                r#"phien_orders_refused_total{service="orders",reason="sold_out"}"#,
                1.0,
            ),
            more(
                r#"phien_intake_batch_requests_count{service="orders"}"#,
                2.0,
            ),
            more(r#"phien_intake_batch_seconds_count{service="orders"}"#, 2.0),
            more(r#"phien_outbox_published_total{service="orders"}"#, 1.0),
            more(r#"phien_inbox_applied_total{service="orders"}"#, 1.0),
            more(r#"phien_inbox_applied_total{service="livestream"}"#, 1.0),
            more(r#"phien_rpc_asked_total{service="gateway"}"#, 3.0),
            more(r#"phien_rpc_answered_total{service="orders"}"#, 3.0),
            more(
                r#"phien_http_requests_total{service="gateway",route="orders",status="2xx"}"#,
                2.0,
            ),
            more(
                r#"phien_http_requests_total{service="gateway",route="orders",status="4xx"}"#,
                1.0,
            ),
            more(
                r#"phien_http_request_seconds_count{service="gateway",route="orders"}"#,
                3.0,
            ),
            more(
                r#"phien_feed_lag_seconds_count{service="gateway",stage="commit"}"#,
                1.0,
            ),
            (r#"phien_bus_up{service="orders"}"#, 1.0),
            (
                r#"phien_postgres_connections{service="orders",state="idle"}"#,
                1.0,
            ),
        ],
    )
    .await;
    for silent in [
        r#"phien_dead_letters_open{service="orders"}"#,
        r#"phien_slow_consumers_total{service="gateway"}"#,
        r#"phien_outbox_republished_total{service="orders"}"#,
    ] {
        assert!(
            scrape(&health).await[silent].abs() < f64::EPSILON,
            "{silent}"
        );
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_published_is_seen() {
    let world = World::start().await;
    let health = world.health().await;
    let organiser = world.staff("organiser").await;
    let mut livestream = world.database("livestream").await;
    // The relay says everything, and can note nothing of it.
    sqlx::raw_sql(
        "create function refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
         create trigger refuse before update on chassis.outbox for each row execute function refuse()",
    )
    .execute(&mut livestream)
    .await
    .unwrap();
    world.session(&organiser, "Phiên không ai hay").await;
    until(
        &health,
        &[
            (
                r#"phien_outbox_unpublished_rows{service="livestream"}"#,
                1.0,
            ),
            (r#"phien_outbox_oldest_seconds{service="livestream"}"#, 2.0),
        ],
    )
    .await;
    sqlx::raw_sql("drop function refuse cascade")
        .execute(&mut livestream)
        .await
        .unwrap();
    eventually("all is published", SOON, async || {
        let rows = scrape(&health).await[r#"phien_outbox_unpublished_rows{service="livestream"}"#];
        (rows < 1.0).then_some(())
    })
    .await;
    world.finish().await;
}
