//! Claims by comment while orders and NATS are killed: each that was accepted has its effect once, in the room's order.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use chassis::clock::Clock;
use phien_tests::{
    api::{Api, text},
    claim_model::{Model, Said},
    market::{self, Wish},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

use crate::{
    load,
    market::Market,
    stack::{Options, Stack},
};

/// How long a shopper repeats a comment under its key.
const PERSISTENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(250);
/// How long NATS is away each time.
const DOWN: Duration = Duration::from_secs(1);
/// How often both are killed.
const KILLS: u32 = 3;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Comments that were accepted.
    pub accepted: usize,
    /// Shoppers who hold something.
    pub hold: usize,
    /// Shoppers who wait.
    pub wait: usize,
}

/// Runs it: so many shoppers, three comments each, for so many units.
///
/// # Errors
/// When a claim was lost or doubled, the order is not the room's, or a book does not agree.
pub async fn run(options: Options, shoppers: usize, units: i64) -> anyhow::Result<Outcome> {
    let stack = Stack::start(options).await?;
    let market = Arc::new(Market::make(&stack, shoppers, false).await?);
    let session = begin(&market, units).await?;
    let mut storm = JoinSet::new();
    for number in 0..shoppers {
        storm.spawn(comment(Arc::clone(&market), session.clone(), number));
    }
    let kills = async {
        for _ in 0..KILLS {
            sleep(DOWN).await;
            for part in stack.parts.iter().filter(|part| part.role == "orders") {
                part.kill();
            }
            sleep(DOWN).await;
            stack.servers.kill_nats(DOWN).await?;
        }
        anyhow::Ok(())
    };
    let (killed, told) = tokio::join!(kills, storm.join_all());
    killed?;
    let mut accepted = 0;
    for told in told {
        accepted += told?;
    }
    load::quiet(&stack, Duration::from_mins(2)).await?;
    let outcome = compare(&stack, accepted, units).await?;
    let (clean, said) = stack.audit(Duration::from_mins(1)).await?;
    ensure!(clean, "the audit says: {said}");
    let killed = stack.stop().await?;
    ensure!(killed.is_empty(), "did not stop when told to: {killed:?}");
    Ok(outcome)
}

/// A session on air with one open offer, A01, whose holds outlast the run.
async fn begin(market: &Market, units: i64) -> anyhow::Result<String> {
    let steers = market.any_gateway().api.holding(&market.organiser);
    let session = market::plan(
        &steers,
        &market.organiser_id,
        "Giờ vàng",
        market::terms(3_600),
        Clock::default().now(),
    )
    .await?;
    let wish = Wish {
        variant_id: market.variants[0].clone(),
        claim_code: "A01".into(),
        live_price: 36_000,
        units,
        limit: 0,
        payee: "producer",
    };
    let proposed = market::propose(&steers, &session, &wish).await?.ok()?;
    market::decided(&steers, &session).await?;
    let path = format!("/v1/sessions/{session}/go-live");
    steers.post(&path, &json!({})).await?.ok()?;
    market::open(&steers, &session, &text(&proposed, "offer_id")).await?;
    Ok(session)
}

/// A shopper's comments one after the other, each repeated under its key until it is accepted; how many.
async fn comment(market: Arc<Market>, session: String, number: usize) -> anyhow::Result<usize> {
    let mut rng = StdRng::seed_from_u64(number as u64);
    let second = [Said::All(0), Said::More(1), Said::All(3), Said::All(1)];
    let says = [
        Said::All(rng.random_range(1..=2)),
        second[rng.random_range(0..second.len())],
        Said::More(1),
    ];
    let path = format!("/v1/sessions/{session}/comments");
    for (nth, said) in says.into_iter().enumerate() {
        let (key, body) = (format!("{number}-{nth}"), json!({ "text": said.typed() }));
        let until = Instant::now() + PERSISTENCE;
        loop {
            let api: Api = market.any_gateway().api.holding(&market.shoppers[number]);
            let told = match api.post_once(&path, &key, &body).await {
                Ok(reply) if reply.is_ok() => break,
                // Too fast, or something is away.
                Ok(reply) if matches!(reply.status, 429 | 503 | 504) => reply.text,
                Ok(reply) => anyhow::bail!("an answer of {}: {}", reply.status, reply.text),
                Err(error) => format!("{error:#}"),
            };
            ensure!(
                Instant::now() < until,
                "not accepted for {PERSISTENCE:?}: {told}"
            );
            sleep(PAUSE).await;
        }
    }
    Ok(says.len())
}

/// The room as it is stored, what should come of it, and what orders made of it.
async fn compare(stack: &Stack, accepted: usize, units: i64) -> anyhow::Result<Outcome> {
    let mut livestream = stack.database("livestream").await?;
    let room: Vec<(Uuid, String)> =
        sqlx::query_as("select account_id, text from comment order by seq")
            .fetch_all(&mut livestream)
            .await?;
    ensure!(
        room.len() == accepted,
        "{accepted} comments were accepted, {} are stored",
        room.len()
    );
    let mut model = Model {
        left: units,
        ..Model::default()
    };
    for (who, text) in &room {
        model.hear(*who, Said::read(text));
    }
    let mut orders = stack.database("orders").await?;
    let held: Vec<(Uuid, i64)> =
        sqlx::query_as("select account_id, units from holds where state = 'active'")
            .fetch_all(&mut orders)
            .await?;
    let held: BTreeMap<Uuid, i64> = held.into_iter().collect();
    let line: Vec<(Uuid, i64)> = sqlx::query_as(
        "select account_id, units from waits where state = 'waiting' order by place",
    )
    .fetch_all(&mut orders)
    .await
    .context("reading the line")?;
    ensure!(held == model.held, "held {held:?}, not {:?}", model.held);
    ensure!(
        line == model.line,
        "the line {line:?}, not {:?}",
        model.line
    );
    Ok(Outcome {
        accepted,
        hold: held.len(),
        wait: line.len(),
    })
}
