//! Goods from a spreadsheet: all rows are checked, every fault is told by row and field, nothing half imported.
//!
//! A CSV file in UTF-8 (with or without BOM), separated by commas or semicolons, with the header of [`COLUMNS`]: in
//! any order and case; those that are not [`NEEDED`] may be missing. One row is one variant. Rows with the same
//! producer code and product name are one product: what stands in one of its rows need not be repeated in the others.
//! A blank cell says nothing; of goods that are there already, only what is said is compared, and everything must be
//! equal, so that the same file may be imported again. Cells are text: `=1+1` stays as it is, so whoever writes a
//! spreadsheet from these texts must escape them.
//!
//! `sheet` reads the file, `cells` the cells, `facts` what they say together; `gather` puts
//! rows together and `plan` decides.

mod cells;
mod facts;
mod gather;
mod numbers;
mod plan;
mod planned;
mod sheet;
#[cfg(test)]
mod tests;

pub use plan::{plan, wanted};
pub use planned::{Importer, Known, Owner, Plan, PlannedProduct, PlannedVariant, Target, Wanted};
pub use sheet::{Sheet, read};

use super::fault::Fault;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 2_000_000;
/// The most rows of goods.
pub const MAX_ROWS: usize = 2_000;

/// Who makes it.
pub const PRODUCER_COLUMNS: &[&str] = &[
    "producer_name",
    "producer_kind",
    "business_code",
    "tax_code",
    "producer_ward",
    "producer_address",
    "bank_bin",
    "bank_account_no",
    "bank_account_name",
];

/// What it is.
pub const PRODUCT_COLUMNS: &[&str] = &[
    "product_name",
    "product_set",
    "description",
    "ingredients",
    "allergens",
    "storage",
    "shelf_life_days",
    "alcohol_percent",
    "origin_province",
    "origin_ward",
    "legacy_address",
    "gi_no",
    "trace_url",
];

/// In which packs.
pub const VARIANT_COLUMNS: &[&str] = &["sku", "pack", "list_price", "weight_grams", "stock"];

/// With which certificate.
pub const CERTIFICATE_COLUMNS: &[&str] = &[
    "decision_no",
    "decision_date",
    "issuing_authority",
    "issuing_level",
    "legal_version",
    "stars",
    "score",
    "valid_from",
    "evidence",
];

/// All columns.
pub const COLUMNS: &[&[&str]] = &[
    PRODUCER_COLUMNS,
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    CERTIFICATE_COLUMNS,
];

/// The columns that every file has.
pub const NEEDED: &[&str] = &[
    "product_name",
    "product_set",
    "origin_province",
    "origin_ward",
    "sku",
    "pack",
    "list_price",
];

/// A fault, its row (the header is row 1) and its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// As a spreadsheet counts.
    pub row: u32,
    /// The column, or `csv` for the file itself.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

impl RowFault {
    /// In one cell.
    pub fn new(row: u32, field: impl Into<String>, fault: Fault) -> Self {
        Self {
            row,
            field: field.into(),
            fault,
        }
    }
}
