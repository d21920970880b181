//! What a run found, for people and for scripts.

use std::{fmt::Write as _, sync::PoisonError, time::Duration};

use crate::{checker::Findings, history::Figures, market::Market, stack::Stack};

/// Violations that are printed.
const SHOWN: usize = 40;

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// By the history checker.
    pub findings: Findings,
    /// Violations that are no rule of the checker: roles that fell, hosts that gave up, a recovery that took too long.
    pub others: Vec<String>,
    /// `phien audit` found nothing, and nothing under way.
    pub audit_clean: bool,
    /// What it printed.
    pub audit: String,
    /// Counts.
    pub figures: Figures,
    /// The last line.
    pub line: String,
}

impl Summary {
    /// Puts together what is known when all is quiet.
    pub fn gather(&mut self, stack: &Stack, market: &Market) {
        for part in &stack.parts {
            self.others.extend(part.fell());
        }
        let wrong = market.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        self.others.extend(wrong.iter().cloned());
        self.figures = market.history.figures().clone();
        // A client that asks for what is there, as it may, is never told that it asks wrongly.
        for ((status, code), count) in &self.figures.refusals {
            if *status != 409 {
                self.others
                    .push(format!("{count} orders were refused with {status} {code}"));
            }
        }
    }

    /// Rules that were applied to nothing prove nothing.
    pub fn nothing_to_check(&mut self) {
        let idle = self
            .findings
            .checked
            .iter()
            .filter(|(_, things)| **things == 0);
        let idle: Vec<String> = idle
            .map(|(rule, _)| format!("the rule was applied to nothing: {rule}"))
            .collect();
        self.others.extend(idle);
    }

    /// Nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.audit_clean && self.others.is_empty() && self.findings.violations.is_empty()
    }

    /// In words, without the last line.
    #[must_use]
    pub fn words(&self) -> String {
        let mut text = String::new();
        let mut say = |line: String| {
            text.push_str(&line);
            text.push('\n');
        };
        say(format!(
            "answers by status (0: none): {:?}",
            self.figures.answers
        ));
        say(format!("refusals: {:?}", self.figures.refusals));
        for (rule, things) in &self.findings.checked {
            let broken = self
                .findings
                .violations
                .iter()
                .filter(|(found, _)| found == rule);
            let result = match broken.count() {
                0 => "holds".to_owned(),
                count => format!("{count} VIOLATIONS"),
            };
            say(format!("{rule:<36} {things:>9}  {result}"));
        }
        for (rule, case) in self.findings.violations.iter().take(SHOWN) {
            say(format!("VIOLATION {rule}: {case}"));
        }
        for other in self.others.iter().take(SHOWN) {
            say(format!("VIOLATION {other}"));
        }
        if !self.audit_clean {
            let _ = write!(text, "VIOLATION phien audit:\n{}", self.audit);
        }
        text
    }
}

/// What was said again after a loss, by the roles' own logs.
#[must_use]
pub fn said_again(stack: &Stack) -> u64 {
    let mut events = 0;
    for part in &stack.parts {
        let log = std::fs::read_to_string(part.log()).unwrap_or_default();
        for line in log
            .lines()
            .filter(|line| line.contains("events were said again"))
        {
            let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else {
                continue;
            };
            let count = line["fields"]["events"]
                .as_u64()
                .or(line["events"].as_u64());
            events += count.unwrap_or_default();
        }
    }
    events
}

/// Seconds with one digit.
#[must_use]
pub fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}
