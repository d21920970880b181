//! From clauses to one reading.

use super::{
    Confidence, Reading,
    clause::{Clause, End, Force, Idle, Verb},
    items::Amount,
    portions::Quantity,
};
use crate::domain::claim_code::ClaimCode;

mod lines;

/// A code that is taken or given back.
struct Entry {
    code: ClaimCode,
    takes: bool,
    amount: Option<Amount>,
    adds: bool,
    /// A verb says so.
    said: bool,
}

/// Units of the code that is pinned: one, if there is no quantity.
#[derive(Debug, Clone, Copy)]
struct Free {
    amount: Option<Amount>,
    adds: bool,
}

/// What is known after some clauses.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact, and none excludes another"
)]
struct State {
    entries: Vec<Entry>,
    /// The code that is spoken of.
    topic: Option<ClaimCode>,
    each: Option<Amount>,
    /// Takes without a code: its quantity.
    free: Option<Free>,
    /// So many of the entries were given back later.
    turned: usize,
    /// The last entry that takes.
    last_take: Option<usize>,
    gives_all: bool,
    stranger: bool,
    odd: bool,
    /// Something that may have been a claim was left out.
    missed: bool,
    confidence: Option<Confidence>,
}

/// Decides.
pub(super) fn decide(clauses: &[Clause], pinned: Option<&ClaimCode>) -> Reading {
    let mut state = State::default();
    for (nth, clause) in clauses.iter().enumerate() {
        let before = nth.checked_sub(1).map(|nth| &clauses[nth]);
        state.clause(clause, before.filter(|before| before.end != End::Hard));
    }
    state.reading(pinned)
}

impl State {
    fn doubt(&mut self, confidence: Confidence) {
        self.confidence = Some(
            self.confidence
                .map_or(confidence, |old| old.min(confidence)),
        );
    }

    fn clause(&mut self, clause: &Clause, before: Option<&Clause>) {
        if let Some(idle) = clause.idle {
            return self.idle(clause, idle, before);
        }
        self.each = clause.portions.each.or(self.each);
        if clause.conditional {
            self.doubt(Confidence::Low);
        }
        if clause.portions.left_over {
            self.doubt(Confidence::Low);
        }
        if clause.portions.of_codes.is_empty() {
            self.without_code(clause);
        } else {
            self.with_codes(clause, before);
        }
    }

    /// A clause that takes nothing; its codes are what is spoken of.
    fn idle(&mut self, clause: &Clause, idle: Idle, before: Option<&Clause>) {
        let names = clause.portions.of_codes.last();
        // "A05, còn không?": the code before the comma is part of the question.
        if idle == Idle::Question && before.is_some_and(bare) {
            let of_before = before.map_or(0, |before| before.portions.of_codes.len());
            let keep = self.entries.len().saturating_sub(of_before);
            if let Some(last) = self.entries.drain(keep..).next_back() {
                self.topic = Some(last.code);
                self.last_take = None;
            }
        }
        if let Some(last) = names {
            self.topic = Some(last.code.clone());
        }
        self.missed |= idle == Idle::Later;
    }

    fn with_codes(&mut self, clause: &Clause, before: Option<&Clause>) {
        let inherited = before.and_then(inherited);
        let swap_alone = swaps_alone(clause);
        for portion in &clause.portions.of_codes {
            let force = governor(&clause.verbs, portion.at).map_or_else(
                || {
                    inherited.unwrap_or(if clause.offers {
                        Force::Take { strong: false }
                    } else {
                        Force::Nothing {
                            plain: clause.unknown == 0,
                        }
                    })
                },
                |verb| verb.force,
            );
            let said = !clause.verbs.is_empty();
            let takes = match force {
                Force::Take { .. } => true,
                Force::Give { .. } => false,
                Force::Swap if !swap_alone => false,
                Force::Swap => {
                    self.topic = Some(portion.code.clone());
                    self.missed = true;
                    continue;
                }
                Force::Nothing { plain } => {
                    self.topic = Some(portion.code.clone());
                    self.missed |= !plain;
                    continue;
                }
            };
            if takes {
                self.last_take = Some(self.entries.len());
            }
            self.entries.push(Entry {
                code: portion.code.clone(),
                takes,
                amount: portion.amount,
                adds: clause.adds,
                said,
            });
        }
        if clause.unknown > 0 {
            self.doubt(if clause.verbs.is_empty() {
                Confidence::Low
            } else {
                Confidence::Medium
            });
        }
        if clause.stranger || clause.odd || clause.vague {
            self.doubt(Confidence::Low);
        }
    }

