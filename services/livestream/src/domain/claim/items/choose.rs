//! Words that could be several: which reading fits what stands around them.

use super::{
    super::{
        Steps,
        around::follows_quantity,
        number,
        plain::Piece,
        words::{Found, Tag, look_up},
    },
    Item, Reader,
};

impl Reader<'_> {
    /// "cho m 3 A05": the letter is who speaks, and not the code M3.
    pub(super) fn pronoun_and_number(&self, steps: &mut Steps) -> bool {
        let apart = self.is_digits(self.at + 1) && !self.glued(self.at + 1);
        if !apart || !matches!(self.last_tag(), Some(Tag::Want | Tag::Claim | Tag::Buy)) {
            return self.last_is_code() && apart && self.tags(self.at, steps).contains(&Tag::Times);
        }
        let counted = self.tags(self.at + 2, steps).contains(&Tag::Counter)
            || self.code_at(self.at + 2, steps);
        counted && self.tags(self.at, steps).contains(&Tag::Me)
    }

    /// "T7" is Saturday, "Q1" a district.
    pub(super) fn is_day(&self) -> bool {
        let (Piece::Word(word), Some(Piece::Digits(digits))) = (
            &self.tokens[self.at].piece,
            self.tokens.get(self.at + 1).map(|t| &t.piece),
        ) else {
            return false;
        };
        match word.letters.as_str() {
            "t" => digits.len() == 1 && ('2'..='8').contains(&digits.chars().next().unwrap_or('0')),
            "q" | "p" => digits.len() <= 2,
            _ => false,
        }
    }

    pub(super) fn tags(&self, at: usize, steps: &mut Steps) -> Vec<Tag> {
        look_up(self.tokens, at, steps)
            .into_iter()
            .map(|found| found.tag)
            .collect()
    }

    /// The reading that fits what stands around it; the first of the table if nothing speaks against it.
    pub(super) fn choose(&self, found: &[Found], steps: &mut Steps) -> Option<Found> {
        let usual = |reading: &&Found| {
            !matches!(
                reading.tag,
                Tag::Number(_) | Tag::Pack(_) | Tag::Half | Tag::Head | Tag::SizeUnit | Tag::Star
            )
        };
        let usual_first = found.iter().find(usual).or(found.first()).copied()?;
        // A counter counts after a number only: "coc roi" is cọc rồi.
        let spoken = |reading: &&Found| {
            usual(reading) && reading.tag != Tag::Counter && reading.len == usual_first.len
        };
        let first = found.iter().find(spoken).copied().unwrap_or(usual_first);
        let has = |of: fn(Tag) -> bool| {
            found
                .iter()
                .find(|reading| of(reading.tag) && reading.len == first.len)
                .copied()
        };
        let next = self.tags(self.at + first.len, steps);
        let verb = |tags: &[Tag]| {
            tags.iter().any(|tag| {
                matches!(
                    tag,
                    Tag::Claim | Tag::Buy | Tag::Cancel | Tag::Drop | Tag::Add
                )
            })
        };
        // "dung lay" is đừng lấy, "dung roi" dùng rồi.
        if let Some(never) = has(|tag| tag == Tag::Never) {
            let other = found
                .iter()
                .find(|reading| reading.tag != Tag::Never)
                .copied();
            return if verb(&next) {
                Some(never)
            } else {
                other.or(Some(first))
            };
        }
        // "bỏ hết": all, and not "sold out".
        let gives = matches!(self.last_tag(), Some(Tag::Drop | Tag::Cancel));
        if first.tag == Tag::Stock
            && gives
            && let Some(all) = has(|tag| tag == Tag::All)
        {
            return Some(all);
        }
        // "da em lay" is dạ, "em da lay" đã.
        if first.tag == Tag::Past
            && !verb(&next)
            && let Some(polite) = has(|tag| tag == Tag::Polite)
        {
            return Some(polite);
        }
        // "cho con 2 hu" is con, "A05 con 2 hu" còn.
        if first.tag == Tag::Stock
            && self.last_tag() == Some(Tag::Want)
            && let Some(me) = has(|tag| tag == Tag::Me)
        {
            return Some(me);
        }
        // "giao ngay 25" is ngày, "chot ngay 2 A05" ngay.
        let dated = self.is_digits(self.at + 1) && !self.code_at(self.at + 2, steps);
        if dated
            && !verb(&next)
            && first.tag == Tag::Polite
            && let Some(time) = has(|tag| matches!(tag, Tag::TimeMark | Tag::TimeUnit))
        {
            let counted = self.tags(self.at + 2, steps).contains(&Tag::Counter);
            return Some(if counted { first } else { time });
        }
        Some(first)
    }

    pub(super) fn number_word(&mut self, steps: &mut Steps) -> bool {
        let Some((value, len, exact)) = number::words(self.tokens, self.at, steps) else {
            return false;
        };
        let pack = matches!(
            number::part(self.tokens, self.at, steps),
            Some((_, Tag::Pack(_)))
        );
        let after = self.at + len;
        let next = self.tags(after, steps);
        let counted = next
            .iter()
            .any(|tag| matches!(tag, Tag::Counter | Tag::CodeMark))
            || self.code_at(after, steps);
        let ends = match self.tokens.get(after).map(|t| &t.piece) {
            None | Some(Piece::Sign(_) | Piece::Digits(_)) => true,
            Some(Piece::Word(_)) => next.iter().copied().any(follows_quantity),
        };
        let before = self.last_is_code()
            || matches!(
                self.items.last(),
                Some(Item::Tag(
                    Tag::Times | Tag::Each | Tag::Claim | Tag::Buy | Tag::Want | Tag::Add | Tag::Me
                ))
            );
        let only = self
            .tags(self.at, steps)
            .iter()
            .all(|tag| *tag == Tag::Half);
        let plain = exact || len > 1 || pack || only;
        // "doi A05 lay B02" is no pair, and "A05 doi B02" …
        let changes = self.tags(self.at, steps).contains(&Tag::Change)
            && !self.last_is_code()
            && self.change_follows(after, steps);
        if changes || !(counted || (before && ends && plain)) {
            return false;
        }
        self.classify(value, len, false, steps);
        true
    }

    /// Does something follow that only a change has?
    pub(super) fn change_follows(&self, from: usize, steps: &mut Steps) -> bool {
        (from..self.tokens.len().min(from + 8)).any(|at| {
            self.sign_at(at) == Some('>')
                || self
                    .tags(at, steps)
                    .iter()
                    .any(|tag| matches!(tag, Tag::Into | Tag::Buy | Tag::Claim))
        })
    }
}
