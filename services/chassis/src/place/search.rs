//! Communes by what somebody has typed so far, of all provinces, without regard to case or marks.

use std::sync::LazyLock;

use super::{Ward, province, provinces, wards_of};
use crate::text::fold;

/// What is typed is no longer than this; the rest is not looked at.
const TYPED: usize = 100;

struct Known {
    ward: &'static Ward,
    /// `hoan kiem`
    name: String,
    /// `phuong hoan kiem thanh pho ha noi`
    whole: String,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let wards = provinces()
        .iter()
        .flat_map(|province| wards_of(province.code));
    wards
        .map(|ward| {
            let of = province(ward.province_code).map(super::Province::full_name);
            Known {
                ward,
                name: fold(ward.name),
                whole: fold(&format!("{} {}", ward.full_name(), of.unwrap_or_default())),
            }
        })
        .collect()
});

/// At most so many communes whose name, kind and province have a word that begins like each word that was typed; best
/// first: the name itself, names that begin with what was typed, the rest.
#[must_use]
pub fn search(typed: &str, most: usize) -> Vec<&'static Ward> {
    let typed: String = typed.chars().take(TYPED).collect();
    let folded = fold(&typed);
    let words: Vec<&str> = words(&folded).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let typed = words.join(" ");
    let mut found: Vec<(u8, &Known)> = KNOWN
        .iter()
        .filter(|known| {
            words
                .iter()
                .all(|word| self::words(&known.whole).any(|of_ward| of_ward.starts_with(word)))
        })
        .map(|known| {
            let rank = if known.name == typed {
                0
            } else if known.name.starts_with(&typed) {
                1
            } else if words.iter().all(|word| known.name.contains(word)) {
                2
            } else {
                3
            };
            (rank, known)
        })
        .collect();
    found.sort_by_key(|(rank, known)| (*rank, known.name.chars().count(), known.ward.code));
    found
        .into_iter()
        .take(most)
        .map(|(_, known)| known.ward)
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str) -> Vec<String> {
        search(typed, 20).into_iter().map(Ward::line).collect()
    }

    #[test]
    fn marks_and_case_do_not_matter_and_the_name_comes_first() {
        for typed in [
            "hoan kiem",
            "Hoàn Kiếm",
            "HOÀN KIẾM",
            "phường hoàn kiếm",
            "hoan kiem, ha noi",
        ] {
            assert_eq!(
                found(typed)[0],
                "phường Hoàn Kiếm, thành phố Hà Nội",
                "{typed}"
            );
        }
        assert!(found("bat trang").contains(&"xã Bát Tràng, thành phố Hà Nội".to_owned()));
    }

    #[test]
    fn a_province_narrows_and_nothing_finds_nothing() {
        assert!(!found("cat hai hai phong").is_empty());
        assert!(
            found("ha noi").iter().all(|line| line.contains("Hà Nội")),
            "no place of that name elsewhere"
        );
        for nothing in ["", "  ", ",,", "zzzz", "hoan kiem ca mau"] {
            assert!(found(nothing).is_empty(), "{nothing}");
        }
        assert_eq!(search("xa", 7).len(), 7);
    }
}
