//! Orders on their way: what orders is told, and what the shopper is told.

use chassis::{Refusal, rpc::Asked};
use proto::{
    contract::{SHARDS, place_subject},
    orders::v1::{Order, OrderState, PlaceOrders, PlacedOrder, PlacedOrders, placed_order},
};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::world::{World, json_of, refused};

async fn intake((): (), asked: Asked<PlaceOrders>) -> Result<PlacedOrders, Refusal> {
    let decide = |order: proto::orders::v1::PlaceOrder| {
        assert!(order.deadline_ms > 0);
        let replayed = order.idempotency_key == "again";
        let result = if order.idempotency_key == "late" {
            placed_order::Result::Refusal(
                Refusal::conflict("sold_out", "Đã hết hàng.", "Sold out.").into(),
            )
        } else {
            placed_order::Result::Order(Box::new(Order {
                order_id: "ord_1".into(),
                account_id: order.account_id,
                state: OrderState::AwaitingPayment.into(),
                total: order.expected_total,
                contact: order.contact,
                delivery: order.delivery,
                ..Order::default()
            }))
        };
        PlacedOrder {
            result: Some(result),
            replayed,
        }
    };
    Ok(PlacedOrders {
        results: asked.request.orders.into_iter().map(decide).collect(),
        refusals: Vec::new(),
    })
}

fn place(world: &World, token: &str, key: &str) -> RequestBuilder {
    world
        .post("/v1/orders", token, body())
        .header("idempotency-key", key)
}

fn body() -> Value {
    json!({
        "session_id": "ses_00000000000000000000000000000001",
        "lines": [{ "offer_id": "off_00000000000000000000000000000001", "units": 2 }],
        "expected_total": 410_000, "payment_method": "vietqr",
        "contact": { "name": "Lan", "phone": "0912345678" },
        "delivery": { "address": { "line": "12 ngõ 4", "ward_code": "00562" } },
    })
}

#[tokio::test]
async fn an_order_is_placed_once_a_key() {
    let world = World::start(&[]).await;
    let token = world.shopper().await;
    let me = json_of(
        world.get("/v1/me", &token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    // Nobody decides: try again, with the same key.
    assert_eq!(refused(place(&world, &token, "first"), 503).await, "busy");

    let mut answers = world.answers("orders").await;
    for shard in 0..SHARDS {
        answers = answers.on_at(&place_subject(shard), intake).await.unwrap();
    }
    answers.serve();
    let answer = place(&world, &token, "first").send().await.unwrap();
    assert!(!answer.headers().contains_key("idempotent-replayed"));
    let order = json_of(answer, StatusCode::CREATED).await;
    assert_eq!(order["account_id"], me["account_id"]);
    assert_eq!(order["state"], "awaiting_payment");
    assert_eq!(order["total"], 410_000);
    assert_eq!(
        order["delivery"],
        json!({ "address": { "line": "12 ngõ 4", "ward_code": "00562" } })
    );

    let again = place(&world, &token, "again").send().await.unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(json_of(again, StatusCode::OK).await, order);
    assert_eq!(
        refused(place(&world, &token, "late"), 409).await,
        "sold_out"
    );
}

#[tokio::test]
async fn an_order_goes_exactly_one_way() {
    let world = World::start(&[]).await;
    let token = world.shopper().await;
    let mut both = body();
    both["delivery"]["pickup"] = json!(true);
    let problem = world
        .post("/v1/orders", &token, both)
        .header("idempotency-key", "k")
        .send()
        .await
        .unwrap();
    let problem = json_of(problem, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(problem["errors"][0]["field"], "delivery");
}
