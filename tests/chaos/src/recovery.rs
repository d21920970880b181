//! How long it takes after a fault until orders are accepted everywhere, and everything that was said is published.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chassis::lifecycle::Lifecycle;
use phien::local_databases::SERVICES;
use sqlx::{Connection as _, PgConnection};

use crate::{market::Market, shoppers, stack::Stack};

const AGAIN: Duration = Duration::from_millis(250);
/// Long enough for a busy system, short enough for an honest figure.
const PROBE: Duration = Duration::from_secs(4);

/// Waits until an order was accepted in every session on air by way of every gateway, sent after now, and no event
/// waits for the relay that is older than a moment. Returns what is missing when it does not become so.
pub async fn recovered(
    stack: &Stack,
    market: &Arc<Market>,
    limit: Duration,
) -> (Duration, Option<String>) {
    let began = Instant::now();
    let probes = Lifecycle::default();
    let (mut accepted, mut drained) = (None, None);
    loop {
        if accepted.is_none() {
            let missing = not_accepted(market, began);
            if missing.is_empty() {
                accepted = Some(began.elapsed());
            }
            for (live, gateway) in missing {
                let market = Arc::clone(market);
                probes.spawn(async move { shoppers::probe(&market, &live, &gateway, PROBE).await });
            }
        }
        if drained.is_none() && waiting(stack).await.is_ok_and(|rows| rows == 0) {
            drained = Some(began.elapsed());
        }
        if let (Some(accepted), Some(drained)) = (accepted, drained) {
            return (accepted.max(drained), None);
        }
        if began.elapsed() > limit {
            let mut missing: Vec<String> = not_accepted(market, began)
                .iter()
                .map(|(live, gateway)| {
                    format!("no order in {} by gateway {}", live.session, gateway.number)
                })
                .collect();
            if drained.is_none() {
                missing.push(match waiting(stack).await {
                    Ok(rows) => format!("{rows} events wait for a relay"),
                    Err(error) => format!("{error:#}"),
                });
            }
            return (began.elapsed(), Some(missing.join("; ")));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

type Pair = (Arc<crate::market::Live>, crate::market::Gateway);

fn not_accepted(market: &Market, since: Instant) -> Vec<Pair> {
    let gateways = market.gateways();
    let live = market.live();
    let figures = market.history.figures();
    live.iter()
        .flat_map(|live| gateways.iter().map(move |gateway| (live, gateway)))
        .filter(|(live, gateway)| {
            let newest = figures.newest.get(&(live.session.clone(), gateway.number));
            newest.is_none_or(|newest| *newest < since)
        })
        .map(|(live, gateway)| (Arc::clone(live), gateway.clone()))
        .collect()
}

/// Events that wait for longer than a moment, everywhere.
async fn waiting(stack: &Stack) -> anyhow::Result<i64> {
    let mut rows = 0;
    for service in SERVICES {
        let asked = async {
            let mut conn: PgConnection = stack.database(service).await?;
            let count: i64 = sqlx::query_scalar(
                "select count(*) from chassis.outbox
                 where published_at is null and created_at < clock_timestamp() - interval '2 seconds'",
            )
            .fetch_one(&mut conn)
            .await?;
            conn.close().await?;
            anyhow::Ok(count)
        };
        rows += tokio::time::timeout(Duration::from_secs(5), asked).await??;
    }
    Ok(rows)
}
