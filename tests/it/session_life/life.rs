//! Who and what takes part, and the steps and looks that repeat.

use chassis::testing::eventually;
use phien_tests::{
    api::{Api, Reply, number, text},
    market::{Cart, SOON, transfer, units_when},
    shopper::{self, Settled},
    world::{Person, Producer, SEPAY_KEY, Variant, World},
};
use serde_json::{Value, json};

/// Who and what takes part.
pub(crate) struct Life {
    pub(crate) world: World,
    pub(crate) organiser: Api,
    pub(crate) session_id: String,
    pub(crate) pottery: (Producer, Variant),
    pub(crate) sweets: (Producer, Variant),
    pub(crate) silk: (Producer, Variant),
    pub(crate) shoppers: Vec<Person>,
    /// The offers A01, A02, A03.
    pub(crate) offers: Vec<String>,
}

pub(crate) async fn order(
    life: &Life,
    shopper: usize,
    key: &str,
    lines: &[(usize, i64)],
    total: i64,
    method: &'static str,
    pickup: bool,
) -> Settled {
    let lines: Vec<(&str, i64)> = lines
        .iter()
        .map(|(offer, units)| (life.offers[*offer].as_str(), *units))
        .collect();
    let cart = Cart {
        session_id: &life.session_id,
        lines: &lines,
        total,
        method,
        pickup,
    };
    shopper::order(&life.shoppers[shopper].api, key, &cart.body())
        .await
        .unwrap()
        .0
}

pub(crate) fn placed(settled: Settled) -> Value {
    match settled {
        Settled::Placed { order, .. } => *order,
        Settled::Refused { code, .. } => panic!("refused: {code}"),
    }
}

pub(crate) async fn pay(life: &Life, payment: &Value) {
    let account = text(&payment["payee"], "account_no");
    let body = transfer(
        &text(payment, "payment_id"),
        &account,
        number(payment, "amount_due"),
        &format!("CK {} cam on", text(payment, "payment_code")),
    );
    let reply = life.world.api.webhook(SEPAY_KEY, &body).await.unwrap();
    assert_eq!(reply.ok().unwrap(), json!({ "success": true }));
}

pub(crate) async fn shown(life: &Life, shopper: usize, order: &Value) -> Value {
    let path = format!("/v1/orders/{}", text(order, "order_id"));
    life.shoppers[shopper]
        .api
        .get(&path)
        .await
        .unwrap()
        .ok()
        .unwrap()
}

pub(crate) async fn order_becomes(
    life: &Life,
    shopper: usize,
    order: &Value,
    is: impl Fn(&Value) -> bool,
) {
    eventually("the order is as it should be", SOON, || async {
        is(&shown(life, shopper, order).await).then_some(())
    })
    .await;
}

pub(crate) async fn figures_become(life: &Life, path: &str, expected: &Value) {
    eventually(&format!("figures {expected}"), SOON, || async {
        let figures = life.organiser.get(path).await.unwrap().ok().unwrap();
        let expected = expected.as_object().unwrap();
        expected
            .iter()
            .all(|(field, value)| &figures[field] == value)
            .then_some(())
    })
    .await;
}

pub(crate) async fn advance(by: &Api, order: &Value, body: Value) -> Reply {
    by.post(
        &format!("/v1/orders/{}/advance", text(order, "order_id")),
        &body,
    )
    .await
    .unwrap()
}

/// Orders' equation: allotted, left, awaiting, sold, given back.
pub(crate) async fn expect_units(life: &Life, offer: usize, expected: [i64; 5]) {
    let fields = ["allotted", "left", "awaiting", "sold", "given_back"];
    let what = format!("{} has {expected:?}", life.offers[offer]);
    let found = units_when(
        &life.organiser,
        &life.session_id,
        &life.offers[offer],
        &what,
        |units| fields.map(|field| number(units, field)) == expected,
    )
    .await
    .unwrap();
    assert_eq!(number(&found, "held"), 0);
    assert_eq!(
        expected[0],
        expected[1..].iter().sum::<i64>(),
        "the test's own figures"
    );
}

/// Catalogue's equation: received, on hand, allotted, sold, written off.
pub(crate) async fn expect_stock(
    life: &Life,
    (producer, variant): &(Producer, Variant),
    expected: [i64; 5],
) {
    let fields = ["received", "on_hand", "allotted", "sold", "written_off"];
    assert_eq!(
        expected[0],
        expected[1..].iter().sum::<i64>(),
        "the test's own figures"
    );
    eventually(&format!("stock {expected:?}"), SOON, || async {
        let stock = life.world.stock(producer, variant).await;
        (fields.map(|field| number(&stock, field)) == expected).then_some(())
    })
    .await;
}
