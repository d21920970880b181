//! What every role shows: its outbox and inbox, its questions, its connections, its books.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::Metric;
use crate::{counters::Counters, leader::lead, service::Core, telemetry::chain};

/// How often the outbox and the dead letters are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// More rows are not counted: the age says enough then.
const COUNTED: i64 = 100_000;

crate::declare_metrics! {
    /// The metrics of the chassis.
    pub static ALL;
    OUTBOX_ROWS = Gauge "phien_outbox_unpublished_rows": "Rows of the outbox that no stream has acknowledged yet, without those that wait for a person; up to 100000.";
    OUTBOX_OLDEST = Gauge "phien_outbox_oldest_seconds": "Age of the oldest of them; 0 when there is none.";
    PARKED = Gauge "phien_outbox_parked_rows": "Rows that the stream refuses for good: they and what their aggregates said later wait for a person.";
    REFUSED = Counter "phien_outbox_batches_refused_total": "Batches that the stream refused whole, said row by row instead.";
    PUBLISHED = Counter "phien_outbox_published_total": "Rows of the outbox that a stream has acknowledged.";
    REPUBLISHED = Counter "phien_outbox_republished_total": "Events said again because the stream had lost them.";
    APPLIED = Counter "phien_inbox_applied_total": "Events whose effect was committed.";
    DUPLICATES = Counter "phien_inbox_duplicates_total": "Events that came though their effect was there already.";
    GAPS = Counter "phien_inbox_gaps_total": "Events of an aggregate that were missing when a later one came.";
    RETRIES = Counter "phien_inbox_retries_total": "Events that could not be applied and wait for another try.";
    REPLAYED = Counter "phien_dead_letters_replayed_total": "Dead letters that were applied since.";
    DEAD = Counter "phien_dead_letters_total": "Events that could not be applied and were put aside.";
    DEAD_OPEN = Gauge "phien_dead_letters_open": "Of those, the ones that were not applied since.";
    ASKED = Counter "phien_rpc_asked_total": "Questions sent to other services.";
    ASKED_AGAIN = Counter "phien_rpc_asked_again_total": "Questions asked again, as they were met with silence.";
    UNANSWERED = Counter "phien_rpc_timeouts_total": "Questions that nobody answered in time.";
    ANSWERED = Counter "phien_rpc_answered_total": "Questions of others that were answered, with a refusal too.";
    SHED = Counter "phien_shed_total": "Refused at once, by reason: rate_limited (429), busy (503), rpc (a service had no room or no time).";
    SLOW = Counter "phien_slow_consumers_total": "Messages that the client library dropped because a subscription was full.";
    RECONNECTS = Counter "phien_bus_reconnects_total": "Connections to the broker made after the first one.";
    BUS_UP = Gauge "phien_bus_up": "1 while the connection to the broker stands.";
    CHECKED = Counter "phien_audit_checked_total": "Books that the audit compared.";
    MISMATCHES = Counter "phien_audit_mismatches_total": "Books that did not agree.";
    POSTGRES = Gauge "phien_postgres_connections": "Connections to the role's database, by state: in_use, idle.";
    POSTGRES_WAITING = Gauge "phien_postgres_waiting": "Transactions that wait for a connection.";
}

/// The metric of what is refused at once, for the roles that refuse for reasons of their own.
#[must_use]
pub fn shed() -> &'static Metric {
    &SHED
}

/// What the outbox and the dead letters looked like a moment ago.
#[derive(Debug, Default)]
struct Looked {
    rows: AtomicU64,
    oldest_ms: AtomicU64,
    dead: AtomicU64,
    parked: AtomicU64,
}

