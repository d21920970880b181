//! Real parts for tests: a database of one's own from a template, a broker of one's own.

use std::{
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};

use async_nats::jetstream;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, migrate::Migrator};

use crate::{
    bus::{keys, permissions::OPS, streams},
    config::Settings,
    local::{LocalNats, NatsOptions},
    service::{GRANTS, ROLES},
};

const POSTGRES: &str = "PHIEN_TEST_POSTGRES";
/// Of the roles of tests' databases.
const ROLE_PASSWORD: &str = "only-for-tests";
const NATS_SERVER: &str = "PHIEN_TEST_NATS_SERVER";

#[expect(
    clippy::disallowed_methods,
    reason = "the test runner's set-up passes these"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Creates an empty, migrated database and returns its address. It is dropped at the start of a later test run.
///
/// # Panics
/// When the test Postgres is not there: run the tests by `make test` or `cargo nextest run`.
pub async fn database(service: &'static str, migrator: &Migrator) -> SecretString {
    let admin_url = setting(POSTGRES).unwrap_or_else(|| panic!("{POSTGRES} is not set: run the tests with `cargo nextest run`, which starts Postgres, or name one"));
    database_at(&admin_url, service, migrator).await
}

/// The same in a cluster of the test's own.
///
/// # Panics
/// When it does not answer.
pub async fn database_at(
    admin_url: &str,
    service: &'static str,
    migrator: &Migrator,
) -> SecretString {
    let mut admin = PgConnection::connect(admin_url)
        .await
        .expect("the test Postgres answers");
    let version: i64 = crate::service::MIGRATOR
        .iter()
        .chain(migrator.iter())
        .map(|m| i64::from(m.checksum[0]) << 8 | i64::from(m.checksum[1]))
        .chain(
            [ROLES, GRANTS]
                .into_iter()
                .flat_map(str::bytes)
                .map(i64::from),
        )
        .fold(7, |all, one| all.wrapping_mul(31).wrapping_add(one));
    let template = format!("tpl_{service}_{version:x}");
    // One test builds the template, the others wait for it.
    sqlx::query("select pg_advisory_lock(hashtextextended($1, 1))")
        .bind(&template)
        .execute(&mut admin)
        .await
        .expect("lock");
    let there: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(&template)
            .fetch_one(&mut admin)
            .await
            .expect("query");
    if !there {
        let building = format!("{template}_building");
        run(&mut admin, format!("drop database if exists {building}")).await;
        run(&mut admin, format!("create database {building}")).await;
        let url = with_database(admin_url, &building);
        make_roles(&url, service).await;
        crate::service::migrate(service, &as_role(&url, service, "owner"), migrator)
            .await
            .expect("migrations");
        run(
            &mut admin,
            format!("alter database {building} rename to {template}"),
        )
        .await;
    }
    let name = format!("test_{service}_{}", uuid_text());
    run(
        &mut admin,
        format!("create database {name} template {template}"),
    )
    .await;
    sqlx::query("select pg_advisory_unlock(hashtextextended($1, 1))")
        .bind(&template)
        .execute(&mut admin)
        .await
        .expect("unlock");
    with_database(admin_url, &name)
}

/// One set of roles for all databases of a service.
async fn make_roles(url: &SecretString, service: &str) {
    let mut inside = PgConnection::connect(url.expose_secret())
        .await
        .expect("the new database answers");
    let prefix = format!("set phien.role_prefix = 'test_{service}'; {ROLES}");
    sqlx::raw_sql(AssertSqlSafe(prefix))
        .execute(&mut inside)
        .await
        .expect("the roles");
    for kind in ["owner", "rw", "ro"] {
        let sql = format!("alter role test_{service}_{kind} password '{ROLE_PASSWORD}'");
        run(&mut inside, sql).await;
    }
    inside.close().await.expect("closed");
}

/// The address of a test's database for one of its roles: `owner`, `rw` as a service runs, `ro`.
///
/// # Panics
/// When the address is none.
#[must_use]
pub fn as_role(url: &SecretString, service: &str, kind: &str) -> SecretString {
    let url = url.expose_secret();
    let place = url.split_once('@').expect("a password in the address").1;
    format!("postgres://test_{service}_{kind}:{ROLE_PASSWORD}@{place}").into()
}

#[expect(clippy::disallowed_methods, reason = "a name for a test's database")]
fn uuid_text() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

async fn run(conn: &mut PgConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql))
        .execute(conn)
        .await
        .expect("statement");
}

fn with_database(url: &str, name: &str) -> SecretString {
    let (head, tail) = url.split_at(url.rfind('/').expect("a database in the address"));
    let query = tail.find('?').map_or("", |at| &tail[at..]);
    format!("{head}/{name}{query}").into()
}

/// A NATS server for a test of one part, which may do anything on it; all streams are there.
///
/// # Panics
/// When the server's program is not there.
pub async fn nats() -> LocalNats {
    start_nats(false).await
}

/// A NATS server as in production: each role is a user of its own, and may do only what the contract says.
///
/// # Panics
/// When the server's program is not there.
pub async fn guarded_nats() -> LocalNats {
    start_nats(true).await
}

async fn start_nats(guarded: bool) -> LocalNats {
    let store_dir = std::env::temp_dir().join(format!("phien-test-nats-{}", uuid_text()));
    let nats = LocalNats::start(NatsOptions {
        keys: guarded.then(|| store_dir.join("keys")),
        store_dir,
        port: None,
        sync_always: false,
        binary: setting(NATS_SERVER).map(PathBuf::from),
    })
    .await
    .expect("a NATS server");
    let operator = jetstream::new(client(&nats, OPS).await);
    streams::bring(&operator, 1).await.expect("the streams");
    nats
}

/// A connection as one of the users.
///
/// # Panics
/// When the server refuses it.
pub async fn client(nats: &LocalNats, user: &str) -> async_nats::Client {
    let options = keys::options(nats.keys(), user).expect("the user's key");
    options.connect(nats.url()).await.expect("a connection")
}

/// The settings of a role on that server.
#[must_use]
pub fn settings(nats: &LocalNats) -> Settings {
    Settings {
        nats_url: nats.url(),
        nats_keys: nats.keys().map(Path::to_owned),
        identity_secret: "only for tests".into(),
        stream_replicas: 1,
        health_listen: None,
        audit_minutes: 0,
    }
}

/// Waits until `check` gives something, asking again and again; never sleeps for its own sake.
///
/// # Panics
/// When the time is up.
pub async fn eventually<T, F>(what: &str, limit: Duration, mut check: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let until = tokio::time::Instant::now() + limit;
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(
            tokio::time::Instant::now() < until,
            "not within {limit:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
