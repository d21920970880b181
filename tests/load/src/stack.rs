//! All of Phiên on this machine, as in production but for the limits of one asker: each part a process of its own.
//!
//! Everything that is started here is ended here, however the bench ends.

mod seed;

use std::{net::SocketAddr, path::Path, process::Stdio, time::Duration};

use anyhow::Context as _;
use chassis::{
    bus::streams,
    local::{LocalNats, LocalPostgres, NatsOptions, PostgresOptions},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use phien::{
    folder::{Addresses, Folder},
    local_databases::{self, As},
    operator,
};
use phien_tests::{api::Api, wait::until};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, PgConnection};
use tokio::process::{Child, Command};

use crate::cpu::Meter;

/// What its bank shows.
pub(crate) const SEPAY_KEY: &str = "key-of-the-bench";
/// How long a part may take to come up.
const UP_WITHIN: Duration = Duration::from_mins(1);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// The settings that differ from production: one asker is the whole market here.
const LIMITS: [(&str, &str); 9] = [
    ("PHIEN_SEPAY_KEYS", SEPAY_KEY),
    ("PHIEN_LIMIT_ACCOUNT_WRITES", "1000000"),
    ("PHIEN_LIMIT_ACCOUNT_BURST", "1000000"),
    ("PHIEN_LIMIT_ADDRESS", "100000000"),
    ("PHIEN_LIMIT_SIGN_INS", "100000"),
    ("PHIEN_LIMIT_PASSWORDS", "100000"),
    ("PHIEN_MAX_CONNECTIONS", "19000"),
    ("PHIEN_BENCH_ROUTES", "true"),
    ("PHIEN_DEMO", "true"),
];

/// The processes of the services: name, what runs in it, and which of the stack's ports tells its health.
const SERVICES: [(&str, &str, u16); 3] = [
    ("others", "catalogue,livestream", 3),
    ("orders", "orders", 4),
    ("gateway", "gateway", 5),
];

/// A stack that runs.
pub(crate) struct Stack {
    /// Its data folder.
    pub(crate) folder: Folder,
    /// Where its servers are.
    pub(crate) addresses: Addresses,
    port: u16,
    services: Vec<(&'static str, Child)>,
    nats: LocalNats,
    postgres: LocalPostgres,
}

impl Stack {
    /// Starts a stack without any data; it takes the ports from `port` on.
    ///
    /// # Errors
    /// When a part does not come up.
    pub(crate) async fn start(path: &Path, port: u16) -> anyhow::Result<Self> {
        if path.exists() {
            std::fs::remove_dir_all(path)
                .with_context(|| format!("emptying {}", path.display()))?;
        }
        let folder = Folder::create(path)?;
        let postgres = PostgresOptions {
            data_dir: folder.path.join("postgres"),
            port: port + 1,
            durable: true,
        };
        let postgres = LocalPostgres::start(postgres).await?;
        let nats = NatsOptions {
            store_dir: folder.path.join("nats"),
            port: Some(port + 2),
            sync_always: true,
            keys: Some(folder.nats_keys()),
            binary: None,
        };
        let nats = LocalNats::start(nats).await?;
        let addresses = Addresses {
            postgres: format!("127.0.0.1:{}", port + 1),
            nats: nats.url(),
            nats_keys: nats.keys().map(Path::to_owned),
        };
        let operator = operator::connect(&addresses.nats, nats.keys()).await?;
        streams::bring(&operator, 1).await?;
        local_databases::ensure(&postgres.admin_url().into(), &folder).await?;
        let mut stack = Self {
            folder,
            addresses,
            port,
            services: Vec::new(),
            nats,
            postgres,
        };
        seed::migrate(&stack).await?;
        for (name, _, _) in SERVICES {
            stack.run(name).await?;
        }
        seed::bootstrap(&stack).await?;
        Ok(stack)
    }

    async fn run(&mut self, name: &'static str) -> anyhow::Result<()> {
        let (_, roles, place) = SERVICES
            .into_iter()
            .find(|(known, _, _)| *known == name)
            .context("no such part")?;
        let child = self.spawn(name, roles, self.port + place)?;
        self.services.push((name, child));
        self.ready(self.port + place)
            .await
            .with_context(|| format!("waiting for {name}"))
    }

    /// Stops a part and starts it again.
    ///
    /// # Errors
    /// When it does not stop, or does not come up.
    pub(crate) async fn restart(&mut self, name: &'static str) -> anyhow::Result<()> {
        let place = self
            .services
            .iter()
            .position(|(known, _)| *known == name)
            .context("no such part")?;
        let (_, mut child) = self.services.remove(place);
        end(name, &mut child).await?;
        self.run(name).await
    }

