//! Words that an organiser does not want in a room.
//!
//! Matched whole, whatever the case and the marks: who bans "ngu" bans "Ngu" and "ngủ", but not "nguyên". Phrases match
//! word by word.

use chassis::text::fold;

/// Words of one organiser, and characters of one word, at most.
pub const MOST: usize = 200;
/// Characters of a word.
pub const LONGEST: usize = 50;

/// The first of the words that stands in a text.
#[must_use]
pub fn find<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    if words.is_empty() {
        return None;
    }
    let text = parts(text);
    let stands = |word: &&String| {
        let word = parts(word);
        !word.is_empty() && text.windows(word.len()).any(|some| some == word)
    };
    words.iter().find(stands).map(String::as_str)
}

fn parts(text: &str) -> Vec<String> {
    fold(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_match_whatever_their_case_and_marks() {
        let words = ["lừa đảo".to_owned(), "ngu".to_owned(), "!".to_owned()];
        for (text, found) in [
            ("Đồ LUA  ĐẢO!", Some("lừa đảo")),
            ("lu\u{31b}\u{300}a-đảo", Some("lừa đảo")),
            ("ngu quá", Some("ngu")),
            ("người nguyên", None),
            ("đảo lừa", None),
            ("!", None),
        ] {
            assert_eq!(find(text, &words), found, "{text}");
        }
        assert_eq!(find("ngu", &[]), None);
    }
}
