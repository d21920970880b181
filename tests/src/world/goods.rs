//! Producers and their goods, made over HTTP as people would.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::World;
use crate::api::{Api, text};

/// A producer that an organiser has verified.
#[derive(Debug, Clone)]
pub struct Producer {
    /// Which.
    pub id: String,
    /// Its keeper.
    pub keeper: Api,
    /// Where its money goes.
    pub account_no: String,
}

/// A variant that has units on hand.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Of which product.
    pub product_id: String,
    /// Which.
    pub id: String,
    /// Đồng.
    pub list_price: i64,
}

impl World {
    fn next(&self) -> u32 {
        self.made.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Registers a producer with a keeper of its own; the organiser verifies it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn producer(&self, organiser: &Api, name: &str) -> Producer {
        let keeper = self.people(1).await.remove(0).api;
        let number = self.next();
        let account_no = format!("7700{number:06}");
        let body = json!({
            "kind": "household",
            "name": name,
            "tax_code": format!("0010990{number:05}"),
            "address": { "line": "Thôn 3", "ward_code": "00070" },
            "bank_account": { "bin": "970436", "account_no": account_no, "account_name": "HO KINH DOANH" },
            "phone": "0987654321",
        });
        let producer = keeper
            .post("/v1/producers", &body)
            .await
            .expect("an answer");
        let id = text(&producer.ok().expect("a producer"), "producer_id");
        let verified = organiser
            .post(
                &format!("/v1/producers/{id}/state"),
                &json!({ "state": "verified" }),
            )
            .await
            .expect("an answer");
        verified.ok().expect("a verified producer");
        Producer {
            id,
            keeper,
            account_no,
        }
    }

    /// Lists a product with one variant, and receives its units.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn variant(
        &self,
        producer: &Producer,
        name: &str,
        list_price: i64,
        units: i64,
    ) -> Variant {
        let number = self.next();
        let body = json!({
            "producer_id": producer.id,
            "name": name,
            "product_set": 6,
            "description": "Làm tại làng nghề.",
            "ingredients": "Gạo nếp, đường",
            "allergens": "Không",
            "storage": "Nơi khô ráo",
            "shelf_life_days": 90,
            "origin": { "line": "Thôn 3", "ward_code": "00070" },
            "variants": [{ "sku": format!("SP-{number}"), "pack": "hộp 300 g", "list_price": list_price, "weight_grams": 320 }],
        });
        let product = producer
            .keeper
            .post("/v1/products", &body)
            .await
            .expect("an answer");
        let product = product.ok().expect("a product");
        let id = text(&product["variants"][0], "variant_id");
        let stock = producer
            .keeper
            .post_once(
                &format!("/v1/variants/{id}/stock/receive"),
                &format!("nhap-{number}"),
                &json!({ "units": units, "note": "nhập kho" }),
            )
            .await
            .expect("an answer");
        stock.ok().expect("units on hand");
        Variant {
            product_id: text(&product, "product_id"),
            id,
            list_price,
        }
    }

    /// Where the units of a variant are, as catalogue has them.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn stock(&self, producer: &Producer, variant: &Variant) -> Value {
        let reply = producer
            .keeper
            .get(&format!("/v1/variants/{}/stock", variant.id))
            .await
            .expect("an answer");
        reply.ok().expect("stock")["variant"]["stock"].clone()
    }
}
