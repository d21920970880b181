//! What is being done, and about how long the rest takes.

use std::time::{Duration, Instant};

/// The steps of a run, each with the seconds that it should take.
#[derive(Debug)]
pub(crate) struct Progress {
    began: Instant,
    planned: f64,
    done: f64,
    under_way: f64,
}

impl Progress {
    /// All steps together should take so many seconds.
    #[must_use]
    pub(crate) fn new(planned: f64) -> Self {
        Self {
            began: Instant::now(),
            planned,
            done: 0.0,
            under_way: 0.0,
        }
    }

    /// Begins a step that should take so many seconds; the one before is done.
    pub(crate) fn step(&mut self, what: &str, seconds: f64) {
        self.done += self.under_way;
        self.under_way = seconds;
        let elapsed = self.began.elapsed();
        // The plan, corrected by how it went so far.
        let pace = if self.done > 30.0 {
            elapsed.as_secs_f64() / self.done
        } else {
            1.0
        };
        let left = Duration::from_secs_f64((self.planned - self.done).max(0.0) * pace);
        println!(
            "[{} · about {} left] {what}",
            minutes(elapsed),
            minutes(left)
        );
    }
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
