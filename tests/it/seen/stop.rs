//! A stop in order: not ready any more, what is under way is finished, who watches is told to come back.

use std::time::Duration;

use chassis::testing::eventually;
use futures_util::StreamExt as _;
use phien_tests::{shopper, world::World};
use reqwest::Method;
use sqlx::Connection as _;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_and_viewers_are_told_to_come_back() {
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let person = world.people(1).await.remove(0);
    let health = world.health().await;
    assert_eq!(health.get("/readyz").await.unwrap().status, 200);
    let feed = person
        .api
        .request(
            Method::GET,
            &format!("/v1/sessions/{}/feed", stage.session_id),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(feed.status(), 200);
    // Somebody holds the offer: the order is under way for as long as that.
    let mut holder = world.database("orders").await;
    let looking = world.core("orders").db.clone();
    let mut held = holder.begin().await.unwrap();
    sqlx::query("select id from offers for update")
        .execute(&mut *held)
        .await
        .unwrap();
    let body = stage.cart(1, "cod");
    let ordering = shopper::order(&person.api, "last", &body);
    let watching = async {
        let mut text = Vec::new();
        let mut chunks = feed.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            text.extend_from_slice(&chunk.unwrap());
        }
        String::from_utf8(text).unwrap()
    };
    let stopping = async {
        eventually("the order waits for the offer", SOON, async || {
            let waiting: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
            )
            .fetch_one(&looking)
            .await
            .unwrap();
            (waiting > 0).then_some(())
        })
        .await;
        let let_go = async {
            eventually("it is not ready any more", SOON, async || {
                let ready = health.get("/readyz").await.unwrap();
                (ready.status == 503).then_some(())
            })
            .await;
            held.rollback().await.unwrap();
        };
        tokio::join!(world.stop(), let_go);
    };
    let (ordered, watched, ()) = tokio::join!(ordering, watching, stopping);
    let order = ordered.unwrap().0;
    assert!(order.order_id().is_some(), "{order:?}");
    let last = watched.trim_end().lines().last().unwrap().to_owned();
    let wait: u32 = last.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((1_000..=10_000).contains(&wait), "{last}");
}
