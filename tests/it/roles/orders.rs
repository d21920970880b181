//! Orders, payments and who may see whom.

use serde_json::json;

use super::two::{ask, must_refuse, two};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_its_shoppers_and_its_packers() {
    let two = two().await;
    let (order, payment) = (two.order_id(), two.payment_id());
    let paths = [
        ("GET", format!("/v1/orders/{order}")),
        ("POST", format!("/v1/orders/{order}/cancel")),
        ("GET", format!("/v1/payments/{payment}/qr.svg")),
        ("GET", format!("/v1/payments/{payment}/qr.png")),
    ];
    for (method, path) in &paths {
        must_refuse(
            &ask(&two.world.api, method, path, &json!({})).await,
            &[401],
            path,
        );
        for api in [
            &two.stranger.api,
            &two.other_organiser,
            &two.other_producer.keeper,
        ] {
            let reply = ask(api, method, path, &json!({})).await;
            must_refuse(&reply, &[404], path);
            // As if there were none.
            let made_up = path
                .replace(&order, "ord_0192f0c1d2e37a4b8c5d6e7f80910203")
                .replace(&payment, "pay_0192f0c1d2e37a4b8c5d6e7f80910203");
            let nothing = ask(api, method, &made_up, &json!({})).await;
            assert_eq!(
                (nothing.status, &nothing.body),
                (reply.status, &reply.body),
                "{path}"
            );
        }
    }
    assert_eq!(
        two.stranger
            .api
            .list("/v1/orders", "orders")
            .await
            .unwrap()
            .len(),
        0
    );
    assert_eq!(
        two.buyer
            .api
            .list("/v1/orders", "orders")
            .await
            .unwrap()
            .len(),
        1
    );

    // The producer of the goods sees where to send them, another sees nothing.
    let path = format!("/v1/producers/{}/orders", two.stage.producer.id);
    let own = two
        .stage
        .producer
        .keeper
        .list(&path, "orders")
        .await
        .unwrap();
    assert_eq!(own[0]["contact"]["phone"], "+84912345678");
    must_refuse(
        &two.other_producer.keeper.get(&path).await.unwrap(),
        &[403, 404],
        "orders of another producer",
    );
    must_refuse(
        &two.buyer.api.get(&path).await.unwrap(),
        &[403],
        "orders of a producer",
    );
    // Everybody sees the room; nobody sees there who bought.
    let session = two
        .world
        .api
        .get(&format!("/v1/sessions/{}", two.stage.session_id))
        .await
        .unwrap();
    assert!(
        session.is_ok() && !session.text.contains("1029384756"),
        "the account number is no public matter"
    );
    two.untouched().await;
    two.world.finish().await;
}
