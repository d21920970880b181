//! Stock moved by hand, its ledger, its feed, and what the database itself refuses.

use futures_util::StreamExt as _;
use proto::{
    catalogue::v1::{ShowStock, WriteOffStock},
    common::v1::PageRequest,
    contract::FEEDS,
    feed::v1::{Feed, feed::Of},
};

use super::{SOON, World, code, fields, receive};

fn write_off(variant_id: &str, units: i64, key: &str) -> WriteOffStock {
    let (variant_id, note) = (variant_id.to_owned(), "Vỡ".to_owned());
    WriteOffStock {
        variant_id,
        units,
        note,
        idempotency_key: key.to_owned(),
    }
}

#[tokio::test]
async fn units_come_and_go_once_for_each_key() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 0).await;
    let variant = product.variants[0].variant_id.as_str();
    for _ in 0..2 {
        let now = world.ask(&keeper, receive(variant, 10, "a")).await.unwrap();
        assert_eq!(now.stock.unwrap().on_hand, 10);
    }
    assert_eq!(
        code(world.ask(&keeper, receive(variant, 11, "a")).await),
        "key_reused"
    );
    assert_eq!(
        code(world.ask(&keeper, write_off(variant, 10, "a")).await),
        "key_reused"
    );
    let refusal = world
        .ask(&keeper, write_off(variant, 11, "b"))
        .await
        .unwrap_err();
    assert_eq!(refusal.code, "not_enough");
    assert!(
        refusal.vi.contains("chỉ còn 10") && refusal.en.contains("nly 10 left"),
        "{refusal:?}"
    );
    for _ in 0..2 {
        world
            .ask(&keeper, write_off(variant, 4, "b"))
            .await
            .unwrap();
    }
    let stock = world.stock(&keeper, &product.product_id).await;
    assert_eq!(
        (stock.received, stock.on_hand, stock.written_off),
        (10, 6, 4)
    );
    assert_eq!(
        code(world.ask(&world.somebody(), receive(variant, 1, "c")).await),
        "forbidden"
    );
    assert_eq!(
        fields(
            &world
                .ask(&keeper, receive(variant, 0, "c"))
                .await
                .unwrap_err()
        ),
        ["units"]
    );
    assert_eq!(
        fields(
            &world
                .ask(&keeper, receive(variant, 1, ""))
                .await
                .unwrap_err()
        ),
        ["idempotency_key"]
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn the_same_key_at_the_same_time_counts_once() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 0).await;
    let variant = product.variants[0].variant_id.as_str();
    let asked = (0..12).map(|_| world.ask(&keeper, receive(variant, 5, "a")));
    let replies: Vec<_> = futures_util::stream::iter(asked)
        .buffer_unordered(12)
        .collect()
        .await;
    assert!(
        replies.iter().all(|reply| reply
            .as_ref()
            .is_ok_and(|now| now.stock.unwrap().on_hand == 5)),
        "{replies:?}"
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn the_ledger_is_shown_page_by_page_to_those_who_keep_it() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 0).await;
    let variant_id = product.variants[0].variant_id.clone();
    for units in 1..=3 {
        world
            .ask(
                &keeper,
                receive(&variant_id, units, &format!("key-{units}")),
            )
            .await
            .unwrap();
    }
    world
        .ask(&keeper, write_off(&variant_id, 1, "broken"))
        .await
        .unwrap();
    let show = |cursor: &str| ShowStock {
        variant_id: variant_id.clone(),
        page: Some(PageRequest {
            limit: 3,
            cursor: cursor.to_owned(),
        }),
    };
    let first = world.ask(&keeper, show("")).await.unwrap();
    let rest = world.ask(&keeper, show(&first.next_cursor)).await.unwrap();
    let told: Vec<_> = first
        .entries
        .iter()
        .chain(&rest.entries)
        .map(|entry| {
            let change = entry.change.unwrap();
            (
                entry.reason.as_str(),
                entry.note.as_str(),
                change.received,
                change.on_hand,
                change.written_off,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("written_off", "Vỡ", 0, -1, 1),
            ("received", "", 3, 3, 0),
            ("received", "", 2, 2, 0),
            ("received", "", 1, 1, 0)
        ]
    );
    assert_eq!(rest.next_cursor, "");
    assert_eq!(
        code(world.ask(&world.somebody(), show("")).await),
        "forbidden"
    );
    assert_eq!(
        fields(&world.ask(&keeper, show("x")).await.unwrap_err()),
        ["cursor"]
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn the_producers_people_see_stock_move() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 0).await;
    let variant = product.variants[0].variant_id.clone();
    world
        .ask(&keeper, receive(&variant, 10, "a"))
        .await
        .unwrap();
    let subject = format!("feed.producer.{}.stock.{variant}", product.producer_id);
    let stream = world.gateway.jetstream().get_stream(FEEDS).await.unwrap();
    let (stream, subject) = (&stream, subject.as_str());
    let news = chassis::testing::eventually("the feed", SOON, || async move {
        let message = stream.get_last_raw_message_by_subject(subject).await.ok()?;
        let Some(Of::Stock(news)) = <Feed as prost::Message>::decode(message.payload).ok()?.of
        else {
            return None;
        };
        Some(news)
    })
    .await;
    assert_eq!(
        (news.version, news.variant.unwrap().stock.unwrap().on_hand),
        (1, 10)
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn the_database_refuses_what_the_code_should_never_write() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 10).await;
    for (sql, told) in [
        (
            "update stock set on_hand = on_hand - 1 where on_hand = 10",
            "stock_check",
        ),
        (
            "update stock set on_hand = -1, sold = 11 where on_hand = 10",
            "stock_on_hand_check",
        ),
        (
            "update stock set on_hand = 9, sold = 1, version = version + 1 where on_hand = 10",
            "without its ledger entry",
        ),
        (
            "update stock set on_hand = 9, sold = 1 where on_hand = 10",
            "without its ledger entry",
        ),
        ("update stock_ledger set received = 11", "append-only"),
        ("delete from stock_ledger", "append-only"),
        ("truncate stock_ledger", "append-only"),
        (
            "insert into allotment (offer_id, variant_id, session_id, units, units_sold) select gen_random_uuid(), variant_id, gen_random_uuid(), 1, 2 from stock",
            "allotment_check",
        ),
    ] {
        let error = sqlx::query(sql)
            .execute(&world.ctx.db)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{sql}: {error}");
    }
    assert_eq!(
        world
            .stock(&world.organiser(), &product.product_id)
            .await
            .on_hand,
        10
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn the_audit_finds_a_broken_book() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 10).await;
    let id: chassis::id::VariantId = product.variants[0].variant_id.parse().unwrap();
    for sql in [
        "alter table stock disable trigger all",
        "update stock set received = 11, on_hand = 9, allotted = 1, sold = 1 where received = 10",
    ] {
        sqlx::query(sql).execute(&world.ctx.db).await.unwrap();
    }
    let mut conn = world.ctx.db.acquire().await.unwrap();
    let found = crate::audit::audit(&mut conn).await.unwrap();
    let broken: Vec<&str> = found
        .iter()
        .filter(|check| !check.mismatches.is_empty())
        .map(|check| check.name)
        .collect();
    assert_eq!(broken, ["stock_ledger", "stock_allotted", "stock_sold"]);
    assert_eq!(found[0].checked, 2);
    let uuid = chassis::id::Id::uuid(id).to_string();
    assert!(found[1].mismatches[0].contains(&uuid), "{found:?}");
}
