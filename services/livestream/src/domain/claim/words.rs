//! The vocabulary, as data: what a word or phrase of a comment does.
//!
//! The rows stand in [`table`]. What surrounds a word decides which of its readings holds.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    Steps,
    plain::{Piece, Spelling, Token, spell},
};

mod table;

/// What a word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// Takes units, and cannot be said for another reason: *chốt*.
    Claim,
    /// Takes units if a code or a number stands with it: *lấy, mua*.
    Buy,
    /// The same, said politely; after another verb only a preposition: *cho em, để em*.
    Want,
    /// More of it: *thêm*.
    Add,
    /// Gives back: *huỷ*.
    Cancel,
    /// Gives back if a code stands with it: *bỏ, trả lại*.
    Drop,
    /// Gives back for another code: *đổi*.
    Change,
    /// What it is changed into: *sang, thành*.
    Into,
    Not,
    /// *đừng, khỏi*.
    Never,
    NotYet,
    /// Reports, after a verb: *rồi, xong*.
    Done,
    /// Reports, before a verb: *đã, vừa*.
    Past,
    /// A time that is over: *hôm qua*.
    Before,
    /// Begins what holds now: *giờ, hôm nay*.
    Now,
    Later,
    /// Has not decided: *định, phân vân*.
    Think,
    If,
    /// Asks: *gì, bao nhiêu*.
    Ask,
    /// Asks if it ends the sentence: *à, hả*.
    AskEnd,
    /// Wants to see or hear, not to buy: *xem, giá, tư vấn*.
    Look,
    /// Speaks of what there is: *còn, có*.
    Stock,
    Praise,
    /// Has it already: *dùng, nhận*.
    Use,
    /// Everybody who watches: *mọi người*.
    Others,
    /// Somebody else: *nó, người ta*.
    Third,
    /// Urges: *kẻo hết*.
    Hurry,
    /// Who speaks: *em, mình*.
    Me,
    /// Who is spoken to: *shop, bạn*.
    You,
    Polite,
    Filler,
    /// Counts goods: *hũ, hộp*.
    Counter,
    /// *mỗi loại*.
    Each,
    /// Comes before a quantity: *x, sl*.
    Times,
    Pay,
    /// An address may follow: *gửi, ship về*.
    Ship,
    /// An address does follow: *ngõ, phố*.
    Place,
    /// What a number before it measures is time.
    TimeUnit,
    /// What a number after it says is a time.
    TimeMark,
    PriceUnit,
    PriceMark,
    /// *5 sao*.
    Star,
    /// The size of one pack: *ml, gram*.
    SizeUnit,
    /// People and the like, that are counted but not sold.
    Head,
    /// A phone or account number follows.
    DigitsMark,
    Both,
    All,
    And,
    But,
    Then,
    /// Says which sort of the goods: *màu, loại*.
    Variant,
    Greet,
    Go,
    More,
    Only,
    Can,
    Or,
    /// *vài, mấy*: some.
    Few,
    /// *mã*: a code follows.
    CodeMark,
    /// *số*: any number follows.
    NumberMark,
    /// A number word.
    Number(u16),
    /// Times ten, twelve, two …: *chục, tá, đôi*.
    Pack(u16),
    Half,
    /// Less than nothing: *âm*.
    Minus,
}

/// The longest phrase.
const MAX_WORDS: usize = 5;

struct Entry {
    words: Vec<Spelling>,
    tag: Tag,
}

/// By the first word's letters.
static INDEX: LazyLock<HashMap<String, Vec<Entry>>> = LazyLock::new(|| {
    let mut index: HashMap<String, Vec<Entry>> = HashMap::new();
    for (tag, phrases) in table::WORDS {
        for phrase in phrases.split(", ") {
            let words: Vec<Spelling> = phrase.split(' ').map(spell).collect();
            debug_assert!(words.len() <= MAX_WORDS);
            if let Some(first) = words.first() {
                let entries = index.entry(first.fold.clone()).or_default();
                entries.push(Entry { words, tag: *tag });
            }
        }
    }
    index
});

/// A reading of one or more tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub tag: Tag,
    /// How many tokens.
    pub len: usize,
    /// Every mark is as in the vocabulary.
    pub exact: bool,
}

/// The readings of what begins at a token, longest and best spelled first.
pub(super) fn look_up(tokens: &[Token], at: usize, steps: &mut Steps) -> Vec<Found> {
    let Some(first) = spelling(tokens, at) else {
        return Vec::new();
    };
    let mut found: Vec<(Found, u8)> = Vec::new();
    for entry in INDEX.get(&first.fold).map_or(&[][..], Vec::as_slice) {
        steps.add(entry.words.len());
        let fit = entry
            .words
            .iter()
            .enumerate()
            .try_fold(2, |worst: u8, (nth, word)| {
                let glued = nth > 0 && tokens.get(at + nth).is_some_and(|token| token.glued);
                // The last word of "mã ạ" is not the letter of "mã A05".
                let code = nth > 0 && digits_glued(tokens, at + nth + 1);
                let typed = spelling(tokens, at + nth).filter(|_| !glued && !code)?;
                typed.fits(word).map(|fit| worst.min(fit))
            });
        if let Some(fit) = fit {
            let reading = Found {
                tag: entry.tag,
                len: entry.words.len(),
                exact: fit == 2,
            };
            found.push((reading, fit));
        }
    }
    // Stable: among equals the order of the table.
    let unmarked = matches!(&tokens[at].piece, Piece::Word(word) if word.unmarked);
    found.sort_by_key(|(reading, fit)| {
        std::cmp::Reverse((reading.len, if unmarked { 0 } else { *fit }))
    });
    found.into_iter().map(|(reading, _)| reading).collect()
}

fn digits_glued(tokens: &[Token], at: usize) -> bool {
    matches!(
        tokens.get(at),
        Some(Token {
            piece: Piece::Digits(_),
            glued: true
        })
    )
}

fn spelling(tokens: &[Token], at: usize) -> Option<&Spelling> {
    match &tokens.get(at)?.piece {
        Piece::Word(word) if !word.foreign => Some(&word.spelling),
        _ => None,
    }
}
