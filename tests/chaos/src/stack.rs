//! All of Phiên on this machine, each part a process of its own, with a way in front of every connection.
//!
//! Everything that has to do with how parts are started is here and in the files below: settings, ports, secrets.

pub mod process;
mod seed;
pub mod servers;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use chassis::lifecycle::Lifecycle;
use phien::{
    folder::{Addresses, Folder},
    local_databases::{self, SERVICES},
};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, PgConnection};

use self::{
    process::{Instance, Process, Start},
    servers::Servers,
};
use crate::proxy::Proxy;

/// The key of the bank's webhook.
pub const SEPAY_KEY: &str = "a-key-for-the-run";

/// The settings that differ from production: a few askers are the whole market here.
const SETTINGS: [(&str, &str); 8] = [
    ("PHIEN_LIMIT_ACCOUNT_WRITES", "1000000"),
    ("PHIEN_LIMIT_ACCOUNT_BURST", "1000000"),
    ("PHIEN_LIMIT_ADDRESS", "100000000"),
    ("PHIEN_LIMIT_SIGN_INS", "100000"),
    ("PHIEN_LIMIT_PASSWORDS", "100000"),
    ("PHIEN_DEMO", "true"),
    ("PHIEN_SEPAY_KEYS", SEPAY_KEY),
    ("PHIEN_LOG_FORMAT", "json"),
];

/// Roles and how many of each run.
pub const PARTS: [&str; 6] = [
    "catalogue",
    "livestream",
    "orders",
    "orders",
    "gateway",
    "gateway",
];

/// How the stack is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its data folder; emptied first.
    pub data: PathBuf,
    /// The first of its ports, below 32768: higher ones are lent to outgoing connections.
    pub port: u16,
    /// The program of this version.
    pub program: PathBuf,
    /// The program that runs at first; this version's unless told otherwise.
    pub first: PathBuf,
    /// Megabytes of a disk of its own for NATS, if one may be mounted.
    pub nats_disk: Option<u32>,
}

/// A stack that runs.
pub struct Stack {
    /// Its data folder.
    pub folder: Folder,
    /// NATS and Postgres.
    pub servers: Servers,
    /// The processes of its roles.
    pub parts: Vec<Process>,
    options: Options,
    direct: Addresses,
    next_port: u16,
    /// Roles of all processes that were ever added.
    made: Vec<&'static str>,
    /// Of the ways and of those who watch over the processes.
    lifecycle: Lifecycle,
}

impl Stack {
    /// Starts a stack without any data.
    ///
    /// # Errors
    /// When a part does not come up.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        ensure!(
            options.program.is_file(),
            "{} is not there: build it with `cargo build --bin phien`, or name it with --program",
            options.program.display()
        );
        servers::clear(&options.data).await?;
        let folder = Folder::create(&options.data)?;
        let servers = Servers::start(&folder.path, options.port, options.nats_disk).await?;
        let direct = Addresses {
            postgres: format!("127.0.0.1:{}", options.port),
            nats: format!("nats://127.0.0.1:{}", options.port + 1),
        };
        local_databases::ensure(&servers.admin_url().await?.into(), &folder).await?;
        let mut stack = Self {
            folder,
            servers,
            parts: Vec::new(),
            next_port: options.port + 2,
            made: Vec::new(),
            options,
            direct,
            lifecycle: Lifecycle::default(),
        };
        seed::migrate(&stack).await?;
        let first = stack.options.first.clone();
        for role in PARTS {
            stack.add(role, &first).await?;
        }
        seed::bootstrap(&stack).await?;
        for part in &stack.parts {
            part.ready(Duration::from_mins(1)).await?;
        }
        Ok(stack)
    }

    /// Starts one more process of a role.
    ///
    /// # Errors
    /// When no port is to be had.
    pub async fn add(&mut self, role: &'static str, program: &Path) -> anyhow::Result<&Process> {
        self.made.push(role);
        let number = self.made.iter().filter(|made| **made == role).count();
        let (health, listen) = (self.port(), self.port());
        let postgres = format!("127.0.0.1:{}", self.options.port).parse()?;
        let broker = format!("127.0.0.1:{}", self.options.port + 1).parse()?;
        let postgres = Proxy::open(postgres, &self.lifecycle).await?;
        let nats = Proxy::open(broker, &self.lifecycle).await?;
        let front = Proxy::open(listen, &self.lifecycle).await?;
        let through = Addresses {
            postgres: postgres.address().to_string(),
            nats: format!("nats://{}", nats.address()),
        };
        let mut settings: Vec<(String, String)> = SETTINGS
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut set = |name: &str, value: String| settings.push((name.to_owned(), value));
        set("NATS_URL", through.nats.clone());
        let secret = self.folder.secret("identity between services");
        set("PHIEN_IDENTITY_SECRET", secret.expose_secret().to_owned());
        set("PHIEN_HEALTH_LISTEN", health.to_string());
        set("PHIEN_LISTEN", listen.to_string());
        set("PHIEN_PUBLIC_URL", format!("http://{listen}"));
        for service in SERVICES {
            let url = self.folder.database_url(&through, service);
            let name = format!("{}_DATABASE_URL", service.to_uppercase());
            set(&name, url.expose_secret().to_owned());
        }
        let name = format!("{role}-{number}");
        let start = Start {
            program: program.to_owned(),
            settings,
            log: self.folder.path.join(format!("{name}.log")),
        };
        let instance = Instance {
            name,
            role,
            health,
            listen,
            nats,
            postgres,
            front,
        };
        self.parts
            .push(Process::watch(instance, start, &self.lifecycle));
        self.parts.last().context("it was just added")
    }

    fn port(&mut self) -> SocketAddr {
        self.next_port += 1;
        ([127, 0, 0, 1], self.next_port - 1).into()
    }

    /// The program of this version.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.options.program
    }

    /// Where its servers are, without a way in front.
    #[must_use]
    pub fn direct(&self) -> &Addresses {
        &self.direct
    }

    /// The address of a service's database, without a way in front.
    #[must_use]
    pub fn database_url(&self, service: &str) -> SecretString {
        self.folder.database_url(&self.direct, service)
    }

    /// A connection to a service's database.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn database(&self, service: &str) -> anyhow::Result<PgConnection> {
        PgConnection::connect(self.database_url(service).expose_secret())
            .await
            .with_context(|| format!("connecting to the database of {service}"))
    }

    /// `phien audit` on this stack: its output, and whether every equation holds.
    ///
    /// # Errors
    /// When it cannot be run.
    pub async fn audit(&self, wait: Duration) -> anyhow::Result<(bool, String)> {
        let urls = SERVICES.map(|service| self.database_url(service).expose_secret().to_owned());
        let output = tokio::process::Command::new(&self.options.program)
            .args(["audit", "--wait", &wait.as_secs().to_string()])
            .env("PHIEN_AUDIT_DATABASE_URLS", urls.join(","))
            .env("NATS_URL", &self.direct.nats)
            .kill_on_drop(true)
            .output()
            .await
            .context("running phien audit")?;
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((output.status.success(), said))
    }

    /// Stops it in order: the gateways first, the servers last. Says what had to be killed.
    ///
    /// # Errors
    /// When a server has to be killed.
    pub async fn stop(self) -> anyhow::Result<Vec<String>> {
        let mut killed = Vec::new();
        for part in self.parts.iter().rev() {
            if !part.stop().await {
                killed.push(part.name.clone());
            }
        }
        self.lifecycle.stop(Duration::from_secs(5)).await;
        self.servers.stop().await?;
        Ok(killed)
    }
}
