//! Tables for people's spreadsheets: CSV and XLSX of the same rows.
//!
//! A spreadsheet runs what begins like a formula, and names come from strangers: in CSV such a cell begins with an
//! apostrophe; in XLSX a text is a text.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use chassis::{Refusal, clock::vietnam};
use chrono::{DateTime, Utc};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A count, or đồng.
    Number(i64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// A moment as people in Viet Nam write it.
pub(crate) fn moment(at: Option<DateTime<Utc>>) -> Cell {
    at.map(|at| {
        at.with_timezone(&vietnam())
            .format("%d/%m/%Y %H:%M")
            .to_string()
    })
    .unwrap_or_default()
    .into()
}

/// One table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Of the sheet, at most 31 characters.
    pub(crate) name: &'static str,
    pub(crate) head: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// So that a spreadsheet sees UTF-8.
const BOM: &str = "\u{feff}";

/// All tables as one CSV file, one after the other with an empty line between, each under its head.
pub(crate) fn csv(tables: &[Table], file: &str) -> Result<Response, Refusal> {
    let mut text = BOM.as_bytes().to_vec();
    for (number, table) in tables.iter().enumerate() {
        if number > 0 {
            text.extend_from_slice(b"\r\n");
        }
        write_csv(table, &mut text).map_err(|error| {
            tracing::error!("a table is not CSV: {error}");
            Refusal::internal()
        })?;
    }
    Ok(download(text, "text/csv; charset=utf-8", file, "csv"))
}

fn write_csv(table: &Table, text: &mut Vec<u8>) -> Result<(), csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(text);
    writer.write_record(&table.head)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::Text(text) => harmless(text),
            Cell::Number(number) => number.to_string(),
        }))?;
    }
    writer.flush()?;
    Ok(())
}

/// A text that no spreadsheet runs, and that keeps its line.
fn harmless(text: &str) -> String {
    let runs = text
        .trim_start_matches([' ', '\u{a0}', '\u{feff}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if runs {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// All tables as one workbook, a sheet each.
pub(crate) fn xlsx(tables: &[Table], file: &str) -> Result<Response, Refusal> {
    let book = write_xlsx(tables).map_err(|error| {
        tracing::error!("a table is not XLSX: {error}");
        Refusal::internal()
    })?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download(book, kind, file, "xlsx"))
}

fn write_xlsx(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let number = Format::new().set_num_format("#,##0");
    let mut book = Workbook::new();
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(table.name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, head) in (0_u16..).zip(&table.head) {
            sheet.write_string_with_format(0, column, *head, &bold)?;
            let width = head.chars().count().clamp(10, 40);
            sheet.set_column_width(column, f64::from(u8::try_from(width + 2).unwrap_or(42)))?;
        }
        for (line, row) in (1_u32..).zip(&table.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(text) => {
                        // A cell holds no more.
                        let text: String = text.chars().take(32_000).collect();
                        sheet.write_string(line, column, text)?;
                    }
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "a spreadsheet counts in f64: exact to nine million billion"
                    )]
                    Cell::Number(n) => {
                        sheet.write_number_with_format(line, column, *n as f64, &number)?;
                    }
                }
            }
        }
    }
    book.save_to_buffer()
}

fn download(body: Vec<u8>, kind: &'static str, file: &str, ending: &str) -> Response {
    let name = format!("attachment; filename=\"{file}.{ending}\"");
    let name =
        HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CONTENT_DISPOSITION, name),
        ],
        body,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let table = Table {
            name: "Bảng",
            head: vec!["Tên"],
            rows: cells.iter().map(|cell| vec![Cell::from(*cell)]).collect(),
        };
        let mut text = Vec::new();
        write_csv(&table, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_begins_like_a_formula_is_a_text() {
        for bad in [
            "=1+1",
            "+84912345678",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "＝1",
        ] {
            let line = written(&[bad]);
            let mut reader = csv::ReaderBuilder::new().from_reader(line.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            assert_eq!(&row[0], format!("'{bad}"), "{line}");
        }
        assert!(written(&["Chè lam - 300 g"]).contains("\r\nChè lam - 300 g\r\n"));
        assert!(written(&["a,\"b\""]).contains("\"a,\"\"b\"\"\""));
    }

    #[test]
    fn a_workbook_is_a_workbook() {
        let table = |name| Table {
            name,
            head: vec!["Tên", "Số"],
            rows: vec![vec!["=cmd()".into(), 5_i64.into()]],
        };
        let book = write_xlsx(&[table("Một"), table("Hai")]).unwrap();
        assert!(book.starts_with(b"PK"), "a zip file");
    }
}
