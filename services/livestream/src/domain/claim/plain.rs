//! A comment as tokens: words, digits and signs, whatever keyboard, font or encoding they were typed with.
//!
//! Compatibility forms become the plain letter (NFKD), what has no width disappears, emoji are space. A letter of
//! another script stays what it is: `А05` with a Cyrillic А is not `A05`.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::Steps;

/// How a word is spelled: its letters without the tone, and the tone of the whole syllable, so that `huỷ` and `hủy`
/// are one. Repeated letters count once: `chốtttt` is `chốt`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Spelling {
    /// Letters with hat, horn, breve and bar, without tone.
    pub base: String,
    /// Letters without any mark.
    pub fold: String,
    /// The tone's combining mark.
    pub tone: Option<char>,
}

/// A stretch of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case without marks, every repetition kept: for codes.
    pub letters: String,
    pub spelling: Spelling,
    /// Has a letter that is not Latin.
    pub foreign: bool,
    /// Begins with a capital.
    pub capital: bool,
    /// No word of the comment has any mark: they may all have been left out.
    pub unmarked: bool,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Word(Word),
    Digits(String),
    Sign(char),
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub piece: Piece,
    /// Nothing, not even a space, stands between the token before and this one.
    pub glued: bool,
}

/// The tones: grave, acute, tilde, hook, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
/// Hat, breve, horn.
const SHAPES: [char; 3] = ['\u{302}', '\u{306}', '\u{31B}'];
/// Marks on one letter beyond these are decoration. It also bounds the sorting of marks.
const MAX_MARKS: usize = 4;
/// A tag or an emoticon is looked for this far.
const LOOK_AHEAD: usize = 64;

/// Splits a comment into tokens.
pub(super) fn tokens(text: &str, steps: &mut Steps) -> Vec<Token> {
    let chars = plain_chars(text, steps);
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut glued = false;
    while let Some(&letter) = chars.get(at) {
        steps.add(1);
        if let Some(end) = skipped(&chars, at, glued, steps) {
            at = end;
            glued = false;
            continue;
        }
        let begin = at;
        let piece = if letter.is_ascii_digit() {
            at = run(&chars, at, char::is_ascii_digit, steps);
            Piece::Digits(chars[begin..at].iter().collect())
        } else if letter.is_alphanumeric() || is_mark(letter) {
            let of_word = |c: &char| (c.is_alphanumeric() || is_mark(*c)) && !c.is_ascii_digit();
            at = run(&chars, at, of_word, steps);
            // "3xA05": a quantity, its x, and a code.
            let after_digits = glued
                && matches!(
                    tokens.last(),
                    Some(Token {
                        piece: Piece::Digits(_),
                        ..
                    })
                );
            let x = after_digits && ['x', 'X'].contains(&letter) && at > begin + 1;
            if x && chars.get(at).is_some_and(char::is_ascii_digit) {
                at = begin + 1;
            }
            Piece::Word(word(&chars[begin..at]))
        } else {
            at += 1;
            if letter == '\n' || is_sign(letter) {
                Piece::Sign(letter)
            } else {
                glued = false;
                continue;
            }
        };
        tokens.push(Token { piece, glued });
        glued = true;
    }
    leave_out_marks(&mut tokens);
    tokens
}

/// In a comment without any mark, a word that is spelled exactly is no likelier than one that has lost its marks.
fn leave_out_marks(tokens: &mut [Token]) {
    let marked =
        |token: &Token| matches!(&token.piece, Piece::Word(word) if !word.spelling.is_bare());
    if tokens.iter().any(marked) {
        return;
    }
    for token in tokens {
        if let Piece::Word(word) = &mut token.piece {
            word.unmarked = true;
        }
    }
}

fn run(chars: &[char], from: usize, of: impl Fn(&char) -> bool, steps: &mut Steps) -> usize {
    let len = chars[from..].iter().take_while(|c| of(c)).count();
    steps.add(len);
    from + len
}

/// Decomposed, without what has no width, with signs of one meaning made one sign.
fn plain_chars(text: &str, steps: &mut Steps) -> Vec<char> {
    let mut marks = 0;
    let bounded = text.chars().filter(|c| {
        marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
        marks <= MAX_MARKS
    });
    let mut chars = Vec::with_capacity(text.len());
    for letter in bounded.nfkd() {
        steps.add(1);
        match letter {
            // Zero width: joiners, direction marks, soft hyphen, variation selectors, tags, the keycap around a digit.
            '\u{AD}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{20E3}'
            | '\u{E0000}'..='\u{E01EF}' => {}
            '\u{1F51F}' => chars.extend(['1', '0']),
            '\u{1F170}' => chars.push('a'),
            '\u{1F171}' => chars.push('b'),
            '×' | '✕' | '✖' | '⨉' | '╳' | '∗' | '⋅' => chars.push('*'),
            '‐'..='―' | '−' => chars.push('-'),
            '➕' => chars.push('+'),
            '→' | '➡' | '⇒' | '➜' | '👉' => chars.push('>'),
            '⭐' | '🌟' | '★' | '☆' => chars.push('★'),
            '❓' | '❔' | '¿' => chars.push('?'),
            '❗' | '❕' => chars.push('!'),
            '⁄' => chars.push('/'),
            'đ' | 'Đ' | 'Ð' | 'ð' => chars.push(if letter == 'Đ' || letter == 'Ð' {
                'Đ'
            } else {
                'đ'
            }),
            mark if is_combining_mark(mark) && !is_mark(mark) => {}
            other => chars.push(other),
        }
    }
    chars
}

