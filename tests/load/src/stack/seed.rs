//! What is there before anybody asks: tables, and the first accounts.

use std::time::Duration;

use chassis::{clock::Clock, config::Settings, lifecycle::Lifecycle, service};
use secrecy::ExposeSecret as _;

use super::Stack;

/// Makes the tables.
///
/// # Errors
/// When a migration fails.
pub(super) async fn migrate(stack: &Stack) -> anyhow::Result<()> {
    service::migrate(
        "catalogue",
        &stack.owner_url("catalogue"),
        &catalogue::MIGRATOR,
    )
    .await?;
    service::migrate(
        "livestream",
        &stack.owner_url("livestream"),
        &livestream::MIGRATOR,
    )
    .await?;
    service::migrate("orders", &stack.owner_url("orders"), &orders::MIGRATOR).await?;
    service::migrate("gateway", &stack.owner_url("gateway"), &gateway::MIGRATOR).await?;
    Ok(())
}

/// The first accounts, made as `phien up` makes them, by a gateway in this process that lives for that only.
///
/// # Errors
/// When the databases do not do it.
pub(super) async fn bootstrap(stack: &Stack) -> anyhow::Result<()> {
    let settings = Settings {
        nats_url: stack.addresses.nats.clone(),
        nats_keys: Some(stack.folder.nats_keys()),
        identity_secret: stack.folder.secret("identity between services"),
        stream_replicas: 1,
        health_listen: None,
        audit_minutes: 0,
    };
    let command = <gateway::Config as clap::Args>::augment_args(
        clap::Command::new("bench").no_binary_name(true),
    );
    let database = format!(
        "--gateway-database-url={}",
        stack.database_url("gateway").expose_secret()
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
