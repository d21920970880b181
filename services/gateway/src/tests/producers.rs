//! Producers and their keepers: the one thing that lives in two services.

use chassis::{Refusal, rpc::Asked};
use proto::{
    catalogue::v1::{Producer, RegisterProducer, ShowProducer},
    common::v1::BankAccount,
};
use reqwest::StatusCode;
use serde_json::json;

use super::world::{World, json_of, refused};

const ID: &str = "prd_00000000000000000000000000000007";

fn producer(account_id: String) -> Producer {
    let bank_account = Some(BankAccount {
        bin: "970436".into(),
        account_no: "123".into(),
        account_name: "HTX".into(),
    });
    Producer {
        producer_id: ID.into(),
        account_id,
        bank_account,
        phone: "+84912345678".into(),
        ..Producer::default()
    }
}

async fn register((): (), asked: Asked<RegisterProducer>) -> Result<Producer, Refusal> {
    Ok(producer(asked.request.producer.unwrap().account_id))
}

async fn show((): (), asked: Asked<ShowProducer>) -> Result<Producer, Refusal> {
    let others = "acc_00000000000000000000000000000001".to_owned();
    match asked.request.producer_id.as_str() {
        // Registered by whoever asks.
        "prd_00000000000000000000000000000008" => Ok(Producer {
            producer_id: asked.request.producer_id,
            ..producer(asked.actor.account_id)
        }),
        ID => Ok(producer(others)),
        _ => Err(Refusal::not_found("chủ thể", "producer")),
    }
}

#[tokio::test]
async fn whoever_registers_a_producer_keeps_its_goods() {
    let world = World::start(&[]).await;
    world
        .answers("catalogue")
        .await
        .on(register)
        .await
        .unwrap()
        .on(show)
        .await
        .unwrap()
        .serve();
    let (token, other) = (world.shopper().await, world.shopper().await);
    let body = json!({ "kind": "cooperative", "name": "HTX", "address": { "line": "1", "ward_code": "00562" } });
    let answer = world
        .post("/v1/producers", &token, body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        json_of(answer, StatusCode::CREATED).await["bank_account"]["bin"],
        "970436",
        "sees all of its own"
    );
    let me = json_of(
        world.get("/v1/me", &token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        me["producer_ids"],
        json!([ID]),
        "at once, though the gateway remembered otherwise"
    );
    let seen = json_of(
        world
            .get(&format!("/v1/producers/{ID}"), &other)
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        (&seen["bank_account"], &seen["phone"]),
        (&json!(null), &json!(null)),
        "others see less"
    );
    let me = json_of(
        world.get("/v1/me", &other).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(me["producer_ids"], json!([]));
}

#[tokio::test]
async fn a_link_that_failed_is_made_good() {
    let world = World::start(&[]).await;
    world
        .answers("catalogue")
        .await
        .on(show)
        .await
        .unwrap()
        .serve();
    let token = world.shopper().await;
    json_of(
        world
            .get("/v1/producers/prd_00000000000000000000000000000008", &token)
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    let me = json_of(
        world.get("/v1/me", &token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        me["producer_ids"],
        json!(["prd_00000000000000000000000000000008"])
    );
}

#[tokio::test]
async fn an_organiser_makes_a_keeper() {
    let world = World::start(&[]).await;
    world.bootstrap().await;
    world
        .answers("catalogue")
        .await
        .on(show)
        .await
        .unwrap()
        .serve();
    let organiser = world.token_of("organiser").await;
    let keepers = format!("/v1/producers/{ID}/keepers");
    for _ in 0..2 {
        let made = world
            .post(&keepers, &organiser, json!({ "username": "producer" }))
            .send()
            .await
            .unwrap();
        json_of(made, StatusCode::NO_CONTENT).await;
    }
    let made = world
        .post(&keepers, &organiser, json!({ "phone": "0912345678" }))
        .send()
        .await
        .unwrap();
    json_of(made, StatusCode::NO_CONTENT).await;
    let me = json_of(
        world
            .get("/v1/me", &world.token_of("producer").await)
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(me["producer_ids"], json!([ID]));
    for wrong in [
        json!({}),
        json!({ "username": "nobody" }),
        json!({ "username": "producer", "phone": "0912345678" }),
    ] {
        assert_eq!(
            refused(world.post(&keepers, &organiser, wrong), 422).await,
            "invalid_input"
        );
    }
    let nowhere = "/v1/producers/prd_00000000000000000000000000000009/keepers";
    assert_eq!(
        refused(
            world.post(nowhere, &organiser, json!({ "username": "producer" })),
            404
        )
        .await,
        "not_found"
    );
}
