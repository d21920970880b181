//! Orders on a store that has millions, and on an empty one.

use std::time::Duration;

use crate::{
    bench::{Bench, load},
    checks::{self, Shop},
    client::Pace,
    prepare::Market,
    stack::Stack,
    work::Orders,
};

/// What a grown store has at least.
const STORED: i64 = 2_000_000;
/// Units of each of the empty store's offers.
const UNITS: i64 = 200_000;
const SHOPPERS: u32 = 4_000;

/// Places orders until there are so many.
///
/// # Errors
/// When orders are refused.
pub(crate) async fn grow(bench: &mut Bench) -> anyhow::Result<()> {
    loop {
        let mut orders = bench.stack.database("orders").await?;
        let stored: i64 = sqlx::query_scalar("select count(*) from orders")
            .fetch_one(&mut orders)
            .await?;
        println!("  {stored} orders are stored");
        if stored >= STORED {
            break;
        }
        let work = Orders::new("/v1/orders", &bench.market, &bench.shops["four"].stage)?;
        let pace = Pace {
            connections: bench.args.conns,
            warm: Duration::ZERO,
            measure: Duration::from_secs(10),
            limit: None,
            manners: None,
            together: None,
        };
        let (work, outcome) = load(bench.stack.meter(), bench.stack.address(), pace, work).await?;
        anyhow::ensure!(
            outcome.rate > 0.0,
            "no order is taken: {:?}",
            outcome.answers
        );
        bench.tell("four", &work, &outcome);
    }
    checks::quiet(&bench.stack).await?;
    bench.stack.settle().await
}

/// Runs orders on the grown store and on an empty one of this moment.
///
/// # Errors
/// When the new stack does not come up, or a run breaks.
pub(crate) async fn run(bench: &mut Bench, full_first: bool) -> anyhow::Result<()> {
    let empty = Stack::start(&bench.data.join("b"), bench.args.port + 100).await?;
    let market = Market::make(&empty, SHOPPERS, 4).await?;
    let mut shop = Shop::new(market.stage("Bốn món", 4, UNITS).await?);
    for full in [full_first, !full_first] {
        if full {
            let work = Orders::new("/v1/orders", &bench.market, &bench.shops["four"].stage)?;
            let (work, outcome) = bench
                .measure("orders@4 of 2M", bench.args.conns, work)
                .await?;
            bench.tell("four", &work, &outcome);
            checks::quiet(&bench.stack).await?;
        } else {
            let work = Orders::new("/v1/orders", &market, &shop.stage)?;
            let (work, outcome) = load(
                empty.meter(),
                empty.address(),
                bench.pace(bench.args.conns),
                work,
            )
            .await?;
            bench.report.add("orders@4 of none", (&outcome).into());
            shop.told(&work, &outcome);
            checks::quiet(&empty).await?;
        }
    }
    bench
        .report
        .rate_over("stored_2m_over_empty", "orders@4 of 2M", "orders@4 of none");
    shop.check("empty store", &empty, &mut bench.report).await?;
    checks::audit("empty store", &empty, &mut bench.report).await?;
    empty.stop().await
}