fn is_mark(letter: char) -> bool {
    TONES.contains(&letter) || SHAPES.contains(&letter)
}

fn is_sign(letter: char) -> bool {
    "+-*/.,:;?!=()%#&>★~$@|".contains(letter)
}

/// The end of what is no speech: a tag, an address on the web, a mention, an emoticon such as `<3`.
fn skipped(chars: &[char], at: usize, glued: bool, steps: &mut Steps) -> Option<usize> {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '<' if next == Some('3') => Some(at + 2),
        '<' if next.is_some_and(|c| c.is_ascii_alphabetic() || c == '/' || c == '!') => {
            let inside = chars[at + 1..].iter().take(LOOK_AHEAD);
            let len = inside.take_while(|c| !['<', '>'].contains(*c)).count();
            steps.add(len);
            (chars.get(at + 1 + len) == Some(&'>')).then_some(at + len + 2)
        }
        // `:3`, `:D`, `=v`: a face stands alone, a quantity after a colon follows its word or a space.
        ':' | ';' | '=' if !glued && next.is_some_and(|c| c.is_ascii_alphanumeric()) => {
            let alone = chars.get(at + 2).is_none_or(|c| !c.is_alphanumeric());
            alone.then_some(at + 2)
        }
        '@' if next.is_some_and(char::is_alphanumeric) => {
            Some(run(chars, at + 1, |c| !c.is_whitespace(), steps))
        }
        'h' | 'H' | 'w' | 'W' if !glued => {
            let head: String = chars[at..].iter().take(8).collect();
            let head = head.to_ascii_lowercase();
            let web = ["http://", "https://", "www."];
            web.iter()
                .any(|scheme| head.starts_with(scheme))
                .then(|| run(chars, at, |c| !c.is_whitespace(), steps))
        }
        _ => None,
    }
}

fn word(chars: &[char]) -> Word {
    let mut letters = String::with_capacity(chars.len());
    let mut foreign = false;
    for &letter in chars.iter().filter(|c| !is_mark(**c)) {
        for lower in letter.to_lowercase() {
            foreign |= !lower.is_ascii() && lower != 'đ' && lower.is_alphabetic();
            letters.push(if lower == 'đ' { 'd' } else { lower });
        }
    }
    Word {
        letters,
        spelling: spelling(chars.iter().copied()),
        foreign,
        capital: chars.first().is_some_and(|c| c.is_uppercase()),
        unmarked: false,
    }
}

/// How a word of the vocabulary is spelled.
pub(super) fn spell(word: &str) -> Spelling {
    spelling(word.nfkd())
}

fn spelling(decomposed: impl Iterator<Item = char>) -> Spelling {
    let mut base: Vec<(char, Option<char>)> = Vec::new();
    let mut tone = None;
    for letter in decomposed.flat_map(char::to_lowercase) {
        if TONES.contains(&letter) {
            tone = tone.or(Some(letter));
        } else if SHAPES.contains(&letter) {
            if let Some(last) = base.last_mut() {
                last.1 = Some(letter);
            }
        } else {
            base.push((letter, None));
        }
    }
    let plain = |letter: char| if letter == 'đ' { 'd' } else { letter };
    let mut spelled = Spelling {
        tone,
        ..Spelling::default()
    };
    let mut last: Option<char> = None;
    for (letter, shape) in base {
        // Of `nhaaâ` the marked letter is the one that was meant.
        if last == Some(plain(letter)) {
            if shape.is_some() || letter == 'đ' {
                spelled.base.pop();
            } else {
                continue;
            }
        } else {
            spelled.fold.push(plain(letter));
        }
        let shaped = shape.map_or(letter, |mark| {
            [letter, mark].into_iter().nfc().next().unwrap_or(letter)
        });
        spelled.base.push(shaped);
        last = Some(plain(letter));
    }
    spelled
}

impl Spelling {
    /// How well this, as typed, fits a word of the vocabulary: 2 exactly, 1 with some or all marks left out.
    pub(super) fn fits(&self, word: &Spelling) -> Option<u8> {
        if self.fold != word.fold {
            return None;
        }
        if self == word {
            return Some(2);
        }
        let tone = self.tone.is_none() || self.tone == word.tone;
        let left_out = |(typed, meant): (char, char)| typed == meant || typed.is_ascii();
        let shape = self.base.chars().zip(word.base.chars()).all(left_out);
        (tone && shape).then_some(1)
    }

    /// Typed without any mark.
    pub(super) fn is_bare(&self) -> bool {
        self.tone.is_none() && self.base == self.fold
    }
}
