//! `phien audit`: every equation of the books, within each service and between them.
//!
//! What is said but not yet applied is counted apart. Rules within one database hold at every moment; those between
//! databases, and projections, hold after quiet: the audit waits for it, and says so when it did not come.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context as _;
use async_nats::jetstream;
use chassis::{audit::Check, id::OfferId};
use futures_util::StreamExt as _;
use proto::contract::{SPEAKERS, events, stream_of};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, PgConnection};

use crate::{
    folder::{self, Folder},
    local_databases::SERVICES,
};

/// Checks every equation of the books.
#[derive(Debug, clap::Args)]
pub struct Audit {
    /// The data folder of `phien up`; used for every address that is not given.
    #[arg(long, env = "PHIEN_DATA")]
    data: Option<PathBuf>,
    /// How long to wait until nothing is under way, in seconds.
    #[arg(long, default_value_t = 15)]
    wait: u64,
    /// The databases of catalogue, livestream, orders and gateway, comma separated and in this order.
    #[arg(
        long,
        env = "PHIEN_AUDIT_DATABASE_URLS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    database_urls: Vec<SecretString>,
    /// The NATS server.
    #[arg(long, env = "NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,
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
        let (urls, nats_url) = self.addresses()?;
        let mut databases = Databases::new();
        for (service, url) in SERVICES.into_iter().zip(&urls) {
            let conn = PgConnection::connect(url.expose_secret())
                .await
                .with_context(|| format!("connecting to the database of {service}"))?;
            databases.insert(service, conn);
        }
        let jetstream = jetstream::new(
            async_nats::connect(nats_url)
                .await
                .context("connecting to NATS")?,
        );
        let report = audit(&mut databases, &jetstream, Duration::from_secs(self.wait)).await?;
        print(&report);
        anyhow::ensure!(report.holds(), "not every equation holds");
        Ok(())
    }

    fn addresses(&self) -> anyhow::Result<(Vec<SecretString>, String)> {
        if let (4, Some(nats)) = (self.database_urls.len(), &self.nats_url) {
            return Ok((self.database_urls.clone(), nats.clone()));
        }
        anyhow::ensure!(
            self.database_urls.is_empty(),
            "--database-urls takes four addresses, and goes with --nats-url"
        );
        let folder = Folder::open(&self.data.clone().unwrap_or_else(folder::usual))?;
        let addresses = folder.addresses()?;
        let urls = SERVICES
            .iter()
            .map(|service| folder.database_url(&addresses, service))
            .collect();
        Ok((urls, self.nats_url.clone().unwrap_or(addresses.nats)))
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
        checks.push((*service, dead_letters(conn).await?));
    }
    if under_way == 0 {
        let figures = orders::audit::projections(conn_of(databases, "orders")?).await?;
        checks.extend(figures.into_iter().map(|check| ("orders", check)));
        checks.push(("between", units_between(databases).await?));
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
            "select count(*) from chassis.outbox where published_at is null",
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

async fn dead_letters(conn: &mut PgConnection) -> anyhow::Result<Check> {
    let heard = sqlx::query_scalar("select count(*) from chassis.inbox")
        .fetch_one(&mut *conn)
        .await?;
    let mismatches = sqlx::query_scalar("select format('dead letter %s on %s: %s', id, subject, reason) from chassis.dead_letter order by id").fetch_all(conn).await?;
    Ok(Check {
        name: "no_dead_letters",
        checked: heard,
        mismatches,
    })
}

/// What catalogue allotted to an offer is what orders has of it, and what orders settled is what catalogue booked.
async fn units_between(databases: &mut Databases) -> anyhow::Result<Check> {
    let allotted = catalogue::audit::allotments(conn_of(databases, "catalogue")?).await?;
    let offers: BTreeMap<OfferId, _> = orders::audit::offers(conn_of(databases, "orders")?)
        .await?
        .into_iter()
        .map(|(id, units, settled)| (id, (units, settled)))
        .collect();
    let mut mismatches = Vec::new();
    for allotment in &allotted {
        let id = allotment.offer_id;
        let Some((units, settled)) = offers.get(&id) else {
            mismatches.push(format!(
                "offer {id}: catalogue allotted {}, orders does not know it",
                allotment.units
            ));
            continue;
        };
        if units.allotted != allotment.units {
            mismatches.push(format!(
                "offer {id}: catalogue allotted {}, orders has {}",
                allotment.units, units.allotted
            ));
        }
        if *settled != allotment.settled {
            mismatches.push(format!(
                "offer {id}: settled in orders {settled}, in catalogue {}",
                allotment.settled
            ));
        }
        let sold = allotment.units_sold - allotment.returned;
        if *settled && units.sold != sold {
            mismatches.push(format!(
                "offer {id}: orders sold {}, catalogue booked {sold}",
                units.sold
            ));
        }
    }
    Ok(Check {
        name: "units_allotted_equal_units_offered",
        checked: i64::try_from(allotted.len()).unwrap_or(i64::MAX),
        mismatches,
    })
}

fn print(report: &Report) {
    println!(
        "{:<12} {:<38} {:>10}  result",
        "books of", "rule", "checked"
    );
    for (service, check) in &report.checks {
        let result = if check.mismatches.is_empty() {
            "holds".to_owned()
        } else {
            format!("{} MISMATCHES", check.mismatches.len())
        };
        println!(
            "{service:<12} {:<38} {:>10}  {result}",
            check.name, check.checked
        );
        for mismatch in check.mismatches.iter().take(20) {
            println!("{:<12} {mismatch}", "");
        }
    }
    if report.under_way > 0 {
        println!(
            "{} events are under way: rules between services, and projections, were not checked",
            report.under_way
        );
    }
    let broken: usize = report
        .checks
        .iter()
        .map(|(_, check)| check.mismatches.len())
        .sum();
    println!(
        "{} rules, {broken} mismatches, {} events under way",
        report.checks.len(),
        report.under_way
    );
}
