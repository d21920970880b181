//! A poisoned event: the others flow, `phien dead` shows it, and once the fault is mended it has its effect, once.

use chassis::{
    id::{Id as _, OfferId},
    outbox,
    testing::eventually,
};
use phien::{audit::Databases, dead};
use phien_tests::{market::SOON, world::World};
use proto::orders::v1::OfferSoldOut;
use sqlx::PgConnection;

async fn notices(livestream: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from notice")
        .fetch_one(livestream)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_event_is_listed_shown_and_replayed_once() {
    let world = World::start().await;
    let stage = world.stage(20, 0).await;
    let shopper = world.people(1).await.remove(0);
    // An event of an offer that livestream does not have.
    let offer: OfferId = world.clock.id();
    let event = OfferSoldOut {
        offer_id: offer.to_string(),
        session_id: stage.session_id.clone(),
    };
    let mut orders = world.database("orders").await;
    outbox::say(&mut orders, &world.clock, &format!("offer:{offer}"), &event)
        .await
        .unwrap();
    let letter = eventually("it is listed", SOON, || async {
        let mut databases = Databases::from([
            ("livestream", world.database("livestream").await),
            ("orders", world.database("orders").await),
        ]);
        dead::list(&mut databases).await.unwrap().pop()
    })
    .await;
    assert_eq!((letter.service, letter.unsaid), ("livestream", false));
    assert_eq!(letter.event_type, "phien.orders.v1.OfferSoldOut");
    let mut livestream = world.database("livestream").await;
    let shown = dead::show(&mut livestream, letter.id).await.unwrap();
    assert_eq!(shown["event"]["offerId"], offer.to_string());
    tells_of_it_alone(&world.audit().await);

    // The others flow.
    stage.order(&shopper, "o1", 2, "cod").await;
    eventually("the room sees the sale", SOON, || async {
        let mut livestream = world.database("livestream").await;
        let sales: i64 = sqlx::query_scalar("select last_sale_seq from room")
            .fetch_one(&mut livestream)
            .await
            .unwrap();
        (sales == 1).then_some(())
    })
    .await;

    // Too early: it fails again and stays open.
    let before = notices(&mut livestream).await;
    assert_eq!(
        dead::replay(&mut livestream, Some(letter.id))
            .await
            .unwrap(),
        1
    );
    let asked = "select replay_at is not null from chassis.dead_letter where id = $1";
    eventually("it was tried", SOON, || async {
        let mut livestream = world.database("livestream").await;
        let waits: bool = sqlx::query_scalar(asked)
            .bind(letter.id)
            .fetch_one(&mut livestream)
            .await
            .unwrap();
        (!waits).then_some(())
    })
    .await;
    assert_eq!(notices(&mut livestream).await, before);

    // The fault is mended: there is such an offer now, a second one of the stage.
    sqlx::query(
        "insert into offer select (jsonb_populate_record(o, jsonb_build_object('id', $1::uuid, 'claim_code', 'Z99', 'position', 99))).*
         from offer o",
    )
    .bind(offer.uuid())
    .execute(&mut livestream)
    .await
    .unwrap();
    for again in 0..2 {
        let open = dead::replay(&mut livestream, Some(letter.id))
            .await
            .unwrap();
        assert_eq!(open, u64::from(again == 0), "what is done is not open");
        eventually("it is done", SOON, || async {
            let shown = dead::show(&mut world.database("livestream").await, letter.id)
                .await
                .unwrap();
            (!shown["replayed_at"].is_null()).then_some(())
        })
        .await;
        assert_eq!(
            notices(&mut livestream).await,
            before + 1,
            "the room was told once"
        );
    }
    // Even one that somebody opens again has no second effect.
    sqlx::query("update chassis.dead_letter set replayed_at = null")
        .execute(&mut livestream)
        .await
        .unwrap();
    dead::replay(&mut livestream, None).await.unwrap();
    eventually("it is done again", SOON, || async {
        let shown = dead::show(&mut world.database("livestream").await, letter.id)
            .await
            .unwrap();
        (!shown["replayed_at"].is_null()).then_some(())
    })
    .await;
    assert_eq!(notices(&mut livestream).await, before + 1);
    world.stop().await;
}

/// A fault of one aggregate that may heal: what came after it waits behind it, everything else flows.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_for_now_holds_up_its_aggregate_only() {
    let world = World::start().await;
    let ill = world.stage(20, 0).await;
    let organiser = world.staff("organiser").await;
    let well = world.session(&organiser, "Phiên khác").await;
    phien_tests::world::stage::go_live(&organiser, &well).await;
    let mut livestream = world.database("livestream").await;
    sqlx::raw_sql(
        "create function fails() returns trigger language plpgsql as $$ begin raise 'an illness of the test'; end $$;
         create trigger fails before update on room for each row when (new.last_sale_seq > 0) execute function fails()",
    )
    .execute(&mut livestream)
    .await
    .unwrap();
    let people = world.people(3).await;
    for person in &people {
        ill.order(person, "o", 1, "cod").await;
    }
    // Of another aggregate of the same stream, said after all of them.
    let mut orders = world.database("orders").await;
    let session = well.clone();
    let heard = || async {
        let mut livestream = world.database("livestream").await;
        let heard: Vec<String> = sqlx::query_scalar(
            "select event_type from chassis.inbox where event_type like 'phien.orders%'",
        )
        .fetch_all(&mut livestream)
        .await
        .unwrap();
        heard
    };
    let event = OfferSoldOut {
        offer_id: ill.offer_id.clone(),
        session_id: session,
    };
    outbox::say(&mut orders, &world.clock, "somebody-else", &event)
        .await
        .unwrap();
    eventually("another aggregate is heard", SOON, || async {
        (heard().await == ["phien.orders.v1.OfferSoldOut"]).then_some(())
    })
    .await;
    sqlx::raw_sql("drop trigger fails on room; drop function fails")
        .execute(&mut livestream)
        .await
        .unwrap();
    eventually("the room sees all sales", SOON, || async {
        let mut livestream = world.database("livestream").await;
        let sales: Option<i64> = sqlx::query_scalar("select max(last_sale_seq) from room")
            .fetch_one(&mut livestream)
            .await
            .unwrap();
        (sales == Some(3)).then_some(())
    })
    .await;
    assert_eq!(world.audit().await, Vec::<String>::new());
    world.stop().await;
}

/// The audit tells of one dead letter, of an event that was not heard therefore, and of nothing else.
fn tells_of_it_alone(told: &[String]) {
    let (dead, unheard): (Vec<_>, Vec<_>) = told
        .iter()
        .partition(|line| line.starts_with("livestream no_dead_letters"));
    let of_it = |line: &&String| {
        line.contains("livestream has not heard evt_") || line.contains("OfferSoldOut: 1 said")
    };
    assert_eq!(dead.len(), 1, "{told:#?}");
    assert!(unheard.len() == 2 && unheard.iter().all(of_it), "{told:#?}");
}
