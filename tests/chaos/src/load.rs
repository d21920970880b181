//! The load: hosts with their sessions and shoppers in them, until all is quiet again.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use phien::{audit, local_databases::SERVICES};
use phien_tests::wait::until;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::{
    history::Intent,
    host::{self, Show},
    market::{Live, Market},
    shoppers::{self, Habits},
    stack::Stack,
};

/// How much.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    /// Shoppers at once.
    pub shoppers: usize,
    /// Orders a second that they try all together, while everything works.
    pub rate: f64,
    /// Sessions on air at once.
    pub sessions: usize,
    /// How long each is on air.
    pub show: Duration,
    /// Watchers of each session at each gateway.
    pub viewers: usize,
    /// Nobody gives up.
    pub patient: bool,
}

/// Starts it; returns when the first sessions are on air.
///
/// # Errors
/// When they do not come on air.
pub async fn start(market: &Arc<Market>, amount: Amount, seed: u64) -> anyhow::Result<()> {
    let mut rng = StdRng::seed_from_u64(seed);
    for lane in 0..amount.sessions {
        let show = Show {
            long: amount.show.mul_f64(rng.random_range(0.8..1.2)),
            // The first lane's orders expire during the run, if it is a long one.
            window: if lane == 0 && amount.show > Duration::from_secs(30) {
                60
            } else {
                3_600
            },
            viewers: amount.viewers,
        };
        let hosting = host::host(Arc::clone(market), rng.random(), show);
        market.lifecycle.spawn(hosting);
    }
    until("sessions are on air", Duration::from_mins(2), || async {
        if let Some(wrong) = market
            .wrong
            .lock()
            .ok()
            .and_then(|wrong| wrong.first().cloned())
        {
            anyhow::bail!(wrong);
        }
        Ok((market.live().len() == amount.sessions).then_some(()))
    })
    .await?;
    #[expect(clippy::cast_precision_loss, reason = "some hundred shoppers")]
    let think = Duration::from_secs_f64(amount.shoppers as f64 / amount.rate);
    let habits = Habits {
        think,
        patient: amount.patient,
    };
    for number in 0..amount.shoppers {
        let shopping = shoppers::shop(Arc::clone(market), number, rng.random(), habits);
        market.lifecycle.spawn(shopping);
    }
    Ok(())
}

/// Ends it: everybody hears what is under way, nobody asks anew. What was on air stays so.
///
/// # Errors
/// When somebody does not come to an end.
pub async fn stop(market: &Market) -> anyhow::Result<Vec<Arc<Live>>> {
    let live = market.live();
    ensure!(
        market.lifecycle.stop(Duration::from_mins(2)).await,
        "some shoppers or hosts do not come to an end"
    );
    Ok(live)
}

/// Waits until nothing is under way: every event is published and applied, money is judged, what should expire has.
/// Returns how long it took.
///
/// # Errors
/// When it does not become so.
pub async fn quiet(stack: &Stack, limit: Duration) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let mut databases = audit::Databases::new();
    for service in SERVICES {
        databases.insert(service, stack.database(service).await?);
    }
    let jetstream = stack.operator().await?;
    loop {
        let still = match under_way(&mut databases, &jetstream).await {
            Ok(0) => return Ok(began.elapsed()),
            Ok(count) => format!("{count} events, orders or transfers are under way"),
            // A broker that has just lost its streams has none until somebody misses them.
            Err(error) => format!("{error:#}"),
        };
        ensure!(
            began.elapsed() < limit,
            "not quiet within {limit:?}: {still}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn under_way(
    databases: &mut audit::Databases,
    jetstream: &async_nats::jetstream::Context,
) -> anyhow::Result<i64> {
    let orders = databases.get_mut("orders").context("orders")?;
    // Orders that fall due within the next minutes would move while the books are read.
    let due: i64 = sqlx::query_scalar(
        "select (select count(*) from bank_entries where outcome = 'pending')
              + (select count(*) from orders where state = 'awaiting_payment' and pay_by < now() + interval '2 minutes')",
    )
    .fetch_one(orders)
    .await?;
    Ok(due + audit::under_way(databases, jetstream).await?)
}

/// Asks again under keys that were used: whoever's order stands must get it, whatever was sold meanwhile.
pub async fn ask_again(market: &Market) -> usize {
    let again = market.history.to_ask_again();
    let gateways = market.gateways();
    for (number, wish) in again.iter().enumerate() {
        let sent = shoppers::Wish {
            market,
            token: &wish.token,
            session: &wish.session,
            body: &wish.body,
            key: wish.key.clone(),
        };
        let gateway = &gateways[number % gateways.len()];
        let (told, _) = sent.send(gateway, Duration::from_secs(15)).await;
        market.history.asked_again(Intent {
            key: sent.key,
            told: vec![told],
        });
    }
    again.len()
}
