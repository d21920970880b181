//! `phien up`: everything on one machine, by one command; stopped by Ctrl-C, found again at the next start.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use chassis::{
    bus::streams,
    config::Settings,
    local::{LocalNats, LocalPostgres, NatsOptions, PostgresOptions},
};
use clap::Command;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    folder::{self, Addresses, Folder},
    local_databases::{self, As},
    operator,
    roles::{Configs, told_to_stop},
};

/// Runs everything on this machine.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// Where the data is [default: .phien, or /var/lib/phien for root].
    #[arg(long, env = "PHIEN_DATA")]
    data: Option<PathBuf>,
    /// Where HTTP is served.
    #[arg(long, env = "PHIEN_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where `/healthz`, `/readyz` and `/metrics` are served; port 0 takes any free one.
    #[arg(long, env = "PHIEN_HEALTH_LISTEN", default_value = "127.0.0.1:0")]
    health_listen: SocketAddr,
    /// The port of the Postgres that is started.
    #[arg(long, env = "PHIEN_POSTGRES_PORT", default_value_t = 25432)]
    postgres_port: u16,
    /// The port of the NATS server that is started.
    #[arg(long, env = "PHIEN_NATS_PORT", default_value_t = 24222)]
    nats_port: u16,
    /// Use this Postgres instead of starting one: an administrator's address.
    #[arg(long, env = "PHIEN_POSTGRES_ADMIN_URL", hide_env_values = true)]
    postgres_url: Option<SecretString>,
    /// Use this NATS server instead of starting one.
    #[arg(long, env = "NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,
    /// The folder with the keys of all users of that server; not given: it asks for none.
    #[arg(long, env = "NATS_KEYS", requires = "nats_url")]
    nats_keys: Option<PathBuf>,
}

impl Up {
    /// Starts, prints what a person needs next, waits for Ctrl-C, stops in order.
    ///
    /// # Errors
    /// When something cannot come up; what did is stopped again.
    pub async fn run(self) -> anyhow::Result<()> {
        let folder = Folder::create(&self.data.clone().unwrap_or_else(folder::usual))?;
        println!("data          {}", folder.path.display());
        let postgres = self.start_postgres(&folder).await?;
        let nats = match self.start_nats(&folder).await {
            Ok(nats) => nats,
            Err(error) => {
                stop_servers(postgres, None).await;
                return Err(error);
            }
        };
        let outcome = self
            .run_services(&folder, postgres.as_ref(), nats.as_ref())
            .await;
        stop_servers(postgres, nats).await;
        if outcome.is_ok() {
            println!("stopped; the data stays in {}", folder.path.display());
        }
        outcome
    }

    async fn start_postgres(&self, folder: &Folder) -> anyhow::Result<Option<LocalPostgres>> {
        if self.postgres_url.is_some() {
            return Ok(None);
        }
        println!("starting      Postgres on 127.0.0.1:{}", self.postgres_port);
        let options = PostgresOptions {
            data_dir: folder.path.join("postgres"),
            port: self.postgres_port,
            durable: true,
        };
        Ok(Some(LocalPostgres::start(options).await?))
    }

    async fn start_nats(&self, folder: &Folder) -> anyhow::Result<Option<LocalNats>> {
        if self.nats_url.is_some() {
            return Ok(None);
        }
        println!("starting      NATS on 127.0.0.1:{}", self.nats_port);
        let options = NatsOptions {
            store_dir: folder.path.join("nats"),
            port: Some(self.nats_port),
            sync_always: true,
            keys: Some(folder.nats_keys()),
            binary: None,
        };
        Ok(Some(LocalNats::start(options).await?))
    }