/// Shows what the chassis knows of a role.
pub(crate) fn start(core: &Core) {
    counted(core);
    let bus = core.bus.clone();
    core.metrics
        .read(&BUS_UP, &[], move || u64::from(bus.is_up()));
    let db = core.db.clone();
    let in_use = move || u64::from(db.size()).saturating_sub(db.num_idle() as u64);
    core.metrics.read(&POSTGRES, &[("state", "in_use")], in_use);
    let db = core.db.clone();
    let idle = move || db.num_idle() as u64;
    core.metrics.read(&POSTGRES, &[("state", "idle")], idle);
    let looked = Arc::new(Looked::default());
    let seen = Arc::clone(&looked);
    let rows = move || seen.rows.load(Ordering::Relaxed);
    core.metrics.read(&OUTBOX_ROWS, &[], rows);
    let seen = Arc::clone(&looked);
    let oldest =
        move || Duration::from_millis(seen.oldest_ms.load(Ordering::Relaxed)).as_secs_f64();
    core.metrics.read_fraction(&OUTBOX_OLDEST, &[], oldest);
    let seen = Arc::clone(&looked);
    let dead = move || seen.dead.load(Ordering::Relaxed);
    core.metrics.read(&DEAD_OPEN, &[], dead);
    let seen = Arc::clone(&looked);
    let parked = move || seen.parked.load(Ordering::Relaxed);
    core.metrics.read(&PARKED, &[], parked);
    core.lifecycle.spawn(look(core.clone(), looked));
}

fn counted(core: &Core) {
    type Pick = fn(&Counters) -> &AtomicU64;
    let all: [(&'static Metric, Pick); 17] = [
        (&PUBLISHED, |c| &c.published),
        (&REPUBLISHED, |c| &c.republished),
        (&APPLIED, |c| &c.inbox_applied),
        (&DUPLICATES, |c| &c.inbox_duplicates),
        (&GAPS, |c| &c.inbox_gaps),
        (&REFUSED, |c| &c.batches_refused),
        (&RETRIES, |c| &c.inbox_retries),
        (&REPLAYED, |c| &c.replayed),
        (&DEAD, |c| &c.dead_letters),
        (&ASKED, |c| &c.asked),
        (&ASKED_AGAIN, |c| &c.asked_again),
        (&UNANSWERED, |c| &c.unanswered),
        (&ANSWERED, |c| &c.answered),
        (&RECONNECTS, |c| &c.reconnects),
        (&CHECKED, |c| &c.audit_checked),
        (&MISMATCHES, |c| &c.audit_mismatches),
        (&POSTGRES_WAITING, |c| &c.waiting_for_postgres),
    ];
    for (metric, pick) in all {
        let counters = Arc::clone(&core.counters);
        let read = move || pick(&counters).load(Ordering::Relaxed);
        core.metrics.read(metric, &[], read);
    }
    let counters = Arc::clone(&core.counters);
    let shed = move || counters.shed.load(Ordering::Relaxed);
    core.metrics.read(&SHED, &[("reason", "rpc")], shed);
    let bus = core.bus.clone();
    core.metrics.read(&SLOW, &[], move || bus.dropped());
}

/// One instance looks; the others show nothing of it.
async fn look(core: Core, looked: Arc<Looked>) {
    while let Some(mut lead) = lead(&core, "metrics").await {
        loop {
            // Kept by its index: what is published is never looked at.
            let found: Result<(i64, f64, i64, i64), _> = sqlx::query_as(
                "select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8,
                        (select count(*) from chassis.dead_letter where replayed_at is null),
                        (select count(*) from chassis.outbox where parked_at is not null)
                 from (select created_at from chassis.outbox
                       where published_at is null and parked_at is null and (aggregate is null or aggregate not in
                           (select aggregate from chassis.outbox where parked_at is not null and aggregate is not null))
                       order by id limit $1) as due",
            )
            .bind(COUNTED)
            .fetch_one(&mut lead.conn)
            .await;
            match found {
                Ok((rows, oldest, dead, parked)) => {
                    let whole = |number: i64| u64::try_from(number).unwrap_or_default();
                    let oldest = Duration::try_from_secs_f64(oldest).unwrap_or_default();
                    let oldest = u64::try_from(oldest.as_millis()).unwrap_or(u64::MAX);
                    looked.rows.store(whole(rows), Ordering::Relaxed);
                    looked.oldest_ms.store(oldest, Ordering::Relaxed);
                    looked.dead.store(whole(dead), Ordering::Relaxed);
                    looked.parked.store(whole(parked), Ordering::Relaxed);
                }
                Err(error) => {
                    tracing::warn!("the outbox is not seen: {}", chain(&error));
                    break;
                }
            }
            if !core.lifecycle.sleep(LOOK_EVERY).await {
                return;
            }
        }
        if !core.lifecycle.sleep(LOOK_EVERY).await {
            return;
        }
    }
}
