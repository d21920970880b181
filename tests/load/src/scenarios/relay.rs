//! What the relay costs, with all that hears of what it says: orders with it and without.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use sqlx::{Connection as _, PgConnection};

use crate::{bench::Bench, checks, work::Orders};

/// The lock of whoever relays, as chassis names it.
const LOCK: &str = "hashtextextended('outbox', 0)";
const GIVES_WAY: Duration = Duration::from_secs(10);

/// Runs orders without the relay, then with it.
///
/// # Errors
/// When a run breaks, or the relay does not give way.
pub(crate) async fn run(bench: &mut Bench, with_first: bool) -> anyhow::Result<()> {
    for with in [with_first, !with_first] {
        if with {
            one(bench, "orders@4 with relay").await?;
        } else {
            let held = take(bench).await?;
            let outcome = one(bench, "orders@4 no relay").await;
            held.close().await?;
            outcome?;
        }
        checks::quiet(&bench.stack).await?;
    }
    if let (Some(with), Some(without)) = (
        bench.report.latest("orders@4 with relay"),
        bench.report.latest("orders@4 no relay"),
    ) {
        let cost = 1.0 - with.rate / without.rate;
        bench.report.ratio("relay_cost", cost);
    }
    Ok(())
}

async fn one(bench: &mut Bench, name: &str) -> anyhow::Result<()> {
    let work = Orders::new("/v1/orders", &bench.market, &bench.shops["relay"].stage)?;
    let (work, outcome) = bench.measure(name, bench.args.conns, work).await?;
    bench.tell("relay", &work, &outcome);
    Ok(())
}

/// Stands in line for the lock, then ends the connection that has it: whoever waits comes before whoever tries.
async fn take(bench: &Bench) -> anyhow::Result<PgConnection> {
    let mut mine = bench.stack.database("orders").await?;
    let mut other = bench.stack.database("orders").await?;
    let me: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut mine)
        .await?;
    let lock = sqlx::AssertSqlSafe(format!("select 1 from (select pg_advisory_lock({LOCK})) l"));
    let end = sqlx::AssertSqlSafe(format!(
        "select count(pg_terminate_backend(pid)) from pg_locks
         where locktype = 'advisory' and granted and pid <> $1
             and database = (select oid from pg_database where datname = current_database()) and ((classid::bigint << 32) | objid::bigint) = {LOCK}"
    ));
    let waits = "select count(*) from pg_locks where locktype = 'advisory' and pid = $1";
    let locked = async { Ok(sqlx::query(lock).execute(&mut mine).await?) };
    let ended = async {
        while sqlx::query_scalar::<_, i64>(waits)
            .bind(me)
            .fetch_one(&mut other)
            .await?
            == 0
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let ended: i64 = sqlx::query_scalar(end)
            .bind(me)
            .fetch_one(&mut other)
            .await?;
        ensure!(ended == 1, "{ended} relays ran");
        Ok(())
    };
    tokio::time::timeout(GIVES_WAY, async { tokio::try_join!(locked, ended) })
        .await
        .context("the relay does not give way")??;
    Ok(mine)
}
