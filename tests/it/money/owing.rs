//! Somebody who owes, and what is seen of it.

use chassis::testing::eventually;
use phien_tests::{
    api::{Reply, number, text},
    market::{SOON, transfer},
    world::{Person, SEPAY_KEY, Stage, World},
};
use serde_json::Value;

/// A shopper with an order of two units that waits for its transfer of 72.000 ₫.
pub(crate) struct Owing {
    pub(crate) world: World,
    pub(crate) stage: Stage,
    pub(crate) shopper: Person,
    pub(crate) order: Value,
}

pub(crate) const DUE: i64 = 72_000;

impl Owing {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let stage = world.stage(10, 0).await;
        let shopper = world.people(1).await.remove(0);
        let order = stage.order(&shopper, "o1", 2, "vietqr").await;
        assert_eq!(number(&order["payments"][0], "amount_due"), DUE);
        Self {
            world,
            stage,
            shopper,
            order,
        }
    }

    pub(crate) fn code(&self) -> String {
        text(&self.order["payments"][0], "payment_code")
    }

    pub(crate) async fn comes(&self, id: &str, amount: i64, memo: &str) -> Reply {
        let body = transfer(id, &self.stage.producer.account_no, amount, memo);
        self.world.api.webhook(SEPAY_KEY, &body).await.unwrap()
    }

    pub(crate) async fn now(&self) -> Value {
        let path = format!("/v1/orders/{}", text(&self.order, "order_id"));
        self.shopper.api.get(&path).await.unwrap().ok().unwrap()
    }

    /// Waits until the order and its payment are so.
    pub(crate) async fn becomes(&self, state: &str, payment: &str, received: i64) {
        eventually(&format!("{state}, {payment}, {received}"), SOON, || async {
            let order = self.now().await;
            let paid = &order["payments"][0];
            let is = order["state"] == state
                && paid["state"] == payment
                && number(paid, "amount_received") == received;
            is.then_some(())
        })
        .await;
    }

    /// What became of a line of the bank's statement.
    pub(crate) async fn judged(&self, id: &str, outcome: &str) {
        eventually(&format!("{id} is {outcome}"), SOON, || async {
            let mut conn = self.world.database("orders").await;
            let found: Option<String> = sqlx::query_scalar(
                "select outcome from bank_entries where provider_txn_id like $1",
            )
            .bind(id)
            .fetch_optional(&mut conn)
            .await
            .unwrap();
            found.filter(|found| found == outcome).map(drop)
        })
        .await;
    }

    pub(crate) async fn stored(&self) -> i64 {
        let mut conn = self.world.database("orders").await;
        sqlx::query_scalar("select count(*) from bank_entries")
            .fetch_one(&mut conn)
            .await
            .unwrap()
    }
}
