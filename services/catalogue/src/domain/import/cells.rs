//! From cells to values: the rows of one thing together, read cell by cell with every fault noted.

use std::collections::HashMap;

use chassis::place::{self, PlaceError, Ward};
use chrono::NaiveDate;

use super::{RowFault, sheet::Row};
use crate::domain::{fault::Fault, value};

/// The rows of one producer or product, as one: what stands in any of them counts for all.
#[derive(Debug)]
pub(super) struct Group<'a> {
    first: &'a Row,
    cells: HashMap<&'static str, (&'a Row, &'a str)>,
}

impl<'a> Group<'a> {
    pub(super) fn new(first: &'a Row) -> Self {
        Self {
            first,
            cells: HashMap::new(),
        }
    }

    /// Adds a row's cells of these columns; notes where it contradicts an earlier row.
    pub(super) fn add(&mut self, row: &'a Row, columns: &[&'static str], faults: &mut Vec<RowFault>) {
        for column in columns {
            let Some(text) = row.cell(column) else { continue };
            let (earlier, said) = *self.cells.entry(column).or_insert((row, text));
            if said != text {
                let number = earlier.number;
                let vi = format!("Khác với dòng {number} của cùng chủ thể hoặc sản phẩm.");
                let en = format!("Not the same as in row {number} of the same producer or product.");
                faults.push(RowFault::new(row.number, *column, Fault::new(vi, en)));
            }
        }
    }

    /// The cells of one row alone.
    pub(super) fn of_row(row: &'a Row, columns: &[&'static str]) -> Self {
        let mut group = Self::new(row);
        group.add(row, columns, &mut Vec::new());
        group
    }

    fn text(&self, column: &str) -> Option<&'a str> {
        self.cells.get(column).map(|(_, text)| *text)
    }

    /// The row to blame for a column.
    fn row_of(&self, column: &str) -> u32 {
        self.cells.get(column).map_or(self.first.number, |(row, _)| row.number)
    }
}

/// Reads a group's cells and notes what is wrong.
pub(super) struct Reader<'a, 'f> {
    group: &'a Group<'a>,
    faults: &'f mut Vec<RowFault>,
}

impl<'a, 'f> Reader<'a, 'f> {
    pub(super) fn new(group: &'a Group<'a>, faults: &'f mut Vec<RowFault>) -> Self {
        Self { group, faults }
    }

    /// The text of a cell that is not blank.
    pub(super) fn text(&self, column: &str) -> Option<&'a str> {
        self.group.text(column)
    }

    /// Does any of these columns say something?
    pub(super) fn says_any(&self, columns: &[&'static str]) -> bool {
        columns.iter().any(|column| self.group.cells.contains_key(column))
    }

    /// Notes a fault.
    pub(super) fn refuse(&mut self, column: &str, fault: Fault) {
        let row = self.group.row_of(column);
        self.faults.push(RowFault::new(row, column, fault));
    }

    /// A cell's value; of a blank cell what was known before, which must be something.
    pub(super) fn value<T>(
        &mut self,
        column: &str,
        known: Option<T>,
        parse: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let read = match self.group.text(column) {
            Some(text) => parse(text),
            None => known.ok_or_else(|| Fault::new("Không được để trống.", "Must not be empty.")),
        };
        read.map_err(|fault| self.refuse(column, fault)).ok()
    }

    /// One of a list of words.
    pub(super) fn word<T>(
        &mut self,
        column: &str,
        known: Option<T>,
        words: &[&str],
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.value(column, known, |text| {
            parse(text).ok_or_else(|| {
                let words = words.join(", ");
                Fault::new(format!("Phải là một trong: {words}."), format!("Must be one of: {words}."))
            })
        })
    }

    /// The commune of two cells: province and ward.
    pub(super) fn origin(&mut self, known: Option<String>) -> Option<String> {
        match (self.group.text("origin_province"), self.group.text("origin_ward")) {
            (Some(province), Some(ward)) => self.place("origin_province", "origin_ward", province, ward),
            (None, None) if known.is_some() => known,
            (province, ward) => {
                for (column, cell) in [("origin_province", province), ("origin_ward", ward)] {
                    if cell.is_none() {
                        self.refuse(column, Fault::new("Không được để trống.", "Must not be empty."));
                    }
                }
                None
            }
        }
    }

    /// The commune of a producer's seat: a code, `xã Bát Tràng, Hà Nội`, or a name in the province of the goods.
    pub(super) fn seat(&mut self, known: Option<String>) -> Option<String> {
        const COLUMN: &str = "producer_ward";
        let Some((row, text)) = self.group.cells.get(COLUMN).copied() else {
            return self.value(COLUMN, known, |text| Ok(text.to_owned()));
        };
        if let Some(ward) = place::ward(text) {
            return Some(ward.code.to_owned());
        }
        let (ward, province) = match text.rsplit_once(',') {
            Some((ward, province)) => (ward, Some(province)),
            None => (text, row.cell("origin_province")),
        };
        let Some(province) = province else {
            self.refuse(
                COLUMN,
                Fault::new(
                    "Cần tên xã, tên tỉnh: \"xã Bát Tràng, Hà Nội\".",
                    "Name the commune and the province: \"xã Bát Tràng, Hà Nội\".",
                ),
            );
            return None;
        };
        self.place(COLUMN, COLUMN, province, ward)
    }

    fn place(&mut self, province_column: &str, ward_column: &str, province: &str, ward: &str) -> Option<String> {
        match place::find(province, ward) {
            Ok(Ward { code, .. }) => Some((*code).to_owned()),
            Err(error) => {
                let column = match &error {
                    PlaceError::UnknownProvince(_) => province_column,
                    PlaceError::UnknownWard { .. } | PlaceError::Ambiguous { .. } => ward_column,
                };
                self.refuse(column, place_fault(&error));
                None
            }
        }
    }
}

fn place_fault(error: &PlaceError) -> Fault {
    let vi = match error {
        PlaceError::UnknownProvince(text) => format!("Không có tỉnh, thành phố nào tên \"{text}\"."),
        PlaceError::UnknownWard { text, province, similar } if similar.is_empty() => {
            format!("Ở {province} không có \"{text}\" (tên sau sáp nhập 01-07-2025).")
        }
        PlaceError::UnknownWard { text, province, similar } => {
            format!("Ở {province} không có \"{text}\"; có phải {}?", similar.join(" hay "))
        }
        PlaceError::Ambiguous { text, candidates } => {
            format!("\"{text}\" có thể là: {}.", candidates.join(", "))
        }
    };
    Fault::new(vi, format!("{error}."))
}

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
        for bad in ["", "-", "6.9", "690.00", "1.000,000", ".000", "1000.000", "69O", "1e3", "690000 đ", "99999999999999999999"] {
            assert!(whole(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn percentages_are_read_in_tenths() {
        for (text, permille) in [("30", 300), ("12.5", 125), ("12,5 %", 125), ("0", 0), ("101", 1010)] {
            assert_eq!(tenths(text), Ok(permille), "{text}");
        }
        for bad in ["", "%", "12.55", "-1", "mười", "1.2.3", "1000000"] {
            assert!(tenths(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_read_both_ways() {
        assert_eq!(day("2026-05-22"), day("22/05/2026"));
        for bad in ["", "2026-13-01", "31/02/2026", "05/22/2026", "22-05-2026", "+262142-01-01", "01/01/0026"] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}