    async fn run_services(
        &self,
        folder: &Folder,
        postgres: Option<&LocalPostgres>,
        nats: Option<&LocalNats>,
    ) -> anyhow::Result<()> {
        let admin_url: SecretString = match (&self.postgres_url, postgres) {
            (Some(url), _) => url.clone(),
            (None, Some(postgres)) => postgres.admin_url().into(),
            (None, None) => anyhow::bail!("no Postgres"),
        };
        let nats_url = self
            .nats_url
            .clone()
            .or_else(|| nats.map(LocalNats::url))
            .context("no NATS server")?;
        let nats_keys = match nats {
            Some(nats) => nats.keys().map(Path::to_owned),
            None => self.nats_keys.clone(),
        };
        let addresses = Addresses {
            postgres: host_of(admin_url.expose_secret())?,
            nats: nats_url,
            nats_keys: nats_keys.clone(),
        };
        folder.note_addresses(&addresses)?;
        local_databases::ensure(&admin_url, folder).await?;
        let operator = operator::connect(&addresses.nats, nats_keys.as_deref()).await?;
        streams::bring(&operator, 1).await?;
        let sepay_key = folder.secret("key of the sepay webhook");
        let configs = self.configs(folder, &addresses, nats_keys, &sepay_key)?;
        configs.migrate().await?;
        let running = configs.start().await?;
        let gateway = running
            .gateway
            .as_ref()
            .context("the gateway is among all roles")?;
        let seeded =
            gateway::bootstrap(&gateway.ctx, &|username| folder.password(username)).await?;
        let url = format!("http://{}", gateway.address);
        let usernames: Vec<String> = seeded
            .accounts
            .iter()
            .map(|(username, _)| username.clone())
            .collect();
        folder.note_sign_in(&url, &sepay_key, &usernames)?;
        let health = running.health.map(|at| at.to_string()).unwrap_or_default();
        greet(folder, &url, &health, &usernames);
        told_to_stop().await?;
        running.stop().await;
        Ok(())
    }

    /// The settings of all roles, through the same reading as `phien run`, so that defaults are the same.
    fn configs(
        &self,
        folder: &Folder,
        addresses: &Addresses,
        nats_keys: Option<PathBuf>,
        sepay_key: &SecretString,
    ) -> anyhow::Result<Configs> {
        fn read<C: clap::Args>(args: &[String]) -> anyhow::Result<C> {
            let command = C::augment_args(Command::new("up").no_binary_name(true));
            Ok(C::from_arg_matches(&command.try_get_matches_from(args)?)?)
        }
        let url = |service: &str, who| {
            let url = folder.database_url(addresses, service, who);
            url.expose_secret().to_owned()
        };
        let database = |service: &str| {
            [
                format!("--{service}-database-url={}", url(service, As::Service)),
                format!("--{service}-migrate-url={}", url(service, As::Owner)),
            ]
        };
        let [gateway_database, gateway_migrate] = database("gateway");
        Ok(Configs {
            settings: Settings {
                nats_url: addresses.nats.clone(),
                nats_keys,
                identity_secret: folder.secret("identity between services"),
                stream_replicas: 1,
                health_listen: Some(self.health_listen),
                audit_minutes: 5,
            },
            catalogue: Some(read(&database("catalogue"))?),
            livestream: Some(read(&database("livestream"))?),
            orders: Some(read(&database("orders"))?),
            gateway: Some(read(&[
                gateway_database,
                gateway_migrate,
                format!("--listen={}", self.listen),
                format!("--public-url=http://{}", self.listen),
                format!("--sepay-keys={}", sepay_key.expose_secret()),
                format!("--video={}", folder.video()?.display()),
                "--dev-print-codes".to_owned(),
                "--demo".to_owned(),
            ])?),
        })
    }
}

async fn stop_servers(postgres: Option<LocalPostgres>, nats: Option<LocalNats>) {
    if let Some(nats) = nats
        && let Err(error) = nats.stop().await
    {
        tracing::error!("stopping NATS: {error}");
    }
    if let Some(postgres) = postgres
        && let Err(error) = postgres.stop().await
    {
        tracing::error!("stopping Postgres: {error}");
    }
}

/// `host:port` of a Postgres address.
fn host_of(url: &str) -> anyhow::Result<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = rest
        .split(['/', '?'])
        .next()
        .filter(|host| !host.is_empty())
        .context("the Postgres address names no host")?;
    Ok(host.to_owned())
}

fn greet(folder: &Folder, url: &str, health: &str, usernames: &[String]) {
    println!(
        "
Phiên is up.

  everything    {url}
  shoppers      {url}/v1/sessions            sign in by phone: POST {url}/v1/sign-in/phone (the code is printed here)
  producers     {url}/v1/products            sign in by password, below
  organisers    {url}/v1/sessions/…/figures  sign in by password, below
  the API       {url}/docs
  metrics       http://{health}/metrics

Sign in: POST {url}/v1/sign-in/password {{\"username\": …, \"password\": …}}"
    );
    for username in usernames {
        println!(
            "  {username:<13} {}",
            folder.password(username).expose_secret()
        );
    }
    println!("\nNext: `make demo` in another terminal. Ctrl-C stops everything; the data stays.");
}
