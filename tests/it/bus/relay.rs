//! Nothing of the outbox is missed, whoever writes and whoever dies.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use async_nats::jetstream::{self, consumer::pull};
use chassis::{
    Core,
    clock::Clock,
    config::Settings,
    envelope::EventHead,
    id::{EventId, Id as _},
    lifecycle::Lifecycle,
    outbox,
    testing::{self, eventually},
};
use futures_util::StreamExt as _;
use proto::orders::v1::PaymentReceived;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{PgPool, postgres::PgPoolOptions};
use uuid::Uuid;

use super::random;

const WRITERS: u64 = 64;
const AGGREGATES: u32 = 24;

#[tokio::test(flavor = "multi_thread")]
async fn no_row_is_missed() {
    nothing_is_missed(5_000).await;
}

#[ignore = "a hundred thousand rows take minutes"]
#[tokio::test(flavor = "multi_thread")]
async fn no_row_of_a_hundred_thousand_is_missed() {
    nothing_is_missed(100_000).await;
}

async fn nothing_is_missed(rows: u64) {
    let mut random = random();
    let nats = testing::nats().await;
    let settings = testing::settings(&nats);
    let url = testing::database("orders", &orders::MIGRATOR).await;
    let pool = PgPoolOptions::new()
        .max_connections(64)
        .connect(url.expose_secret())
        .await
        .unwrap();
    // The one that leads first dies in the middle, at whatever it was just doing.
    let dies = relay_that_dies(&settings, &url);
    leads(&pool).await;
    let lifecycle = Lifecycle::default();
    let survivor = relay(&settings, &url, &lifecycle).await;

    let began = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let (pool, random) = (pool.clone(), StdRng::seed_from_u64(random.random()));
        writers.spawn(write(pool, random, rows / WRITERS + 1));
    }
    let half = i64::try_from(rows / 2).unwrap();
    eventually("half is published", Duration::from_mins(10), || async {
        (published(&pool).await >= half).then_some(())
    })
    .await;
    dies.shutdown_background();
    let (mut said, mut given_up) = (0, 0);
    for (committed, aborted) in writers.join_all().await {
        said += committed;
        given_up += aborted;
    }
    eventually("all is published", Duration::from_secs(30), || async {
        (published(&pool).await == said).then_some(())
    })
    .await;
    let (repeated, aggregates) = compare(&nats.url(), &pool).await;
    println!(
        "{said} rows by {WRITERS} writers, {given_up} given up, in {:?}: none missed, {repeated} twice in the stream, \
         {aggregates} aggregates in order",
        began.elapsed()
    );
    assert!(lifecycle.stop(Duration::from_secs(10)).await);
    drop(survivor);
    nats.stop().await.unwrap();
}

async fn relay(settings: &Settings, url: &SecretString, lifecycle: &Lifecycle) -> Core {
    let clock = Clock::default();
    Core::start(
        settings,
        "orders",
        url,
        &orders::MIGRATOR,
        clock,
        lifecycle.clone(),
    )
    .await
    .unwrap()
}

/// On a runtime of its own, which is torn down under it.
fn relay_that_dies(settings: &Settings, url: &SecretString) -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (settings, url) = (settings.clone(), url.clone());
    runtime.spawn(async move {
        let core = relay(&settings, &url, &Lifecycle::default()).await;
        std::future::pending::<()>().await;
        drop(core);
    });
    runtime
}

