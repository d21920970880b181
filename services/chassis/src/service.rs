//! What each service's context stands on, and how a service comes up.

use std::{
    future::Future,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    Connection as _, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    bus::{Bus, BusError},
    clock::Clock,
    config::Settings,
    counters::Counters,
    feed::Feeds,
    lifecycle::Lifecycle,
    metrics::{self, Metrics},
    outbox,
};

use tokio::time::Instant;

/// The chassis' own tables, in their own schema; migrated before each service's.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Makes the three roles of a service's database; run in it by an administrator.
pub const ROLES: &str = include_str!("../../../deploy/postgres/roles.sql");

/// What those roles may do with which table; run by the owner after every migration.
pub(crate) const GRANTS: &str = include_str!("service/grants.sql");

/// More connections only queue on the same rows.
const CONNECTIONS: u32 = 16;
/// After so long without use, a connection may have been closed at the other end.
const RESTED: Duration = Duration::from_secs(1);

/// A transaction; commit it with [`Core::commit`].
pub type Tx = Transaction<'static, Postgres>;

/// What is passed to everything a service does. Each service wraps it in a `Ctx` with its own settings.
#[derive(Debug, Clone)]
pub struct Core {
    /// The service's own database.
    pub db: PgPool,
    /// The bus.
    pub bus: Bus,
    /// Time and new ids.
    pub clock: Clock,
    /// Tasks and the word to stop.
    pub lifecycle: Lifecycle,
    /// State for those who watch.
    pub feeds: Feeds,
    /// What is counted, for `/metrics`.
    pub counters: Arc<Counters>,
    /// What is shown at `/metrics`.
    pub metrics: Arc<Metrics>,
}

/// A service's context: its settings beside what every service has.
#[derive(Debug)]
pub struct Ctx<S> {
    /// What every service has.
    pub core: Core,
    /// The service's own settings.
    pub config: Arc<S>,
}

impl<S> Ctx<S> {
    /// Puts the two together.
    #[must_use]
    pub fn new(core: Core, config: S) -> Self {
        Self {
            core,
            config: Arc::new(config),
        }
    }
}

// Not derived: settings need not be `Clone`.
impl<S> Clone for Ctx<S> {
    fn clone(&self) -> Self {
        Self {
            core: self.core.clone(),
            config: Arc::clone(&self.config),
        }
    }
}

impl<S> Deref for Ctx<S> {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

/// A service could not come up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database does not answer or refuses.
    #[error("the database of {service} cannot be used")]
    Database {
        /// Whose.
        service: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// Not migrated, or migrated by a version that this one does not know.
    #[error(
        "the database of {service} is not at the schema that this version needs: run `phien migrate`"
    )]
    Schema {
        /// Whose.
        service: &'static str,
    },
    /// A migration failed.
    #[error("migrating the database of {service} failed")]
    Migrate {
        /// Whose.
        service: &'static str,
        /// Why.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    /// No bus.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The service cannot be announced.
    #[error(transparent)]
    Answer(#[from] crate::rpc::AnswerError),
    /// A port is taken, say.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Core {
    /// Connects to the database and the bus, and starts the outbox relay.
    ///
    /// # Errors
    /// When the database is not there or not migrated, or the bus is not there.
    pub async fn start(
        settings: &Settings,
        service: &'static str,
        database_url: &SecretString,
        migrator: &Migrator,
        clock: Clock,
        lifecycle: Lifecycle,
    ) -> Result<Self, StartError> {
        let db = connect(service, database_url, CONNECTIONS).await?;
        check_schema(service, &db, "chassis._sqlx_migrations", &MIGRATOR).await?;
        check_schema(service, &db, "_sqlx_migrations", migrator).await?;
        let bus = Bus::connect(settings, service, clock.clone()).await?;
        let feeds = Feeds::start(&bus, &lifecycle);
        let counters = Arc::clone(&bus.counters);
        let core = Self {
            db,
            bus,
            clock,
            lifecycle,
            feeds,
            counters,
            metrics: Arc::new(Metrics::new(service)),
        };
        metrics::start(&core);
        outbox::start(&core);
        Ok(core)
    }

    /// Opens a transaction.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        self.waiting(self.db.begin()).await
    }

    /// Opens a transaction of a hot path: rows are found by index and statements are planned once, whatever the
    /// statistics say of a table that was empty a minute ago. No statement goes on for longer than somebody waits for
    /// it, and none waits longer than two seconds for a row.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn begin_hot(&self, until: Instant) -> Result<Tx, sqlx::Error> {
        let left = until.saturating_duration_since(Instant::now());
        // 0 would mean: without end.
        let left = left.as_millis().clamp(50, 10_000);
        let begin = format!(
            "begin; set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan; \
             set local statement_timeout = {left}; set local lock_timeout = {}",
            left.min(2_000)
        );
        self.waiting(self.db.begin_with(sqlx::AssertSqlSafe(begin)))
            .await
    }

    /// Opens a transaction that reads everything as of one moment and changes nothing; it is dropped, not committed.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn view(&self) -> Result<Tx, sqlx::Error> {
        self.waiting(
            self.db
                .begin_with("begin isolation level repeatable read read only"),
        )
        .await
    }

    /// Counts who waits for a connection.
    async fn waiting<T>(&self, transaction: impl Future<Output = T>) -> T {
        struct Waits<'a>(&'a AtomicU64);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        Counters::one(&self.counters.waiting_for_postgres);
        let _waits = Waits(&self.counters.waiting_for_postgres);
        transaction.await
    }

    /// Commits, and wakes the relay for what the transaction said.
    ///
    /// # Errors
    /// When the database refuses the commit; nothing was done then.
    pub async fn commit(&self, tx: Tx) -> Result<(), sqlx::Error> {
        tx.commit().await?;
        self.wake_relay();
        Ok(())
    }

    /// Wakes the relay after a commit on another connection.
    pub fn wake_relay(&self) {
        self.bus.link.said.notify_one();
    }

    /// True when the database answers.
    pub async fn database_answers(&self) -> bool {
        let db = sqlx::query_scalar::<_, i32>("select 1").fetch_one(&self.db);
        let db = tokio::time::timeout(Duration::from_secs(2), db).await;
        matches!(db, Ok(Ok(1)))
    }

    /// True when the database answers and the bus has not been away for some seconds.
    pub async fn is_ready(&self) -> bool {
        !self.lifecycle.is_stopping() && self.bus.is_reachable() && self.database_answers().await
    }
}

