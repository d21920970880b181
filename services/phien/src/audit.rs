//! `phien audit`: every equation of the books, within each service and between them.
//!
//! What is said but not yet applied is counted apart. Rules within one database hold at every moment; those between
//! databases, with the streams, and projections, hold after quiet: the audit waits for it, and says so when it did not
//! come (`--strict`: then it fails).

mod between;
mod print;
mod wire;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::Context as _;
use async_nats::jetstream;
use chassis::audit::Check;
use chrono::DateTime;
use futures_util::StreamExt as _;
use proto::contract::{SPEAKERS, events, stream_of};
use sqlx::PgConnection;

use crate::{books::Books, local_databases::As};

/// Checks every equation of the books.
#[derive(Debug, clap::Args)]
pub struct Audit {
    #[command(flatten)]
    books: Books,
    /// How long to wait until nothing is under way, in seconds.
    #[arg(long, alias = "wait", default_value_t = 15)]
    quiet_within: u64,
    /// Fail when it does not become quiet: then not every rule could be checked.
    #[arg(long)]
    strict: bool,
    /// Print one JSON array of `{service, rule, checked, mismatches}` instead of the table.
    #[arg(long)]
    json: bool,
}

/// The databases, by service.
pub type Databases = BTreeMap<&'static str, PgConnection>;

/// What the audit found.
#[derive(Debug)]
pub struct Report {
    /// Rules, with the service they belong to ("between" for those between services).
    pub checks: Vec<(&'static str, Check)>,
    /// Events that were said but not yet applied when the wait was over.
    pub under_way: i64,
}

impl Report {
    /// Does every equation hold?
    #[must_use]
    pub fn holds(&self) -> bool {
        self.checks
            .iter()
            .all(|(_, check)| check.mismatches.is_empty())
    }
}

impl Audit {
    /// Runs the audit and prints it.
    ///
    /// # Errors
    /// When something cannot be reached, or an equation does not hold.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut databases = self.books.connect(As::Reader).await?;
        let jetstream = self.books.broker.connect().await?;
        let wait = Duration::from_secs(self.quiet_within);
        let report = audit(&mut databases, &jetstream, wait).await?;
        if self.json {
            println!("{}", print::json(&report));
        } else {
            print::table(&report);
        }
        anyhow::ensure!(report.holds(), "not every equation holds");
        anyhow::ensure!(
            !self.strict || report.under_way == 0,
            "it did not become quiet within {wait:?}"
        );
        Ok(())
    }
}

/// Waits for quiet, then checks everything.
///
/// # Errors
/// When a database or the bus cannot be read.
pub async fn audit(
    databases: &mut Databases,
    jetstream: &jetstream::Context,
    wait: Duration,
) -> anyhow::Result<Report> {
    let until = tokio::time::Instant::now() + wait;
    let mut under_way = under_way(databases, jetstream).await?;
    while under_way > 0 && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(100)).await;
        under_way = self::under_way(databases, jetstream).await?;
    }
    let mut checks = Vec::new();
    for (service, conn) in databases.iter_mut() {
        let conn = &mut *conn;
        let found = match *service {
            "catalogue" => catalogue::audit::audit(conn).await?,
            "livestream" => livestream::audit::audit(conn).await?,
            "orders" => orders::audit::audit(conn).await?,
            _ => Vec::new(),
        };
        checks.extend(found.into_iter().map(|check| (*service, check)));
        let bus = chassis::audit::bus(conn, DateTime::UNIX_EPOCH).await?;
        checks.extend(bus.into_iter().map(|check| (*service, check)));
    }
    if under_way == 0 {
        let figures = orders::audit::projections(conn_of(databases, "orders")?).await?;
        checks.extend(figures.into_iter().map(|check| ("orders", check)));
        checks.extend(wire::in_the_streams(databases, jetstream).await?);
        let mut between = between::all(databases).await?;
        between.push(wire::said_is_heard(databases).await?);
        checks.extend(between.into_iter().map(|check| ("between", check)));
    }
    Ok(Report { checks, under_way })
}

fn conn_of<'a>(
    databases: &'a mut Databases,
    service: &str,
) -> anyhow::Result<&'a mut PgConnection> {
    databases
        .get_mut(service)
        .with_context(|| format!("no database of {service}"))
}

/// Rows that the relays still have to publish, and events that consumers still have to apply.
///
/// # Errors
/// When a database or the bus cannot be read.
pub async fn under_way(
    databases: &mut Databases,
    jetstream: &jetstream::Context,
) -> anyhow::Result<i64> {
    let mut count = 0;
    for conn in databases.values_mut() {
        count += sqlx::query_scalar::<_, i64>(
            // What is parked, and what waits behind it, waits for a person: a dead letter tells of it.
            "select count(*) from chassis.outbox where published_at is null and parked_at is null
                 and (aggregate is null or aggregate not in
                     (select aggregate from chassis.outbox where parked_at is not null and aggregate is not null))",
        )
        .fetch_one(conn)
        .await?;
    }
    for service in SPEAKERS {
        let stream = jetstream.get_stream(stream_of(service)).await?;
        let mut missing = hearers_of(service);
        let mut consumers = stream.consumers();
        while let Some(consumer) = consumers.next().await {
            let consumer = consumer?;
            // Ordered consumers of people who watch are nobody's effects.
            if let Some(name) = &consumer.config.durable_name {
                missing.remove(name.as_str());
                count += i64::try_from(consumer.num_pending).unwrap_or(i64::MAX)
                    + i64::try_from(consumer.num_ack_pending).unwrap_or(0);
            }
        }
        // A broker that lost its streams lost who follows them too: until they are back, nobody has heard anything.
        let unheard = i64::try_from(stream.cached_info().state.messages).unwrap_or(i64::MAX);
        count += unheard.saturating_mul(i64::try_from(missing.len()).unwrap_or(0));
    }
    Ok(count)
}

/// The services that hear events of this one; each follows its stream under its own name.
fn hearers_of(service: &str) -> BTreeSet<&'static str> {
    let said_here = format!("evt.{service}.");
    events()
        .into_iter()
        .filter(|(subject, _, _)| subject.starts_with(&said_here))
        .flat_map(|(_, _, hearers)| hearers.iter().copied())
        .collect()
}
