//! The settings of orders.

use secrecy::SecretString;

/// Where orders keeps its data.
#[derive(Debug, Clone, clap::Args)]
// Not a group: four of the same name would stand in one command.
#[group(skip)]
pub struct Config {
    /// The database of orders.
    #[arg(
        id = "orders_database_url",
        long = "orders-database-url",
        env = "ORDERS_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: SecretString,

    /// The same database for its owner, who migrates it; not given: the database as above.
    #[arg(
        id = "orders_migrate_url",
        long = "orders-migrate-url",
        env = "ORDERS_MIGRATE_URL",
        hide_env_values = true
    )]
    pub migrate_url: Option<SecretString>,
}
