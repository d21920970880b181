//! An event that nobody can read is put aside, and the next ones flow.

use async_nats::{HeaderMap, jetstream};
use chassis::{envelope::EventHead, id::EventId, testing::eventually};
use phien_tests::{
    api::number,
    market::{SOON, units_when},
    world::World,
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_event_is_a_dead_letter_and_the_next_ones_flow() {
    let world = World::start().await;
    let stage = world.stage(5, 0).await;
    let jetstream = jetstream::new(world.on_the_bus("catalogue").await);
    let head = EventHead {
        source: "catalogue".into(),
        id: world.clock.id::<EventId>(),
        event_type: "phien.catalogue.v1.StockAllotted".into(),
        aggregate: Some(("variant:x".into(), 1)),
        at: world.clock.now(),
    };
    let subject = "evt.catalogue.v1.stock_allotted";
    // No protobuf; protobuf with ids that are none; no attributes at all.
    let senseless: [(HeaderMap, &[u8]); 3] = [
        (head.headers(), b"\xff\xff\xff"),
        (
            EventHead {
                id: world.clock.id(),
                ..head.clone()
            }
            .headers(),
            b"\x0a\x03abc\x28\x05",
        ),
        (HeaderMap::new(), b""),
    ];
    for (headers, payload) in senseless {
        let acknowledged = jetstream
            .publish_with_headers(subject, headers, payload.into())
            .await
            .unwrap();
        acknowledged.await.unwrap();
    }
    let restock = format!("/v1/offers/{}/restock", stage.offer_id);
    stage
        .organiser
        .post_once(&restock, "r1", &json!({ "units": 7 }))
        .await
        .unwrap()
        .ok()
        .unwrap();
    let units = units_when(
        &stage.organiser,
        &stage.session_id,
        &stage.offer_id,
        "restocked",
        |units| number(units, "allotted") == 12,
    );
    units.await.unwrap();
    for hearer in ["livestream", "orders"] {
        eventually(
            &format!("{hearer} has put three letters aside"),
            SOON,
            || async {
                let mut conn = world.database(hearer).await;
                let dead: i64 = sqlx::query_scalar("select count(*) from chassis.dead_letter")
                    .fetch_one(&mut conn)
                    .await
                    .unwrap();
                (dead == 3).then_some(())
            },
        )
        .await;
    }
    let broken = world.audit().await;
    assert_eq!(
        broken.len(),
        6,
        "the audit tells of each dead letter and of nothing else: {broken:?}"
    );
    assert!(
        broken.iter().all(|line| line.contains("dead letter")),
        "{broken:?}"
    );
    world.stop().await;
}
