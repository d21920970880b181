//! Who keeps another producer, or works in a studio, may change nothing of this one.

use chassis::Refusal;
use proto::{
    catalogue::v1::{
        ChangeProducer, ChangeProduct, EvidenceGrade, GradeCertificate, ListProduct, ProducerState,
        Product, RecordCertificate, RevokeCertificate, SetProducerState, ShowProducer, ShowStock,
        WithdrawProduct, WriteOffStock,
    },
    common::v1::{Actor, Role},
};

use super::{World, a_product, code, receive};

/// All that one of the requests could change.
async fn everything(world: &World) -> String {
    sqlx::query_scalar(
        "select concat_ws('; ', (select string_agg(p::text, ', ' order by p::text) from producer p),
             (select string_agg(p::text, ', ' order by p::text) from product p),
             (select string_agg(v::text, ', ' order by v::text) from variant v),
             (select string_agg(c::text, ', ' order by c::text) from certificate c),
             (select string_agg(s::text, ', ' order by s::text) from stock s),
             (select count(*) from chassis.outbox))",
    )
    .fetch_one(&world.ctx.db)
    .await
    .unwrap()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(reply: Result<T, Refusal>) {
    assert_eq!(code(reply), "forbidden");
}

/// Who is signed in and has no say: another keeper, a host, and somebody.
async fn outsiders(world: &World) -> [Actor; 3] {
    let (other_keeper, _) = world.verified("9900000002").await;
    [other_keeper, world.member(Role::Host), world.somebody()]
}

#[tokio::test]
async fn nobody_changes_a_producer_and_its_goods_but_its_keeper() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 10).await;
    let outsiders = outsiders(&world).await;
    let (producer_id, product_id) = (product.producer_id.clone(), product.product_id.clone());
    let show = ShowProducer {
        producer_id: producer_id.clone(),
    };
    let change_producer = ChangeProducer {
        producer: Some(world.ask(&keeper, show).await.unwrap()),
    };
    let suspend = SetProducerState {
        producer_id: producer_id.clone(),
        state: ProducerState::Suspended.into(),
        reason: "Ghen".into(),
    };
    let mut other = a_product(&producer_id);
    other.name = "Khác".into();
    other.variants.truncate(1);
    other.variants[0].sku = "KHAC-1".into();
    let list = ListProduct {
        product: Some(other),
    };
    let change = ChangeProduct {
        product: Some(Product {
            description: "Khác".into(),
            ..product
        }),
    };
    let withdraw = WithdrawProduct {
        product_id,
        reason: "Ghen".into(),
    };
    let before = everything(&world).await;
    for actor in &outsiders {
        refused(world.ask(actor, change_producer.clone()).await);
        refused(world.ask(actor, suspend.clone()).await);
        refused(world.ask(actor, list.clone()).await);
        refused(world.ask(actor, change.clone()).await);
        refused(world.ask(actor, withdraw.clone()).await);
    }
    assert_eq!(everything(&world).await, before);
    // Nothing else was wrong with them.
    world.ask(&keeper, change_producer).await.unwrap();
    world.ask(&keeper, list).await.unwrap();
    world.ask(&keeper, change).await.unwrap();
    world.ask(&keeper, withdraw).await.unwrap();
    world.ask(&world.organiser(), suspend).await.unwrap();
    assert_ne!(everything(&world).await, before);
    world.assert_sound().await;
}

#[tokio::test]
async fn nobody_moves_stock_or_touches_certificates_but_its_keeper() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 10).await;
    let outsiders = outsiders(&world).await;
    let organiser = world.organiser();
    let record = RecordCertificate {
        certificate: Some(world.certificate(&product.product_id, 4).await),
    };
    let certificate_id = world
        .ask(&organiser, record.clone())
        .await
        .unwrap()
        .certificate_id;
    let variant_id = product.variants[0].variant_id.clone();
    let come = receive(&variant_id, 1, "theirs");
    // A key that was good for its keeper.
    let again = receive(&variant_id, 10, "first");
    let go = WriteOffStock {
        variant_id: variant_id.clone(),
        units: 1,
        note: "Ghen".into(),
        idempotency_key: "theirs-too".into(),
    };
    let grade = GradeCertificate {
        certificate_id: certificate_id.clone(),
        evidence: EvidenceGrade::C.into(),
    };
    let revoke = RevokeCertificate {
        certificate_id,
        reason: "Ghen".into(),
    };
    let ledger = ShowStock {
        variant_id,
        page: None,
    };
    let before = everything(&world).await;
    for actor in &outsiders {
        refused(world.ask(actor, come.clone()).await);
        refused(world.ask(actor, again.clone()).await);
        refused(world.ask(actor, go.clone()).await);
        refused(world.ask(actor, record.clone()).await);
        refused(world.ask(actor, grade.clone()).await);
        refused(world.ask(actor, revoke.clone()).await);
    }
    refused(world.ask(&outsiders[0], ledger).await);
    assert_eq!(everything(&world).await, before);
    // Nothing else was wrong with them.
    for units in [come, again] {
        world.ask(&keeper, units).await.unwrap();
    }
    world.ask(&keeper, go).await.unwrap();
    world.ask(&keeper, record).await.unwrap();
    world.ask(&organiser, grade).await.unwrap();
    world.ask(&organiser, revoke).await.unwrap();
    assert_ne!(everything(&world).await, before);
    world.assert_sound().await;
}

#[tokio::test]
async fn another_keeper_sees_a_producer_as_everybody_does() {
    let world = World::start().await;
    let (_, producer) = world.verified("9900000001").await;
    let (other_keeper, _) = world.verified("9900000002").await;
    let show = ShowProducer {
        producer_id: producer.producer_id.clone(),
    };
    let seen = world.ask(&other_keeper, show).await.unwrap();
    assert_eq!(
        (
            seen.phone.as_str(),
            seen.account_id.as_str(),
            seen.bank_account
        ),
        ("", "", None)
    );
    world.assert_sound().await;
}
