//! Products: listed, changed, withdrawn, found, and seen by each reader.

use proto::{
    catalogue::v1::{
        ChangeProduct, FindProducts, ListProduct, Product, ProductChanged, ProductListed,
        ProductState, ProductWithdrawn, ShowProduct, Variant, WithdrawProduct,
    },
    common::v1::{PageRequest, Role},
};

use super::{World, a_product, code, fields};

fn list(product: &Product) -> ListProduct {
    ListProduct {
        product: Some(product.clone()),
    }
}

fn change(product: &Product) -> ChangeProduct {
    ChangeProduct {
        product: Some(product.clone()),
    }
}

fn names(products: &[Product]) -> Vec<&str> {
    products
        .iter()
        .map(|product| product.name.as_str())
        .collect()
}

#[tokio::test]
async fn a_product_is_listed_once_and_said_whole() {
    let world = World::start().await;
    let (keeper, producer) = world.verified("9900000001").await;
    let product = a_product(&producer.producer_id);
    assert_eq!(
        code(world.ask(&world.somebody(), list(&product)).await),
        "forbidden"
    );
    let listed = world.ask(&keeper, list(&product)).await.unwrap();
    assert_eq!(
        world.ask(&keeper, list(&product)).await.unwrap(),
        listed,
        "the same again is the same"
    );
    let said = world.said::<ProductListed>().await;
    assert_eq!(said.len(), 1);
    let (told, of) = (
        said[0].product.clone().unwrap(),
        said[0].producer.clone().unwrap(),
    );
    assert_eq!(
        (told.product_id, of.producer_id),
        (listed.product_id, producer.producer_id.clone())
    );
    assert!(of.bank_account.is_some() && of.phone.is_empty() && of.account_id.is_empty());
    assert!(
        told.variants.iter().all(|variant| variant.stock.is_none()),
        "stock moves without a word"
    );
    let other = Product {
        description: "Khác".into(),
        ..product.clone()
    };
    assert_eq!(
        code(world.ask(&keeper, list(&other)).await),
        "product_there"
    );
    let other = Product {
        name: "Bát khác".into(),
        ..product.clone()
    };
    assert_eq!(code(world.ask(&keeper, list(&other)).await), "sku_taken");
    let mut wrong = Product {
        name: String::new(),
        product_set: 14,
        trace_url: "x".into(),
        ..product
    };
    wrong.variants[1].list_price = 0;
    let refusal = world.ask(&keeper, list(&wrong)).await.unwrap_err();
    assert_eq!(fields(&refusal), ["name", "trace_url"]);
    let wrong = Product {
        name: "Rượu".into(),
        trace_url: String::new(),
        ..wrong
    };
    assert_eq!(
        fields(&world.ask(&keeper, list(&wrong)).await.unwrap_err()),
        ["alcohol_permille"]
    );
    let wrong = Product {
        alcohol_permille: 300,
        ..wrong
    };
    assert_eq!(
        fields(&world.ask(&keeper, list(&wrong)).await.unwrap_err()),
        ["variants[1].list_price"]
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn a_product_is_changed_variant_by_variant() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 3).await;
    let mut changed = product.clone();
    changed.description = "Vẽ tay".into();
    changed.variants[0].list_price = 150_000;
    changed.variants[1] = Variant {
        variant_id: String::new(),
        sku: "BAT-3".into(),
        ..changed.variants[1].clone()
    };
    let now = world.ask(&keeper, change(&changed)).await.unwrap();
    let skus: Vec<(&str, i64)> = now
        .variants
        .iter()
        .map(|one| (one.sku.as_str(), one.list_price))
        .collect();
    assert_eq!(
        skus,
        [("BAT-1", 150_000), ("BAT-2", 120_000), ("BAT-3", 120_000)],
        "what is not named stays"
    );
    assert_eq!(now.variants[0].stock.unwrap().on_hand, 3);
    assert_eq!(world.ask(&keeper, change(&now)).await.unwrap(), now);
    assert_eq!(
        world.said::<ProductChanged>().await.len(),
        1,
        "no change is not said"
    );
    let mut stranger = now.clone();
    stranger.variants[0]
        .variant_id
        .clone_from(&world.goods("9900000002", 0).await.1.variants[0].variant_id);
    assert_eq!(
        code(world.ask(&keeper, change(&stranger)).await),
        "not_found"
    );
    assert_eq!(
        code(world.ask(&world.somebody(), change(&now)).await),
        "forbidden"
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn a_withdrawn_product_can_come_back() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 3).await;
    let withdraw = WithdrawProduct {
        product_id: product.product_id.clone(),
        reason: "Hết mùa".into(),
    };
    assert_eq!(
        code(world.ask(&world.somebody(), withdraw.clone()).await),
        "forbidden"
    );
    for _ in 0..2 {
        let product = world.ask(&keeper, withdraw.clone()).await.unwrap();
        assert_eq!(product.state(), ProductState::Withdrawn);
    }
    assert_eq!(world.said::<ProductWithdrawn>().await.len(), 1);
    let shopper = world.somebody();
    let show = ShowProduct {
        product_id: product.product_id.clone(),
    };
    assert_eq!(
        world.ask(&shopper, show).await.unwrap().state(),
        ProductState::Withdrawn
    );
    assert!(
        world
            .ask(&shopper, FindProducts::default())
            .await
            .unwrap()
            .products
            .is_empty()
    );
    let back = Product {
        state: ProductState::Listed.into(),
        ..product
    };
    assert_eq!(
        world.ask(&keeper, change(&back)).await.unwrap().state(),
        ProductState::Listed
    );
    assert_eq!(world.said::<ProductListed>().await.len(), 2);
    world.assert_sound().await;
}

