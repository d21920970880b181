//! What is there before anybody asks: tables, and the first accounts.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use chassis::{clock::Clock, config::Settings, lifecycle::Lifecycle};
use phien::local_databases::{As, SERVICES};
use secrecy::ExposeSecret as _;

use super::Stack;

/// Makes the tables as this version wants them; an earlier one must run on them too.
///
/// # Errors
/// When a migration fails.
pub(super) async fn migrate(stack: &Stack) -> anyhow::Result<()> {
    let mut command = tokio::process::Command::new(stack.program());
    command
        .arg("migrate")
        .env("NATS_URL", &stack.direct().nats)
        .env("PHIEN_IDENTITY_SECRET", "not needed to migrate");
    for service in SERVICES {
        command.env(
            format!("{}_DATABASE_URL", service.to_uppercase()),
            stack.database_url(service, As::Owner).expose_secret(),
        );
    }
    let output = command.output().await.context("running phien migrate")?;
    ensure!(
        output.status.success(),
        "phien migrate: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// The first accounts, made as `phien up` makes them, by a gateway in this process that lives for that only.
///
/// # Errors
/// When the databases do not do it.
pub(super) async fn bootstrap(stack: &Stack) -> anyhow::Result<()> {
    let settings = Settings {
        nats_url: stack.direct().nats.clone(),
        nats_keys: stack.direct().nats_keys.clone(),
        identity_secret: stack.folder.secret("identity between services"),
        stream_replicas: 1,
        health_listen: None,
        audit_minutes: 0,
    };
    let command = <gateway::Config as clap::Args>::augment_args(
        clap::Command::new("chaos").no_binary_name(true),
    );
    let database = format!(
        "--gateway-database-url={}",
        stack.database_url("gateway", As::Service).expose_secret()
    );
    let matches = command.try_get_matches_from([database, "--listen=127.0.0.1:0".to_owned()])?;
    let config = <gateway::Config as clap::FromArgMatches>::from_arg_matches(&matches)?;
    let lifecycle = Lifecycle::default();
    let running = gateway::start(&settings, config, Clock::default(), lifecycle.clone()).await?;
    gateway::bootstrap(&running.ctx, &|username| stack.folder.password(username)).await?;
    drop(running);
    lifecycle.stop(Duration::from_secs(5)).await;
    Ok(())
}
