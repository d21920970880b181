//! Who hears dies between what it heard and its effect: the next one hears it again.

use std::time::Duration;

use async_nats::jetstream;
use chassis::{
    Core,
    clock::Clock,
    config::Settings,
    envelope::EventHead,
    inbox::{Heard, Hears},
    lifecycle::Lifecycle,
    testing::{self, eventually},
};
use proto::{catalogue::v1::StockAllotted, contract::Event as _};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};

async fn apply(core: Core, heard: Heard<StockAllotted>) -> Result<(), orders::error::Error> {
    if let Some(tx) = heard.begin(&core).await? {
        core.commit(tx).await?;
    }
    Ok(())
}

async fn hearer(settings: Settings, url: SecretString, lifecycle: Lifecycle) {
    let clock = Clock::default();
    let core = Core::start(
        &settings,
        "orders",
        &url,
        &orders::MIGRATOR,
        clock,
        lifecycle,
    )
    .await
    .unwrap();
    Hears::new(core.clone(), &core).on(apply).start();
    std::future::pending::<()>().await;
    drop(core);
}

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_under_way_when_its_hearer_died_is_heard_again() {
    let nats = testing::nats().await;
    let settings = testing::settings(&nats);
    let url = testing::database("orders", &orders::MIGRATOR).await;
    let pool = PgPoolOptions::new()
        .connect(url.expose_secret())
        .await
        .unwrap();
    let mut locker = PgConnection::connect(url.expose_secret()).await.unwrap();
    let mut lock = locker.begin().await.unwrap();
    sqlx::query("lock table chassis.inbox in share row exclusive mode")
        .execute(&mut *lock)
        .await
        .unwrap();

    // On a runtime of its own, which is torn down under it.
    let dies = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    dies.spawn(hearer(settings.clone(), url.clone(), Lifecycle::default()));
    let clock = Clock::default();
    let head = EventHead {
        trace: None,
        source: StockAllotted::SERVICE.into(),
        id: clock.id(),
        event_type: <StockAllotted as prost::Name>::full_name(),
        aggregate: Some(("test".into(), 1)),
        at: clock.now(),
    };
    let jetstream = jetstream::new(async_nats::connect(nats.url()).await.unwrap());
    jetstream
        .publish_with_headers(
            StockAllotted::SUBJECT,
            head.headers(),
            prost::Message::encode_to_vec(&StockAllotted::default()).into(),
        )
        .await
        .unwrap()
        .await
        .unwrap();
    eventually(
        "its effect is under way",
        Duration::from_secs(10),
        || async {
            let waits = "select count(*) from pg_locks l join pg_database d on d.oid = l.database
                     where d.datname = current_database() and not l.granted";
            (count(&pool, waits).await > 0).then_some(())
        },
    )
    .await;
    dies.shutdown_background();
    eventually("it is dead", Duration::from_secs(10), || async {
        // Its other connections are gone; the one that waits for the lock does not know yet.
        let leads = "select count(*) from pg_locks l join pg_database d on d.oid = l.database
                     where d.datname = current_database() and locktype = 'advisory' and granted";
        (count(&pool, leads).await == 0).then_some(())
    })
    .await;
    lock.rollback().await.unwrap();
    assert_eq!(count(&pool, "select count(*) from chassis.inbox").await, 0);

    let lifecycle = Lifecycle::default();
    lifecycle.spawn(hearer(settings, url, lifecycle.clone()));
    eventually("it is heard again", Duration::from_secs(30), || async {
        (count(&pool, "select count(*) from chassis.inbox").await == 1).then_some(())
    })
    .await;
    drop(lifecycle);
    nats.stop().await.unwrap();
}
