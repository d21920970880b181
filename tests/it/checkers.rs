//! The checkers see what is wrong: books that are spoiled on purpose are found out, each by its rule.

use phien_tests::{
    api::{number, text},
    market::{SOON, transfer},
    world::{SEPAY_KEY, World},
};
use serde_json::json;

/// Whose books, what spoils them, what repairs them, and the rule that finds it.
const SPOILED: [(&str, &str, &str, &str); 10] = [
    (
        "orders",
        "update figures set gross = gross + 1",
        "update figures set gross = gross - 1",
        "orders figures_equal_orders",
    ),
    (
        "orders",
        "update orders set goods_total = goods_total + 1, total = total + 1",
        "update orders set goods_total = goods_total - 1, total = total - 1",
        "orders order_totals",
    ),
    (
        "orders",
        "update bank_entries set amount = amount + 1",
        "update bank_entries set amount = amount - 1",
        "orders bank_equals_payments",
    ),
    (
        "orders",
        "update orders set state = 'packed' where state = 'awaiting_payment'",
        "update orders set state = 'awaiting_payment' where state = 'packed'",
        "orders orders_equal_counters",
    ),
    (
        "orders",
        "insert into chassis.dead_letter (subject, event_type, event_id, payload, reason) values ('x', 'x', 'x', '', 'x')",
        "delete from chassis.dead_letter",
        "orders no_dead_letters",
    ),
    (
        "orders",
        "insert into chassis.inbox (event_id, event_type)
         values ('00000000-0000-0000-0000-000000000001', 'phien.orders.v1.OrdersPlaced')",
        "delete from chassis.inbox where event_id = '00000000-0000-0000-0000-000000000001'",
        "phien.orders.v1.OrdersPlaced",
    ),
    (
        "livestream",
        "update chassis.inbox set event_type = 'x' where event_type = 'phien.catalogue.v1.StockAllotted'",
        "update chassis.inbox set event_type = 'phien.catalogue.v1.StockAllotted' where event_type = 'x'",
        "phien.catalogue.v1.StockAllotted",
    ),
    (
        "livestream",
        "update room set last_comment_seq = last_comment_seq + 1",
        "update room set last_comment_seq = last_comment_seq - 1",
        "livestream room_counters",
    ),
    (
        "livestream",
        "update room set last_sale_seq = last_sale_seq + 1",
        "update room set last_sale_seq = last_sale_seq - 1",
        "livestream sale_ticker",
    ),
    (
        "catalogue",
        "update allotment set units = units + 1",
        "update allotment set units = units - 1",
        "between units_allotted_equal_units_offered",
    ),
];

/// What no service's mistake can do: the database refuses.
const REFUSED: [(&str, &str); 13] = [
    (
        "catalogue",
        "update stock set received = received + 1, on_hand = on_hand + 1",
    ),
    ("catalogue", "update stock set on_hand = on_hand + 1"),
    (
        "orders",
        "update offers set units_left = units_left + 1, version = version + 1",
    ),
    (
        "orders",
        "update offers set units_left = -1, sold = sold + units_left + 1, version = version + 1",
    ),
    ("orders", "update orders set total = total + 1"),
    (
        "orders",
        "update payments set state = 'exact' where state = 'partial'",
    ),
    ("orders", "update journal set amount = amount * 2"),
    ("orders", "delete from journal"),
    (
        "orders",
        "insert into journal (entry, account, amount, payment_id, order_id, at)
         select gen_random_uuid(), 'bank:' || payee_id, 1000, id, order_id, now() from payments",
    ),
    (
        "orders",
        "insert into journal (entry, account, amount, payment_id, order_id, at)
         select entry, account, -amount, payment_id, order_id, at from journal",
    ),
    (
        "orders",
        "insert into bank_entries (id, provider, provider_txn_id, body, account_no, amount, memo, received_at, outcome)
         select gen_random_uuid(), provider, provider_txn_id, body, account_no, amount, memo, received_at, outcome
         from bank_entries",
    ),
    (
        "orders",
        "insert into holds (id, session_id, offer_id, account_id, shopper_name, units, state, until, extended, made_at, version)
         select gen_random_uuid(), session_id, id, gen_random_uuid(), 'Lan', 0, 'active', now(), false, now(), 1 from offers",
    ),
    (
        "orders",
        "insert into holds (id, session_id, offer_id, account_id, shopper_name, units, state, until, extended, made_at, version)
         select gen_random_uuid(), session_id, id, gen_random_uuid(), 'Lan', 1, 'lapsed', now(), false, now(), 1 from offers",
    ),
];

/// A rule of the row, a key, or a trigger of ours: anything else would be a fault of this test.
const BY_A_RULE: [&str; 4] = ["23514", "23505", "23000", "P0001"];

async fn run(world: &World, service: &'static str, sql: &'static str) {
    let mut conn = world.database(service).await;
    let done = sqlx::query(sql).execute(&mut conn).await.unwrap();
    assert!(done.rows_affected() > 0, "nothing to spoil: {sql}");
}

#[tokio::test(flavor = "multi_thread")]
async fn spoiled_books_are_found_out() {
    let world = World::start().await;
    let stage = world.stage(10, 0).await;
    let shopper = world.people(1).await.remove(0);
    stage.order(&shopper, "o1", 2, "cod").await;
    let order = stage.order(&shopper, "o2", 1, "vietqr").await;
    let payment = &order["payments"][0];
    let half = number(payment, "amount_due") / 2;
    let body = transfer(
        "FT1",
        &stage.producer.account_no,
        half,
        &text(payment, "payment_code"),
    );
    world
        .api
        .webhook(SEPAY_KEY, &body)
        .await
        .unwrap()
        .ok()
        .unwrap();
    chassis::testing::eventually("half is paid", SOON, || async {
        let path = format!("/v1/orders/{}", text(&order, "order_id"));
        let order = shopper.api.get(&path).await.unwrap().ok().unwrap();
        (order["payments"][0]["state"] == "partial").then_some(())
    })
    .await;
    let comments = format!("/v1/sessions/{}/comments", stage.session_id);
    shopper
        .api
        .post(&comments, &json!({ "text": "ngon quá" }))
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!(world.audit().await, Vec::<String>::new());

    for (service, spoil, repair, rule) in SPOILED {
        run(&world, service, spoil).await;
        let found = world.audit().await;
        assert!(
            found.iter().any(|line| line.starts_with(rule)),
            "{rule} does not see {spoil}: {found:?}"
        );
        run(&world, service, repair).await;
    }
    for (service, sql) in REFUSED {
        let mut conn = world.database(service).await;
        let refused = sqlx::query(sql).execute(&mut conn).await.unwrap_err();
        let code = refused
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code);
        assert!(
            code.is_some_and(|code| BY_A_RULE.contains(&&*code)),
            "{sql}: {refused}"
        );
    }
    world.finish().await;
}