async fn leads(pool: &PgPool) {
    eventually("somebody leads", Duration::from_secs(10), || async {
        let locks: i64 = sqlx::query_scalar(
            "select count(*) from pg_locks l join pg_database d on d.oid = l.database
             where d.datname = current_database() and locktype = 'advisory' and granted",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        (locks > 0).then_some(())
    })
    .await;
}

async fn published(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from chassis.outbox where published_at is not null")
        .fetch_one(pool)
        .await
        .unwrap()
}

/// Transactions of random length on random aggregates, one in five given up; how many events were committed, and not.
async fn write(pool: PgPool, mut random: StdRng, rows: u64) -> (i64, i64) {
    let clock = Clock::default();
    let (mut committed, mut aborted) = (0, 0);
    while committed < i64::try_from(rows).unwrap() {
        let mut tx = pool.begin().await.unwrap();
        let aggregate = format!("payment:{}", random.random_range(0..AGGREGATES));
        let count = random.random_range(1..=8);
        for _ in 0..count {
            let event = PaymentReceived {
                amount: random.random_range(1..1_000_000),
                ..PaymentReceived::default()
            };
            outbox::say(&mut tx, &clock, &aggregate, &event)
                .await
                .unwrap();
            if random.random_bool(0.05) {
                // A writer that takes its time, with the aggregate's lock.
                tokio::time::sleep(Duration::from_millis(random.random_range(1..10))).await;
            }
        }
        if random.random_bool(0.2) {
            tx.rollback().await.unwrap();
            aborted += count;
        } else {
            tx.commit().await.unwrap();
            committed += count;
        }
    }
    (committed, aborted)
}

/// Every row is in the stream, those of an aggregate first appear in their order without a hole; how many came twice.
async fn compare(nats: &str, pool: &PgPool) -> (usize, usize) {
    let jetstream = jetstream::new(async_nats::connect(nats).await.unwrap());
    let mut messages = jetstream
        .create_consumer_on_stream(pull::OrderedConfig::default(), "ORDERS")
        .await
        .unwrap()
        .messages()
        .await
        .unwrap();
    let (mut seen, mut last, mut repeated) = (HashSet::new(), HashMap::new(), 0);
    loop {
        let message = messages.next().await.unwrap().unwrap();
        let head = EventHead::read(message.headers.as_ref().unwrap()).unwrap();
        if seen.insert(head.id) {
            let (aggregate, seq) = head.aggregate.unwrap();
            let last = last.entry(aggregate.clone()).or_insert(0);
            assert_eq!(seq, *last + 1, "{aggregate} in order");
            *last = seq;
        } else {
            repeated += 1;
        }
        if message.info().unwrap().pending == 0 {
            break;
        }
    }
    let rows: Vec<Uuid> = sqlx::query_scalar("select event_id from chassis.outbox")
        .fetch_all(pool)
        .await
        .unwrap();
    let missed: Vec<EventId> = rows
        .into_iter()
        .map(EventId::from_uuid)
        .filter(|id| !seen.remove(id))
        .collect();
    assert!(missed.is_empty(), "missed: {missed:?}");
    assert!(
        seen.is_empty(),
        "in the stream and never committed: {seen:?}"
    );
    (repeated, last.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_too_large_is_parked_and_the_others_flow() {
    let nats = testing::nats().await;
    let settings = testing::settings(&nats);
    let url = testing::database("orders", &orders::MIGRATOR).await;
    let lifecycle = Lifecycle::default();
    let core = relay(&settings, &url, &lifecycle).await;
    let say = async |aggregate: &str, weight: usize| {
        let event = PaymentReceived {
            payment_id: "x".repeat(weight),
            ..PaymentReceived::default()
        };
        let mut tx = core.begin().await.unwrap();
        outbox::say(&mut tx, &core.clock, aggregate, &event)
            .await
            .unwrap();
        core.commit(tx).await.unwrap();
    };
    say("payment:1", 1).await;
    say("payment:1", 5 << 20).await;
    say("payment:1", 2).await;
    say("payment:2", 3).await;
    let waiting = async || -> Vec<(String, i64)> {
        sqlx::query_as("select aggregate, aggregate_seq from chassis.outbox where published_at is null order by id")
            .fetch_all(&core.db)
            .await
            .unwrap()
    };
    let behind = vec![("payment:1".to_owned(), 2), ("payment:1".to_owned(), 3)];
    eventually(
        "all but what is behind it is said",
        Duration::from_secs(10),
        || async {
            let published = published(&core.db).await;
            (published == 2 && waiting().await == behind).then_some(())
        },
    )
    .await;
    let mut conn = core.db.acquire().await.unwrap();
    let letter: (i64, String) = sqlx::query_as("select id, reason from chassis.dead_letter")
        .fetch_one(&mut *conn)
        .await
        .unwrap();
    assert!(letter.1.contains("bytes"), "{letter:?}");
    let found = chassis::audit::bus(&mut conn, chrono::DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    let broken: Vec<&str> = found
        .iter()
        .filter(|check| !check.mismatches.is_empty())
        .map(|check| check.name)
        .collect();
    assert_eq!(broken, ["no_dead_letters"]);

    // Asked for too early it is refused again; once it fits, it goes, and what waited behind it.
    phien::dead::replay(&mut conn, None).await.unwrap();
    eventually("refused again", Duration::from_secs(10), || async {
        let parked = chassis::counters::Counters::get(&core.counters.outbox_parked);
        (parked == 2).then_some(())
    })
    .await;
    sqlx::query("update chassis.outbox set payload = '' where aggregate_seq = 2")
        .execute(&mut *conn)
        .await
        .unwrap();
    phien::dead::replay(&mut conn, Some(letter.0))
        .await
        .unwrap();
    eventually("all is said", Duration::from_secs(10), || async {
        (published(&core.db).await == 4).then_some(())
    })
    .await;
    compare(&nats.url(), &core.db).await;
    drop(conn);
    assert!(lifecycle.stop(Duration::from_secs(10)).await);
    nats.stop().await.unwrap();
}
