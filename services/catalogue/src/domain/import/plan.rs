//! Decides what an import would do, against what is there already.

use std::collections::{BTreeSet, HashMap};

use chassis::id::{ProducerId, ProductId, VariantId};
use chrono::NaiveDate;

use super::{
    CERTIFICATE_COLUMNS, RowFault, Sheet, VARIANT_COLUMNS,
    cells::{Group, Reader, whole},
    facts::{
        certificate, certificate_told, differences, otherwise, product, product_told, profile, profile_told, variant,
        variant_told,
    },
    gather::{ProducerRows, ProductRows, code_of, gather},
    sheet::Row,
};
use crate::domain::{
    certificate::CertificateFacts,
    fault::Fault,
    producer::{Producer, Profile},
    product::{Listing, MAX_VARIANTS, ProductFacts, Variant, VariantFacts},
    value,
    words::{ProducerState, ProductState},
};

/// Who imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importer {
    /// For any producer; vouches for new ones.
    Organiser,
    /// For the producers they keep.
    Keeper,
}

/// What must be looked up before a file can be judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Producers by code.
    pub codes: Vec<String>,
    /// Products by name.
    pub names: Vec<String>,
    /// Variants by SKU.
    pub skus: Vec<String>,
}

/// What is there already.
#[derive(Debug, Default)]
pub struct Known {
    /// Producers that the importer may add to.
    pub producers: Vec<Producer>,
    /// Their products with a wanted name or SKU.
    pub listings: Vec<Listing>,
    /// The units that variants started with, where an import brought them.
    pub first_units: HashMap<VariantId, i64>,
}

/// Whose a planned product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A producer that is there.
    Known(ProducerId),
    /// One of [`Plan::producers`].
    New(usize),
}

/// A product that is there, or a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// It is there.
    Known(ProductId),
    /// It is new.
    New(ProductFacts),
}

/// A new variant with the units that come with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedVariant {
    /// What it is.
    pub facts: VariantFacts,
    /// Received at once; may be none.
    pub units: i64,
}

/// What happens to one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedProduct {
    /// Its first row.
    pub row: u32,
    /// Whose it is.
    pub owner: Owner,
    /// Which.
    pub target: Target,
    /// Its new variants.
    pub variants: Vec<PlannedVariant>,
    /// Its new certificate.
    pub certificate: Option<CertificateFacts>,
}

/// What an import does, all of it or nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// New producers.
    pub producers: Vec<Profile>,
    /// In the order of the file, those that stay as they are included.
    pub products: Vec<PlannedProduct>,
}

/// What to look up for a file.
#[must_use]
pub fn wanted(sheet: &Sheet) -> Wanted {
    let all = |pick: &dyn Fn(&Row) -> Option<String>| -> Vec<String> {
        let all: BTreeSet<String> = sheet.rows.iter().filter_map(pick).collect();
        all.into_iter().collect()
    };
    Wanted {
        codes: all(&|row| code_of(row).map(str::to_owned)),
        names: all(&|row| row.cell("product_name").and_then(|name| value::line(name, 200).ok())),
        skus: all(&|row| row.cell("sku").map(str::to_owned)),
    }
}

/// Judges a file.
///
/// # Errors
/// Every fault, by row and column.
pub fn plan(sheet: &Sheet, importer: Importer, known: &Known, today: NaiveDate) -> Result<Plan, Vec<RowFault>> {
    let mut faults = Vec::new();
    let producers = gather(sheet, importer, known, &mut faults);
    let mut planner = Planner { importer, known, today, plan: Plan::default(), faults };
    for rows in &producers {
        let owner = planner.producer(rows);
        let mut skus = HashMap::new();
        for product in &rows.products {
            planner.product(rows.known, owner, product, &mut skus);
        }
    }
    let Planner { mut plan, mut faults, .. } = planner;
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
    faults: Vec<RowFault>,
}

