//! From the domain to the contract, each reader seeing what it may.

use chassis::clock::to_ms;
use chrono::NaiveDate;
use proto::{catalogue::v1 as wire, common::v1 as common};

use super::shown_photo;
use crate::{
    domain::{
        certificate::Certificate,
        import::RowFault,
        producer::{Address, Producer},
        product::{Listing, Variant},
        rules::SalesRules,
        stock::Stock,
    },
    store::stock::Entry,
};

/// Who will see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Everybody.
    ByAll,
    /// People who work for an organiser: stock too.
    ByStaff,
    /// The producer's keeper, or an organiser: everything.
    ByKeeper,
    /// Another service: where money goes, but not who keeps it or how to call them. Stock moves without it being told.
    ByServices,
}

fn address(address: &Address) -> common::Address {
    common::Address {
        line: address.line.clone(),
        ward_code: address.ward_code.clone(),
        legacy_address: address.legacy_address.clone(),
    }
}

/// A producer.
#[must_use]
pub fn producer(producer: &Producer, seen: Seen) -> wire::Producer {
    let profile = &producer.profile;
    let keeps = seen == Seen::ByKeeper;
    let account = profile
        .bank_account
        .as_ref()
        .filter(|_| keeps || seen == Seen::ByServices);
    wire::Producer {
        producer_id: producer.id.to_string(),
        kind: wire::ProducerKind::from(profile.kind).into(),
        name: profile.name.clone(),
        business_code: profile.business_code.clone().unwrap_or_default(),
        tax_code: profile.tax_code.clone().unwrap_or_default(),
        address: Some(address(&profile.address)),
        bank_account: account.map(|account| common::BankAccount {
            bin: account.bin.clone(),
            account_no: account.account_no.clone(),
            account_name: account.account_name.clone(),
        }),
        state: wire::ProducerState::from(producer.state).into(),
        created_at_ms: to_ms(producer.created_at),
        account_id: if keeps {
            producer.account_id.to_string()
        } else {
            String::new()
        },
        phone: profile
            .phone
            .as_ref()
            .filter(|_| keeps)
            .map(|phone| phone.e164().to_owned())
            .unwrap_or_default(),
    }
}

/// A certificate, as its keeper sees it.
#[must_use]
pub fn certificate(certificate: &Certificate, today: NaiveDate) -> wire::Certificate {
    let facts = &certificate.facts;
    wire::Certificate {
        certificate_id: certificate.id.to_string(),
        product_id: certificate.product_id.to_string(),
        decision_no: facts.decision_no.clone(),
        decision_date: facts.decision_date.to_string(),
        certificate_no: facts.certificate_no.clone(),
        issuing_authority: facts.issuing_authority.clone(),
        issuing_level: wire::IssuingLevel::from(facts.issuing_level).into(),
        legal_version: wire::LegalVersion::from(facts.legal_version).into(),
        stars: facts.stars.into(),
        score: facts.score.unwrap_or_default(),
        valid_from: facts.valid_from.to_string(),
        valid_to: certificate.valid_to.to_string(),
        evidence: wire::EvidenceGrade::from(facts.evidence).into(),
        status: wire::CertificateStatus::from(certificate.status(today)).into(),
        revoked_reason: certificate.revoked_reason.clone().unwrap_or_default(),
        scan: certificate.scan.as_ref().map(shown_photo),
    }
}

fn stock(stock: &Stock) -> wire::Stock {
    wire::Stock {
        received: stock.received,
        on_hand: stock.on_hand,
        allotted: stock.allotted,
        sold: stock.sold,
        written_off: stock.written_off,
    }
}

