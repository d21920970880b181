//! The reading, once all clauses are known.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        Confidence, Kind, Line, Reading,
        items::{Amount, MAX_UNITS},
    },
    Entry, Free, State,
};
use crate::domain::claim_code::ClaimCode;

impl State {
    pub(super) fn reading(mut self, pinned: Option<&ClaimCode>) -> Reading {
        if self.entries.is_empty()
            && let Some(Free { amount, adds }) = self.free
        {
            let code = self.topic.clone().or_else(|| pinned.cloned());
            match code {
                Some(_) if self.odd => self.missed = true,
                Some(code) => {
                    if self.topic.is_some() {
                        self.doubt(Confidence::Medium);
                    }
                    self.entries.push(Entry {
                        code,
                        takes: true,
                        amount,
                        adds,
                        said: true,
                    });
                }
                None => {}
            }
        }
        for entry in self.entries.iter_mut().take(self.turned) {
            entry.takes = false;
        }
        let taken = self.entries.iter().any(|entry| entry.takes);
        if self.entries.is_empty() || (self.stranger && !taken) {
            return self.without_lines();
        }
        if self.stranger {
            self.doubt(Confidence::Low);
        }
        self.lines()
    }

    fn without_lines(self) -> Reading {
        let kind = match (self.gives_all, self.stranger) {
            (true, _) => Kind::CancelAll,
            (_, true) => Kind::UnknownCode,
            _ => Kind::None,
        };
        let sure = self.confidence.unwrap_or(Confidence::High);
        let confidence = match kind {
            Kind::None if self.missed => Confidence::Low,
            Kind::None => Confidence::High,
            _ => sure,
        };
        Reading {
            kind,
            lines: Vec::new(),
            confidence,
        }
    }

    fn lines(mut self) -> Reading {
        let mut given: Vec<Line> = Vec::new();
        let mut taken: Vec<(ClaimCode, u32, bool)> = Vec::new();
        let mut place: HashMap<ClaimCode, usize> = HashMap::new();
        let mut back: HashSet<ClaimCode> = HashSet::new();
        let mut invalid = false;
        for entry in &self.entries {
            if !entry.takes {
                if back.insert(entry.code.clone()) {
                    given.push(Line {
                        code: entry.code.clone(),
                        quantity: 0,
                        more: false,
                    });
                }
                continue;
            }
            let units = match entry.amount.or(self.each) {
                None => 1,
                Some(Amount::Units(units)) => u32::from(units),
                Some(Amount::About(units)) => {
                    self.confidence = Some(Confidence::Low);
                    u32::from(units)
                }
                Some(Amount::Invalid) => {
                    invalid = true;
                    continue;
                }
            };
            let nth = *place.entry(entry.code.clone()).or_insert(taken.len());
            match taken.get_mut(nth) {
                // "A05, thêm 1 A05" says how many in all.
                Some((_, sum, more)) => {
                    *sum = sum.saturating_add(units);
                    *more &= entry.adds;
                }
                None => taken.push((entry.code.clone(), units, entry.adds)),
            }
        }
        invalid |= taken.iter().any(|(_, units, _)| *units > MAX_UNITS);
        let mut sure = self.confidence.unwrap_or(Confidence::High);
        if self.entries.iter().any(|entry| !entry.said) {
            sure = sure.min(if self.missed {
                Confidence::Low
            } else {
                Confidence::High
            });
        }
        if invalid {
            return Reading {
                kind: Kind::InvalidQuantity,
                lines: Vec::new(),
                confidence: sure,
            };
        }
        given.retain(|line| !place.contains_key(&line.code));
        let kind = match (given.is_empty(), taken.is_empty()) {
            (true, _) => Kind::Claim,
            (_, true) => Kind::Cancel,
            _ => Kind::Change,
        };
        let units = |units: u32| u8::try_from(units).unwrap_or(u8::MAX);
        let taken = taken.into_iter().map(|(code, sum, more)| Line {
            code,
            quantity: units(sum),
            more,
        });
        Reading {
            kind,
            lines: given.into_iter().chain(taken).collect(),
            confidence: sure,
        }
    }
}
