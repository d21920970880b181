//! Whole files against what is there: what is planned, and every kind of fault by its row and column.

mod files;

use chassis::phone::Phone;
use proptest::prelude::*;

use self::files::*;
use super::*;
use crate::domain::{certificate::stars_shown, words::ProducerState};

const DEMO: &str = include_str!("../../../../../deploy/demo/ocop-goods.csv");

#[test]
fn each_kind_of_bad_row_is_told_by_row_and_field() {
    // The row that is bad stands third; the others are good.
    let bad: &[(Cells, &[&str])] = &[
        (&[("producer_name", "")], &["producer_name"]),
        (&[("producer_kind", "shop")], &["producer_kind"]),
        (&[("business_code", "99")], &["business_code"]),
        (
            &[("business_code", ""), ("tax_code", "9900000009")],
            &["business_code"],
        ),
        (
            &[("producer_kind", "household")],
            &["business_code", "tax_code"],
        ),
        (&[("tax_code", "12 34")], &["tax_code"]),
        (
            &[("producer_ward", "xã Không Có, Hà Nội")],
            &["producer_ward"],
        ),
        (
            &[("producer_ward", "xã Bát Tràng, Hà Lội")],
            &["producer_ward"],
        ),
        (&[("bank_bin", "97043")], &["bank_bin"]),
        (&[("bank_account_no", "00 01")], &["bank_account_no"]),
        (&[("bank_account_name", "")], &["bank_account_name"]),
        (&[("product_name", "")], &["product_name"]),
        (&[("product_set", "27")], &["product_set"]),
        (&[("product_set", "gốm")], &["product_set"]),
        (&[("shelf_life_days", "-1")], &["shelf_life_days"]),
        (&[("alcohol_percent", "101")], &["alcohol_percent"]),
        (&[("product_set", "14")], &["alcohol_percent"]),
        (&[("origin_province", "Hà Tây")], &["origin_province"]),
        (&[("origin_ward", "phường Bát Tràng")], &["origin_ward"]),
        (&[("origin_ward", "")], &["origin_ward"]),
        (&[("trace_url", "javascript:alert(1)")], &["trace_url"]),
        (&[("description", "a\u{202E}b")], &["description"]),
        (&[("sku", "gốm 1")], &["sku"]),
        (
            &[("sku", "GOM-1"), ("business_code", "9900000001")],
            &["sku"],
        ),
        (&[("pack", "")], &["pack"]),
        (&[("list_price", "0")], &["list_price"]),
        (&[("list_price", "6,9")], &["list_price"]),
        (&[("weight_grams", "nặng")], &["weight_grams"]),
        (&[("stock", "-1")], &["stock"]),
        (&[("decision_no", "")], &["decision_no"]),
        (
            &[("decision_date", "30-06-2026")],
            &["decision_date", "valid_from"],
        ),
        (
            &[
                ("decision_date", "2026-12-30"),
                ("valid_from", "2026-12-30"),
            ],
            &["decision_date"],
        ),
        (&[("issuing_authority", "")], &["issuing_authority"]),
        (&[("issuing_level", "district_legacy")], &["issuing_level"]),
        (&[("issuing_level", "huyện")], &["issuing_level"]),
        (&[("legal_version", "qd148")], &["legal_version"]),
        (&[("stars", "2"), ("score", "")], &["stars"]),
        (&[("score", "69")], &["score"]),
        (&[("valid_from", "2026-06-29")], &["valid_from"]),
        (&[("evidence", "d")], &["evidence"]),
    ];
    for (cells, fields) in bad {
        // A producer and a product of its own, so that only this row is at fault.
        let mut row = cells.to_vec();
        row.extend([
            ("business_code", "9900000003"),
            ("product_name", "Bát hoa nâu"),
            ("sku", "GOM-3"),
        ]);
        let rows = faults(
            &[&[], &[("sku", "GOM-2")], &row],
            Importer::Organiser,
            &Known::default(),
        );
        let told: Vec<(u32, String)> = fields
            .iter()
            .map(|field| (4, (*field).to_owned()))
            .collect();
        assert_eq!(rows, told, "{cells:?}");
    }
}

