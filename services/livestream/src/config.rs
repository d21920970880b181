//! The few settings of this service.

use chrono::TimeDelta;
use secrecy::SecretString;

use crate::domain::comment::Pace;

/// Settings of livestream.
#[derive(Debug, Clone, clap::Args)]
// Not a group: four of the same name would stand in one command.
#[group(skip)]
pub struct Config {
    /// The database of livestream.
    #[arg(
        id = "livestream_database_url",
        long = "livestream-database-url",
        env = "LIVESTREAM_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: SecretString,

    /// The same database for its owner, who migrates it; not given: the database as above.
    #[arg(
        id = "livestream_migrate_url",
        long = "livestream-migrate-url",
        env = "LIVESTREAM_MIGRATE_URL",
        hide_env_values = true
    )]
    pub migrate_url: Option<SecretString>,

    /// The least time between two comments of one account in one room, in milliseconds.
    #[arg(
        id = "livestream_comment_gap_ms",
        long = "livestream-comment-gap-ms",
        env = "LIVESTREAM_COMMENT_GAP_MS",
        default_value_t = 1_000
    )]
    pub comment_gap_ms: u32,

    /// The most comments of one account in one room within any minute.
    #[arg(
        id = "livestream_comments_per_minute",
        long = "livestream-comments-per-minute",
        env = "LIVESTREAM_COMMENTS_PER_MINUTE",
        default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub comments_per_minute: u32,
}

impl Config {
    /// The settings of one database, everything else as by default.
    #[must_use]
    pub fn new(database_url: SecretString) -> Self {
        Self {
            database_url,
            migrate_url: None,
            comment_gap_ms: 1_000,
            comments_per_minute: 20,
        }
    }

    /// How fast one account may comment.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace {
            gap: TimeDelta::milliseconds(self.comment_gap_ms.into()),
            per_minute: self.comments_per_minute.into(),
        }
    }
}
