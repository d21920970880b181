//! From bytes to rows of cells, each row with the number that a spreadsheet shows.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use super::{COLUMNS, MAX_BYTES, MAX_ROWS, NEEDED, RowFault};
use crate::domain::fault::Fault;

/// The rows of goods in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub(super) rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// As a spreadsheet counts; the header is 1.
    pub(super) number: u32,
    /// What is not blank, by column.
    cells: HashMap<&'static str, String>,
}

impl Sheet {
    /// How many rows of goods.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// No goods at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Row {
    /// The text of a cell that is not blank.
    pub(super) fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }
}

fn file_fault(row: u32, vi: impl Into<String>, en: impl Into<String>) -> Vec<RowFault> {
    vec![RowFault::new(row, "csv", Fault::new(vi, en))]
}

/// Reads a file.
///
/// # Errors
/// Too large, not UTF-8, a header or rows of the wrong shape.
pub fn read(bytes: &[u8]) -> Result<Sheet, Vec<RowFault>> {
    if bytes.len() > MAX_BYTES {
        return Err(file_fault(
            1,
            "Tệp lớn hơn 2 MB.",
            "The file is larger than 2 MB.",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let lines = bytes[..error.valid_up_to()]
            .split(|byte| *byte == b'\n')
            .count();
        file_fault(
            number(lines),
            "Tệp phải lưu dạng CSV UTF-8.",
            "The file must be saved as CSV UTF-8.",
        )
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    // One kind of line end, so that lines can be counted.
    let text = text.replace("\r\n", "\n").replace('\r', "\n") + "\n";
    let mut records = records(&text)?.into_iter();
    let Some((header_row, header)) = records.next() else {
        return Err(file_fault(
            1,
            "Tệp không có dòng nào.",
            "The file is empty.",
        ));
    };
    let columns = read_header(header_row, &header)?;
    let mut faults = Vec::new();
    let mut rows = Vec::new();
    for (number, record) in records {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            let (vi, en) = (
                format!("Tối đa {MAX_ROWS} dòng."),
                format!("At most {MAX_ROWS} rows."),
            );
            return Err(file_fault(number, vi, en));
        }
        if record.len() != columns.len() {
            let (cells, wanted) = (record.len(), columns.len());
            let vi = format!("Dòng có {cells} ô, tiêu đề có {wanted} cột.");
            let en = format!("The row has {cells} cells, the header {wanted} columns.");
            faults.extend(file_fault(number, vi, en));
            continue;
        }
        let said = columns
            .iter()
            .zip(&record)
            .filter(|(_, cell)| !cell.trim().is_empty());
        let cells = said
            .map(|(column, cell)| (*column, cell.trim().to_owned()))
            .collect();
        rows.push(Row { number, cells });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if rows.is_empty() {
        return Err(file_fault(
            2,
            "Tệp không có dòng hàng hóa nào.",
            "The file has no goods.",
        ));
    }
    Ok(Sheet { rows })
}

/// All records with their numbers. The reader skips empty lines, and a cell may have several: both are counted.
fn records(text: &str) -> Result<Vec<(u32, StringRecord)>, Vec<RowFault>> {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let semicolons = header.matches(';').count() > header.matches(',').count();
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if semicolons { b';' } else { b',' })
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut record = StringRecord::new();
    let mut within_cells = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(records),
            Err(_) => {
                let row = u32::try_from(reader.position().line()).unwrap_or(u32::MAX);
                return Err(file_fault(
                    row,
                    "Dòng không đọc được.",
                    "The row cannot be read.",
                ));
            }
        }
        let breaks = record
            .iter()
            .map(|cell| cell.matches('\n').count())
            .sum::<usize>();
        let next_line = usize::try_from(reader.position().line()).unwrap_or(usize::MAX);
        within_cells += breaks;
        records.push((
            number(next_line.saturating_sub(1 + within_cells)),
            record.clone(),
        ));
        // As many rows as are read further make no difference.
        if records.len() > MAX_ROWS * 2 {
            return Ok(records);
        }
    }
}

fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn read_header(row: u32, header: &StringRecord) -> Result<Vec<&'static str>, Vec<RowFault>> {
    let mut columns = Vec::new();
    let mut faults = Vec::new();
    for cell in header {
        let name = cell.trim().to_lowercase();
        let known = COLUMNS
            .iter()
            .copied()
            .flatten()
            .find(|column| **column == name);
        match known {
            Some(column) if columns.contains(column) => {
                faults.push(RowFault::new(
                    row,
                    name,
                    Fault::new("Cột bị lặp.", "The column is there twice."),
                ));
            }
            Some(column) => columns.push(*column),
            None => {
                let shown: String = name.chars().take(60).collect();
                let vi = format!("Không có cột tên \"{shown}\".");
                let en = format!("There is no column called \"{shown}\".");
                faults.push(RowFault::new(row, shown, Fault::new(vi, en)));
            }
        }
    }
    for column in NEEDED.iter().filter(|column| !columns.contains(column)) {
        faults.push(RowFault::new(
            row,
            *column,
            Fault::new("Thiếu cột này.", "This column is missing."),
        ));
    }
    if faults.is_empty() {
        Ok(columns)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "product_name,product_set,origin_province,origin_ward,sku,pack,list_price";

    fn rows(text: &str) -> Vec<(u32, String)> {
        let sheet = read(text.as_bytes()).unwrap();
        let name = |row: &Row| row.cell("product_name").unwrap_or_default().to_owned();
        sheet
            .rows
            .iter()
            .map(|row| (row.number, name(row)))
            .collect()
    }

    fn faults(text: &[u8]) -> Vec<(u32, String)> {
        let faults = read(text).unwrap_err();
        faults
            .into_iter()
            .map(|fault| (fault.row, fault.field))
            .collect()
    }

    #[test]
    fn rows_have_the_numbers_of_the_spreadsheet() {
        let text = format!(
            "\u{FEFF}{HEADER}\r\nA,1,2,3,4,5,6\r\n\r\n\"B\r\nb\",1,2,3,4,5,6\r\n,,,,,,\r\nC,1,2,3,4,5,6"
        );
        assert_eq!(
            rows(&text),
            [(2, "A".into()), (4, "B\nb".into()), (6, "C".into())]
        );
        assert_eq!(rows(&text.replace("\r\n", "\r")), rows(&text));
    }

    #[test]
    fn semicolons_separate_too() {
        let text = format!(
            "{}\nA, B;1;2;3;4;5;6\n",
            HEADER.replace(',', ";").to_uppercase()
        );
        assert_eq!(rows(&text), [(2, "A, B".into())]);
    }

    #[test]
    fn a_formula_is_text() {
        assert_eq!(
            rows(&format!("{HEADER}\n=1+1,1,2,3,4,5,6\n")),
            [(2, "=1+1".into())]
        );
    }

    #[test]
    fn the_shape_of_the_file_is_checked() {
        assert_eq!(faults(b""), [(1, "csv".into())]);
        assert_eq!(faults(HEADER.as_bytes()), [(2, "csv".into())]);
        assert_eq!(faults(&vec![b'a'; MAX_BYTES + 1]), [(1, "csv".into())]);
        let mut latin = format!("{HEADER}\nA,1,2,3,4,5,6\nB").into_bytes();
        latin.push(0xE9);
        assert_eq!(faults(&latin), [(3, "csv".into())]);
        assert_eq!(
            faults(format!("{HEADER}\nA,1,2\nB,1,2,3,4,5,6,7\n").as_bytes()),
            [(2, "csv".into()), (3, "csv".into())]
        );
        let many = "A,1,2,3,4,5,6\n".repeat(MAX_ROWS + 1);
        assert_eq!(
            faults(format!("{HEADER}\n{many}").as_bytes()),
            [(2002, "csv".into())]
        );
    }

    #[test]
    fn the_header_is_checked() {
        let text = HEADER
            .replace("sku", "SKUs")
            .replace("pack", "product_name");
        assert_eq!(
            faults(text.as_bytes()),
            [
                (1, "skus".into()),
                (1, "product_name".into()),
                (1, "sku".into()),
                (1, "pack".into())
            ]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }

        #[test]
        fn any_cells_come_back(cells in prop::collection::vec("[ -~à-ỹ\\n\",;]{0,12}", 7)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(HEADER.split(',')).unwrap();
            writer.write_record(&cells).unwrap();
            let read = read(&writer.into_inner().unwrap());
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                prop_assert!(read.is_err());
            } else {
                let sheet = read.unwrap();
                for (column, cell) in HEADER.split(',').zip(&cells) {
                    prop_assert_eq!(sheet.rows[0].cell(column).unwrap_or_default(), cell.trim());
                }
            }
        }
    }
}
