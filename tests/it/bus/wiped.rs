//! The broker loses everything: Postgres is the truth, and fills it again.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use chassis::{bus::permissions::OPS, outbox, testing::eventually};
use phien_tests::{
    api::number,
    world::{Person, Stage, World},
};
use proto::{
    contract::{SPEAKERS, stream_of},
    orders::v1::PaymentReceived,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_lost_everything_is_filled_again() {
    lost(2_000).await;
}

#[ignore = "two hundred thousand events take minutes"]
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_lost_two_hundred_thousand_events_is_filled_again() {
    lost(200_000).await;
}

async fn lost(events: i64) {
    let mut world = World::start().await;
    let stage = world.stage(200, 0).await;
    let people = world.people(20).await;
    buy(&stage, &people, "before").await;
    fill(&world, events).await;
    assert_eq!(world.audit().await, Vec::<String>::new());
    let before = sizes(&world).await.unwrap();

    let began = Instant::now();
    world.nats.lose_everything().await.unwrap();
    let complete = Duration::from_mins(10);
    eventually("every stream is whole again", complete, || async {
        (sizes(&world).await? == before).then_some(())
    })
    .await;
    println!(
        "{} events were said again in {:?}, with the broker's own start",
        before.iter().sum::<u64>(),
        began.elapsed()
    );
    // What is said now comes after what was said then.
    buy(&stage, &people, "after").await;
    let units = stage.units().await;
    assert_eq!(number(&units, "sold"), 40);
    world.finish().await;
}

async fn buy(stage: &Stage, people: &[Person], key: &str) {
    for person in people {
        stage.order(person, key, 1, "cod").await;
    }
}

/// Events that nobody hears.
async fn fill(world: &World, events: i64) {
    let mut conn = world.database("orders").await;
    for page in 0..events.div_euclid(100) {
        let mut tx = sqlx::Connection::begin(&mut conn).await.unwrap();
        for amount in 0..100 {
            let event = PaymentReceived {
                amount,
                ..PaymentReceived::default()
            };
            let aggregate = format!("payment:{}", page % 50);
            outbox::say(&mut tx, &world.clock, &aggregate, &event)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
    eventually("all is published", Duration::from_mins(10), || async {
        let mut conn = world.database("orders").await;
        let waiting: i64 =
            sqlx::query_scalar("select count(*) from chassis.outbox where published_at is null")
                .fetch_one(&mut conn)
                .await
                .unwrap();
        (waiting == 0).then_some(())
    })
    .await;
}

/// Messages of each stream; `None` while one is missing.
async fn sizes(world: &World) -> Option<Vec<u64>> {
    let jetstream = jetstream::new(world.on_the_bus(OPS).await);
    let mut sizes = Vec::new();
    for service in SPEAKERS {
        let stream = jetstream.get_stream(stream_of(service)).await.ok()?;
        sizes.push(stream.cached_info().state.messages);
    }
    Some(sizes)
}
