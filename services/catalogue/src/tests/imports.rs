//! Imports over the bus: all or nothing, dry runs, the same file again, the demonstration's goods.

use chassis::rpc::PATIENCE;
use proto::{
    catalogue::v1::{
        CertificateChanged, FindProducts, ImportGoods, ImportReport, ListProducers, ProducerState,
        ProductChanged, ProductListed, ShowStock,
    },
    common::v1::Actor,
    contract::Request as _,
};

use super::{World, code};
use crate::{app::say_turned_certificates::say_turned_certificates, domain::import::MAX_ROWS};

const DEMO: &str = include_str!("../../../../deploy/demo/ocop-goods.csv");

async fn import(world: &World, actor: &Actor, csv: &str, dry_run: bool) -> ImportReport {
    world
        .ask(
            actor,
            ImportGoods {
                csv: csv.to_owned().into(),
                dry_run,
            },
        )
        .await
        .unwrap()
}

/// What an import created: producers, products, variants, certificates.
fn created(report: &ImportReport) -> [u32; 4] {
    [
        report.producers_created,
        report.products_created,
        report.variants_created,
        report.certificates_recorded,
    ]
}

async fn count(world: &World) -> i64 {
    sqlx::query_scalar("select (select count(*) from producer) + (select count(*) from product) + (select count(*) from stock_ledger) + (select count(*) from chassis.outbox)")
        .fetch_one(&world.ctx.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_demo_goods_are_imported_once() {
    let world = World::start().await;
    let organiser = world.organiser();
    let dry = import(&world, &organiser, DEMO, true).await;
    assert_eq!(
        (created(&dry), dry.errors.as_slice(), dry.dry_run),
        ([20, 20, 22, 20], [].as_slice(), true)
    );
    assert_eq!(count(&world).await, 0, "a dry run keeps nothing");
    let report = import(&world, &organiser, DEMO, false).await;
    assert_eq!(
        (created(&report), report.rows, report.errors.as_slice()),
        ([20, 20, 22, 20], 22, [].as_slice())
    );
    assert_eq!(report.product_ids.len(), 20);
    let found = world
        .ask(&world.somebody(), FindProducts::default())
        .await
        .unwrap()
        .products;
    assert_eq!(found.len(), 20);
    // Newest first, so the file from its end.
    assert_eq!(found[19].name, "Bộ bát đĩa men lam vẽ sen");
    let box_with_two = found
        .iter()
        .find(|product| product.name == "Hộp khảm trai")
        .unwrap();
    let show = ShowStock {
        variant_id: box_with_two.variants[0].variant_id.clone(),
        page: None,
    };
    let account = world.ask(&organiser, show).await.unwrap();
    assert_eq!(account.variant.unwrap().stock.unwrap().on_hand, 2);
    assert_eq!(
        (account.entries.len(), account.entries[0].reason.as_str()),
        (1, "received")
    );
    let producers = world
        .ask(&organiser, ListProducers::default())
        .await
        .unwrap()
        .producers;
    assert!(producers.iter().all(
        |one| one.state() == ProducerState::Verified && one.account_id == organiser.account_id
    ));
    assert_eq!(world.said::<ProductListed>().await.len(), 20);
    assert_eq!(world.said::<CertificateChanged>().await.len(), 20);
    let before = count(&world).await;
    let again = import(&world, &organiser, DEMO, false).await;
    assert_eq!(
        (created(&again), again.errors.as_slice()),
        ([0; 4], [].as_slice())
    );
    assert_eq!(again.product_ids, report.product_ids);
    assert_eq!(
        count(&world).await,
        before,
        "the same file again changes nothing"
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn one_bad_cell_and_nothing_is_imported() {
    let world = World::start().await;
    let csv = DEMO.replace(
        ",CHELAM-08,hộp 300 g,40000,",
        ",CHELAM-08,hộp 300 g,bốn mươi nghìn,",
    );
    assert_ne!(csv, DEMO);
    let report = import(&world, &world.organiser(), &csv, false).await;
    assert_eq!(created(&report), [0; 4]);
    let told: Vec<(u32, &str)> = report
        .errors
        .iter()
        .map(|error| (error.row, error.field.as_str()))
        .collect();
    assert_eq!(told, [(11, "list_price")]);
    assert!(
        report.errors[0].message_vi.contains("số nguyên")
            && report.errors[0].message_en.contains("whole number")
    );
    assert_eq!(count(&world).await, 0);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_file_that_grows_brings_only_what_is_new() {
    let world = World::start().await;
    // The timer does so at its start, and would tell of the goods if they came before.
    say_turned_certificates(world.ctx.clone()).await.unwrap();
    let organiser = world.organiser();
    let lines: Vec<&str> = DEMO.lines().collect();
    import(&world, &organiser, &lines[..4].join("\n"), false).await;
    let report = import(&world, &organiser, DEMO, false).await;
    assert_eq!(
        (created(&report), report.errors.as_slice()),
        ([17, 17, 19, 17], [].as_slice())
    );
    let changed = world.said::<ProductChanged>().await;
    assert_eq!(changed.len(), 1, "the scarf has two more colours");
    assert_eq!(changed[0].product.as_ref().unwrap().variants.len(), 3);
    world.assert_sound().await;
}

#[tokio::test]
async fn keepers_import_for_themselves_and_others_not_at_all() {
    let world = World::start().await;
    let (keeper, producer) = world.registered("9900000001").await;
    let csv = "product_name;product_set;origin_province;origin_ward;sku;pack;list_price;stock\r\n\
               Bát men lam;21;Hà Nội;Bát Tràng;BAT-1;chiếc;120.000;5\r\n";
    assert_eq!(
        code(
            world
                .ask(
                    &world.somebody(),
                    ImportGoods {
                        csv: csv.into(),
                        dry_run: false
                    }
                )
                .await
        ),
        "forbidden"
    );
    let report = import(&world, &keeper, csv, false).await;
    assert_eq!(
        (created(&report), report.errors.as_slice()),
        ([0, 1, 1, 0], [].as_slice())
    );
    let listed = world.said::<ProductListed>().await;
    let of = listed[0].producer.as_ref().unwrap();
    assert_eq!(
        (&of.producer_id, of.state()),
        (&producer.producer_id, ProducerState::Draft),
        "nobody vouched for it"
    );
    let report = import(&world, &keeper, DEMO, false).await;
    assert!(
        report
            .errors
            .iter()
            .any(|error| error.field == "business_code")
    );
    // The organiser's producer of that code is another one: a draft claims nothing.
    let csv = DEMO.lines().take(2).collect::<Vec<_>>().join("\n");
    let report = import(&world, &world.organiser(), &csv, false).await;
    assert_eq!(
        (created(&report), report.errors.as_slice()),
        ([1, 1, 1, 1], [].as_slice())
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn the_largest_file_is_taken_whole() {
    let world = World::start().await;
    let mut lines = DEMO.lines();
    let mut csv = lines.next().unwrap().to_owned();
    let row = lines.next().unwrap();
    for number in 0..MAX_ROWS {
        csv.push('\n');
        csv += &row
            .replace("GOM-01", &format!("GOM-{number}"))
            .replace("Bộ bát đĩa men lam vẽ sen", &format!("Bộ bát số {number}"));
    }
    let (csv, dry_run) = (csv.into(), false);
    let subject = ImportGoods::SUBJECT;
    let (whose, file) = (world.organiser(), ImportGoods { csv, dry_run });
    // A crowded machine takes its time without optimisation.
    let report = world
        .gateway
        .ask_at(subject, &whose, &file, 6 * PATIENCE)
        .await;
    assert_eq!(created(&report.unwrap()), [1, 2000, 2000, 2000]);
    world.assert_sound().await;
}
