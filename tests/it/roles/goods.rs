//! Goods and what is known of their producers.

use phien_tests::world::Stage;
use serde_json::{Value, json};

use super::two::{ask, must_refuse, two};

#[tokio::test(flavor = "multi_thread")]
async fn goods_are_their_producers() {
    let two = two().await;
    let Stage {
        producer, variant, ..
    } = &two.stage;
    let change = json!({
        "kind": "household", "name": "Tên khác", "tax_code": "001099012345",
        "address": { "line": "x", "ward_code": "00070" },
        "bank_account": { "bin": "970436", "account_no": "666", "account_name": "KE GIAN" },
    });
    let product = json!({
        "producer_id": producer.id, "name": "Chè lam", "product_set": 6,
        "origin": { "line": "x", "ward_code": "00070" },
        "variants": [{ "sku": "GIAN", "pack": "hộp", "list_price": 1, "weight_grams": 1 }],
    });
    let certificate = json!({
        "decision_no": "1/QĐ-UBND", "decision_date": "2026-06-01", "issuing_authority": "UBND thành phố Hà Nội",
        "issuing_level": "province", "legal_version": "qd26", "stars": 4,
    });
    let tries = [
        ("PUT", format!("/v1/producers/{}", producer.id), change),
        (
            "POST",
            format!("/v1/producers/{}/state", producer.id),
            json!({ "state": "suspended", "reason": "cạnh tranh" }),
        ),
        (
            "POST",
            format!("/v1/producers/{}/keepers", producer.id),
            json!({ "username": "phunghia" }),
        ),
        ("POST", "/v1/products".to_owned(), product.clone()),
        (
            "PUT",
            format!("/v1/products/{}", variant.product_id),
            product,
        ),
        (
            "POST",
            format!("/v1/products/{}/withdraw", variant.product_id),
            json!({ "reason": "cạnh tranh" }),
        ),
        (
            "POST",
            format!("/v1/products/{}/certificates", variant.product_id),
            certificate,
        ),
        (
            "POST",
            format!("/v1/variants/{}/stock/receive", variant.id),
            json!({ "units": 1_000 }),
        ),
        (
            "POST",
            format!("/v1/variants/{}/stock/write-off", variant.id),
            json!({ "units": 1 }),
        ),
        (
            "GET",
            format!("/v1/variants/{}/stock", variant.id),
            Value::Null,
        ),
        (
            "GET",
            format!("/v1/producers/{}/feed", producer.id),
            Value::Null,
        ),
    ];
    let before = two.world.stock(producer, variant).await;
    for (method, path, body) in &tries {
        must_refuse(&ask(&two.world.api, method, path, body).await, &[401], path);
        for api in [&two.buyer.api, &two.other_producer.keeper] {
            must_refuse(&ask(api, method, path, body).await, &[403, 404], path);
        }
    }
    assert_eq!(two.world.stock(producer, variant).await, before);
    let shown = two
        .world
        .api
        .get(&format!("/v1/producers/{}", producer.id))
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!(
        (&shown["state"], &shown["phone"], &shown["bank_account"]),
        (&json!("verified"), &Value::Null, &Value::Null),
        "phone and account are for its keepers and for organisers"
    );
    two.world.finish().await;
}
