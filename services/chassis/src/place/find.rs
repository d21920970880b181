//! Finding a place by what a person or a spreadsheet calls it.

use super::{Province, Ward, WardKind, province, provinces, wards_of};
use crate::text::{fold, nfc};

/// Why a place was not found. The texts are what was asked for; they name no person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// No province has this code or name.
    #[error("no province is called \"{0}\"")]
    UnknownProvince(String),
    /// No commune of this province has this code or name.
    #[error("{province} has no \"{text}\"{}", hint(.similar))]
    UnknownWard {
        /// What was asked for.
        text: String,
        /// The province that was searched, with its kind.
        province: String,
        /// The units of that name but of another kind, with their kinds.
        similar: Vec<String>,
    },
    /// Several communes of this province are meant as well as each other.
    #[error("\"{text}\" may be any of: {}", .candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        text: String,
        /// Each with its kind and code: `xã Lộc Thạnh (25280)`.
        candidates: Vec<String>,
    },
}

fn hint(similar: &[String]) -> String {
    if similar.is_empty() {
        String::new()
    } else {
        format!("; perhaps {}", similar.join(" or "))
    }
}

/// Finds a commune as a person or a spreadsheet names it: codes (also without the zeros that a
/// spreadsheet drops) or names, with or without the kind (`phường`, `P.`, `TP.` …). Case, marks,
/// apostrophes and dashes do not matter unless two places differ by nothing else.
///
/// # Errors
/// [`PlaceError`]: unknown, or meaning several; then it lists them.
pub fn find(province_text: &str, ward_text: &str) -> Result<&'static Ward, PlaceError> {
    let province = find_province(province_text)
        .ok_or_else(|| PlaceError::UnknownProvince(province_text.trim().to_owned()))?;
    let wards = wards_of(province.code);
    let text = || ward_text.trim().to_owned();
    let unknown = |similar| PlaceError::UnknownWard {
        text: text(),
        province: province.full_name(),
        similar,
    };
    if let Some(code) = code_of(ward_text, 5) {
        return wards
            .iter()
            .find(|ward| ward.code == code)
            .ok_or_else(|| unknown(Vec::new()));
    }
    let mut similar = Vec::new();
    for spelling in [exact, loose] {
        let said = spelling(ward_text);
        let named = |name: &str| {
            wards
                .iter()
                .filter(|ward| spelling(ward.name) == name)
                .collect::<Vec<_>>()
        };
        // The whole text first: there are communes whose name begins like a kind.
        let mut found = named(&said);
        for (prefix, kind) in WARD_PREFIXES {
            if let Some(name) = said.strip_prefix(&spelling(prefix)).and_then(after_kind) {
                let (right, wrong): (Vec<_>, Vec<_>) =
                    named(name).into_iter().partition(|ward| ward.kind == kind);
                found.extend(right.into_iter().filter(|ward| ward.name != said));
                similar.extend(wrong);
            }
        }
        found.sort_by_key(|ward| ward.code);
        found.dedup();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(one),
            several => {
                let candidates = several
                    .iter()
                    .map(|ward| format!("{} ({})", ward.full_name(), ward.code))
                    .collect();
                return Err(PlaceError::Ambiguous {
                    text: text(),
                    candidates,
                });
            }
        }
    }
    similar.sort_by_key(|ward| ward.code);
    similar.dedup();
    Err(unknown(similar.into_iter().map(Ward::full_name).collect()))
}

/// How a kind may be written before a name of the commune level.
const WARD_PREFIXES: [(&str, WardKind); 6] = [
    ("phường", WardKind::Ward),
    ("p", WardKind::Ward),
    ("xã", WardKind::Commune),
    ("x", WardKind::Commune),
    ("đặc khu", WardKind::SpecialZone),
    ("đk", WardKind::SpecialZone),
];

/// The same for the province level. No two provinces share a name, so the kind is not compared:
/// the lists that people import still say "tỉnh" of what has become a city.
const PROVINCE_PREFIXES: [&str; 5] = ["thành phố", "tỉnh", "tp", "t", ""];

fn find_province(text: &str) -> Option<&'static Province> {
    if let Some(code) = code_of(text, 2) {
        return province(&code);
    }
    let said = loose(text);
    let names = PROVINCE_PREFIXES.iter().filter_map(|prefix| {
        let name = said.strip_prefix(&loose(prefix))?;
        if prefix.is_empty() {
            Some(name)
        } else {
            after_kind(name)
        }
    });
    names
        .map(|name| {
            if name == "hcm" || name == "tphcm" {
                "ho chi minh"
            } else {
                name
            }
        })
        .find_map(|name| {
            provinces()
                .iter()
                .find(|province| loose(province.name) == name)
        })
}

/// What follows a kind, if the kind ends there.
fn after_kind(rest: &str) -> Option<&str> {
    rest.strip_prefix(' ').filter(|name| !name.is_empty())
}

/// A code of `digits` digits; a spreadsheet may have dropped its leading zeros.
fn code_of(text: &str, digits: usize) -> Option<String> {
    let text = text.trim();
    let is_code =
        !text.is_empty() && text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| format!("{text:0>digits$}"))
}

/// One spelling for one name, marks kept.
fn exact(text: &str) -> String {
    words(&nfc(text).to_lowercase())
}

/// One spelling for all names that differ only in marks.
fn loose(text: &str) -> String {
    words(&fold(text))
}

/// Apostrophes dropped, dots and dashes taken as spaces, one space between words.
fn words(text: &str) -> String {
    let plain = text.replace(['\'', '’', 'ʼ', '`'], "");
    let split = plain.split(|letter: char| {
        letter.is_whitespace() || matches!(letter, '.' | ',' | '-' | '–' | '—')
    });
    split
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
