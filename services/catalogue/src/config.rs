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
}
