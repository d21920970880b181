//! Events that come twice, too early, or cannot be read.

use chassis::id::Id as _;
use prost::{Message as _, Name as _};
use proto::livestream::v1::ClaimCommented;

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
            .say_as(&head, StockAllotted::SUBJECT, more.encode_to_vec())
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

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_arrives_before_the_one_ahead_of_it_waits_for_it() {
    let world = World::start().await;
    let offer = world.offer(1, 0).await;
    let (first, second) = (world.clock.id::<EventId>(), world.clock.id::<EventId>());
    let comment = async |seq: u64, id: EventId, after: Option<EventId>, shopper: AccountId| {
        let event = ClaimCommented {
            comment_id: String::new(),
            session_id: world.session.to_string(),
            seq,
            account_id: shopper.to_string(),
            shopper_name: "Lan".into(),
            lines: vec![wire::ClaimLine {
                offer_id: offer.to_string(),
                units: 1,
                more: false,
            }],
            give_all_back: false,
        };
        let head = EventHead {
            trace: None,
            source: ClaimCommented::SERVICE.into(),
            id,
            event_type: ClaimCommented::full_name(),
            aggregate: Some(("comments".into(), i64::try_from(seq).unwrap())),
            at: world.clock.now(),
        };
        let mut headers = head.headers();
        if let Some(after) = after {
            headers.insert("ce-after", after.to_string());
        }
        world
            .say_with(headers, ClaimCommented::SUBJECT, event.encode_to_vec())
            .await;
    };
    let (early, late): (AccountId, AccountId) = (world.clock.id(), world.clock.id());
    comment(2, second, Some(first), late).await;
    // What the same stream brought later has had its effect: the comment was taken up, and put back.
    world.offer(1, 0).await;
    comment(1, first, None, early).await;
    let of = async |sql: &'static str| -> Option<uuid::Uuid> {
        sqlx::query_scalar(sql)
            .fetch_optional(&world.ctx.db)
            .await
            .unwrap()
    };
    let waits = eventually("the second waits in line", PATIENCE, || {
        of("select account_id from waits where state = 'waiting'")
    });
    assert_eq!(waits.await, late.uuid());
    let holds = of("select account_id from holds where state = 'active'").await;
    assert_eq!(holds, Some(early.uuid()));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_that_another_instance_is_about_to_note_are_there_when_the_offer_opens() {
    let world = World::start().await;
    let (offer, variant): (OfferId, VariantId) = (world.clock.id(), world.clock.id());
    let mut other = world.ctx.db.begin().await.unwrap();
    sqlx::query(
        "insert into offers (id, session_id, variant_id, version, allotted, units_left) values ($1, $2, $3, 1, 5, 5)",
    )
    .bind(offer.uuid())
    .bind(world.session.uuid())
    .bind(variant.uuid())
    .execute(&mut *other)
    .await
    .unwrap();
    sqlx::query(
        "insert into offer_ledger (offer_id, allotted, units_left, held, awaiting, sold, given_back, at)
         values ($1, 5, 5, 0, 0, 0, 0, now())",
    )
    .bind(offer.uuid())
    .execute(&mut *other)
    .await
    .unwrap();
    let commits = async {
        eventually("the intake waits for it", PATIENCE, || async {
            let waiting: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
            )
            .fetch_one(&world.ctx.db)
            .await
            .unwrap();
            (waiting > 0).then_some(())
        })
        .await;
        other.commit().await.unwrap();
    };
    tokio::join!(world.open(offer, variant, 0), commits);
    let units = world.units(offer).await.unwrap();
    assert_eq!((units.allotted, units.left), (5, 5));
    world.finish().await;
}
