//! The mood of one clause: what its verbs do, after negation, tense, and who speaks.

use super::{End, Force, Idle, Verb};
use crate::domain::claim::{items::Item, words::Tag};

/// What a clause does.
pub(super) struct Mood {
    pub idle: Option<Idle>,
    pub verbs: Vec<Verb>,
    pub offers: bool,
}

/// Reads it.
pub(super) fn read(items: &[Item], end: End) -> Mood {
    let mut scan = Scan {
        cannot: cannot(items),
        ..Scan::default()
    };
    for (at, item) in items.iter().enumerate() {
        scan.item(items, at, item);
    }
    let idle = if end == End::Asked || asks(items) {
        Some(Idle::Question)
    } else if calls(items) || (scan.before && !scan.gives) {
        Some(Idle::Said)
    } else {
        None
    };
    if scan.verbs.is_empty() {
        scan.without_verb(items);
    }
    let offers = scan.verbs.is_empty() && idle.is_none() && offers(items);
    Mood {
        idle,
        verbs: scan.verbs,
        offers,
    }
}

/// What stands before a verb and changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Not,
    Never,
    NotYet,
    Past,
    Think,
    Later,
    Third,
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact, and none excludes another"
)]
struct Scan {
    verbs: Vec<Verb>,
    turn: Option<Turn>,
    before: bool,
    gives: bool,
    /// The last verb was one of those above, and not of paying, sending, using.
    own_verb: bool,
    any_verb: bool,
    /// The clause ends in "được": "em không chốt A05 được".
    cannot: bool,
}

impl Scan {
    fn item(&mut self, items: &[Item], at: usize, item: &Item) {
        let Item::Tag(tag) = item else {
            if matches!(item, Item::Code(_) | Item::Unknown) && self.turn == Some(Turn::Not) {
                self.turn = None;
            }
            if matches!(item, Item::Unknown) && self.turn == Some(Turn::Third) {
                self.turn = None;
            }
            return;
        };
        let preposition =
            at > 0 && matches!(items[at - 1], Item::Tag(Tag::Want | Tag::Ship | Tag::And));
        match tag {
            Tag::Not => self.turn = Some(Turn::Not),
            Tag::Never => self.turn = Some(Turn::Never),
            Tag::NotYet => self.turn = Some(Turn::NotYet),
            Tag::Past => self.turn = Some(Turn::Past),
            Tag::Think => self.turn = Some(Turn::Think),
            Tag::Later if self.verbs.is_empty() => self.turn = self.turn.or(Some(Turn::Later)),
            // "chốt sau", "lấy sau nhé"
            Tag::Later if self.own_verb && at > 0 && is_take(&items[at - 1]) => {
                self.turn_last(Force::Nothing { plain: false });
            }
            Tag::Third if !preposition => self.turn = Some(Turn::Third),
            Tag::Me if matches!(self.turn, Some(Turn::Third)) => self.turn = None,
            Tag::Before => self.before = true,
            Tag::Done if self.own_verb => self.turn_last(Force::Nothing { plain: true }),
            Tag::Claim => self.verb(items, at, Force::Take { strong: true }),
            Tag::Buy => self.verb(items, at, Force::Take { strong: false }),
            Tag::Add if !self.just_gave(at) => self.verb(items, at, Force::Take { strong: false }),
            Tag::Want if !self.any_verb || self.turn == Some(Turn::Not) => {
                self.verb(items, at, Force::Take { strong: false });
            }
            Tag::Cancel => self.verb(items, at, Force::Give { strong: true }),
            Tag::Drop => self.verb(items, at, Force::Give { strong: false }),
            Tag::Change => self.verb(items, at, Force::Swap),
            Tag::Into if self.gives => self.verb(items, at, Force::Take { strong: false }),
            Tag::Pay | Tag::Ship | Tag::Use | Tag::Look => {
                self.own_verb = false;
                self.any_verb = true;
                if matches!(self.turn, Some(Turn::Not | Turn::NotYet)) {
                    self.turn = None;
                }
                // "cho em xem", "cần hỏi": not the goods are wanted.
                let asked = *tag == Tag::Look
                    && self
                        .verbs
                        .last()
                        .is_some_and(|verb| Self::weak_and_near(items, *verb, at));
                if asked {
                    self.turn_last(Force::Nothing { plain: true });
                    self.own_verb = false;
                }
            }
            _ => {}
        }
    }

    fn weak_and_near(items: &[Item], verb: Verb, at: usize) -> bool {
        let between = items.get(verb.at + 1..at).unwrap_or_default();
        verb.force == Force::Take { strong: false }
            && between.len() <= 3
            && between.iter().all(|item| {
                matches!(
                    item,
                    Item::Tag(Tag::Me | Tag::Polite | Tag::You | Tag::Want | Tag::Filler)
                )
            })
    }

    fn just_gave(&self, at: usize) -> bool {
        self.verbs
            .last()
            .is_some_and(|verb| verb.at + 1 == at && matches!(verb.force, Force::Give { .. }))
    }

    fn turn_last(&mut self, force: Force) {
        if let Some(last) = self.verbs.last_mut() {
            last.force = force;
        }
    }

