//! A good file, files that are not, and what is there after one was imported.

use std::collections::HashMap;

use chassis::id::{AccountId, CertificateId, Id as _, ProducerId, ProductId, VariantId};
use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use super::super::*;
use crate::domain::{
    certificate::Certificate,
    producer::Producer,
    product::{Listing, Product, Variant},
    stock::Stock,
    words::{ProducerState, ProductState},
};

/// One good row, by column.
pub(super) const GOOD: &[(&str, &str)] = &[
    ("producer_name", "HTX Gốm Thử"),
    ("producer_kind", "cooperative"),
    ("business_code", "9900000001"),
    ("producer_ward", "00577"),
    ("producer_address", "Xóm 1"),
    ("bank_bin", "970436"),
    ("bank_account_no", "0001"),
    ("bank_account_name", "HTX GOM THU"),
    ("product_name", "Bát men lam"),
    ("product_set", "21"),
    ("origin_province", "Hà Nội"),
    ("origin_ward", "xã Bát Tràng"),
    ("sku", "GOM-1"),
    ("pack", "chiếc"),
    ("list_price", "690.000"),
    ("weight_grams", "400"),
    ("stock", "10"),
    ("decision_no", "1/QĐ-UBND"),
    ("decision_date", "2026-06-30"),
    ("issuing_authority", "UBND thành phố Hà Nội"),
    ("issuing_level", "province"),
    ("legal_version", "qd26"),
    ("stars", "4"),
    ("score", "80"),
    ("evidence", "a"),
];

/// Cells to write over those of a good row.
pub(super) type Cells = &'static [(&'static str, &'static str)];

pub(super) fn today() -> NaiveDate {
    "2026-11-24".parse().unwrap()
}

/// A file of rows, each the good one with some cells written over.
pub(super) fn file(rows: &[&[(&str, &str)]]) -> Vec<u8> {
    let columns: Vec<&str> = COLUMNS.iter().copied().flatten().copied().collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&columns).unwrap();
    for row in rows {
        let cell = |column: &str| {
            let pick = |cells: &[(&str, &str)]| {
                cells
                    .iter()
                    .find(|(name, _)| *name == column)
                    .map(|(_, text)| (*text).to_owned())
            };
            pick(row).or_else(|| pick(GOOD)).unwrap_or_default()
        };
        writer
            .write_record(columns.iter().map(|column| cell(column)))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

pub(super) fn plan_of(
    csv: &[u8],
    importer: Importer,
    known: &Known,
) -> Result<Plan, Vec<RowFault>> {
    plan(&read(csv)?, importer, known, today())
}

pub(super) fn faults(
    rows: &[&[(&str, &str)]],
    importer: Importer,
    known: &Known,
) -> Vec<(u32, String)> {
    let faults = plan_of(&file(rows), importer, known)
        .err()
        .unwrap_or_default();
    for fault in &faults {
        assert!(!fault.fault.vi.is_empty() && !fault.fault.en.is_empty());
    }
    faults
        .into_iter()
        .map(|fault| (fault.row, fault.field))
        .collect()
}

/// What is there after a plan was carried out.
pub(super) fn known_after(plan: &Plan) -> Known {
    let mut number = 0_u128;
    let mut uuid = || {
        number += 1;
        Uuid::from_u128(number)
    };
    let at = DateTime::UNIX_EPOCH;
    let producers: Vec<Producer> = plan
        .producers
        .iter()
        .map(|profile| Producer {
            id: ProducerId::from_uuid(uuid()),
            account_id: AccountId::from_uuid(uuid()),
            profile: profile.clone(),
            state: ProducerState::Verified,
            created_at: at,
        })
        .collect();
    let mut first_units = HashMap::new();
    let mut listings = Vec::new();
    for planned in &plan.products {
        let (Owner::New(owner), Target::New(facts)) = (planned.owner, &planned.target) else {
            panic!("all is new")
        };
        let producer = producers[owner].clone();
        let id = ProductId::from_uuid(uuid());
        let variants = planned.variants.iter().map(|variant| {
            let (variant_id, units) = (VariantId::from_uuid(uuid()), variant.units);
            first_units.insert(variant_id, units);
            let stock = Stock {
                received: units,
                on_hand: units,
                ..Stock::default()
            };
            Variant {
                id: variant_id,
                product_id: id,
                facts: variant.facts.clone(),
                stock,
            }
        });
        let variants = variants.collect();
        let certificates = planned.certificate.iter().map(|facts| Certificate {
            id: CertificateId::from_uuid(Uuid::from_u128(7)),
            product_id: id,
            facts: facts.clone(),
            valid_to: facts.valid_to(),
            revoked_reason: None,
            scan: None,
        });
        listings.push(Listing {
            product: Product {
                id,
                producer_id: producer.id,
                facts: (**facts).clone(),
                state: ProductState::Listed,
                created_at: at,
            },
            variants,
            certificates: certificates.collect(),
            photos: Vec::new(),
            producer,
        });
    }
    Known {
        producers,
        listings,
        first_units,
    }
}

pub(super) fn known() -> Known {
    known_after(&plan_of(&file(&[&[]]), Importer::Organiser, &Known::default()).unwrap())
}
