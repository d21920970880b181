//! Who registers, changes, verifies and sees producers.

use proto::catalogue::v1::{
    ChangeProducer, ListProducers, ListProduct, Producer, ProducerState, ProductChanged,
    RegisterProducer, SetProducerState, ShowProducer,
};

use super::{World, a_producer, a_product, code, fields, nobody};

fn set(producer: &Producer, state: ProducerState, reason: &str) -> SetProducerState {
    SetProducerState {
        producer_id: producer.producer_id.clone(),
        state: state.into(),
        reason: reason.into(),
    }
}

fn show(producer: &Producer) -> ShowProducer {
    ShowProducer {
        producer_id: producer.producer_id.clone(),
    }
}

#[tokio::test]
async fn a_producer_is_registered_once_as_a_draft() {
    let world = World::start().await;
    let (keeper, producer) = world.registered("9900000001").await;
    assert_eq!(producer.state(), ProducerState::Draft);
    assert_eq!(producer.account_id, keeper.account_id);
    assert_eq!(producer.phone, "+84912345678");
    let again = RegisterProducer {
        producer: Some(a_producer("9900000001")),
    };
    assert_eq!(
        world.ask(&keeper, again.clone()).await.unwrap(),
        producer,
        "the same again is the same"
    );
    let renamed = Producer {
        name: "Khác".into(),
        ..a_producer("9900000001")
    };
    assert_eq!(
        code(
            world
                .ask(
                    &keeper,
                    RegisterProducer {
                        producer: Some(renamed)
                    }
                )
                .await
        ),
        "code_taken"
    );
    let nameless = Producer {
        name: " ".into(),
        tax_code: "1".into(),
        address: None,
        ..a_producer("")
    };
    let refusal = world
        .ask(
            &keeper,
            RegisterProducer {
                producer: Some(nameless),
            },
        )
        .await
        .unwrap_err();
    assert_eq!(fields(&refusal), ["name", "tax_code", "address"]);
    assert_eq!(
        code(world.ask(&proto::common::v1::Actor::default(), again).await),
        "sign_in_first"
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn a_draft_claims_no_code_but_a_verified_producer_does() {
    let world = World::start().await;
    let (_, squatter) = world.registered("9900000001").await;
    let (_, owner) = world.registered("9900000001").await;
    let organiser = world.organiser();
    world
        .ask(&organiser, set(&owner, ProducerState::Verified, ""))
        .await
        .unwrap();
    assert_eq!(
        code(
            world
                .ask(&organiser, set(&squatter, ProducerState::Verified, ""))
                .await
        ),
        "code_taken"
    );
    let late = RegisterProducer {
        producer: Some(a_producer("9900000001")),
    };
    assert_eq!(code(world.ask(&world.somebody(), late).await), "code_taken");
    world.assert_sound().await;
}

#[tokio::test]
async fn only_an_organiser_vouches_and_suspends() {
    let world = World::start().await;
    let (keeper, producer) = world.registered("9900000001").await;
    let organiser = world.organiser();
    assert_eq!(
        code(
            world
                .ask(&keeper, set(&producer, ProducerState::Verified, ""))
                .await
        ),
        "forbidden"
    );
    let verified = world
        .ask(&organiser, set(&producer, ProducerState::Verified, ""))
        .await
        .unwrap();
    assert_eq!(verified.state(), ProducerState::Verified);
    let refusal = world
        .ask(&organiser, set(&producer, ProducerState::Suspended, ""))
        .await
        .unwrap_err();
    assert_eq!(fields(&refusal), ["reason"]);
    assert_eq!(
        code(
            world
                .ask(&organiser, set(&producer, ProducerState::Draft, ""))
                .await
        ),
        "state"
    );
    let product = a_product(&producer.producer_id);
    world
        .ask(
            &keeper,
            ListProduct {
                product: Some(product.clone()),
            },
        )
        .await
        .unwrap();
    for _ in 0..2 {
        world
            .ask(
                &organiser,
                set(&producer, ProducerState::Suspended, "Giấy tờ giả"),
            )
            .await
            .unwrap();
    }
    let said = world.said::<ProductChanged>().await;
    assert_eq!(said.len(), 1, "the second time changes nothing");
    assert_eq!(
        said[0].producer.as_ref().unwrap().state(),
        ProducerState::Suspended
    );
    let other = proto::catalogue::v1::Product {
        name: "Khác".into(),
        ..product
    };
    assert_eq!(
        code(
            world
                .ask(
                    &keeper,
                    ListProduct {
                        product: Some(other)
                    }
                )
                .await
        ),
        "producer_suspended"
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn the_public_sees_neither_phone_nor_account_nor_drafts() {
    let world = World::start().await;
    let (keeper, draft) = world.registered("9900000001").await;
    let (_, verified) = world.verified("9900000002").await;
    let shopper = world.somebody();
    assert_eq!(code(world.ask(&shopper, show(&draft)).await), "not_found");
    let seen = world.ask(&shopper, show(&verified)).await.unwrap();
    assert_eq!(
        (
            seen.phone.as_str(),
            seen.account_id.as_str(),
            seen.bank_account
        ),
        ("", "", None)
    );
    assert_eq!(seen.tax_code, "9900000002", "the law wants it shown");
    let listed = world.ask(&shopper, ListProducers::default()).await.unwrap();
    assert_eq!(listed.producers.len(), 1);
    assert_eq!(
        (
            listed.producers[0].phone.as_str(),
            &listed.producers[0].bank_account
        ),
        ("", &None)
    );
    let kept = world.ask(&keeper, ListProducers::default()).await.unwrap();
    let phones: Vec<&str> = kept
        .producers
        .iter()
        .map(|producer| producer.phone.as_str())
        .collect();
    assert_eq!(
        phones,
        ["", "+84912345678"],
        "newest first, the own one whole"
    );
    let drafts = ListProducers {
        state: ProducerState::Draft.into(),
        ..ListProducers::default()
    };
    let drafts = world
        .ask(&world.organiser(), drafts)
        .await
        .unwrap()
        .producers;
    assert_eq!(drafts, [draft]);
    let unknown = ShowProducer {
        producer_id: nobody(&world.clock),
    };
    assert_eq!(code(world.ask(&shopper, unknown).await), "not_found");
    world.assert_sound().await;
}

#[tokio::test]
async fn a_keeper_changes_the_account_but_not_who_was_verified() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 0).await;
    let producer = world
        .ask(
            &keeper,
            ShowProducer {
                producer_id: product.producer_id.clone(),
            },
        )
        .await
        .unwrap();
    let change = |producer: &Producer| ChangeProducer {
        producer: Some(producer.clone()),
    };
    let mut moved = producer.clone();
    moved.bank_account.as_mut().unwrap().account_no = "0002".into();
    assert_eq!(
        code(world.ask(&world.somebody(), change(&moved)).await),
        "forbidden"
    );
    assert_eq!(world.ask(&keeper, change(&moved)).await.unwrap(), moved);
    let said = world.said::<ProductChanged>().await;
    let account = said[0]
        .producer
        .as_ref()
        .unwrap()
        .bank_account
        .as_ref()
        .unwrap();
    assert_eq!(
        account.account_no, "0002",
        "livestream must know where the money goes"
    );
    assert_eq!(
        (
            said[0].producer.as_ref().unwrap().phone.as_str(),
            said.len()
        ),
        ("", 1)
    );
    let unnamed = Producer {
        bank_account: None,
        ..moved.clone()
    };
    assert_eq!(
        world.ask(&keeper, change(&unnamed)).await.unwrap(),
        moved,
        "no account given is no change"
    );
    let renamed = Producer {
        name: "Hộ Khác".into(),
        ..moved.clone()
    };
    assert_eq!(
        code(world.ask(&keeper, change(&renamed)).await),
        "producer_verified"
    );
    assert_eq!(
        world
            .ask(&world.organiser(), change(&renamed))
            .await
            .unwrap()
            .name,
        "Hộ Khác"
    );
    world.assert_sound().await;
}
