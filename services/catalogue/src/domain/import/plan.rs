//! Decides what an import would do, against what is there already.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::{
    CERTIFICATE_COLUMNS, RowFault, Sheet, VARIANT_COLUMNS,
    cells::{Group, Notes, Reader},
    facts::{
        certificate, certificate_told, differences, otherwise, product, product_told, profile,
        profile_told, variant, variant_told,
    },
    gather::{ProducerRows, ProductRows, code_of, gather},
    numbers::whole,
    planned::{Importer, Known, Owner, Plan, PlannedProduct, PlannedVariant, Target, Wanted},
    sheet::Row,
};
use crate::domain::{
    certificate::CertificateFacts,
    fault::Fault,
    producer::Producer,
    product::{Listing, MAX_VARIANTS, ProductFacts, Variant},
    value,
    words::{ProducerState, ProductState},
};

/// What to look up for a file.
#[must_use]
pub fn wanted(sheet: &Sheet) -> Wanted {
    let all = |pick: &dyn Fn(&Row) -> Option<String>| -> Vec<String> {
        let all: BTreeSet<String> = sheet.rows.iter().filter_map(pick).collect();
        all.into_iter().collect()
    };
    Wanted {
        codes: all(&|row| code_of(row).map(str::to_owned)),
        names: all(&|row| {
            row.cell("product_name")
                .and_then(|name| value::line(name, 200).ok())
        }),
        skus: all(&|row| row.cell("sku").map(str::to_owned)),
    }
}

/// Judges a file.
///
/// # Errors
/// Every fault, by row and column.
pub fn plan<'k>(
    sheet: &'k Sheet,
    importer: Importer,
    known: &'k Known,
    today: NaiveDate,
) -> Result<Plan, Vec<RowFault>> {
    let mut notes = Notes::default();
    let producers = gather(sheet, importer, known, &mut notes.faults);
    let mut planner = Planner {
        importer,
        known,
        today,
        plan: Plan::default(),
        notes,
    };
    for rows in &producers {
        let owner = planner.producer(rows);
        let mut there = There::of(rows.known, known);
        for product in &rows.products {
            planner.product(owner, product, &mut there);
        }
    }
    let Planner {
        mut plan,
        notes: Notes { mut faults, .. },
        ..
    } = planner;
    if faults.is_empty() {
        plan.products.sort_by_key(|product| product.row);
        return Ok(plan);
    }
    faults.sort_by_key(|fault| fault.row);
    Err(faults)
}

struct Planner<'k> {
    importer: Importer,
    known: &'k Known,
    today: NaiveDate,
    plan: Plan,
    notes: Notes,
}

/// The goods of one producer.
#[derive(Default)]
struct There<'a> {
    /// Listed products.
    by_name: HashMap<&'a str, &'a Listing>,
    /// All products.
    by_sku: HashMap<&'a str, &'a Listing>,
    /// The SKUs of the file so far, and their rows.
    rows: HashMap<&'a str, u32>,
}

impl<'a> There<'a> {
    fn of(producer: Option<&Producer>, known: &'a Known) -> Self {
        let mut there = Self::default();
        let is_mine = |listing: &&Listing| {
            producer.is_some_and(|producer| producer.id == listing.product.producer_id)
        };
        for listing in known.listings.iter().filter(is_mine) {
            if listing.product.state == ProductState::Listed {
                there.by_name.insert(&listing.product.facts.name, listing);
            }
            there.by_sku.extend(
                listing
                    .variants
                    .iter()
                    .map(|variant| (variant.facts.sku.as_str(), listing)),
            );
        }
        there
    }
}

impl<'k> Planner<'k> {
    fn producer(&mut self, rows: &ProducerRows<'_>) -> Option<Owner> {
        let mut read = Reader::new(&rows.group, &mut self.notes);
        let code = if read.text("business_code").is_some() {
            "business_code"
        } else {
            "tax_code"
        };
        let Some(known) = rows.known else {
            if self.importer == Importer::Keeper {
                read.refuse(
                    code,
                    Fault::new(
                        "Đây không phải chủ thể của bạn.",
                        "This is not a producer that you keep.",
                    ),
                );
                return None;
            }
            self.plan.producers.push(profile(&mut read, None)?);
            return Some(Owner::New(self.plan.producers.len() - 1));
        };
        if known.state == ProducerState::Suspended {
            read.refuse(
                code,
                Fault::new("Chủ thể đang bị tạm ngừng.", "The producer is suspended."),
            );
            return None;
        }
        let told = profile(&mut read, Some(&known.profile))?;
        for column in differences(profile_told(&known.profile), profile_told(&told)) {
            read.refuse(column, otherwise());
        }
        Some(Owner::Known(known.id))
    }

