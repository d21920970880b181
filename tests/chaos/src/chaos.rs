//! The order of things: load, faults with the recovery from each, quiet, and the books.
//!
//! From the seed come the schedule of faults (which, on which process, how long) and what each shopper and host wishes
//! in which order. Not from the seed: how the machine interleaves them, which gateway a request takes, the copies of
//! the relay that says events again.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use chassis::lifecycle::Lifecycle;
use futures_util::future::join_all;

use crate::{
    checker, evidence,
    faults::{Kind, Schedule, act},
    load::{self, Amount},
    market::Market,
    recovery::recovered,
    relay::Relay,
    report::{Summary, said_again, seconds},
    stack::{Options, Stack},
};

/// How a run goes.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides everything that can be decided.
    pub seed: u64,
    /// How long faults go on.
    pub long: Duration,
    /// The longest fault.
    pub longest_fault: Duration,
    /// How long the recovery from a fault may take.
    pub recovery: Duration,
    /// The load.
    pub amount: Amount,
    /// The stack.
    pub options: Options,
}

/// Whatever happens, a recovery that takes longer is not waited for.
const HOPELESS: Duration = Duration::from_mins(2);

/// Runs it.
///
/// # Errors
/// When the stack cannot be run at all; what was found is in the summary.
pub async fn run(plan: Plan) -> anyhow::Result<Summary> {
    let seed = plan.seed;
    println!("seed          {seed}");
    let data: PathBuf = plan.options.data.clone();
    let stack = Stack::start(plan.options.clone()).await?;
    println!("up            {}", data.display());
    let market = Market::make(&stack, plan.amount.shoppers, false).await?;
    let market = Arc::new(market);
    let helpers = Lifecycle::default();
    let relay = Relay::start(&stack.direct().nats, &helpers).await?;
    load::start(&market, plan.amount, seed).await?;

    let mut summary = Summary::default();
    let broken = break_things(&plan, &stack, &market, &relay, &mut summary).await;
    load::stop(&market).await?;
    let quiet = load::quiet(&stack, Duration::from_mins(4)).await?;
    let again = load::ask_again(&market).await;
    load::quiet(&stack, Duration::from_mins(2)).await?;
    println!(
        "quiet after {} s; {again} keys asked again; checking",
        seconds(quiet)
    );
    (summary.audit_clean, summary.audit) = stack.audit(Duration::from_mins(1)).await?;
    summary.audit_clean &= summary.audit.contains(" 0 events under way");
    let (record, books) = (market.history.take(), evidence::read(&stack).await?);
    summary.findings = checker::check(&record, &books);
    summary.gather(&stack, &market);
    summary.nothing_to_check();
    let found = &summary.findings;
    summary.line = format!(
        "chaos: seed={seed} minutes={:.1} faults={} acknowledged={} lost={} doubled={} oversold={} effects_doubled={} \
         republished={} copies={} longest_recovery_s={} audit={}",
        plan.long.as_secs_f64() / 60.0,
        broken.faults,
        summary.figures.acknowledged,
        found.lost,
        found.doubled,
        found.oversold,
        found.effects_doubled,
        said_again(&stack),
        relay.copied(),
        seconds(broken.longest),
        if summary.audit_clean {
            "clean"
        } else {
            "BROKEN"
        },
    );
    helpers.stop(Duration::from_secs(5)).await;
    summary.others.extend(
        stack
            .stop()
            .await?
            .into_iter()
            .map(|name| format!("{name} did not stop when it was told to")),
    );
    Ok(summary)
}

#[derive(Default)]
struct Broken {
    faults: u64,
    longest: Duration,
}

async fn break_things(
    plan: &Plan,
    stack: &Stack,
    market: &Arc<Market>,
    relay: &Relay,
    summary: &mut Summary,
) -> Broken {
    let skew = act::faketime().is_some();
    for (possible, what) in [
        (
            stack.servers.own_disk,
            "a full disk: none may be mounted here",
        ),
        (skew, "a wrong clock: libfaketime is not installed"),
    ] {
        if !possible {
            println!("left out      {what}");
        }
    }
    let mut schedule = Schedule::new(plan.seed, stack.servers.own_disk, skew, plan.longest_fault);
    let mut broken = Broken::default();
    let began = Instant::now();
    while began.elapsed() < plan.long {
        tokio::time::sleep(schedule.pause()).await;
        let faults = schedule.draw();
        let done = join_all(faults.iter().map(|fault| act::act(*fault, stack, relay))).await;
        broken.faults += faults.len() as u64;
        let mut names = Vec::new();
        for (fault, whom) in faults.iter().zip(done) {
            match whom {
                Ok(whom) if whom.is_empty() => names.push(fault.kind.to_string()),
                Ok(whom) => names.push(format!("{} ({whom})", fault.kind)),
                Err(error) => summary.others.push(format!("{}: {error:#}", fault.kind)),
            }
        }
        let names = names.join(" + ");
        let (took, missing) = recovered(stack, market, HOPELESS).await;
        let at = began.elapsed().as_secs();
        // Copies of everything are more to do, and nothing is broken.
        let counts = !faults.iter().all(|fault| fault.kind == Kind::Repeat);
        if counts {
            broken.longest = broken.longest.max(took);
        }
        println!(
            "[{}:{:02}] {names}; acknowledged {}; recovered in {} s",
            at / 60,
            at % 60,
            market.history.figures().acknowledged,
            seconds(took)
        );
        if took > plan.recovery {
            let missing = missing.unwrap_or_default();
            summary.others.push(format!(
                "seed {}: {names}: recovery took {} s {missing}",
                plan.seed,
                seconds(took)
            ));
        }
    }
    broken
}
