//! A comment in clauses, and what each clause does: takes, gives back, or nothing, and why not.

use super::{
    Steps,
    items::Item,
    portions::{Portions, portions},
    words::Tag,
};

mod mood;

/// How a clause ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Hard,
    Soft,
    Asked,
}

/// What a verb does with its codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Force {
    /// Takes; `strong` if it cannot be said for another reason.
    Take { strong: bool },
    /// Gives back; `strong` if it needs no code.
    Give { strong: bool },
    /// Gives back for something else.
    Swap,
    /// Neither; `plain` if that is beyond doubt.
    Nothing { plain: bool },
}

/// A verb at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verb {
    pub at: usize,
    pub force: Force,
}

/// Why a clause takes nothing whatever verbs it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Idle {
    Question,
    /// Calls to others, reports of the past.
    Said,
    /// Not decided.
    Later,
}

/// A clause, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact, and none excludes another"
)]
pub(super) struct Clause {
    pub end: End,
    pub idle: Option<Idle>,
    pub verbs: Vec<Verb>,
    pub portions: Portions,
    /// Without a verb, are the codes of this clause more than mentioned?
    pub offers: bool,
    /// Words that are not in the vocabulary.
    pub unknown: usize,
    /// Like a code, but of no offer.
    pub stranger: bool,
    /// A token where a code would stand, that is none.
    pub odd: bool,
    /// "hết, nữa, đơn": all of it.
    pub all: bool,
    /// "nếu": only if.
    pub conditional: bool,
    /// A phone number or an address.
    pub contact: bool,
    /// Some, a few.
    pub vague: bool,
    /// "thêm, nữa": on top of what there is.
    pub adds: bool,
    /// There is more than a verb and polite words.
    pub more: bool,
}

/// The clauses of a comment.
pub(super) fn clauses(items: &[Item], steps: &mut Steps) -> Vec<Clause> {
    let mut all = Vec::new();
    let mut begin = 0;
    let mut seen = Seen::default();
    for (at, item) in items.iter().enumerate() {
        steps.add(1);
        let end = match item {
            Item::Hard => Some((End::Hard, 1)),
            Item::Soft => Some((End::Soft, 1)),
            Item::Asked => Some((End::Asked, 1)),
            // "hôm qua mua rồi hôm nay lấy thêm", "phân vân mãi giờ chốt"
            Item::Tag(Tag::Now) if seen.past => Some((End::Soft, 0)),
            Item::Tag(Tag::But) if seen.anything => Some((End::Soft, 0)),
            // "chốt A05 rồi thêm B02"
            Item::Tag(Tag::Done) if seen.verb && is_verb(items.get(at + 1)) => {
                if begin <= at {
                    all.push(read(&items[begin..=at], End::Soft, steps));
                }
                begin = at + 1;
                seen = Seen::default();
                continue;
            }
            // "còn A05 ko em lấy 2": a question and its answer in one breath.
            Item::Tag(Tag::Not | Tag::NotYet) if seen.asks && subject_follows(&items[at + 1..]) => {
                all.push(read(&items[begin..=at], End::Asked, steps));
                begin = at + 1;
                seen = Seen::default();
                continue;
            }
            _ => None,
        };
        seen.note(item);
        if let Some((end, skip)) = end {
            if begin < at || end == End::Asked {
                all.push(read(&items[begin..at], end, steps));
            }
            begin = at + skip;
            seen = Seen::default();
            if skip == 0 {
                seen.note(item);
            }
        }
    }
    if begin < items.len() {
        all.push(read(&items[begin..], End::Hard, steps));
    }
    all
}

/// What of a clause has been seen so far.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact, and none excludes another"
)]
struct Seen {
    anything: bool,
    past: bool,
    verb: bool,
    asks: bool,
}

impl Seen {
    fn note(&mut self, item: &Item) {
        self.anything = true;
        self.past |= matches!(
            item,
            Item::Tag(Tag::Before | Tag::Past | Tag::Done | Tag::Think)
        );
        self.verb |= is_verb(Some(item));
        self.asks |= matches!(item, Item::Tag(Tag::Stock | Tag::Ask | Tag::Can));
    }
}

fn is_verb(item: Option<&Item>) -> bool {
    matches!(
        item,
        Some(Item::Tag(
            Tag::Claim | Tag::Buy | Tag::Want | Tag::Add | Tag::Cancel | Tag::Drop
        ))
    )
}

/// Does somebody who speaks begin a sentence here: "em lấy", "cho em", "thì lấy"?
fn subject_follows(items: &[Item]) -> bool {
    let mut rest = items
        .iter()
        .take(4)
        .filter(|item| !matches!(item, Item::Tag(Tag::Polite | Tag::You)));
    match rest.next() {
        Some(Item::Tag(Tag::Me | Tag::Filler)) => is_verb(rest.next()),
        Some(Item::Tag(Tag::Want)) => {
            matches!(rest.next(), Some(Item::Tag(Tag::Me) | Item::Amount { .. }))
        }
        _ => false,
    }
}

fn read(items: &[Item], end: End, steps: &mut Steps) -> Clause {
    steps.add(items.len() * 8);
    let count = |of: fn(&Item) -> bool| items.iter().filter(|item| of(item)).count();
    let has = |of: fn(&Item) -> bool| items.iter().any(of);
    let mood = mood::read(items, end);
    Clause {
        end,
        idle: mood.idle,
        verbs: mood.verbs,
        offers: mood.offers,
        portions: portions(items),
        unknown: count(|item| matches!(item, Item::Unknown)),
        stranger: has(|item| matches!(item, Item::Stranger)),
        odd: has(|item| matches!(item, Item::Odd)),
        all: has(|item| matches!(item, Item::Tag(Tag::All | Tag::More | Tag::Only | Tag::Ask))),
        conditional: has(|item| matches!(item, Item::Tag(Tag::If))),
        contact: has(|item| {
            matches!(
                item,
                Item::Phone | Item::Tag(Tag::Ship | Tag::Place | Tag::Pay)
            )
        }),
        adds: has(|item| matches!(item, Item::Tag(Tag::Add | Tag::More))),
        vague: has(|item| matches!(item, Item::Tag(Tag::Few))),
        more: has(|item| {
            matches!(
                item,
                Item::Unknown
                    | Item::Noise
                    | Item::Tag(
                        Tag::Look
                            | Tag::Stock
                            | Tag::Praise
                            | Tag::Use
                            | Tag::Head
                            | Tag::Third
                            | Tag::Place
                            | Tag::TimeMark
                            | Tag::Ship
                            | Tag::Others
                            | Tag::Go
                            | Tag::Into
                            | Tag::DigitsMark
                    )
            )
        }),
    }
}
