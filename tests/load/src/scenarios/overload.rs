//! Five times as many shoppers as can be served at once, for two minutes, while a bank tells of money that came in.
//!
//! Served is as much as at the peak; the others are told *busy* at once, and come back as they were told to. The load
//! shares the machine, so it is made of people and not of requests a second, at the peak as well: who is refused waits
//! its `Retry-After`, who has waited for five seconds hangs up. The bank tells of as much money at the peak, and the peak
//! lasts as long. Before each the database writes what came so far: else it would in the midst of one of them.

use std::{
    sync::{Arc, Barrier},
    time::Duration,
};

use crate::{
    bench::{Bench, load},
    checks,
    client::{Manners, Pace},
    work::{Orders, Webhooks},
};

/// Numbers of connections of which the best makes the peak.
const TRIED: [usize; 3] = [256, 1_024, 2_048];
const TRY: Duration = Duration::from_secs(5);
const TIMES: usize = 5;
/// Seconds that a repetition takes for each of the overload's.
pub(crate) const WHOLE: f64 = 2.1;
const RATIO: &str = "overload_goodput";
/// What must be served of the peak.
const GOODPUT: f64 = 0.9;
/// Webhooks a second.
const WEBHOOKS: f64 = 20.0;
const MANNERS: Manners = Manners {
    think: Duration::from_millis(20),
    patience: Duration::from_secs(5),
};

/// Finds the peak, then asks for five times as much; on a grown store, where one minute is like the next.
///
/// # Errors
/// When a run breaks.
pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let whole = Duration::from_secs(bench.args.overload_seconds);
    bench.step("overload", whole.as_secs_f64() * WHOLE);
    let (mut best, mut best_rate) = (TRIED[0], 0.0);
    for connections in TRIED {
        let name = format!("overload try {connections}");
        let rate = orders(bench, &name, pace(bench, connections, TRY)).await?;
        if rate > best_rate {
            (best, best_rate) = (connections, rate);
        }
    }
    let before = with_money(bench, "overload peak before", best, whole / 2).await?;
    let rate = with_money(bench, "overload", best * TIMES, whole).await?;
    // Machines change their pace within minutes: the overload lies in the middle between the two.
    let after = with_money(bench, "overload peak after", best, whole / 2).await?;
    bench
        .report
        .ratio(RATIO, rate / f64::midpoint(before, after));
    Ok(())
}

/// Orders of so many shoppers while the bank tells of money, after a rest; how many orders a second were placed.
async fn with_money(
    bench: &mut Bench,
    name: &str,
    shoppers: usize,
    measure: Duration,
) -> anyhow::Result<f64> {
    checks::quiet(&bench.stack).await?;
    bench.stack.settle().await?;
    let together = Some(Arc::new(Barrier::new(2)));
    let many = Pace {
        together: together.clone(),
        ..pace(bench, shoppers, measure)
    };
    let few = Pace {
        together,
        manners: None,
        limit: Some(WEBHOOKS),
        ..pace(bench, 8, measure)
    };
    let (meter, address) = (bench.stack.meter(), bench.stack.address());
    let money = load(meter, address, few, Webhooks::default());
    let (rate, money) = tokio::join!(orders(bench, name, many), money);
    let (rate, (_, money)) = (rate?, money?);
    bench
        .report
        .add(&format!("{name}: webhooks"), (&money).into());
    let (all, good): (u64, u64) = (money.answers.values().sum(), money.count(200));
    bench.report.check(
        format!("{name}: every webhook was taken ({all})"),
        (good != all || all == 0 || money.unknown > 0)
            .then(|| format!("{good} of {all}, {} unanswered", money.unknown)),
    );
    Ok(rate)
}

/// Judges all repetitions together.
pub(crate) fn judge(bench: &mut Bench) {
    let goodput = bench.report.median_of(RATIO);
    let enough = goodput.is_some_and(|goodput| goodput >= GOODPUT);
    bench.report.check(
        format!("overload: goodput is at least {GOODPUT} of the peak, in the median"),
        (!enough).then(|| format!("{goodput:?}")),
    );
}

fn pace(bench: &Bench, connections: usize, measure: Duration) -> Pace {
    Pace {
        measure,
        manners: Some(MANNERS),
        ..bench.pace(connections)
    }
}

/// Orders at a pace; how many a second were placed.
async fn orders(bench: &mut Bench, name: &str, pace: Pace) -> anyhow::Result<f64> {
    let work = Orders::new("/v1/orders", &bench.market, &bench.shops["four"].stage)?;
    let (meter, address) = (bench.stack.meter(), bench.stack.address());
    let (work, outcome) = load(meter, address, pace, work).await?;
    bench.report.add(name, (&outcome).into());
    anyhow::ensure!(
        outcome.count(409) == 0,
        "{name}: more was asked for than there is"
    );
    bench.tell("four", &work, &outcome);
    if outcome.hung_up > 0 {
        println!(
            "  {name}: {} had waited too long and hung up",
            outcome.hung_up
        );
    }
    Ok(outcome.rate)
}