    fn without_code(&mut self, clause: &Clause) {
        self.odd |= clause.odd;
        let free = clause.portions.free;
        let last = clause
            .verbs
            .iter()
            .rev()
            .find(|verb| !matches!(verb.force, Force::Nothing { plain: true }));
        self.missed |= matches!(
            last,
            Some(Verb {
                force: Force::Nothing { .. } | Force::Swap,
                ..
            })
        );
        match last.map(|verb| verb.force) {
            Some(Force::Give { strong }) => self.give_without_code(clause, strong),
            Some(Force::Take { strong }) => {
                if clause.stranger {
                    self.stranger = true;
                } else {
                    self.take_without_code(clause, strong, free);
                }
            }
            Some(_) => {}
            None if !clause.verbs.is_empty() => {}
            None => match free {
                Some(own) if clause.stranger => self.stranger |= own.marked,
                Some(own) if clause.offers => self.add(own, clause),
                _ => self.missed |= free.is_some_and(|own| own.marked),
            },
        }
    }

    /// "+2", "2 hũ", "A05, 2 hũ".
    fn add(&mut self, own: Quantity, clause: &Clause) {
        let amount = own.amount;
        if amount == Amount::Invalid && !own.marked {
            return;
        }
        match self.entries.last_mut() {
            Some(last) if last.takes && last.amount.is_none() => last.amount = Some(amount),
            Some(_) => {}
            None if own.plus && clause.unknown == 0 => self.free = Some(free(clause, amount)),
            None if own.marked && clause.unknown == 0 => {
                self.free = Some(free(clause, amount));
                self.doubt(Confidence::Medium);
            }
            None => self.missed = true,
        }
    }

    fn take_without_code(&mut self, clause: &Clause, strong: bool, free: Option<Quantity>) {
        let amount = free.map(|own| own.amount);
        if let Some(last) = self.last_take.and_then(|nth| self.entries.get_mut(nth)) {
            if last.amount.is_none() {
                last.amount = amount;
                last.adds |= clause.adds;
            } else if amount.is_some() {
                self.doubt(Confidence::Low);
            }
            return;
        }
        // A weak verb without a quantity may belong to any sentence.
        if !strong && amount.is_none() && clause.more {
            self.missed = true;
            return;
        }
        if clause.more {
            self.doubt(if strong || amount.is_some() {
                Confidence::Medium
            } else {
                Confidence::Low
            });
        }
        if clause.vague {
            self.doubt(Confidence::Low);
        }
        let earlier = self.free.and_then(|free| free.amount);
        self.free = Some(Free {
            amount: amount.or(earlier),
            adds: clause.adds,
        });
    }

    fn give_without_code(&mut self, clause: &Clause, strong: bool) {
        if self.entries.is_empty() {
            if !(strong || clause.all) || clause.unknown > 2 || clause.stranger || clause.odd {
                self.missed = true;
            } else if let Some(code) = self.topic.clone() {
                self.entries.push(Entry {
                    code,
                    takes: false,
                    amount: None,
                    adds: false,
                    said: true,
                });
                self.doubt(Confidence::Medium);
            } else {
                self.gives_all = true;
            }
            return;
        }
        // "A05, huỷ nhé"; "chốt A05, à thôi huỷ".
        self.turned = self.entries.len();
        self.last_take = None;
        self.doubt(Confidence::Medium);
    }
}

fn free(clause: &Clause, amount: Amount) -> Free {
    Free {
        amount: Some(amount),
        adds: clause.adds,
    }
}

/// The verb that a code belongs to: the last before it, or else the first after it.
fn governor(verbs: &[Verb], at: usize) -> Option<Verb> {
    let before = verbs.partition_point(|verb| verb.at <= at);
    before
        .checked_sub(1)
        .map(|nth| verbs[nth])
        .or_else(|| verbs.first().copied())
}

/// "hủy A05, B02": what a list goes on with after its comma.
fn inherited(before: &Clause) -> Option<Force> {
    if before.end != End::Soft || before.portions.of_codes.is_empty() {
        return None;
    }
    let last = before.verbs.last()?;
    (!matches!(last.force, Force::Take { .. })).then_some(last.force)
}

/// Only a code, or codes, before a comma.
fn bare(clause: &Clause) -> bool {
    clause.end == End::Soft
        && clause.verbs.is_empty()
        && !clause.portions.of_codes.is_empty()
        && clause
            .portions
            .of_codes
            .iter()
            .all(|portion| portion.amount.is_none())
}

/// A change that names nothing to change into.
fn swaps_alone(clause: &Clause) -> bool {
    let takes = clause
        .verbs
        .iter()
        .any(|verb| matches!(verb.force, Force::Take { .. }));
    !takes || clause.portions.of_codes.len() < 2
}