    fn verb(&mut self, items: &[Item], at: usize, force: Force) {
        let takes = matches!(force, Force::Take { .. });
        let cannot = self.cannot || matches!(items.get(at + 1), Some(Item::Tag(Tag::Can)));
        let force = match self.turn {
            None => force,
            // "chưa chốt được", "không mua được"
            Some(Turn::Not | Turn::NotYet) if cannot => Force::Nothing { plain: true },
            Some(Turn::Not | Turn::Never) if takes => Force::Give { strong: false },
            Some(Turn::NotYet | Turn::Past | Turn::Not | Turn::Never) => {
                Force::Nothing { plain: true }
            }
            Some(Turn::Think | Turn::Later | Turn::Third) => Force::Nothing { plain: false },
        };
        // "ko muốn lấy": the same turn for both verbs.
        let chained = is_take(items.get(at + 1).unwrap_or(&Item::Hard));
        if !chained && !matches!(self.turn, Some(Turn::Think)) {
            self.turn = None;
        }
        // "cho em hủy A05": not the code is wanted.
        let helps = !takes
            && self
                .verbs
                .last()
                .is_some_and(|verb| Self::weak_and_near(items, *verb, at));
        if helps {
            self.verbs.pop();
        }
        self.gives |= matches!(force, Force::Give { .. } | Force::Swap);
        self.own_verb = true;
        self.any_verb = true;
        self.verbs.push(Verb { at, force });
    }

    /// "thôi A05", "ko A05 nữa": gives back without a verb.
    fn without_verb(&mut self, items: &[Item]) {
        let spoken = |item: &&Item| {
            !matches!(
                item,
                Item::Tag(Tag::Me | Tag::Polite | Tag::You | Tag::Filler)
            )
        };
        let mut words = items.iter().filter(spoken);
        let (first, second) = (words.next(), words.next());
        let more = items.contains(&Item::Tag(Tag::More));
        let stops = match first {
            Some(Item::Tag(Tag::Only)) => true,
            Some(Item::Tag(Tag::Not)) => more,
            _ => false,
        };
        if stops && matches!(second, Some(Item::Code(_))) {
            self.verbs.push(Verb {
                at: 0,
                force: Force::Give { strong: false },
            });
        }
    }
}

fn cannot(items: &[Item]) -> bool {
    let polite = |item: &&Item| matches!(item, Item::Tag(Tag::Polite | Tag::You | Tag::Me));
    items.iter().rev().find(|item| !polite(item)) == Some(&Item::Tag(Tag::Can))
}

fn is_take(item: &Item) -> bool {
    matches!(item, Item::Tag(Tag::Claim | Tag::Buy | Tag::Add))
}

/// Is the clause a question by its words?
fn asks(items: &[Item]) -> bool {
    let polite = |item: &&Item| {
        matches!(
            item,
            Item::Tag(Tag::Polite | Tag::You | Tag::Me | Tag::Filler | Tag::Others)
        )
    };
    let mut from_end = items.iter().rev().filter(|item| !polite(item));
    let last = from_end.next();
    if items.len() > 1 && matches!(last, Some(Item::Tag(Tag::Not | Tag::NotYet | Tag::AskEnd))) {
        return true;
    }
    let mut denied = false;
    let mut code_before = false;
    for (at, item) in items.iter().enumerate() {
        match item {
            Item::Tag(Tag::Not | Tag::Never) => denied = true,
            // "không lấy gì nữa", "không mua đâu"
            Item::Tag(Tag::Ask) if !denied => return true,
            Item::Code(_) => code_before = true,
            Item::Tag(Tag::Or) if code_before => {
                let next = items[at + 1..].iter().find(|item| {
                    !matches!(
                        item,
                        Item::Tag(Tag::Buy | Tag::Claim | Tag::Filler | Tag::CodeMark)
                    )
                });
                if matches!(next, Some(Item::Code(_))) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Does the clause call to others? Not if it says for whom: "cho em".
fn calls(items: &[Item]) -> bool {
    let mut others = false;
    for (at, item) in items.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &items[at]);
        match item {
            Item::Tag(Tag::Others) => {
                others |= !matches!(
                    before,
                    Some(Item::Tag(Tag::Greet | Tag::Want | Tag::Ship | Tag::And))
                );
            }
            Item::Tag(Tag::Hurry) => others = true,
            Item::Tag(Tag::Me) if matches!(before, Some(Item::Tag(Tag::Want))) => return false,
            Item::Tag(Tag::Claim | Tag::Buy | Tag::Want)
                if matches!(before, Some(Item::Tag(Tag::Me))) =>
            {
                return false;
            }
            _ => {}
        }
    }
    others
}

/// Without a verb: is a code more than mentioned? Nothing may be said about it but what a buyer adds.
fn offers(items: &[Item]) -> bool {
    let marked = items.iter().any(|item| {
        matches!(
            item,
            Item::Amount { marked: true, .. } | Item::Phone | Item::Tag(Tag::Pay | Tag::Ship)
        )
    });
    let mut paid = false;
    let mut unknown = 0;
    for (at, item) in items.iter().enumerate() {
        match item {
            // "3 hũ A05 hết 450k"
            Item::Tag(Tag::Stock | Tag::PriceMark)
                if marked && items.get(at + 1) == Some(&Item::Noise) => {}
            Item::Tag(
                Tag::Praise
                | Tag::Look
                | Tag::Use
                | Tag::Stock
                | Tag::Third
                | Tag::Others
                | Tag::Hurry
                | Tag::Past
                | Tag::Think
                | Tag::Never
                | Tag::NotYet
                | Tag::Not
                | Tag::PriceMark
                | Tag::Ask
                | Tag::Before
                | Tag::TimeMark
                | Tag::Star
                | Tag::Head
                | Tag::NumberMark,
            )
            | Item::Odd => return false,
            Item::Tag(Tag::Done) if !paid => return false,
            // An address, a name: anything may follow.
            Item::Tag(Tag::Ship | Tag::Place) | Item::Phone => break,
            Item::Tag(Tag::Pay) => paid = true,
            Item::Unknown => unknown += 1,
            _ => {}
        }
    }
    unknown == 0 || marked
}