#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let rows = faults(
        &[
            &[("list_price", "0"), ("stock", "x")],
            &[("sku", "GOM-2")],
            &[
                ("sku", "GOM-2"),
                ("product_name", "Bát hoa nâu"),
                ("origin_ward", "Bát Trang"),
            ],
            &[("sku", "GOM-4"), ("product_set", "22")],
            &[("sku", "GOM-5"), ("bank_account_no", "0002")],
        ],
        Importer::Organiser,
        &Known::default(),
    );
    let rows: Vec<(u32, &str)> = rows
        .iter()
        .map(|(row, field)| (*row, field.as_str()))
        .collect();
    // "Bát Trang" is found without its mark; what differs from an earlier row is told where it differs.
    assert_eq!(
        rows,
        [
            (2, "list_price"),
            (2, "stock"),
            (4, "sku"),
            (5, "product_set"),
            (6, "bank_account_no")
        ]
    );
}

#[test]
fn rows_of_one_product_need_not_repeat_it() {
    let blank: Vec<(&str, &str)> = GOOD
        .iter()
        .map(|(column, text)| match *column {
            "business_code" | "product_name" | "pack" | "list_price" => (*column, *text),
            "sku" => ("sku", "GOM-2"),
            column => (column, ""),
        })
        .collect();
    let plan = plan_of(
        &file(&[&[], &blank]),
        Importer::Organiser,
        &Known::default(),
    )
    .unwrap();
    assert_eq!((plan.producers.len(), plan.products.len()), (1, 1));
    let units: Vec<i64> = plan.products[0]
        .variants
        .iter()
        .map(|variant| variant.units)
        .collect();
    assert_eq!(units, [10, 0]);
    assert_eq!(plan.products[0].variants[0].facts.list_price.get(), 690_000);
}

#[test]
fn the_same_file_again_changes_nothing() {
    let plan = plan_of(&file(&[&[]]), Importer::Organiser, &known()).unwrap();
    assert!(plan.producers.is_empty());
    assert!(matches!(plan.products[0].target, Target::Known(_)));
    assert!(plan.products[0].variants.is_empty() && plan.products[0].certificate.is_none());
}

#[test]
fn what_is_there_is_not_written_over() {
    let known = known();
    for (column, text) in [
        ("producer_name", "HTX Gốm Khác"),
        ("producer_address", "Xóm 2"),
        ("producer_ward", "00592"),
        ("bank_account_no", "0002"),
        ("product_set", "22"),
        ("description", "Mới"),
        ("alcohol_percent", "5"),
        ("trace_url", "https://example.com/"),
        ("pack", "bộ"),
        ("list_price", "1"),
        ("weight_grams", "1"),
        ("stock", "11"),
        ("stars", "3"),
        ("evidence", "b1"),
    ] {
        let told = faults(&[&[(column, text)]], Importer::Organiser, &known);
        let expected = match column {
            // Three stars do not fit the score either, which stops the comparison.
            "stars" => "score",
            column => column,
        };
        assert_eq!(told, [(2, expected.to_owned())], "{column}");
    }
    // Blanks say nothing.
    for column in [
        "producer_name",
        "bank_bin",
        "description",
        "pack",
        "list_price",
        "stock",
        "decision_date",
        "evidence",
    ] {
        assert!(
            faults(&[&[(column, "")]], Importer::Organiser, &known).is_empty(),
            "{column}"
        );
    }
}

#[test]
fn stock_that_has_moved_since_is_no_contradiction() {
    let mut known = known();
    let stock = &mut known.listings[0].variants[0].stock;
    (stock.received, stock.on_hand, stock.sold) = (15, 5, 10);
    for (units, good) in [
        ("10", true),
        ("15", true),
        ("", true),
        ("5", false),
        ("12", false),
    ] {
        let told = faults(&[&[("stock", units)]], Importer::Organiser, &known);
        assert_eq!(told.is_empty(), good, "{units}");
    }
}

#[test]
fn a_new_variant_and_a_new_certificate_come_to_what_is_there() {
    let cells = &[
        ("sku", "GOM-2"),
        ("decision_no", "2/QĐ-UBND"),
        ("decision_date", "2026-07-30"),
    ];
    let plan = plan_of(&file(&[cells]), Importer::Organiser, &known()).unwrap();
    let product = &plan.products[0];
    assert!(matches!(product.target, Target::Known(_)));
    assert_eq!(product.variants[0].facts.sku, "GOM-2");
    assert_eq!(
        product.certificate.as_ref().unwrap().decision_no,
        "2/QĐ-UBND"
    );
}

