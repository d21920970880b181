//! `phien rebuild-figures`: the organiser's figures made anew from the orders themselves.

use std::path::PathBuf;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, PgConnection};

use crate::{
    folder::{self, Folder},
    local_databases::As,
};

/// Makes the organiser's figures anew; may run while orders go on.
#[derive(Debug, clap::Args)]
pub struct RebuildFigures {
    /// The data folder of `phien up`.
    #[arg(long, env = "PHIEN_DATA")]
    data: Option<PathBuf>,
    /// The database of orders [default: that of `phien up`].
    #[arg(
        long = "orders-database-url",
        env = "ORDERS_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<SecretString>,
}

impl RebuildFigures {
    /// Rebuilds, and says what there is now.
    ///
    /// # Errors
    /// When the database cannot be reached or refuses.
    pub async fn run(self) -> anyhow::Result<()> {
        let url = if let Some(url) = self.database_url {
            url
        } else {
            let folder = Folder::open(&self.data.unwrap_or_else(folder::usual))?;
            folder.database_url(&folder.addresses()?, "orders", As::Service)
        };
        let mut conn = PgConnection::connect(url.expose_secret())
            .await
            .context("connecting to the database of orders")?;
        orders::store::figures::rebuild(&mut conn)
            .await
            .context("making the figures anew")?;
        let (sessions, orders): (i64, i64) =
            sqlx::query_as("select count(*), coalesce(sum(orders), 0)::bigint from figures")
                .fetch_one(&mut conn)
                .await?;
        println!("figures of {sessions} sessions made anew from {orders} orders");
        Ok(())
    }
}
