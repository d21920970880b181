//! How the session goes: a bar at a terminal, a plain line now and then elsewhere.

use std::{
    io::IsTerminal as _,
    sync::atomic::{AtomicU64, Ordering},
};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use super::tally::Counts;

/// Between two plain lines.
const LINE_EVERY: u64 = 10;

/// The progress of a session on air.
pub struct Progress {
    begun: Instant,
    seconds: u64,
    bar: Option<ProgressBar>,
    said: AtomicU64,
}

impl Progress {
    /// Nothing has happened yet.
    #[must_use]
    pub fn start(begun: Instant, end: Instant) -> Self {
        let seconds = (end - begun).as_secs();
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(
                "on air {bar:20.red/white} {pos:>3}/{len} s  {wide_msg}",
            );
            ProgressBar::new(seconds)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self {
            begun,
            seconds,
            bar,
            said: AtomicU64::new(0),
        }
    }

    /// Shows how far it is.
    pub fn show(&self, counts: &Counts, viewers: u64) {
        let passed = self.begun.elapsed().as_secs().min(self.seconds);
        let Counts {
            placed,
            replayed,
            refused,
            paid,
        } = counts;
        let line = format!(
            "{viewers} watch · {placed} orders · {replayed} replayed · {refused} refused · {paid} sold"
        );
        if let Some(bar) = &self.bar {
            bar.set_message(line);
            bar.set_position(passed);
        } else if passed >= self.said.load(Ordering::Relaxed) {
            self.said
                .store((passed / LINE_EVERY + 1) * LINE_EVERY, Ordering::Relaxed);
            println!("on air        {passed:>3} of {} s: {line}", self.seconds);
        }
    }

    /// Takes the bar away; what it said last stays.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            let line = bar.message();
            bar.finish_and_clear();
            println!("on air        {} s: {line}", self.seconds);
        }
    }
}
