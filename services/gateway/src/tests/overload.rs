//! What happens when there is too much, or the database is away: a polite word at once, and money is always heard.

use chassis::{Refusal, rpc::Asked, testing::eventually};
use proto::orders::v1::{BankFeedReceived, ReceiveBankFeed};
use reqwest::Method;
use serde_json::json;

use super::world::{SOON, World, refused};

async fn receive((): (), _: Asked<ReceiveBankFeed>) -> Result<BankFeedReceived, Refusal> {
    Ok(BankFeedReceived { duplicate: false })
}

#[tokio::test]
async fn a_full_gateway_sheds_all_but_webhooks() {
    let world = World::start(&["--max-in-flight=0", "--sepay-keys=key", "--limit-address=1"]).await;
    world
        .answers("orders")
        .await
        .on(receive)
        .await
        .unwrap()
        .serve();
    for path in ["/v1/sessions", "/docs", "/nothing"] {
        let answer = world.ask(Method::GET, path).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), path), (503, path));
        assert_eq!(answer.headers()["retry-after"], "1");
    }
    assert_eq!(
        refused(world.ask(Method::GET, "/v1/sessions"), 503).await,
        "busy"
    );
    let webhook = async || {
        let entry = world
            .ask(Method::POST, "/v1/webhooks/sepay")
            .header("authorization", "Apikey key")
            .json(&json!({ "id": "1" }));
        entry.send().await.unwrap().status().as_u16()
    };
    eventually("orders are there", SOON, async || {
        (webhook().await == 200).then_some(())
    })
    .await;
    for _ in 0..20 {
        assert_eq!(webhook().await, 200);
    }
}

#[tokio::test]
async fn a_gateway_without_its_database_is_busy_not_broken() {
    let world = World::start(&[]).await;
    let token = world.shopper().await;
    world.ctx.db.close().await;
    let asked = world.get("/v1/me", &token).send().await.unwrap();
    assert_eq!(asked.headers()["retry-after"], "1");
    assert_eq!(refused(world.get("/v1/me", &token), 503).await, "busy");
    let body = json!({ "username": "organiser", "password": "x" });
    let signing_in = world.ask(Method::POST, "/v1/sign-in/password").json(&body);
    assert_eq!(refused(signing_in, 503).await, "busy");
}
