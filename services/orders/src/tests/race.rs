//! The deadline against the money, and against the checkout: whichever is first, a unit is sold or goes back, never both.

use std::sync::Arc;

use chrono::DateTime;
use tokio::task::JoinSet;

use super::*;

/// Deadlines that fall together.
const BATCH: usize = 25;
/// Between one batch's deadline and the next.
const APART: Duration = Duration::from_millis(40);
/// So long before or after its deadline, at most, something comes.
const AROUND_MS: i64 = 20;
/// How long a hold lasts and an order waits, as [`World::offer`] says.
const WINDOW: TimeDelta = TimeDelta::seconds(900);
/// Between the move of the clock and the first deadline.
const LEAD: TimeDelta = TimeDelta::milliseconds(1_500);

impl World {
    /// Waits until a moment of the world's clock.
    async fn until(&self, at: DateTime<chrono::Utc>) {
        let left = (at - self.clock.now()).to_std().unwrap_or_default();
        tokio::time::sleep(left).await;
    }

    async fn conn(&self) -> PgConnection {
        PgConnection::connect(self.database.expose_secret())
            .await
            .unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let mut conn = self.conn().await;
        sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap()
    }
}

/// Every millisecond around the deadline in turn, mixed by a prime.
fn near(deadline_ms: i64, number: usize) -> DateTime<chrono::Utc> {
    let step = i64::try_from(number).unwrap() * 7_919 % (2 * AROUND_MS + 1);
    DateTime::from_timestamp_millis(deadline_ms + step - AROUND_MS).unwrap()
}

/// So many orders, each paid within 20 ms of its deadline, while the service's own timer expires them.
async fn money_races(count: usize) {
    let world = Arc::new(World::start().await);
    let offer = world.offer(i64::try_from(count).unwrap(), 0).await;
    let vietqr = wire::PaymentMethod::Vietqr;
    let mut orders = Vec::new();
    let began = world.clock.now();
    for batch in 0..count / BATCH {
        let asked = (0..BATCH)
            .map(|number| {
                let key = format!("{batch}-{number}");
                world.order(world.clock.id(), &key, offer, 1, vietqr)
            })
            .collect();
        let results = world.place(asked).await;
        orders.extend(results.iter().map(|result| placed(result).clone()));
        tokio::time::sleep(APART).await;
    }
    // From now on the deadlines pass one after the other, as far apart as the orders came.
    world
        .clock
        .advance(WINDOW - (world.clock.now() - began) - LEAD);
    let mut paying = JoinSet::new();
    for (number, order) in orders.into_iter().enumerate() {
        let world = Arc::clone(&world);
        paying.spawn(async move {
            world.until(near(order.pay_by_ms, number)).await;
            let payment = &order.payments[0];
            world
                .pay(
                    &number.to_string(),
                    &payment.payment_code,
                    payment.amount_due,
                )
                .await
        });
    }
    paying.join_all().await;
    eventually("all money is judged", Duration::from_mins(1), || async {
        let sql = "select count(*) from bank_entries where outcome = 'pending'";
        (world.count(sql).await == 0).then_some(())
    })
    .await;
    let split: Vec<(String, String, bool, i64)> = sqlx::query_as(
        "select o.state, p.state, l.released, count(*)
         from orders o join payments p on p.order_id = o.id join order_lines l on l.order_id = o.id
         where p.amount_received = p.amount_due group by 1, 2, 3 order by 1",
    )
    .fetch_all(&mut world.conn().await)
    .await
    .unwrap();
    println!("{count} payments within 20 ms of the deadline: {split:?}");
    let mut sold = 0;
    let mut all = 0;
    for (order, payment, released, orders) in &split {
        match (order.as_str(), payment.as_str(), released) {
            ("confirmed", "exact", false) => sold += orders,
            ("expired", "late", true) => {}
            other => panic!("{other:?}"),
        }
        all += orders;
    }
    assert_eq!(all, i64::try_from(count).unwrap(), "all money arrived");
    let units = world.units(offer).await.unwrap();
    assert_eq!(
        (units.sold, units.awaiting, units.left),
        (sold, 0, all - sold)
    );
    Arc::into_inner(world).unwrap().finish().await;
}

/// So many holds, each ordered within 20 ms of its deadline, while somebody waits for every unit.
async fn checkouts_race(count: usize) {
    let world = Arc::new(World::start().await);
    let offer = world.offer(i64::try_from(count).unwrap(), 0).await;
    let claim = async |account: AccountId| {
        let asked = wire::ClaimUnits {
            session_id: world.session.to_string(),
            lines: vec![wire::ClaimLine {
                offer_id: offer.to_string(),
                units: 1,
                more: false,
            }],
            shopper_name: "Lan".into(),
            ..wire::ClaimUnits::default()
        };
        let actor = Actor {
            account_id: account.to_string(),
            ..Actor::default()
        };
        world.bus.ask(&actor, &asked).await.unwrap().kept.remove(0)
    };
    let began = world.clock.now();
    let mut holds: Vec<(AccountId, i64)> = Vec::new();
    for _ in 0..count / BATCH {
        let accounts: Vec<AccountId> = (0..BATCH).map(|_| world.clock.id()).collect();
        let kept = futures_util::future::join_all(accounts.iter().map(|one| claim(*one))).await;
        let until = kept.into_iter().map(|kept| kept.hold.unwrap().until_ms);
        holds.extend(accounts.into_iter().zip(until));
        tokio::time::sleep(APART).await;
    }
    for _ in 0..count {
        assert!(claim(world.clock.id()).await.waiting.is_some());
    }
    world
        .clock
        .advance(WINDOW - (world.clock.now() - began) - LEAD);
    let mut ordering = JoinSet::new();
    for (number, (account, until_ms)) in holds.into_iter().enumerate() {
        let world = Arc::clone(&world);
        ordering.spawn(async move {
            let order = world.order(account, "k", offer, 1, wire::PaymentMethod::Cod);
            world.until(near(until_ms, number)).await;
            world.place(vec![order]).await.remove(0)
        });
    }
    let mut sold = 0;
    for result in ordering.join_all().await {
        match &result.result {
            Some(Placed::Order(_)) => sold += 1,
            _ => assert_eq!(code(&result), "sold_out"),
        }
    }
    let all = i64::try_from(count).unwrap();
    eventually("every unit has one owner", PATIENCE, || async {
        let sql = "select count(*) from holds where state = 'lapsed'";
        (world.count(sql).await == all - sold).then_some(())
    })
    .await;
    let converted = world
        .count("select count(*) from holds where state = 'converted'")
        .await;
    let promoted = world
        .count("select count(*) from waits where state = 'served'")
        .await;
    println!(
        "{count} checkouts within 20 ms of the deadline: {sold} sold, {promoted} to who waits"
    );
    assert_eq!((converted, promoted), (sold, all - sold));
    let units = world.units(offer).await.unwrap();
    assert_eq!((units.sold, units.left), (sold, 0));
    Arc::into_inner(world).unwrap().finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_payments_race_with_their_deadline() {
    money_races(400).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the smaller one tells the same, sooner"]
async fn ten_thousand_payments_race_with_their_deadline() {
    money_races(10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_checkouts_race_with_their_holds_deadline() {
    checkouts_race(200).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the smaller one tells the same, sooner"]
async fn ten_thousand_checkouts_race_with_their_holds_deadline() {
    checkouts_race(10_000).await;
}
