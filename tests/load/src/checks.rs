//! What the clients were told against what the databases have.

use std::{collections::HashSet, time::Duration};

use anyhow::ensure;
use async_nats::jetstream;
use chassis::id::{Id as _, OrderId};
use futures_util::TryStreamExt as _;
use phien::{audit, local_databases::SERVICES, operator};
use prost::Message as _;
use proto::orders::v1::OrdersPlaced;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{client::Outcome, prepare::Stage, report::Report, stack::Stack, work::Orders};

/// How long a stack may take to become quiet.
const QUIET: Duration = Duration::from_mins(1);
const AT_ONCE: usize = 10_000;

/// A stage, and what clients were told there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shop {
    /// Where.
    pub(crate) stage: Stage,
    placed: u64,
    unknown: u64,
    sample: Vec<OrderId>,
}

impl Shop {
    /// Nobody was there yet.
    #[must_use]
    pub(crate) fn new(stage: Stage) -> Self {
        Self {
            stage,
            ..Self::default()
        }
    }

    /// Notes what was told.
    pub(crate) fn told(&mut self, work: &Orders, outcome: &Outcome) {
        // 200: the first answer was lost on its way to the gateway, which asked again.
        self.placed += outcome.count(201) + outcome.count(200);
        self.unknown += outcome.unknown;
        self.sample.extend(&work.sample);
    }

    /// Acknowledged is stored, and nothing else is; nothing was sold that was not there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn check(
        &self,
        name: &str,
        stack: &Stack,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let mut orders = stack.database("orders").await?;
        let sessions = self.stage.session_uuids()?;
        let stored: i64 =
            sqlx::query_scalar("select count(*) from orders where session_id = any($1)")
                .bind(&sessions)
                .fetch_one(&mut orders)
                .await?;
        let (stored, most) = (u64::try_from(stored)?, self.placed + self.unknown);
        let right = (self.placed..=most).contains(&stored);
        let found = format!(
            "{stored} stored, {} acknowledged, {} not known",
            self.placed, self.unknown
        );
        report.check(
            format!("{name}: acknowledged = stored ({stored} orders)"),
            (!right).then_some(found),
        );
        let missing = self.missing(&mut orders).await?;
        report.check(
            format!("{name}: {} ids that were told are there", self.sample.len()),
            (missing > 0).then(|| format!("{missing} are not")),
        );
        let wrong: i64 = sqlx::query_scalar(
            "select count(*) from offers o left join (
                 select l.offer_id, sum(l.units)::bigint as units from order_lines l join orders s on s.id = l.order_id
                 where not l.released and s.session_id = any($1) group by 1
             ) l on l.offer_id = o.id
             where o.session_id = any($1) and (coalesce(l.units, 0) <> o.sold + o.awaiting or o.sold + o.awaiting > o.allotted)",
        )
        .bind(&sessions)
        .fetch_one(&mut orders)
        .await?;
        report.check(
            format!("{name}: nothing oversold"),
            (wrong > 0).then(|| format!("{wrong} offers are")),
        );
        Ok(())
    }

    async fn missing(&self, orders: &mut PgConnection) -> anyhow::Result<i64> {
        let mut missing = i64::try_from(self.sample.len())?;
        for some in self.sample.chunks(AT_ONCE) {
            let ids: Vec<Uuid> = some.iter().map(|id| id.uuid()).collect();
            missing -=
                sqlx::query_scalar::<_, i64>("select count(*) from orders where id = any($1)")
                    .bind(ids)
                    .fetch_one(&mut *orders)
                    .await?;
        }
        Ok(missing)
    }

    /// Each order stands in exactly one `OrdersPlaced`, and all of these are published.
    ///
    /// # Errors
    /// When the database does not answer, or an event cannot be read.
    pub(crate) async fn check_events(
        &self,
        name: &str,
        stack: &Stack,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let mut orders = stack.database("orders").await?;
        let sessions = self.stage.session_uuids()?;
        let stored: Vec<Uuid> =
            sqlx::query_scalar("select id from orders where session_id = any($1)")
                .bind(&sessions)
                .fetch_all(&mut orders)
                .await?;
        let mut unsaid: HashSet<Uuid> = stored.iter().copied().collect();
        let aggregates: Vec<String> = self
            .stage
            .sessions
            .iter()
            .map(|id| format!("session:{id}"))
            .collect();
        let (mut again, mut unpublished) = (0, 0);
        let mut events = sqlx::query_as::<_, (Vec<u8>, bool)>(
            "select payload, published_at is not null from chassis.outbox
             where event_type = 'phien.orders.v1.OrdersPlaced' and aggregate = any($1)",
        )
        .bind(aggregates)
        .fetch(&mut orders);
        while let Some((payload, published)) = events.try_next().await? {
            unpublished += i32::from(!published);
            for fact in OrdersPlaced::decode(&payload[..])?.orders {
                again += i32::from(!unsaid.remove(&fact.order_id.parse::<OrderId>()?.uuid()));
            }
        }
        let found = format!(
            "{} in none, {again} again or unknown, {unpublished} events not published",
            unsaid.len()
        );
        let wrong = again > 0 || unpublished > 0 || !unsaid.is_empty();
        report.check(
            format!(
                "{name}: each of {} orders in exactly one published event",
                stored.len()
            ),
            wrong.then_some(found),
        );
        Ok(())
    }
}

/// Waits until everything that was said is heard everywhere; how long it took.
///
/// # Errors
/// When it does not become so.
pub(crate) async fn quiet(stack: &Stack) -> anyhow::Result<Duration> {
    let began = std::time::Instant::now();
    let (mut databases, jetstream) = reach(stack).await?;
    while audit::under_way(&mut databases, &jetstream).await? > 0 {
        ensure!(began.elapsed() < QUIET, "the stack does not become quiet");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(began.elapsed())
}

/// `phien audit`: every equation of the books.
///
/// # Errors
/// When it cannot be run.
pub(crate) async fn audit(name: &str, stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    let (mut databases, jetstream) = reach(stack).await?;
    let audit = audit::audit(&mut databases, &jetstream, QUIET).await?;
    let mut wrong: Vec<String> = audit
        .checks
        .iter()
        .flat_map(|(_, check)| check.mismatches.iter().take(3).cloned())
        .collect();
    if audit.under_way > 0 {
        wrong.push(format!("{} events are still under way", audit.under_way));
    }
    report.check(
        format!("{name}: audit, {} rules", audit.checks.len()),
        (!wrong.is_empty()).then(|| wrong.join("; ")),
    );
    Ok(())
}

async fn reach(stack: &Stack) -> anyhow::Result<(audit::Databases, jetstream::Context)> {
    let mut databases = audit::Databases::new();
    for service in SERVICES {
        databases.insert(service, stack.database(service).await?);
    }
    let keys = stack.folder.nats_keys();
    let jetstream = operator::connect(&stack.addresses.nats, Some(&keys)).await?;
    Ok((databases, jetstream))
}
