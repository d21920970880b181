//! Which services a process runs: all of them, or those named by `--only`.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use chassis::{Core, clock::Clock, config::Settings, lifecycle::Lifecycle, service};
use clap::{Arg, ArgMatches, Args as _, Command, FromArgMatches as _, value_parser};
use futures_util::future::join_all;
use secrecy::SecretString;

/// How long a role may take to finish what is under way.
pub const STOP_LIMIT: Duration = Duration::from_secs(20);

/// One service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[expect(missing_docs, reason = "the services' own names")]
pub enum Role {
    Catalogue,
    Livestream,
    Orders,
    Gateway,
}

impl Role {
    /// All, in the order they start: those who answer before the one who asks.
    pub const ALL: [Self; 4] = [
        Self::Catalogue,
        Self::Livestream,
        Self::Orders,
        Self::Gateway,
    ];
}

/// What all roles of a process need.
#[derive(Debug, Clone)]
pub struct Configs {
    /// Shared by all roles.
    pub settings: Settings,
    /// Set for the roles that run.
    pub catalogue: Option<catalogue::Config>,
    /// Set for the roles that run.
    pub livestream: Option<livestream::Config>,
    /// Set for the roles that run.
    pub orders: Option<orders::Config>,
    /// Set for the roles that run.
    pub gateway: Option<gateway::Config>,
}

/// The roles of this process, running.
pub struct Running {
    /// Their contexts, for readiness.
    pub cores: Vec<Core>,
    /// Where `/healthz`, `/readyz` and `/metrics` answer.
    pub health: Option<SocketAddr>,
    /// The gateway, if it is among them.
    pub gateway: Option<gateway::Running>,
    /// Those who answer stop after the one who asks.
    services: Lifecycle,
    edge: Lifecycle,
}

/// `run` and `migrate`: the settings of every role, of which only the chosen roles' are needed.
#[must_use]
pub fn command(name: &'static str, about: &'static str) -> Command {
    let only = Arg::new("only")
        .long("only")
        .value_delimiter(',')
        .value_parser(value_parser!(Role))
        .help("Only these roles, comma separated; not given: all");
    let command = Command::new(name).about(about).arg(only);
    let command = catalogue::Config::augment_args(Settings::augment_args(command));
    let command = gateway::Config::augment_args(orders::Config::augment_args(
        livestream::Config::augment_args(command),
    ));
    // Which settings are needed depends on `--only`; the roles' own reading says what is missing.
    command.mut_args(|arg| arg.required(false))
}

impl Configs {
    fn read(matches: &ArgMatches) -> anyhow::Result<Self> {
        let only: Vec<Role> = matches
            .get_many("only")
            .map_or_else(|| Role::ALL.to_vec(), |roles| roles.copied().collect());
        let wants = |role| only.contains(&role);
        let mut matches = matches.clone();
        let mut read = Self {
            settings: Settings::from_arg_matches_mut(&mut matches)
                .context("settings of all roles (NATS_URL, PHIEN_IDENTITY_SECRET)")?,
            catalogue: None,
            livestream: None,
            orders: None,
            gateway: None,
        };
        if wants(Role::Catalogue) {
            read.catalogue = Some(
                catalogue::Config::from_arg_matches_mut(&mut matches)
                    .context("settings of catalogue (CATALOGUE_DATABASE_URL)")?,
            );
        }
        if wants(Role::Livestream) {
            read.livestream = Some(
                livestream::Config::from_arg_matches_mut(&mut matches)
                    .context("settings of livestream (LIVESTREAM_DATABASE_URL)")?,
            );
        }
        if wants(Role::Orders) {
            read.orders = Some(
                orders::Config::from_arg_matches_mut(&mut matches)
                    .context("settings of orders (ORDERS_DATABASE_URL)")?,
            );
        }
        if wants(Role::Gateway) {
            read.gateway = Some(
                gateway::Config::from_arg_matches_mut(&mut matches)
                    .context("settings of gateway (GATEWAY_DATABASE_URL)")?,
            );
        }
        Ok(read)
    }

