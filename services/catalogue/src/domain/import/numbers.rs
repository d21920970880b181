//! Numbers and days as people and spreadsheets write them.

use chrono::NaiveDate;

use crate::domain::{fault::Fault, value};

/// A whole number as people and spreadsheets write it: `690000`, `690.000`, `690,000`, `690 000`.
///
/// # Errors
/// Anything else, decimals included.
pub(super) fn whole(text: &str) -> Result<i64, Fault> {
    let fault = || {
        Fault::new(
            "Phải là số nguyên, ví dụ 690000 hoặc 690.000.",
            "Must be a whole number, such as 690000 or 690.000.",
        )
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let plain = match digits.chars().find(|letter| !letter.is_ascii_digit()) {
        None => digits.to_owned(),
        Some(separator @ ('.' | ',' | ' ' | '\u{A0}')) => {
            let mut groups = digits.split(separator);
            let first = groups.next().unwrap_or_default();
            let is_head = (1..=3).contains(&first.len());
            if !is_head || groups.clone().any(|group| group.len() != 3) {
                return Err(fault());
            }
            digits.replace(separator, "")
        }
        Some(_) => return Err(fault()),
    };
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault());
    }
    format!("{sign}{plain}").parse().map_err(|_| fault())
}

/// A percentage with at most one decimal, in tenths: `30`, `12.5`, `12,5 %`.
///
/// # Errors
/// Anything else.
pub(super) fn tenths(text: &str) -> Result<i64, Fault> {
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    let (whole, tenth) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let good = (1..=3).contains(&whole.len()) && tenth.len() == 1 && digits(whole) && digits(tenth);
    let tenths = format!("{whole}{tenth}").parse().ok();
    tenths.filter(|_| good).ok_or_else(|| {
        Fault::new(
            "Phải là phần trăm, ví dụ 30 hoặc 12,5.",
            "Must be a percentage, such as 30 or 12.5.",
        )
    })
}

/// A day, also as Vietnamese people write it: `22/05/2026`.
///
/// # Errors
/// Anything else.
pub(super) fn day(text: &str) -> Result<NaiveDate, Fault> {
    let day = value::day_as(text, "%Y-%m-%d").or_else(|| value::day_as(text, "%d/%m/%Y"));
    day.ok_or_else(|| {
        Fault::new(
            "Ngày phải viết dạng 2026-05-22 hoặc 22/05/2026.",
            "A day is written as 2026-05-22 or 22/05/2026.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_as_people_write_them() {
        for text in ["690000", "690.000", "690,000", "690 000", "690\u{A0}000"] {
            assert_eq!(whole(text), Ok(690_000), "{text}");
        }
        assert_eq!(whole("1.000.000"), Ok(1_000_000));
        assert_eq!(whole("-5"), Ok(-5));
        assert_eq!(whole("0"), Ok(0));
        for bad in [
            "",
            "-",
            "6.9",
            "690.00",
            "1.000,000",
            ".000",
            "1000.000",
            "69O",
            "1e3",
            "690000 đ",
            "99999999999999999999",
        ] {
            assert!(whole(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn percentages_are_read_in_tenths() {
        for (text, permille) in [
            ("30", 300),
            ("12.5", 125),
            ("12,5 %", 125),
            ("0", 0),
            ("101", 1010),
        ] {
            assert_eq!(tenths(text), Ok(permille), "{text}");
        }
        for bad in ["", "%", "12.55", "-1", "mười", "1.2.3", "1000000"] {
            assert!(tenths(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_read_both_ways() {
        assert_eq!(day("2026-05-22"), day("22/05/2026"));
        for bad in [
            "",
            "2026-13-01",
            "31/02/2026",
            "05/22/2026",
            "22-05-2026",
            "+262142-01-01",
            "01/01/0026",
        ] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}