#[test]
fn a_sku_of_another_product_is_taken() {
    let cells = &[
        ("product_name", "Bát hoa nâu"),
        ("decision_no", "2/QĐ-UBND"),
    ];
    assert_eq!(
        faults(&[cells], Importer::Organiser, &known()),
        [(2, "sku".to_owned())]
    );
}

#[test]
fn a_keeper_imports_for_their_own_producers_and_grades_nothing() {
    let known = known();
    let own: Vec<(&str, &str)> = PRODUCER_COLUMNS
        .iter()
        .map(|column| (*column, ""))
        .collect();
    assert!(
        faults(&[&own], Importer::Keeper, &known).is_empty(),
        "who keeps one producer need not name it"
    );
    let stranger = &[("business_code", "9900000002"), ("evidence", "c")];
    assert_eq!(
        faults(&[stranger], Importer::Keeper, &known),
        [(2, "business_code".to_owned())]
    );
    let graded = &[("decision_no", "2/QĐ-UBND"), ("evidence", "a")];
    assert_eq!(
        faults(&[graded], Importer::Keeper, &known),
        [(2, "evidence".to_owned())]
    );
    let claimed = &[("decision_no", "2/QĐ-UBND"), ("evidence", "")];
    let plan = plan_of(&file(&[claimed]), Importer::Keeper, &known).unwrap();
    assert_eq!(
        plan.products[0]
            .certificate
            .as_ref()
            .unwrap()
            .evidence
            .as_str(),
        "c"
    );
}

#[test]
fn nothing_is_imported_for_a_suspended_producer() {
    let mut known = known();
    known.producers[0].state = ProducerState::Suspended;
    assert_eq!(
        faults(&[&[]], Importer::Organiser, &known),
        [(2, "business_code".to_owned())]
    );
}

#[test]
fn a_known_phone_is_kept() {
    let mut known = known();
    known.producers[0].profile.phone = Phone::parse("0912345678").ok();
    assert!(faults(&[&[]], Importer::Organiser, &known).is_empty());
}

#[test]
fn formulas_stay_text() {
    let csv = file(&[&[("description", "=HYPERLINK(\"x\")")]]);
    let plan = plan_of(&csv, Importer::Organiser, &Known::default()).unwrap();
    let Target::New(facts) = &plan.products[0].target else {
        panic!("it is new")
    };
    assert_eq!(facts.description, "=HYPERLINK(\"x\")");
}

#[test]
fn the_demo_goods_are_twenty_lawful_products() {
    let plan = plan_of(DEMO.as_bytes(), Importer::Organiser, &Known::default()).unwrap();
    assert_eq!((plan.producers.len(), plan.products.len()), (20, 20));
    assert_eq!(
        plan.products
            .iter()
            .map(|product| product.variants.len())
            .sum::<usize>(),
        22
    );
    let known = known_after(&plan);
    let shown: Vec<u8> = known
        .listings
        .iter()
        .map(|listing| stars_shown(&listing.certificates, today()))
        .collect();
    assert_eq!(
        shown,
        [5, 4, 4, 4, 4, 0, 3, 3, 4, 4, 4, 4, 3, 3, 4, 5, 4, 4, 0, 4]
    );
    let rules = |number: usize| known.listings[number - 1].product.facts.rules();
    assert!(!rules(18).live_allowed && !rules(18).cod_allowed && rules(18).minimum_age == 18);
    assert!(!rules(20).shipped);
    let again = plan_of(DEMO.as_bytes(), Importer::Organiser, &known).unwrap();
    assert!(
        again.producers.is_empty()
            && again
                .products
                .iter()
                .all(|product| product.variants.is_empty())
    );
}

proptest! {
    #[test]
    fn any_cell_is_planned_or_told_by_its_row(column in 0_usize..36, text in "\\PC{0,20}") {
        let columns: Vec<&str> = COLUMNS.iter().copied().flatten().copied().collect();
        let cells = [(columns[column], text.as_str())];
        if let Err(faults) = plan_of(&file(&[&cells]), Importer::Organiser, &Known::default()) {
            prop_assert!(faults.iter().all(|fault| fault.row == 2));
        }
    }
}
