//! Puts the rows of each producer, and of each of its products, together.

use std::collections::HashMap;

use super::{
    CERTIFICATE_COLUMNS, Importer, Known, PRODUCER_COLUMNS, PRODUCT_COLUMNS, RowFault, Sheet,
    cells::Group, sheet::Row,
};
use crate::domain::{fault::Fault, producer::Producer, value};

/// The rows of one producer.
pub(super) struct ProducerRows<'a> {
    pub(super) group: Group<'a>,
    /// The producer, if it is there.
    pub(super) known: Option<&'a Producer>,
    pub(super) products: Vec<ProductRows<'a>>,
    /// Where each product stands among them.
    by_name: HashMap<String, usize>,
}

/// The rows of one product.
pub(super) struct ProductRows<'a> {
    pub(super) name: String,
    pub(super) group: Group<'a>,
    /// One a variant.
    pub(super) rows: Vec<&'a Row>,
}

/// The code that a row names its producer by.
pub(super) fn code_of(row: &Row) -> Option<&str> {
    row.cell("business_code").or_else(|| row.cell("tax_code"))
}

pub(super) fn gather<'a>(
    sheet: &'a Sheet,
    importer: Importer,
    known: &'a Known,
    faults: &mut Vec<RowFault>,
) -> Vec<ProducerRows<'a>> {
    // Who keeps one producer only need not name it.
    let only = match (importer, known.producers.as_slice()) {
        (Importer::Keeper, [only]) => Some(only.profile.code()),
        _ => None,
    };
    let mut producers: Vec<ProducerRows<'a>> = Vec::new();
    let mut by_code: HashMap<&str, usize> = HashMap::new();
    for row in &sheet.rows {
        let Some(code) = code_of(row).or(only) else {
            let vi = "Cần mã số doanh nghiệp hoặc mã số thuế của chủ thể.";
            let en = "The producer's business code or tax code is needed.";
            faults.push(RowFault::new(
                row.number,
                "business_code",
                Fault::new(vi, en),
            ));
            continue;
        };
        let at = *by_code.entry(code).or_insert_with(|| {
            let known = known
                .producers
                .iter()
                .find(|producer| producer.profile.code() == code);
            producers.push(ProducerRows {
                group: Group::new(row),
                known,
                products: Vec::new(),
                by_name: HashMap::new(),
            });
            producers.len() - 1
        });
        let producer = &mut producers[at];
        producer.group.add(row, PRODUCER_COLUMNS, faults);
        match value::line(row.cell("product_name").unwrap_or_default(), 200) {
            Ok(name) => producer.add_product(name, row, faults),
            Err(fault) => faults.push(RowFault::new(row.number, "product_name", fault)),
        }
    }
    producers
}

impl<'a> ProducerRows<'a> {
    fn add_product(&mut self, name: String, row: &'a Row, faults: &mut Vec<RowFault>) {
        let at = *self.by_name.entry(name.clone()).or_insert_with(|| {
            self.products.push(ProductRows {
                name,
                group: Group::new(row),
                rows: Vec::new(),
            });
            self.products.len() - 1
        });
        let product = &mut self.products[at];
        // The name is the key, and the same in each row but for its encoding.
        let skipped = usize::from(!product.rows.is_empty());
        product.group.add(row, &PRODUCT_COLUMNS[skipped..], faults);
        product.group.add(row, CERTIFICATE_COLUMNS, faults);
        product.rows.push(row);
    }
}
