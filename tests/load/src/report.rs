//! What was measured: a table for people, JSON for programs; medians of the repetitions, ratios within each.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Context as _;
use serde::Serialize;

use crate::{client::Outcome, cpu::Cores};

/// One measurement.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// A second.
    pub(crate) rate: f64,
    /// Milliseconds.
    pub p50_ms: f64,
    /// Milliseconds.
    pub p99_ms: f64,
    /// Cores by process.
    pub(crate) cores: Cores,
    /// All answers by status, before and after the counted time too.
    pub(crate) answers: BTreeMap<u16, u64>,
}

impl From<&Outcome> for Figure {
    fn from(outcome: &Outcome) -> Self {
        Self {
            rate: outcome.rate,
            p50_ms: outcome.percentile(50.0),
            p99_ms: outcome.percentile(99.0),
            cores: outcome.cores.clone(),
            answers: outcome.answers.clone(),
        }
    }
}

/// Everything that was measured.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// The scenarios in the order in which they were measured first.
    #[serde(skip)]
    order: Vec<String>,
    /// By scenario, medians of [`Report::repetitions`].
    figures: BTreeMap<String, Figure>,
    /// By name, medians.
    ratios: BTreeMap<&'static str, f64>,
    repetitions: BTreeMap<String, Vec<Figure>>,
    ratios_of_repetitions: BTreeMap<&'static str, Vec<f64>>,
    /// What was checked, and what was found; empty: it holds.
    checks: Vec<(String, Option<String>)>,
}

impl Report {
    /// Adds a repetition of a scenario.
    pub(crate) fn add(&mut self, scenario: &str, figure: Figure) {
        println!("  {}", line(scenario, &figure));
        if !self.repetitions.contains_key(scenario) {
            self.order.push(scenario.to_owned());
        }
        self.repetitions
            .entry(scenario.to_owned())
            .or_default()
            .push(figure);
    }

    /// Adds a ratio of one repetition.
    pub(crate) fn ratio(&mut self, name: &'static str, value: f64) {
        println!("  {name} = {value:.3}");
        self.ratios_of_repetitions
            .entry(name)
            .or_default()
            .push(value);
    }

    /// The median of a ratio so far, if it was measured.
    #[must_use]
    pub(crate) fn median_of(&self, ratio: &str) -> Option<f64> {
        self.ratios_of_repetitions.get(ratio).map(|all| median(all))
    }

    /// The latest repetition of a scenario.
    #[must_use]
    pub(crate) fn latest(&self, scenario: &str) -> Option<&Figure> {
        self.repetitions.get(scenario)?.last()
    }

    /// The latest rate of a scenario over that of another, if both were measured.
    pub(crate) fn rate_over(&mut self, name: &'static str, scenario: &str, baseline: &str) {
        if let (Some(of), Some(over)) = (self.latest(scenario), self.latest(baseline)) {
            let ratio = of.rate / over.rate;
            self.ratio(name, ratio);
        }
    }

    /// Notes what was checked; `found` is what is wrong.
    pub(crate) fn check(&mut self, what: impl Into<String>, found: Option<String>) {
        let what = what.into();
        match &found {
            None => println!("  holds: {what}"),
            Some(found) => println!("  DOES NOT HOLD: {what}: {found}"),
        }
        self.checks.push((what, found));
    }

    /// Does all hold that was checked?
    #[must_use]
    pub(crate) fn holds(&self) -> bool {
        self.checks.iter().all(|(_, found)| found.is_none())
    }

    /// Takes the medians, and writes everything down as `latest.json` and `latest.md`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&mut self, folder: &Path) -> anyhow::Result<()> {
        self.figures = self
            .repetitions
            .iter()
            .map(|(name, figures)| (name.clone(), middle(figures)))
            .collect();
        self.ratios = self
            .ratios_of_repetitions
            .iter()
            .map(|(name, values)| (*name, median(values)))
            .collect();
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        std::fs::write(
            folder.join("latest.json"),
            serde_json::to_string_pretty(self)?,
        )?;
        let table = self.table();
        std::fs::write(folder.join("latest.md"), &table)?;
        println!("\n{table}");
        Ok(())
    }

    fn table(&self) -> String {
        let mut text = "| scenario | a second | p50 ms | p99 ms | cores: gateway | orders | others | Postgres | NATS | load |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n".to_owned();
        for scenario in &self.order {
            let figure = &self.figures[scenario];
            let cores = ["gateway", "orders", "others", "postgres", "nats", "load"].map(|name| {
                figure
                    .cores
                    .get(name)
                    .map_or("–".to_owned(), |cores| format!("{cores:.2}"))
            });
            let _ = writeln!(
                text,
                "| {scenario} | {:.0} | {:.1} | {:.1} | {} |",
                figure.rate,
                figure.p50_ms,
                figure.p99_ms,
                cores.join(" | ")
            );
        }
        text.push_str("\n| ratio | median | repetitions |\n|---|--:|---|\n");
        for (name, median) in &self.ratios {
            let all: Vec<String> = self.ratios_of_repetitions[name]
                .iter()
                .map(|value| format!("{value:.3}"))
                .collect();
            let _ = writeln!(text, "| {name} | {median:.3} | {} |", all.join(", "));
        }
        let broken = self
            .checks
            .iter()
            .filter(|(_, found)| found.is_some())
            .count();
        let _ = writeln!(
            text,
            "\n{} checks, {broken} do not hold.",
            self.checks.len()
        );
        text
    }
}

fn line(scenario: &str, figure: &Figure) -> String {
    let cores: Vec<String> = figure
        .cores
        .iter()
        .map(|(name, cores)| format!("{name} {cores:.2}"))
        .collect();
    let answers: Vec<String> = figure
        .answers
        .iter()
        .map(|(status, count)| format!("{count}x{status}"))
        .collect();
    format!(
        "{scenario:<18} {:>8.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  {}  {}",
        figure.rate,
        figure.p50_ms,
        figure.p99_ms,
        cores.join(" "),
        answers.join(" ")
    )
}

/// The middle one by rate, as it was: a mixture of several would be none that was measured.
fn middle(figures: &[Figure]) -> Figure {
    let mut by_rate: Vec<&Figure> = figures.iter().collect();
    by_rate.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    let mut middle = by_rate[(by_rate.len() - 1) / 2].clone();
    middle.rate = median(&figures.iter().map(|figure| figure.rate).collect::<Vec<_>>());
    middle.p50_ms = median(
        &figures
            .iter()
            .map(|figure| figure.p50_ms)
            .collect::<Vec<_>>(),
    );
    middle.p99_ms = median(
        &figures
            .iter()
            .map(|figure| figure.p99_ms)
            .collect::<Vec<_>>(),
    );
    middle
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[half - 1], sorted[half])
    } else {
        sorted[half]
    }
}
