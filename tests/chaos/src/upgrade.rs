//! Versions are changed under load, process by process: the next one comes up beside the one before, which is then
//! told to stop. First from the previous version to this one, then back. No request may fail.
//!
//! Clients are as behind a load balancer: a gateway that is told to stop gets no new requests, and a connection that is
//! lost without an answer is tried elsewhere at once. An answer of 5xx is a failure.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use tokio::{process::Command, time::sleep};

use crate::{
    chaos::Plan,
    checker, evidence, load,
    market::{self, Market},
    report::{Summary, seconds},
    stack::{PARTS, Stack},
};

const UP_WITHIN: Duration = Duration::from_mins(1);
/// Between two changes.
const SETTLES: Duration = Duration::from_secs(3);

/// Builds `phien` of a git revision in a checkout of its own.
///
/// # Errors
/// When git or cargo fail.
pub async fn build(revision: &str) -> anyhow::Result<PathBuf> {
    let folder = std::path::absolute("target/chaos")?;
    std::fs::create_dir_all(&folder)?;
    let (checkout, target) = (folder.join("previous"), folder.join("previous-target"));
    let git = async |args: &[&str]| {
        let status = Command::new("git").args(args).status().await?;
        anyhow::Ok(status.success())
    };
    let place = checkout.to_string_lossy().into_owned();
    // Left by a run that was stopped.
    if checkout.exists() {
        git(&["worktree", "remove", "--force", &place]).await?;
    }
    ensure!(
        git(&["worktree", "add", "--detach", &place, revision]).await?,
        "no checkout of {revision}"
    );
    println!("building      {revision}");
    let built = Command::new("cargo")
        .args(["build", "--release", "--bin", "phien", "--target-dir"])
        .arg(&target)
        .current_dir(&checkout)
        .env("SQLX_OFFLINE", "true")
        .stdin(Stdio::null())
        .status()
        .await;
    git(&["worktree", "remove", "--force", &place]).await?;
    ensure!(built?.success(), "{revision} does not build");
    Ok(target.join("release/phien"))
}

/// Runs it.
///
/// # Errors
/// When the stack cannot be run at all; what was found is in the summary.
pub async fn run(mut plan: Plan, previous: PathBuf) -> anyhow::Result<Summary> {
    println!("seed          {}", plan.seed);
    plan.options.first.clone_from(&previous);
    plan.options.nats_disk = None;
    // The version before may be one that has no keys.
    plan.options.keys = false;
    // Watchers stay with their gateway, which goes.
    plan.amount.viewers = 0;
    plan.amount.patient = true;
    let mut stack = Stack::start(plan.options.clone()).await?;
    let market = Arc::new(Market::make(&stack, plan.amount.shoppers, true).await?);
    load::start(&market, plan.amount, plan.seed).await?;
    sleep(SETTLES).await;
    let mut changes = 0;
    let there = plan.options.program.clone();
    let mut killed = Vec::new();
    for role in PARTS {
        change(&mut stack, &market, role, &there, &mut killed).await?;
        changes += 1;
    }
    for role in PARTS.iter().rev() {
        change(&mut stack, &market, role, &previous, &mut killed).await?;
        changes += 1;
    }
    load::stop(&market).await?;
    load::quiet(&stack, Duration::from_mins(4)).await?;
    load::ask_again(&market).await;
    let quiet = load::quiet(&stack, Duration::from_mins(2)).await?;
    let mut summary = Summary::default();
    (summary.audit_clean, summary.audit) = stack.audit(Duration::from_mins(1)).await?;
    let (record, books) = (market.history.take(), evidence::read(&stack).await?);
    summary.findings = checker::check(&record, &books);
    summary.gather(&stack, &market);
    let failed = market
        .failed
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    summary.line = format!(
        "upgrade: seed={} changes={changes} requests={} failed={} acknowledged={} lost={} doubled={} oversold={} quiet_s={} audit={}",
        plan.seed,
        market.requests.load(Ordering::Relaxed),
        failed.len(),
        summary.figures.acknowledged,
        summary.findings.lost,
        summary.findings.doubled,
        summary.findings.oversold,
        seconds(quiet),
        if summary.audit_clean {
            "clean"
        } else {
            "BROKEN"
        },
    );
    let failed = failed.into_iter();
    summary
        .others
        .extend(failed.map(|what| format!("a request failed: {what}")));
    killed.extend(stack.stop().await?);
    let killed = killed.into_iter();
    summary
        .others
        .extend(killed.map(|name| format!("{name} did not stop when it was told to")));
    Ok(summary)
}

/// One more process of a role by another program; then the oldest of the role goes.
async fn change(
    stack: &mut Stack,
    market: &Market,
    role: &'static str,
    program: &Path,
    killed: &mut Vec<String>,
) -> anyhow::Result<()> {
    let added = stack.add(role, program).await?.clone();
    added.ready(UP_WITHIN).await?;
    let place = stack.parts.iter().position(|part| part.role == role);
    let old = stack.parts[place.context("no such role")?].clone();
    if role == "gateway" {
        let mut gateways = market.gateways();
        let newest = gateways.iter().map(|gateway| gateway.number).max();
        gateways.push(market::gateway(
            newest.map_or(0, |number| number + 1),
            &added,
        )?);
        // The oldest gets no new requests from now on.
        gateways.remove(0);
        market.set_gateways(gateways);
        sleep(Duration::from_millis(200)).await;
    }
    if !old.stop().await {
        killed.push(old.name.clone());
    }
    stack.parts.retain(|part| part.name != old.name);
    let failed = market
        .failed
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .len();
    println!(
        "{} in the place of {}; requests {}, failed {failed}",
        added.name,
        old.name,
        market.requests.load(Ordering::Relaxed)
    );
    sleep(SETTLES).await;
    Ok(())
}