    fn spawn(&self, name: &str, roles: &str, health: u16) -> anyhow::Result<Child> {
        let program = std::env::current_exe()?.with_file_name("phien");
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path.join(format!("{name}.log")))?;
        let mut command = Command::new(&program);
        command
            .args(["run", "--only", roles])
            .env("NATS_URL", &self.addresses.nats)
            .env("NATS_KEYS", self.folder.nats_keys())
            .env(
                "PHIEN_IDENTITY_SECRET",
                self.folder
                    .secret("identity between services")
                    .expose_secret(),
            )
            .env("PHIEN_HEALTH_LISTEN", format!("127.0.0.1:{health}"))
            .env("PHIEN_LISTEN", self.address().to_string())
            .env("PHIEN_PUBLIC_URL", self.url())
            .envs(LIMITS)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C is for the bench, which ends its own.
            .process_group(0)
            .kill_on_drop(true);
        for service in local_databases::SERVICES {
            command.env(
                format!("{}_DATABASE_URL", service.to_uppercase()),
                self.database_url(service).expose_secret(),
            );
        }
        command.spawn().with_context(|| {
            format!(
                "running {}: build it with `cargo build --release`",
                program.display()
            )
        })
    }

    async fn ready(&self, health: u16) -> anyhow::Result<()> {
        let api = Api::new(&format!("http://127.0.0.1:{health}"))?;
        until("it is ready", UP_WITHIN, || async {
            Ok(api
                .get("/readyz")
                .await
                .ok()
                .filter(|reply| reply.status == 200))
        })
        .await?;
        Ok(())
    }

    /// Where its gateway listens.
    #[must_use]
    pub(crate) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Where its gateway is.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The first port that it does not use itself.
    #[must_use]
    pub(crate) fn free_port(&self) -> u16 {
        self.port + 10
    }

    /// The address of a service's database.
    #[must_use]
    pub(crate) fn database_url(&self, service: &str) -> SecretString {
        self.folder
            .database_url(&self.addresses, service, As::Service)
    }

    /// The same for the database's owner, who migrates.
    #[must_use]
    pub(crate) fn owner_url(&self, service: &str) -> SecretString {
        self.folder
            .database_url(&self.addresses, service, As::Owner)
    }

    /// A connection to a service's database.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub(crate) async fn database(&self, service: &str) -> anyhow::Result<PgConnection> {
        PgConnection::connect(self.database_url(service).expose_secret())
            .await
            .with_context(|| format!("connecting to the database of {service}"))
    }

    /// The address of Postgres for its administrator.
    #[must_use]
    pub(crate) fn admin_url(&self) -> SecretString {
        self.postgres.admin_url().into()
    }

    /// Postgres tidies, counts and writes what came so far, so that it does in no measurement.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn settle(&self) -> anyhow::Result<()> {
        for service in local_databases::SERVICES {
            let url = self.owner_url(service);
            let mut owner = PgConnection::connect(url.expose_secret()).await?;
            sqlx::query("vacuum analyze").execute(&mut owner).await?;
        }
        let mut admin = PgConnection::connect(self.admin_url().expose_secret()).await?;
        sqlx::query("checkpoint").execute(&mut admin).await?;
        Ok(())
    }

    /// A part of it by name: gateway, orders, others.
    ///
    /// # Panics
    /// When there is no such part.
    #[must_use]
    pub(crate) fn pid(&self, name: &str) -> u32 {
        let found = self.services.iter().find(|(known, _)| *known == name);
        found
            .and_then(|(_, child)| child.id())
            .unwrap_or_else(|| panic!("{name} does not run"))
    }

    /// Watches all its processes, and this one.
    #[must_use]
    pub(crate) fn meter(&self) -> Meter {
        let mut meter = Meter::default();
        for (name, _, _) in SERVICES {
            meter.watch(name, self.pid(name));
        }
        meter.watch("nats", self.nats.pid());
        meter.watch_family("postgres", self.postgres.pid());
        meter
    }

    /// Stops it in order: the gateway first, the servers last.
    ///
    /// # Errors
    /// When a part has to be killed.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        for (name, child) in self.services.iter_mut().rev() {
            end(name, child).await?;
        }
        self.nats.stop().await?;
        self.postgres.stop().await?;
        Ok(())
    }
}

async fn end(name: &str, child: &mut Child) -> anyhow::Result<()> {
    if let Some(pid) = child.id() {
        kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGTERM)?;
    }
    tokio::time::timeout(STOPPED_WITHIN, child.wait())
        .await
        .with_context(|| format!("{name} does not stop"))??;
    Ok(())
}
