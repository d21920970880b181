//! The settings that every role shares.

use std::{net::SocketAddr, path::PathBuf};

use secrecy::SecretString;

/// How to reach the bus, and how roles prove to each other who asks.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// The NATS server or servers, comma separated.
    #[arg(
        long,
        env = "NATS_URL",
        default_value = "nats://127.0.0.1:4222",
        hide_env_values = true
    )]
    pub nats_url: String,

    /// The folder with the key of each role that runs here, `<role>.nk`; not given: the server asks for none.
    #[arg(long, env = "NATS_KEYS")]
    pub nats_keys: Option<PathBuf>,

    /// The secret from which the key of each service is derived; the same for all roles of a deployment.
    #[arg(long, env = "PHIEN_IDENTITY_SECRET", hide_env_values = true)]
    pub identity_secret: SecretString,

    /// Replicas of each stream: 1 on one machine, 3 on a cluster.
    #[arg(long, env = "PHIEN_STREAM_REPLICAS", default_value_t = 1)]
    pub stream_replicas: usize,

    /// Where `/healthz` and `/readyz` answer; not given: nowhere.
    #[arg(long, env = "PHIEN_HEALTH_LISTEN")]
    pub health_listen: Option<SocketAddr>,

    /// How often each service checks its own books, in minutes; 0: never.
    #[arg(long, env = "PHIEN_AUDIT_MINUTES", default_value_t = 5)]
    pub audit_minutes: u64,
}
