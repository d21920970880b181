//! How an operator's tool reaches the bus: as a user of its own, which reads and says nothing.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use async_nats::jetstream;
use chassis::bus::{keys, permissions::OPS};

use crate::folder::{self, Folder};

/// Where the bus is.
#[derive(Debug, Clone, clap::Args)]
pub struct Broker {
    /// The NATS server [default: that of `phien up`].
    #[arg(long, env = "NATS_URL", hide_env_values = true)]
    pub nats_url: Option<String>,
    /// The folder with the operator's key, `ops.nk` [default: that of `phien up`, for its server].
    #[arg(long, env = "NATS_KEYS")]
    pub nats_keys: Option<PathBuf>,
    /// The data folder of `phien up`; used for every address that is not given.
    #[arg(long, env = "PHIEN_DATA")]
    pub data: Option<PathBuf>,
}

impl Broker {
    /// The data folder of `phien up`.
    ///
    /// # Errors
    /// When there is none.
    pub fn folder(&self) -> anyhow::Result<Folder> {
        Folder::open(&self.data.clone().unwrap_or_else(folder::usual))
    }

    /// Connects.
    ///
    /// # Errors
    /// When the server is not there, or refuses the key.
    pub async fn connect(&self) -> anyhow::Result<jetstream::Context> {
        if let Some(url) = &self.nats_url {
            return connect(url, self.nats_keys.as_deref()).await;
        }
        let folder = self.folder()?;
        let addresses = folder.addresses()?;
        let keys = self.nats_keys.as_ref().or(addresses.nats_keys.as_ref());
        connect(&addresses.nats, keys.map(PathBuf::as_path)).await
    }
}

/// Connects as an operator; without keys to a server that asks for none.
///
/// # Errors
/// As [`Broker::connect`].
pub async fn connect(url: &str, keys: Option<&Path>) -> anyhow::Result<jetstream::Context> {
    let client = keys::options(keys, OPS)?
        .connect(url.split(',').collect::<Vec<_>>())
        .await
        .context("connecting to NATS")?;
    Ok(jetstream::new(client))
}
