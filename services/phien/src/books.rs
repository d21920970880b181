//! How an operator's tool reaches the databases of all services.

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, PgConnection};

use crate::{
    audit::Databases,
    local_databases::{As, SERVICES},
    operator::Broker,
};

/// Where the databases are, and the bus.
#[derive(Debug, clap::Args)]
pub struct Books {
    /// Where the bus is.
    #[command(flatten)]
    pub broker: Broker,
    /// The databases of catalogue, livestream, orders and gateway, comma separated and in this order.
    #[arg(
        long,
        env = "PHIEN_AUDIT_DATABASE_URLS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    database_urls: Vec<SecretString>,
}

impl Books {
    /// Connects to all of them; with the rights of `role` where the addresses are those of `phien up`.
    ///
    /// # Errors
    /// When one cannot be reached.
    pub async fn connect(&self, role: As) -> anyhow::Result<Databases> {
        let urls = self.addresses(role)?;
        let mut databases = Databases::new();
        for (service, url) in SERVICES.into_iter().zip(&urls) {
            let conn = PgConnection::connect(url.expose_secret())
                .await
                .with_context(|| format!("connecting to the database of {service}"))?;
            databases.insert(service, conn);
        }
        Ok(databases)
    }

    fn addresses(&self, role: As) -> anyhow::Result<Vec<SecretString>> {
        if self.database_urls.len() == SERVICES.len() {
            return Ok(self.database_urls.clone());
        }
        anyhow::ensure!(
            self.database_urls.is_empty(),
            "--database-urls takes {} addresses",
            SERVICES.len()
        );
        let folder = self.broker.folder()?;
        let addresses = folder.addresses()?;
        let urls = SERVICES
            .iter()
            .map(|service| folder.database_url(&addresses, service, role));
        Ok(urls.collect())
    }
}
