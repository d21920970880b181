//! What a service finds when it checks its own books; `phien audit` gathers it from all of them.
//!
//! Running services check what is new by themselves every few minutes ([`start`]): one instance of each, by its lead.

use std::{future::Future, pin::Pin, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{config::Settings, counters::Counters, leader::lead, service::Core, telemetry::chain};

/// How far back a running service looks from where its last whole look began, so that nothing slips between two looks.
const WINDOW: TimeDelta = TimeDelta::hours(1);
/// How much longer a running service rests than it looks.
const RESTS: u32 = 9;

/// One rule, checked on everything it applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The rule: "stock_equation".
    pub name: &'static str,
    /// How many things were checked.
    pub checked: i64,
    /// What breaks the rule, one line each, with ids and figures; must be empty.
    pub mismatches: Vec<String>,
}

/// The checks of a service's own rules on what is new since then.
pub type Recent =
    for<'a> fn(
        &'a mut PgConnection,
        DateTime<Utc>,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Check>, sqlx::Error>> + Send + 'a>>;

/// A rule as two statements: its name, how many things it applies to, a line for each that breaks it. Those that can be
/// asked of new things alone take `$1`, the first id of that time (ids are UUIDv7), and `$2`, the time itself.
pub type Rule = (&'static str, &'static str, &'static str);

const RULES: [Rule; 4] = [
    (
        "outbox_is_published",
        "select count(*) from chassis.outbox where published_at > $2 or published_at is null",
        "select format('event %s has waited since %s', event_id, created_at) from chassis.outbox o
         where published_at is null and parked_at is null and created_at < now() - interval '10 seconds'
             and (aggregate is null or aggregate not in
                 (select aggregate from chassis.outbox where parked_at is not null and aggregate is not null))",
    ),
    (
        "aggregates_are_numbered",
        "select count(distinct aggregate) from chassis.outbox where published_at > $2 or published_at is null",
        "select format('%s: counted %s, said up to %s', a.aggregate, a.last_seq, o.last)
         from chassis.aggregate a
         cross join lateral (select max(aggregate_seq) as last from chassis.outbox where aggregate = a.aggregate) as o
         where a.aggregate in (select aggregate from chassis.outbox where published_at > $2 or published_at is null)
             and a.last_seq <> o.last",
    ),
    (
        "no_dead_letters",
        "select count(*) from chassis.inbox where heard_at > $2",
        "select format('dead letter %s on %s: %s', id, subject, reason)
         from chassis.dead_letter where replayed_at is null order by id",
    ),
    (
        "no_gaps_heard",
        "select count(*) from chassis.inbox where heard_at > $2",
        "select format('%s %s of %s was not heard before the next one', event_type, event_id, aggregate)
         from chassis.gap g
         where not exists (select from chassis.inbox i where i.event_id = g.event_id)
             and not exists (select from chassis.dead_letter d
                 where d.event_id = 'evt_' || replace(g.event_id::text, '-', '') and d.replayed_at is null)
         order by noticed_at",
    ),
];

/// Checks what every service stands on: outbox, inbox, dead letters; of what came since then.
///
/// # Errors
/// When the database does not answer.
pub async fn bus(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<Vec<Check>, sqlx::Error> {
    let mut checks = Vec::with_capacity(RULES.len());
    for rule in RULES {
        checks.push(ask(&mut *conn, rule, since).await?);
    }
    Ok(checks)
}

/// Checks one rule, of what came since then.
///
/// # Errors
/// When the database does not answer.
pub async fn ask(
    conn: &mut PgConnection,
    (name, count, breaks): Rule,
    since: DateTime<Utc>,
) -> Result<Check, sqlx::Error> {
    let first = first_id(since);
    let checked = sqlx::query_scalar(count)
        .bind(first)
        .bind(since)
        .fetch_one(&mut *conn)
        .await?;
    let mismatches = sqlx::query_scalar(breaks)
        .bind(first)
        .bind(since)
        .fetch_all(conn)
        .await?;
    Ok(Check {
        name,
        checked,
        mismatches,
    })
}

/// Checks something and rests, nine times as long: after a rush there is much to look at, and the next may have begun.
///
/// # Errors
/// As what it checks.
pub async fn unhurried<T>(
    checking: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let began = Instant::now();
    let found = checking.await?;
    tokio::time::sleep(began.elapsed() * RESTS).await;
    Ok(found)
}

/// The lowest UUIDv7 of a time, for rules on what is new.
#[must_use]
pub fn first_id(since: DateTime<Utc>) -> Uuid {
    let ms = u128::try_from(since.timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(ms << 80)
}

/// Checks the service's books every few minutes until the role stops; what is wrong is logged and counted.
pub fn start(core: &Core, settings: &Settings, recent: Recent) {
    if settings.audit_minutes == 0 {
        return;
    }
    let pause = Duration::from_secs(60 * settings.audit_minutes);
    let core = core.clone();
    core.lifecycle.clone().spawn(async move {
        let mut last = core.clock.now();
        while core.lifecycle.sleep(pause).await {
            let Some(mut lead) = lead(&core, "audit").await else {
                break;
            };
            loop {
                let now = core.clock.now();
                let looked = tokio::select! {
                    looked = look(&core, &mut lead.conn, last - WINDOW, recent) => looked,
                    () = core.lifecycle.stopping() => return,
                };
                if let Err(error) = looked {
                    tracing::warn!("the audit starts again: {}", chain(&error));
                    break;
                }
                last = now;
                if !core.lifecycle.sleep(pause).await {
                    break;
                }
            }
        }
    });
}

async fn look(
    core: &Core,
    conn: &mut PgConnection,
    since: DateTime<Utc>,
    recent: Recent,
) -> Result<(), sqlx::Error> {
    // Nobody waits for this; shoppers may for the other cores.
    for setting in [
        "set max_parallel_workers_per_gather = 0",
        "set statement_timeout = '60s'",
    ] {
        sqlx::query(setting).execute(&mut *conn).await?;
    }
    let mut checks = Vec::new();
    for rule in RULES {
        checks.push(unhurried(ask(&mut *conn, rule, since)).await?);
    }
    checks.extend(recent(conn, since).await?);
    for check in &checks {
        let checked = usize::try_from(check.checked).unwrap_or(0);
        Counters::more(&core.counters.audit_checked, checked);
        Counters::more(&core.counters.audit_mismatches, check.mismatches.len());
        for mismatch in check.mismatches.iter().take(20) {
            tracing::error!(rule = check.name, "the books do not agree: {mismatch}");
        }
    }
    tracing::info!(rules = checks.len(), "the service's books were checked");
    Ok(())
}