    fn product(&mut self, owner: Option<Owner>, rows: &ProductRows<'k>, goods: &mut There<'k>) {
        let there = goods.by_name.get(rows.name.as_str()).copied();
        let facts = self.facts(rows, there);
        let certificate = self.certificate(rows, there);
        let mut variants = Vec::new();
        for row in &rows.rows {
            if self.sku_is_free(row, there, goods) {
                variants.extend(self.variant(row, there));
            }
        }
        if there.map_or(0, |there| there.variants.len()) + variants.len() > MAX_VARIANTS {
            let vi = format!("Tối đa {MAX_VARIANTS} quy cách cho một sản phẩm.");
            let fault = Fault::new(
                vi,
                format!("At most {MAX_VARIANTS} variants of one product."),
            );
            self.notes
                .faults
                .push(RowFault::new(rows.rows[0].number, "sku", fault));
        }
        if let (Some(owner), Some(facts)) = (owner, facts) {
            let target = there.map_or(Target::New(Box::new(facts)), |there| {
                Target::Known(there.product.id)
            });
            self.plan.products.push(PlannedProduct {
                row: rows.rows[0].number,
                owner,
                target,
                variants,
                certificate,
            });
        }
    }

    fn facts(&mut self, rows: &ProductRows<'_>, there: Option<&Listing>) -> Option<ProductFacts> {
        let mut read = Reader::new(&rows.group, &mut self.notes);
        let there = there.map(|there| &there.product.facts);
        let told = product(&mut read, there)?;
        if let Some(there) = there {
            for column in differences(product_told(there), product_told(&told)) {
                read.refuse(column, otherwise());
            }
        }
        Some(told)
    }

    /// A new certificate; none when there is nothing to record or it is there already.
    fn certificate(
        &mut self,
        rows: &ProductRows<'_>,
        there: Option<&Listing>,
    ) -> Option<CertificateFacts> {
        let mut read = Reader::new(&rows.group, &mut self.notes);
        if !read.says_any(CERTIFICATE_COLUMNS) {
            return None;
        }
        let decision_no = read
            .text("decision_no")
            .and_then(|text| value::line(text, 100).ok());
        let recorded = there.and_then(|there| {
            let mut all = there.certificates.iter();
            all.find(|certificate| Some(&certificate.facts.decision_no) == decision_no.as_ref())
        });
        let may_grade = self.importer == Importer::Organiser;
        let told = certificate(
            &mut read,
            recorded.map(|recorded| &recorded.facts),
            may_grade,
            self.today,
        )?;
        let Some(recorded) = recorded else {
            return Some(told);
        };
        for column in differences(certificate_told(&recorded.facts), certificate_told(&told)) {
            read.refuse(column, otherwise());
        }
        None
    }

    /// Neither in an earlier row nor with another product of the producer.
    fn sku_is_free(
        &mut self,
        row: &'k Row,
        there: Option<&Listing>,
        goods: &mut There<'k>,
    ) -> bool {
        let Some(sku) = row.cell("sku") else {
            return true;
        };
        let is_other = |of: &&&Listing| there.is_none_or(|there| there.product.id != of.product.id);
        let elsewhere = goods.by_sku.get(sku).filter(is_other);
        let fault = if let Some(earlier) = goods.rows.insert(sku, row.number) {
            Fault::new(
                format!("Trùng mã SKU với dòng {earlier}."),
                format!("The same SKU as in row {earlier}."),
            )
        } else if let Some(elsewhere) = elsewhere {
            let name = &elsewhere.product.facts.name;
            let vi = format!("Mã SKU đã có ở sản phẩm \"{name}\".");
            Fault::new(vi, format!("The SKU is already there, for \"{name}\"."))
        } else {
            return true;
        };
        self.notes
            .faults
            .push(RowFault::new(row.number, "sku", fault));
        false
    }

    /// A new variant; none when it is there already.
    fn variant(&mut self, row: &Row, there: Option<&Listing>) -> Option<PlannedVariant> {
        let group = Group::of_row(row, VARIANT_COLUMNS);
        let mut read = Reader::new(&group, &mut self.notes);
        let same = |variant: &&Variant| Some(variant.facts.sku.as_str()) == row.cell("sku");
        let there = there.and_then(|there| there.variants.iter().find(same));
        let facts = variant(&mut read, there.map(|there| &there.facts));
        let units = read.value("stock", Some(0), |text| value::first_units(whole(text)?));
        let (facts, units) = (facts?, units?);
        let Some(there) = there else {
            return Some(PlannedVariant { facts, units });
        };
        for column in differences(variant_told(&there.facts), variant_told(&facts)) {
            read.refuse(column, otherwise());
        }
        let first = self
            .known
            .first_units
            .get(&there.id)
            .copied()
            .unwrap_or_default();
        let received = there.stock.received;
        if read.text("stock").is_some() && units != first && units != received {
            let vi =
                format!("Đã nhập kho {received}; nhập thêm ở trang kho, tệp nhập không cộng dồn.");
            let en = format!(
                "{received} units were received already; receive more there, an import does not add up."
            );
            read.refuse("stock", Fault::new(vi, en));
        }
        None
    }
}
