//! Events that come twice, or cannot be read.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_event_has_one_effect_and_a_bad_one_blocks_nothing() {
    let world = World::start().await;
    let offer = world.offer(5, 0).await;
    let more = StockAllotted {
        proposal_id: String::new(),
        offer_id: offer.to_string(),
        session_id: world.session.to_string(),
        variant_id: world.clock.id::<VariantId>().to_string(),
        units: 2,
    };
    let head = world.say(&more).await;
    let bad = EventHead {
        trace: None,
        id: world.clock.id(),
        ..head.clone()
    };
    world
        .say_as(&bad, StockAllotted::SUBJECT, vec![0xff, 0xff])
        .await;
    for _ in 0..3 {
        world
            .say_as(
                &head,
                StockAllotted::SUBJECT,
                prost::Message::encode_to_vec(&more),
            )
            .await;
    }
    let last = world.offer(1, 0).await;
    assert_eq!(world.units(offer).await.unwrap().allotted, 7);
    assert_eq!(world.units(last).await.unwrap().allotted, 1);
    let dead: i64 = sqlx::query_scalar("select count(*) from chassis.dead_letter")
        .fetch_one(&world.ctx.db)
        .await
        .unwrap();
    assert_eq!(dead, 1);
    world.finish().await;
}