/// A variant.
#[must_use]
pub fn variant(variant: &Variant, seen: Seen) -> wire::Variant {
    let counts = matches!(seen, Seen::ByStaff | Seen::ByKeeper);
    wire::Variant {
        variant_id: variant.id.to_string(),
        sku: variant.facts.sku.clone(),
        pack: variant.facts.pack.clone(),
        list_price: variant.facts.list_price.get(),
        weight_grams: variant.facts.weight_grams,
        stock: counts.then(|| stock(&variant.stock)),
        product_id: variant.product_id.to_string(),
    }
}

fn rules(rules: SalesRules) -> wire::SalesRules {
    wire::SalesRules {
        minimum_age: rules.minimum_age.into(),
        cod_allowed: rules.cod_allowed,
        live_allowed: rules.live_allowed,
        shipped: rules.shipped,
        reason_vi: rules.reason_vi,
        reason_en: rules.reason_en,
    }
}

/// A product as it is on a day.
#[must_use]
pub fn listing(listing: &Listing, seen: Seen, today: NaiveDate) -> wire::Product {
    let product = &listing.product;
    let facts = &product.facts;
    let stars_shown = u32::from(listing.stars_shown(today));
    let mut speaks = listing
        .certificate(today)
        .map(|found| certificate(found, today));
    if let Some(certificate) = &mut speaks
        && seen != Seen::ByKeeper
        && stars_shown == 0
    {
        // Whoever may not see the stars is not told them.
        certificate.stars = 0;
        certificate.score = 0;
    }
    wire::Product {
        product_id: product.id.to_string(),
        producer_id: product.producer_id.to_string(),
        name: facts.name.clone(),
        product_set: facts.product_set.into(),
        description: facts.description.clone(),
        ingredients: facts.ingredients.clone(),
        allergens: facts.allergens.clone(),
        storage: facts.storage.clone(),
        shelf_life_days: facts.shelf_life_days,
        alcohol_permille: facts.alcohol_permille.into(),
        origin: Some(address(&facts.origin)),
        gi_no: facts.gi_no.clone(),
        trace_url: facts.trace_url.clone(),
        state: wire::ProductState::from(product.state).into(),
        variants: listing
            .variants
            .iter()
            .map(|one| variant(one, seen))
            .collect(),
        certificate: speaks,
        stars_shown,
        rules: Some(rules(facts.rules())),
        created_at_ms: to_ms(product.created_at),
        photos: listing.photos.iter().map(shown_photo).collect(),
    }
}

/// A line of the ledger.
#[must_use]
pub fn entry(entry: Entry) -> wire::StockEntry {
    wire::StockEntry {
        entry: entry.entry,
        reason: entry.reason,
        change: Some(wire::Stock {
            received: entry.received,
            on_hand: entry.on_hand,
            allotted: entry.allotted,
            sold: entry.sold,
            written_off: entry.written_off,
        }),
        offer_id: entry
            .offer_id
            .map(|offer| offer.to_string())
            .unwrap_or_default(),
        note: entry.note,
        at_ms: to_ms(entry.at),
    }
}

/// The most faults that are told at once: a message has its limit too.
const FAULTS_TOLD: usize = 500;

/// What stands in the way of an import.
#[must_use]
pub fn report(rows: usize, dry_run: bool, faults: Vec<RowFault>) -> wire::ImportReport {
    let left = faults.len().saturating_sub(FAULTS_TOLD);
    let last_row = faults.last().map_or(0, |fault| fault.row);
    let mut errors: Vec<_> = faults
        .into_iter()
        .take(FAULTS_TOLD)
        .map(|RowFault { row, field, fault }| wire::RowError {
            row,
            field,
            message_vi: fault.vi,
            message_en: fault.en,
        })
        .collect();
    if left > 0 {
        errors.push(wire::RowError {
            row: last_row,
            field: "csv".into(),
            message_vi: format!("Còn {left} lỗi nữa."),
            message_en: format!("{left} more."),
        });
    }
    wire::ImportReport {
        rows: u32::try_from(rows).unwrap_or(u32::MAX),
        dry_run,
        errors,
        ..wire::ImportReport::default()
    }
}
