//! `phien nats`: what the server has to be told, the keys of its users, the streams on it.

use std::path::PathBuf;

use anyhow::Context as _;
use chassis::bus::{
    accounts::{accounts_with_variables, variable},
    keys,
    permissions::USERS,
    streams,
};

use crate::operator::Broker;

/// Sets up a NATS server for Phiên.
#[derive(Debug, clap::Subcommand)]
pub enum Nats {
    /// Print the accounts for the server's settings: who may say and hear what.
    Config,
    /// Make the keys that are missing, and print the public ones as the server's variables.
    Keys {
        /// Where the keys are kept, one file a user; give each role only its own.
        folder: PathBuf,
    },
    /// Create the streams, or bring them to this version's settings.
    Streams {
        /// Where the server is.
        #[command(flatten)]
        broker: Broker,
        /// Replicas of each stream: 1 on one machine, 3 on a cluster.
        #[arg(long, env = "PHIEN_STREAM_REPLICAS", default_value_t = 1)]
        stream_replicas: usize,
    },
}

impl Nats {
    /// Does it.
    ///
    /// # Errors
    /// When a file cannot be written, or the server refuses.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Config => print!("{}", accounts_with_variables()),
            Self::Keys { folder } => {
                for user in USERS {
                    println!("{}={}", variable(user), keys::public_key(&folder, user)?);
                }
            }
            Self::Streams {
                broker,
                stream_replicas,
            } => {
                streams::bring(&broker.connect().await?, stream_replicas)
                    .await
                    .context("bringing the streams to this version's settings")?;
                println!("the streams stand");
            }
        }
        Ok(())
    }
}
