//! From cells to values: the rows of one thing together, read cell by cell with every fault noted.

use std::collections::HashMap;

use chassis::place::{self, PlaceError, Ward};

use super::{RowFault, sheet::Row};
use crate::domain::fault::Fault;

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
    pub(super) fn add(
        &mut self,
        row: &'a Row,
        columns: &[&'static str],
        faults: &mut Vec<RowFault>,
    ) {
        for column in columns {
            let Some(text) = row.cell(column) else {
                continue;
            };
            let (earlier, said) = *self.cells.entry(column).or_insert((row, text));
            if said != text {
                let number = earlier.number;
                let vi = format!("Khác với dòng {number} của cùng chủ thể hoặc sản phẩm.");
                let en =
                    format!("Not the same as in row {number} of the same producer or product.");
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
        self.cells
            .get(column)
            .map_or(self.first.number, |(row, _)| row.number)
    }
}

/// What is noted while a file is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) faults: Vec<RowFault>,
    /// Places are looked for by every spelling they may have, and most rows name the same few.
    places: HashMap<(String, String), Result<&'static Ward, PlaceError>>,
}

/// Reads a group's cells and notes what is wrong.
pub(super) struct Reader<'a, 'n> {
    group: &'a Group<'a>,
    notes: &'n mut Notes,
}

impl<'a, 'n> Reader<'a, 'n> {
    pub(super) fn new(group: &'a Group<'a>, notes: &'n mut Notes) -> Self {
        Self { group, notes }
    }

    /// The text of a cell that is not blank.
    pub(super) fn text(&self, column: &str) -> Option<&'a str> {
        self.group.text(column)
    }

    /// Does any of these columns say something?
    pub(super) fn says_any(&self, columns: &[&'static str]) -> bool {
        columns
            .iter()
            .any(|column| self.group.cells.contains_key(column))
    }

    /// Notes a fault.
    pub(super) fn refuse(&mut self, column: &str, fault: Fault) {
        let row = self.group.row_of(column);
        self.notes.faults.push(RowFault::new(row, column, fault));
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
                Fault::new(
                    format!("Phải là một trong: {words}."),
                    format!("Must be one of: {words}."),
                )
            })
        })
    }

    /// The commune of two cells: province and ward.
    pub(super) fn origin(&mut self, known: Option<String>) -> Option<String> {
        match (
            self.group.text("origin_province"),
            self.group.text("origin_ward"),
        ) {
            (Some(province), Some(ward)) => {
                self.place("origin_province", "origin_ward", province, ward)
            }
            (None, None) if known.is_some() => known,
            (province, ward) => {
                for (column, cell) in [("origin_province", province), ("origin_ward", ward)] {
                    if cell.is_none() {
                        self.refuse(
                            column,
                            Fault::new("Không được để trống.", "Must not be empty."),
                        );
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

    fn place(
        &mut self,
        province_column: &str,
        ward_column: &str,
        province: &str,
        ward: &str,
    ) -> Option<String> {
        let names = (province.to_owned(), ward.to_owned());
        match self
            .notes
            .places
            .entry(names)
            .or_insert_with(|| place::find(province, ward))
        {
            Ok(Ward { code, .. }) => Some((*code).to_owned()),
            Err(error) => {
                let column = match error {
                    PlaceError::UnknownProvince(_) => province_column,
                    PlaceError::UnknownWard { .. } | PlaceError::Ambiguous { .. } => ward_column,
                };
                let fault = place_fault(error);
                self.refuse(column, fault);
                None
            }
        }
    }
}

fn place_fault(error: &PlaceError) -> Fault {
    let vi = match error {
        PlaceError::UnknownProvince(text) => {
            format!("Không có tỉnh, thành phố nào tên \"{text}\".")
        }
        PlaceError::UnknownWard {
            text,
            province,
            similar,
        } if similar.is_empty() => {
            format!("Ở {province} không có \"{text}\" (tên sau sáp nhập 01-07-2025).")
        }
        PlaceError::UnknownWard {
            text,
            province,
            similar,
        } => {
            format!(
                "Ở {province} không có \"{text}\"; có phải {}?",
                similar.join(" hay ")
            )
        }
        PlaceError::Ambiguous { text, candidates } => {
            format!("\"{text}\" có thể là: {}.", candidates.join(", "))
        }
    };
    Fault::new(vi, format!("{error}."))
}
