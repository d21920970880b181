//! What orders say reaches the books over the bus.

use chassis::{Core, lifecycle::Lifecycle, outbox, testing};
use proto::catalogue::v1::StockReturned;
use sqlx::migrate::Migrator;

use super::{
    SOON, World,
    offers::{allot, figures, proposed, returned, settled},
};

#[tokio::test]
async fn orders_are_heard_to_settle_and_to_return() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 10).await;
    let asked = proposed(&world, &product, 6);
    allot(&world, &asked).await;
    let none = Migrator::DEFAULT;
    let database = testing::database("orders", &none).await;
    let orders = Core::start(
        &testing::settings(&world.nats),
        "orders",
        &database,
        &none,
        world.clock.clone(),
        Lifecycle::default(),
    )
    .await
    .unwrap();
    let (world, product, topic) = (&world, &product, format!("offer:{}", asked.offer_id));
    let mut tx = orders.begin().await.unwrap();
    outbox::say(&mut tx, &orders.clock, &topic, &settled(&asked, 4, 2))
        .await
        .unwrap();
    orders.commit(tx).await.unwrap();
    testing::eventually("the offer's settlement", SOON, || async move {
        (figures(world, product).await == (6, 0, 4, 0)).then_some(())
    })
    .await;
    let said = world.said::<StockReturned>().await;
    assert_eq!(
        (said.len(), said[0].units_returned, said[0].units_sold),
        (1, 2, 4)
    );
    let mut tx = orders.begin().await.unwrap();
    for (units, restock) in [(1, true), (2, false)] {
        let event = returned(world, &asked, units, restock);
        outbox::say(&mut tx, &orders.clock, &topic, &event)
            .await
            .unwrap();
    }
    orders.commit(tx).await.unwrap();
    testing::eventually("the returned units", SOON, || async move {
        (figures(world, product).await == (7, 0, 1, 2)).then_some(())
    })
    .await;
    let dead: i64 = sqlx::query_scalar("select count(*) from chassis.dead_letter")
        .fetch_one(&world.ctx.db)
        .await
        .unwrap();
    assert_eq!(dead, 0);
    world.assert_sound().await;
}