impl Planner<'_> {
    fn producer(&mut self, rows: &ProducerRows<'_>) -> Option<Owner> {
        let mut read = Reader::new(&rows.group, &mut self.faults);
        let code = if read.text("business_code").is_some() { "business_code" } else { "tax_code" };
        let Some(known) = rows.known else {
            if self.importer == Importer::Keeper {
                read.refuse(code, Fault::new("Đây không phải chủ thể của bạn.", "This is not a producer that you keep."));
                return None;
            }
            self.plan.producers.push(profile(&mut read, None)?);
            return Some(Owner::New(self.plan.producers.len() - 1));
        };
        if known.state == ProducerState::Suspended {
            read.refuse(code, Fault::new("Chủ thể đang bị tạm ngừng.", "The producer is suspended."));
            return None;
        }
        let told = profile(&mut read, Some(&known.profile))?;
        for column in differences(profile_told(&known.profile), profile_told(&told)) {
            read.refuse(column, otherwise());
        }
        Some(Owner::Known(known.id))
    }

    fn product<'a>(
        &mut self,
        producer: Option<&Producer>,
        owner: Option<Owner>,
        rows: &ProductRows<'a>,
        skus: &mut HashMap<&'a str, u32>,
    ) {
        let mine: Vec<&Listing> = self
            .known
            .listings
            .iter()
            .filter(|listing| producer.is_some_and(|producer| producer.id == listing.product.producer_id))
            .collect();
        let there = mine.iter().copied().find(|listing| {
            listing.product.state == ProductState::Listed && listing.product.facts.name == rows.name
        });
        let facts = self.facts(rows, there);
        let certificate = self.certificate(rows, there);
        let mut variants = Vec::new();
        for row in &rows.rows {
            if self.sku_is_free(row, &mine, there, skus) {
                variants.extend(self.variant(row, there));
            }
        }
        if there.map_or(0, |there| there.variants.len()) + variants.len() > MAX_VARIANTS {
            let vi = format!("Tối đa {MAX_VARIANTS} quy cách cho một sản phẩm.");
            let fault = Fault::new(vi, format!("At most {MAX_VARIANTS} variants of one product."));
            self.faults.push(RowFault::new(rows.rows[0].number, "sku", fault));
        }
        if let (Some(owner), Some(facts)) = (owner, facts) {
            let target = there.map_or(Target::New(facts), |there| Target::Known(there.product.id));
            self.plan.products.push(PlannedProduct { row: rows.rows[0].number, owner, target, variants, certificate });
        }
    }

    fn facts(&mut self, rows: &ProductRows<'_>, there: Option<&Listing>) -> Option<ProductFacts> {
        let mut read = Reader::new(&rows.group, &mut self.faults);
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
    fn certificate(&mut self, rows: &ProductRows<'_>, there: Option<&Listing>) -> Option<CertificateFacts> {
        let mut read = Reader::new(&rows.group, &mut self.faults);
        if !read.says_any(CERTIFICATE_COLUMNS) {
            return None;
        }
        let decision_no = read.text("decision_no").and_then(|text| value::line(text, 100).ok());
        let recorded = there.and_then(|there| {
            let mut all = there.certificates.iter();
            all.find(|certificate| Some(&certificate.facts.decision_no) == decision_no.as_ref())
        });
        let may_grade = self.importer == Importer::Organiser;
        let told = certificate(&mut read, recorded.map(|recorded| &recorded.facts), may_grade, self.today)?;
        let Some(recorded) = recorded else { return Some(told) };
        for column in differences(certificate_told(&recorded.facts), certificate_told(&told)) {
            read.refuse(column, otherwise());
        }
        None
    }

    /// Neither in an earlier row nor with another product of the producer.
    fn sku_is_free<'a>(
        &mut self,
        row: &'a Row,
        mine: &[&Listing],
        there: Option<&Listing>,
        skus: &mut HashMap<&'a str, u32>,
    ) -> bool {
        let Some(sku) = row.cell("sku") else { return true };
        let elsewhere = mine.iter().find(|listing| {
            there.is_none_or(|there| there.product.id != listing.product.id)
                && listing.variants.iter().any(|variant| variant.facts.sku == sku)
        });
        let fault = if let Some(earlier) = skus.insert(sku, row.number) {
            Fault::new(format!("Trùng mã SKU với dòng {earlier}."), format!("The same SKU as in row {earlier}."))
        } else if let Some(elsewhere) = elsewhere {
            let name = &elsewhere.product.facts.name;
            let vi = format!("Mã SKU đã có ở sản phẩm \"{name}\".");
            Fault::new(vi, format!("The SKU is already there, for \"{name}\"."))
        } else {
            return true;
        };
        self.faults.push(RowFault::new(row.number, "sku", fault));
        false
    }

    /// A new variant; none when it is there already.
    fn variant(&mut self, row: &Row, there: Option<&Listing>) -> Option<PlannedVariant> {
        let group = Group::of_row(row, VARIANT_COLUMNS);
        let mut read = Reader::new(&group, &mut self.faults);
        let same = |variant: &&Variant| Some(variant.facts.sku.as_str()) == row.cell("sku");
        let there = there.and_then(|there| there.variants.iter().find(same));
        let facts = variant(&mut read, there.map(|there| &there.facts));
        let units = read.value("stock", Some(0), |text| value::first_units(whole(text)?));
        let (facts, units) = (facts?, units?);
        let Some(there) = there else { return Some(PlannedVariant { facts, units }) };
        for column in differences(variant_told(&there.facts), variant_told(&facts)) {
            read.refuse(column, otherwise());
        }
        let first = self.known.first_units.get(&there.id).copied().unwrap_or_default();
        let received = there.stock.received;
        if read.text("stock").is_some() && units != first && units != received {
            let vi = format!("Đã nhập kho {received}; nhập thêm ở trang kho, tệp nhập không cộng dồn.");
            let en = format!("{received} units were received already; receive more there, an import does not add up.");
            read.refuse("stock", Fault::new(vi, en));
        }
        None
    }
}