/// Connections of their own for what must not wait behind everything else.
///
/// # Errors
/// When the database is not there.
pub async fn lane(
    service: &'static str,
    url: &SecretString,
    connections: u32,
) -> Result<PgPool, StartError> {
    connect(service, url, connections).await
}

/// True when it is not the request's fault: the database is away, full, or somebody holds the rows for too long. The
/// same request may succeed a moment later.
#[must_use]
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        // 08: connection; 53: out of room or connections; 57P0x: shutting down; 57014, 55P03: waited too long.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08")
                || code.starts_with("53")
                || code.starts_with("57P")
                || matches!(code.as_ref(), "57014" | "55P03" | "40P01" | "40001")
        }),
        _ => false,
    }
}

async fn connect(
    service: &'static str,
    url: &SecretString,
    connections: u32,
) -> Result<PgPool, StartError> {
    let fail = |source| StartError::Database { service, source };
    let options: PgConnectOptions = url.expose_secret().parse().map_err(fail)?;
    let options = options
        .application_name(&format!("phien-{service}"))
        .options([
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "10s"),
            // Compiling a plan takes longer than any statement of ours.
            ("jit", "off"),
        ]);
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        // Whether it still answers is asked of a connection that has rested, not between two batches of a rush.
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move { Ok(meta.idle_for < RESTED || conn.ping().await.is_ok()) })
        })
        .connect_with(options)
        .await
        .map_err(fail)
}

/// Brings a database to this version's schema: the chassis' tables first, then the service's.
///
/// # Errors
/// When the database is not there or a migration fails.
pub async fn migrate(
    service: &'static str,
    url: &SecretString,
    migrator: &Migrator,
) -> Result<(), StartError> {
    let db = connect(service, url, CONNECTIONS).await?;
    for migrator in [&MIGRATOR, migrator] {
        migrator
            .run(&db)
            .await
            .map_err(|source| StartError::Migrate { service, source })?;
    }
    sqlx::raw_sql(GRANTS)
        .execute(&db)
        .await
        .map_err(|source| StartError::Database { service, source })?;
    db.close().await;
    Ok(())
}

/// Accepts this version's schema and the next one's (expand, then contract), nothing older.
async fn check_schema(
    service: &'static str,
    db: &PgPool,
    table: &'static str,
    migrator: &Migrator,
) -> Result<(), StartError> {
    let sql = format!("select max(version) from {table} where success");
    let applied: Option<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(db)
        .await
        .map_err(|_| StartError::Schema { service })?;
    let needed = migrator.iter().map(|migration| migration.version).max();
    match (applied, needed) {
        (Some(applied), Some(needed)) if applied == needed || applied == needed + 1 => Ok(()),
        (_, None) => Ok(()),
        _ => Err(StartError::Schema { service }),
    }
}