    /// Migrates the databases of the chosen roles.
    ///
    /// # Errors
    /// When a database is not there or a migration fails.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        if let Some(config) = &self.catalogue {
            service::migrate(
                "catalogue",
                owner(config.migrate_url.as_ref(), &config.database_url),
                &catalogue::MIGRATOR,
            )
            .await?;
        }
        if let Some(config) = &self.livestream {
            service::migrate(
                "livestream",
                owner(config.migrate_url.as_ref(), &config.database_url),
                &livestream::MIGRATOR,
            )
            .await?;
        }
        if let Some(config) = &self.orders {
            service::migrate(
                "orders",
                owner(config.migrate_url.as_ref(), &config.database_url),
                &orders::MIGRATOR,
            )
            .await?;
        }
        if let Some(config) = &self.gateway {
            service::migrate(
                "gateway",
                owner(config.migrate_url.as_ref(), &config.database_url),
                &gateway::MIGRATOR,
            )
            .await?;
        }
        Ok(())
    }

    /// Starts the chosen roles.
    ///
    /// # Errors
    /// When one cannot come up; those that did are left to the caller's exit.
    pub async fn start(self) -> anyhow::Result<Running> {
        let (services, edge, clock) =
            (Lifecycle::default(), Lifecycle::default(), Clock::default());
        let settings = self.settings;
        let mut cores = Vec::new();
        let mut running_gateway = None;
        if let Some(config) = self.catalogue {
            cores.push(
                catalogue::start(&settings, config, clock.clone(), services.clone())
                    .await?
                    .core
                    .clone(),
            );
        }
        if let Some(config) = self.livestream {
            cores.push(
                livestream::start(&settings, config, clock.clone(), services.clone())
                    .await?
                    .core
                    .clone(),
            );
        }
        if let Some(config) = self.orders {
            cores.push(
                orders::start(&settings, config, clock.clone(), services.clone())
                    .await?
                    .core
                    .clone(),
            );
        }
        if let Some(config) = self.gateway {
            let gateway = gateway::start(&settings, config, clock, edge.clone()).await?;
            cores.push(gateway.ctx.core.clone());
            running_gateway = Some(gateway);
        }
        let mut health = None;
        if let Some(address) = settings.health_listen {
            health = Some(chassis::health::serve(address, cores.clone(), &services).await?);
        }
        Ok(Running {
            health,
            cores,
            gateway: running_gateway,
            services,
            edge,
        })
    }
}

impl Running {
    /// Stops taking new work, finishes what is under way, then stops.
    pub async fn stop(self) {
        for (what, lifecycle) in [("gateway", self.edge), ("services", self.services)] {
            if !lifecycle.stop(STOP_LIMIT).await {
                tracing::warn!(
                    "{what}: not everything under way was finished in {STOP_LIMIT:?}; it is safe to repeat"
                );
            }
        }
        join_all(self.cores.iter().map(|core| core.bus.flush())).await;
    }
}

fn owner<'a>(
    migrate_url: Option<&'a SecretString>,
    database_url: &'a SecretString,
) -> &'a SecretString {
    migrate_url.unwrap_or(database_url)
}

/// `phien run`.
///
/// # Errors
/// When a role cannot come up.
pub async fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let running = Configs::read(matches)?.start().await?;
    if let Some(gateway) = &running.gateway {
        tracing::info!("the gateway listens on {}", gateway.address);
    }
    told_to_stop().await?;
    running.stop().await;
    Ok(())
}

/// `phien migrate`.
///
/// # Errors
/// When a database is not there or a migration fails.
pub async fn migrate(matches: &ArgMatches) -> anyhow::Result<()> {
    Configs::read(matches)?.migrate().await?;
    println!("migrated");
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
///
/// # Errors
/// When signals cannot be waited for.
pub async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_settings_of_all_roles_fit_one_command() {
        super::command("run", "all of them").debug_assert();
    }
}
