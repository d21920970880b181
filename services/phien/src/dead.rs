//! `phien dead`: what could not be applied, or not be said; and the word to try again.
//!
//! Replaying marks the letter; the service itself takes it up within a second, through the same verb and inbox as when
//! it came, so that its effect is there once however often somebody asks.

use anyhow::Context as _;
use chassis::{id, phone::mask_phones};
use chrono::{DateTime, Utc};
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Value, json};
use sqlx::{PgConnection, Row as _};

use crate::{audit::Databases, books::Books, local_databases::As};

/// Looks at dead letters, or has them replayed.
#[derive(Debug, clap::Args)]
pub struct Dead {
    #[command(flatten)]
    books: Books,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List the open ones of all services.
    List,
    /// Show one with its event as JSON; phone numbers are hidden.
    Show {
        /// Whose.
        service: String,
        /// Its number, from the list.
        id: i64,
    },
    /// Have one tried again by its service, or all of it.
    Replay {
        /// Whose.
        service: String,
        /// Its number, from the list.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<i64>,
        /// All open ones of the service.
        #[arg(long)]
        all: bool,
    },
}

/// An open dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Whose.
    pub service: &'static str,
    /// Its number.
    pub id: i64,
    /// Where it came, or should have gone.
    pub subject: String,
    /// The full protobuf name of its event.
    pub event_type: String,
    /// True: this service could not say it. False: it could not apply it.
    pub unsaid: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub died_at: DateTime<Utc>,
}

impl Dead {
    /// Does it.
    ///
    /// # Errors
    /// When a database cannot be reached, or there is no such letter.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.verb {
            Verb::List => {
                let letters = list(&mut self.books.connect(As::Reader).await?).await?;
                print(&letters);
            }
            Verb::Show { service, id } => {
                let mut databases = self.books.connect(As::Reader).await?;
                let letter = show(of(&mut databases, &service)?, id).await?;
                println!("{letter:#}");
            }
            Verb::Replay { service, id, .. } => {
                let mut databases = self.books.connect(As::Service).await?;
                let asked = replay(of(&mut databases, &service)?, id).await?;
                anyhow::ensure!(asked > 0, "{service} has no such open dead letter");
                println!(
                    "{service} will try {asked} again; `phien dead list` shows what failed again"
                );
            }
        }
        Ok(())
    }
}

fn of<'a>(databases: &'a mut Databases, service: &str) -> anyhow::Result<&'a mut PgConnection> {
    let names: Vec<&str> = databases.keys().copied().collect();
    databases
        .get_mut(service)
        .with_context(|| format!("no service {service}; there are {}", names.join(", ")))
}

/// The open dead letters of all services.
///
/// # Errors
/// When a database does not answer.
pub async fn list(databases: &mut Databases) -> anyhow::Result<Vec<Letter>> {
    let mut letters = Vec::new();
    for (&service, conn) in databases {
        let rows = sqlx::query(
            "select id, subject, event_type, outbox_id is not null as unsaid, reason, died_at
             from chassis.dead_letter where replayed_at is null order by id",
        )
        .fetch_all(conn)
        .await?;
        for row in rows {
            letters.push(Letter {
                service,
                id: row.try_get("id")?,
                subject: row.try_get("subject")?,
                event_type: row.try_get("event_type")?,
                unsaid: row.try_get("unsaid")?,
                reason: row.try_get("reason")?,
                died_at: row.try_get("died_at")?,
            });
        }
    }
    Ok(letters)
}

/// One dead letter with its event, as JSON; phone numbers are hidden.
///
/// # Errors
/// When there is none of that number.
pub async fn show(conn: &mut PgConnection, id: i64) -> anyhow::Result<Value> {
    let row = sqlx::query(
        "select d.subject, d.event_type, d.event_id, d.reason, d.headers, d.died_at, d.replay_at, d.replayed_at,
             coalesce(o.payload, d.payload) as payload
         from chassis.dead_letter d left join chassis.outbox o on o.id = d.outbox_id where d.id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?
    .with_context(|| format!("no dead letter {id}"))?;
    let (event_type, payload): (String, Vec<u8>) =
        (row.try_get("event_type")?, row.try_get("payload")?);
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).context("reading the contract")?;
    let event = pool
        .get_message_by_name(&event_type)
        .and_then(|kind| DynamicMessage::decode(kind, payload.as_slice()).ok())
        .and_then(|event| serde_json::to_value(event).ok());
    let letter = json!({
        "id": id,
        "subject": row.try_get::<String, _>("subject")?,
        "type": event_type,
        "event_id": row.try_get::<String, _>("event_id")?,
        "reason": row.try_get::<String, _>("reason")?,
        "attributes": row.try_get::<Value, _>("headers")?,
        "died_at": row.try_get::<DateTime<Utc>, _>("died_at")?,
        "replay_at": row.try_get::<Option<DateTime<Utc>>, _>("replay_at")?,
        "replayed_at": row.try_get::<Option<DateTime<Utc>>, _>("replayed_at")?,
        "bytes": payload.len(),
        // Null: it cannot be decoded.
        "event": event.map(masked),
    });
    Ok(letter)
}

/// Only what people wrote can hold a phone number; ids, and digits of times and sums, stay.
fn masked(value: Value) -> Value {
    match value {
        Value::String(text) if id::looks_like_one(&text) => Value::String(text),
        Value::String(text) if text.parse::<i64>().is_err() || text.starts_with(['0', '+']) => {
            Value::String(mask_phones(&text).into_owned())
        }
        Value::Array(all) => all.into_iter().map(masked).collect(),
        Value::Object(all) => all
            .into_iter()
            .map(|(name, value)| (name, masked(value)))
            .collect(),
        value => value,
    }
}

/// Has one open dead letter tried again, or all of the service; how many that are.
///
/// # Errors
/// When the database refuses.
pub async fn replay(conn: &mut PgConnection, id: Option<i64>) -> Result<u64, sqlx::Error> {
    let asked = sqlx::query(
        "update chassis.dead_letter set replay_at = clock_timestamp()
         where replayed_at is null and id = coalesce($1, id)",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(asked.rows_affected())
}

fn print(letters: &[Letter]) {
    println!(
        "{:<11} {:>6}  {:<40} {:<40} {:<19} why",
        "service", "id", "subject", "type", "since (UTC)"
    );
    for letter in letters {
        let way = if letter.unsaid { "not said: " } else { "" };
        println!(
            "{:<11} {:>6}  {:<40} {:<40} {:<19} {way}{}",
            letter.service,
            letter.id,
            letter.subject,
            letter.event_type,
            letter.died_at.format("%Y-%m-%d %H:%M:%S"),
            mask_phones(&letter.reason)
        );
    }
    println!("{} open", letters.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_hidden_and_ids_are_not() {
        // Its hexadecimal digits hold what could be a phone number.
        let id = "off_01a2209123456783aa00000000000000";
        assert_ne!(mask_phones(id), id);
        let event =
            json!({ "offer_id": id, "text": ["gọi 0912 345 678"], "at_ms": "1790000000000" });
        let shown = masked(event);
        assert_eq!(shown["offer_id"], id);
        assert_eq!(shown["at_ms"], "1790000000000");
        assert!(!shown["text"].to_string().contains("345"), "{shown}");
    }
}