#[tokio::test]
async fn products_are_found_by_words_without_marks_page_by_page() {
    let world = World::start().await;
    let (keeper, producer) = world.verified("9900000001").await;
    for (name, set) in [("Bát Tràng lam", 21), ("Ấm chén rạn", 21), ("Khăn lụa", 22)] {
        let mut product = Product {
            name: name.into(),
            product_set: set,
            ..a_product(&producer.producer_id)
        };
        for variant in &mut product.variants {
            variant.sku += name
                .split(' ')
                .next_back()
                .unwrap()
                .trim_matches(|letter: char| !letter.is_ascii());
            variant.sku = variant.sku.replace(|letter: char| !letter.is_ascii(), "x");
        }
        world.ask(&keeper, list(&product)).await.unwrap();
    }
    let shopper = world.somebody();
    let find = |text: &str, set| FindProducts {
        text: text.into(),
        product_set: set,
        ..FindProducts::default()
    };
    for (text, set, expected) in [
        ("bat trang", 0, vec!["Bát Tràng lam"]),
        ("CHÉN", 0, vec!["Ấm chén rạn"]),
        ("", 21, vec!["Ấm chén rạn", "Bát Tràng lam"]),
        ("100%_", 0, vec![]),
    ] {
        let found = world.ask(&shopper, find(text, set)).await.unwrap();
        assert_eq!(names(&found.products), expected, "{text}");
        assert!(
            found
                .products
                .iter()
                .all(|one| one.variants.iter().all(|variant| variant.stock.is_none()))
        );
    }
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = Some(PageRequest { limit: 2, cursor });
        let found = world
            .ask(
                &shopper,
                FindProducts {
                    page,
                    ..FindProducts::default()
                },
            )
            .await
            .unwrap();
        all.extend(found.products.iter().map(|product| product.name.clone()));
        cursor = found.next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(all, ["Khăn lụa", "Ấm chén rạn", "Bát Tràng lam"]);
    assert_eq!(
        fields(&world.ask(&shopper, find("", 27)).await.unwrap_err()),
        ["product_set"]
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn goods_of_a_draft_are_seen_by_their_keeper_and_organisers_only() {
    let world = World::start().await;
    let (keeper, producer) = world.registered("9900000001").await;
    let product = world
        .ask(&keeper, list(&a_product(&producer.producer_id)))
        .await
        .unwrap();
    let show = ShowProduct {
        product_id: product.product_id,
    };
    let mine = FindProducts {
        producer_id: producer.producer_id,
        ..FindProducts::default()
    };
    for (actor, sees) in [
        (world.somebody(), false),
        (world.member(Role::Host), false),
        (keeper, true),
        (world.organiser(), true),
    ] {
        assert_eq!(world.ask(&actor, show.clone()).await.is_ok(), sees);
        assert_eq!(
            world
                .ask(&actor, mine.clone())
                .await
                .unwrap()
                .products
                .len(),
            usize::from(sees)
        );
    }
    world.assert_sound().await;
}

#[tokio::test]
async fn staff_see_stock_and_shoppers_do_not() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 3).await;
    let show = ShowProduct {
        product_id: product.product_id,
    };
    let seen = world.ask(&world.somebody(), show.clone()).await.unwrap();
    assert_eq!(seen.variants[0].stock, None);
    let seen = world.ask(&world.member(Role::Host), show).await.unwrap();
    assert_eq!(seen.variants[0].stock.unwrap().on_hand, 3);
    world.assert_sound().await;
}
