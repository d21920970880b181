//! Banks' webhooks.

use chassis::rpc::Asked;
use proto::orders::v1::{BankFeedReceived, ReceiveBankFeed};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;

use super::world::{World, json_of, refused};

fn say(world: &World, key: &str, body: &str) -> RequestBuilder {
    world
        .ask(Method::POST, "/v1/webhooks/sepay")
        .header("authorization", format!("Apikey {key}"))
        .body(body.to_owned())
}

#[tokio::test]
async fn there_is_no_webhook_without_a_key() {
    let world = World::start(&[]).await;
    assert_eq!(refused(say(&world, "", "{}"), 404).await, "not_found");
}

async fn receive(
    (): (),
    asked: Asked<ReceiveBankFeed>,
) -> Result<BankFeedReceived, chassis::Refusal> {
    assert_eq!(asked.request.provider, "sepay");
    assert!(asked.actor.account_id.is_empty());
    Ok(BankFeedReceived {
        duplicate: *asked.request.body == *b"again",
    })
}

#[tokio::test]
async fn a_line_is_answered_when_it_is_stored() {
    let world = World::start(&["--sepay-keys", "old,new"]).await;
    for key in ["", "ol", "oldnew", "old,new"] {
        assert_eq!(refused(say(&world, key, "{}"), 401).await, "wrong_key");
    }
    assert_eq!(
        refused(
            world
                .ask(Method::POST, "/v1/webhooks/sepay")
                .bearer_auth("old"),
            401
        )
        .await,
        "wrong_key"
    );
    assert_eq!(
        refused(say(&world, "old", &"x".repeat(64 * 1024 + 1)), 413).await,
        "too_large"
    );
    // Nobody stores it: the bank shall come again.
    let answer = say(&world, "old", "{}").send().await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "1");
    json_of(answer, StatusCode::SERVICE_UNAVAILABLE).await;

    world
        .answers("orders")
        .await
        .on(receive)
        .await
        .unwrap()
        .serve();
    for (key, body) in [("old", "{}"), ("new", "again"), ("new", "again")] {
        let answer = say(&world, key, body).send().await.unwrap();
        assert_eq!(
            json_of(answer, StatusCode::OK).await,
            json!({ "success": true })
        );
    }
}
