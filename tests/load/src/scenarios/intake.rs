//! Orders of one offer, of four, of a thousand; the ceilings above them and the reference below.

use std::time::Duration;

use crate::{
    Scenario,
    bench::Bench,
    checks,
    work::{Hello, Orders},
};

/// What the gateway does without work behind it.
///
/// # Errors
/// When a run breaks.
pub(super) async fn ceilings(bench: &mut Bench) -> anyhow::Result<()> {
    let conns = bench.args.conns;
    if bench.wants(Scenario::Hello) {
        bench.measure("hello", conns, Hello::default()).await?;
    }
    if bench.wants(Scenario::Echo) {
        let echo =
            Orders::new("/bench/echo", &bench.market, &bench.shops["four"].stage)?.for_echo();
        bench.measure("echo", conns, echo).await?;
    }
    Ok(())
}

/// Orders and the reference, on many connections and few.
///
/// # Errors
/// When a run breaks.
pub(super) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let conns = bench.args.conns;
    if bench.wants(Scenario::Orders4) {
        orders(bench, "orders@4", "four", conns).await?;
    }
    if bench.wants(Scenario::Naive) {
        naive(bench, "naive", conns).await?;
    }
    if bench.wants(Scenario::Orders1) {
        orders(bench, "orders@1", "one", conns).await?;
    }
    if bench.wants(Scenario::Orders1000) {
        orders(bench, "orders@1000", "thousand", conns).await?;
    }
    if bench.wants(Scenario::Conns) {
        orders(bench, "orders@4 on 256", "four", 256).await?;
        if bench.wants(Scenario::Naive) {
            naive(bench, "naive on 256", 256).await?;
        }
        orders(bench, "orders@4 on 64", "four", 64).await?;
    }
    let report = &mut bench.report;
    for (name, of, over) in [
        ("orders_over_echo", "orders@4", "echo"),
        ("orders_over_hello", "orders@4", "hello"),
        ("orders_over_naive", "orders@4", "naive"),
        ("offers_1000_over_4", "orders@1000", "orders@4"),
    ] {
        report.rate_over(name, of, over);
    }
    if let (Some(of), Some(over)) = (
        report.latest("orders@4 on 256"),
        report.latest("naive on 256"),
    ) {
        let ratio = of.p99_ms / over.p99_ms;
        report.ratio("p99_256_over_naive", ratio);
    }
    Ok(())
}

async fn orders(
    bench: &mut Bench,
    name: &str,
    shop: &'static str,
    connections: usize,
) -> anyhow::Result<()> {
    let work = Orders::new("/v1/orders", &bench.market, &bench.shops[shop].stage)?;
    let (work, outcome) = bench.measure(name, connections, work).await?;
    bench.tell(shop, &work, &outcome);
    let took = checks::quiet(&bench.stack).await?;
    if took > Duration::from_secs(1) {
        println!("  quiet after {:.1} s", took.as_secs_f64());
    }
    Ok(())
}

async fn naive(bench: &mut Bench, name: &str, connections: usize) -> anyhow::Result<()> {
    if let Some(reference) = bench.reference.take() {
        let stage = bench.shops["four"].stage.clone();
        reference.measure(bench, name, connections, &stage).await?;
        bench.reference = Some(reference);
    }
    Ok(())
}
