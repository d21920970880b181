//! What is measured, scenario by scenario.

pub(crate) mod growth;
mod intake;
mod losers;
pub(crate) mod naive;
pub(crate) mod overload;
mod relay;
mod rooms;

use crate::{Scenario, bench::Bench, checks};

/// Seconds that the orders of a repetition should take.
pub(crate) const ORDERS: f64 = 60.0;
/// Seconds that its viewers should take.
pub(crate) const VIEWERS: f64 = 75.0;

/// Everything once, interleaved, so that a ratio is of the same minute.
///
/// # Errors
/// When something breaks.
pub(crate) async fn repetition(bench: &mut Bench, repetition: u32) -> anyhow::Result<()> {
    let what = format!("repetition {repetition} of {}: orders", bench.args.reps);
    bench.step(&what, ORDERS);
    // Nor do the ceilings carry what the repetition before left.
    bench.stack.settle().await?;
    intake::ceilings(bench).await?;
    intake::run(bench).await?;
    if bench.wants(Scenario::Losers) {
        losers::run(bench, repetition).await?;
        checks::quiet(&bench.stack).await?;
    }
    if bench.wants(Scenario::Relay) {
        relay::run(bench, repetition.is_multiple_of(2)).await?;
    }
    if bench.wants(Scenario::Viewers) || bench.wants(Scenario::Socketio) {
        let what = format!("repetition {repetition} of {}: viewers", bench.args.reps);
        bench.step(&what, VIEWERS);
    }
    if bench.wants(Scenario::Viewers) {
        rooms::run(bench).await?;
    }
    if bench.wants(Scenario::Socketio) {
        rooms::against_socketio(bench).await?;
    }
    Ok(())
}
