//! Claim codes in a comment: `A05` as `a05`, `A 05`, `a-05`, `A5`, `A005`.

use std::collections::HashMap;

use super::{
    Steps,
    plain::{Piece, Token},
    words::look_up,
};
use crate::domain::claim_code::ClaimCode;

/// Letters and digits of a code, leading zeros left out.
type Key = (String, String);

/// The codes of a session.
pub(super) struct Codes<'a> {
    exact: HashMap<String, &'a ClaimCode>,
    /// None where two codes differ in leading zeros only.
    loose: HashMap<Key, Option<&'a ClaimCode>>,
}

/// What stands where a code could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    Code(ClaimCode),
    /// Has the form of a code, but there is none such here.
    Stranger,
    /// Letters and digits in one word, or letters that only look right.
    Odd,
}

impl<'a> Codes<'a> {
    pub(super) fn new(codes: &'a [ClaimCode], steps: &mut Steps) -> Self {
        let mut exact = HashMap::with_capacity(codes.len());
        let mut loose: HashMap<Key, Option<&'a ClaimCode>> = HashMap::with_capacity(codes.len());
        for code in codes {
            steps.add(1);
            let text = code.as_str().to_ascii_lowercase();
            let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
            let key = (letters.to_owned(), significant(&text[letters.len()..]));
            let same = |other: Option<&ClaimCode>| other == Some(code);
            if loose.get(&key).is_some_and(|other| !same(*other)) {
                loose.insert(key, None);
            } else {
                loose.insert(key, Some(code));
            }
            exact.insert(text, code);
        }
        Self { exact, loose }
    }

    fn find(&self, letters: &str, digits: &str) -> Option<&'a ClaimCode> {
        let exact = self.exact.get(&format!("{letters}{digits}"));
        let key = || (letters.to_owned(), significant(digits));
        exact
            .copied()
            .or_else(|| self.loose.get(&key()).copied().flatten())
    }

    /// The code, or what takes the place of one, that begins at a token; and how many tokens it has.
    pub(super) fn at(
        &self,
        tokens: &[Token],
        at: usize,
        steps: &mut Steps,
    ) -> Option<(Seen, usize)> {
        steps.add(1);
        let Piece::Word(word) = &tokens.get(at)?.piece else {
            return None;
        };
        let (first, separated) = digits_after(tokens, at)?;
        let Piece::Digits(digits) = &tokens[first].piece else {
            return None;
        };
        let times = matches!(word.letters.as_str(), "x" | "xx" | "sl");
        let after_word = at > 0 && tokens[at].glued && !times && follows_word(tokens, at);
        let short = word.letters.len() <= 3 && !word.foreign && !after_word;
        let marked = !word.spelling.is_bare() && !word.foreign;
        if short && !(separated && marked) {
            let ends = ends_word(tokens, first);
            if ends && let Some(code) = self.find(&word.letters, digits) {
                return Some((Seen::Code(code.clone()), first + 1 - at));
            }
            // `A 0 5`, `A.0.5`: digits apart as well.
            if separated
                && let Some((second, _)) = digits_after(tokens, first)
                && let Piece::Digits(more) = &tokens[second].piece
                && digits.len() + more.len() <= 4
                && ends_word(tokens, second)
                && let Some(code) = self.find(&word.letters, &format!("{digits}{more}"))
            {
                return Some((Seen::Code(code.clone()), second + 1 - at));
            }
        }
        if separated {
            return None;
        }
        let capital_before = match at.checked_sub(1).map(|before| &tokens[before].piece) {
            Some(Piece::Word(before)) => before.capital && before.letters.len() > 1,
            _ => true,
        };
        // "chốt X99" names a code, "chốt x2" a quantity.
        let times = times && !(word.capital && digits.len() >= 2 && !capital_before);
        // `chot2`, `sl2`, `em2`: a word and its number.
        let repeated = short && word.letters != word.spelling.fold && !times;
        let vocabulary = times || (word.letters.len() > 1 && !repeated);
        if vocabulary && !after_word && !look_up(tokens, at, steps).is_empty() {
            return None;
        }
        let one_word = glued_run(tokens, first, steps);
        if word.foreign || after_word {
            return Some((Seen::Odd, one_word - at));
        }
        let form = short && significant(digits).len() <= 4 && one_word == first + 1;
        Some((if form { Seen::Stranger } else { Seen::Odd }, one_word - at))
    }
}

/// Digits without leading zeros.
fn significant(digits: &str) -> String {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() { "0" } else { trimmed }.to_owned()
}

/// The digits that follow, at once, after a space, or after one of `. - _ #`; and whether anything stands between.
fn digits_after(tokens: &[Token], at: usize) -> Option<(usize, bool)> {
    let is_digits =
        |nth: usize| matches!(tokens.get(nth).map(|t| &t.piece), Some(Piece::Digits(_)));
    if is_digits(at + 1) {
        return Some((at + 1, !tokens[at + 1].glued));
    }
    let joins = matches!(
        tokens.get(at + 1).map(|t| &t.piece),
        Some(Piece::Sign('.' | '-' | '#' | '/'))
    );
    (joins && is_digits(at + 2) && tokens[at + 2].glued).then_some((at + 2, true))
}

/// Does a longer word end in this one? `2A05` and `x2A05` are a quantity and its code.
fn follows_word(tokens: &[Token], at: usize) -> bool {
    match &tokens[at - 1].piece {
        Piece::Digits(digits) => {
            let before = at.checked_sub(2).map(|nth| &tokens[nth].piece);
            let of_word = tokens[at - 1].glued
                && matches!(before, Some(Piece::Word(word)) if !word.letters.trim_end_matches('x').is_empty());
            digits.len() > 2 || of_word
        }
        _ => false,
    }
}

/// Does the word end at these digits? `A05x2` is a code and its quantity.
fn ends_word(tokens: &[Token], at: usize) -> bool {
    match tokens.get(at + 1) {
        Some(Token {
            piece: Piece::Word(word),
            glued: true,
        }) => {
            let number = matches!(tokens.get(at + 2).map(|t| &t.piece), Some(Piece::Digits(_)));
            number && matches!(word.letters.as_str(), "x" | "xx" | "sl")
        }
        _ => true,
    }
}

/// The end of the word that these digits are part of.
fn glued_run(tokens: &[Token], from: usize, steps: &mut Steps) -> usize {
    let mut end = from + 1;
    while let Some(Token {
        piece: Piece::Word(_) | Piece::Digits(_),
        glued: true,
    }) = tokens.get(end)
    {
        steps.add(1);
        end += 1;
    }
    end
}
