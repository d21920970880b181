//! The catalogue's settings.

use secrecy::SecretString;

/// Where the catalogue keeps its goods.
#[derive(Debug, Clone, clap::Args)]
// Not a group: four of the same name would stand in one command.
#[group(skip)]
pub struct Config {
    /// The catalogue's own Postgres database.
    #[arg(
        id = "catalogue_database_url",
        long = "catalogue-database-url",
        env = "CATALOGUE_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: SecretString,

    /// The same database for its owner, who migrates it; not given: the database as above.
    #[arg(
        id = "catalogue_migrate_url",
        long = "catalogue-migrate-url",
        env = "CATALOGUE_MIGRATE_URL",
        hide_env_values = true
    )]
    pub migrate_url: Option<SecretString>,
}
