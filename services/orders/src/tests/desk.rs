//! The desk over the bus: who works on an item and until when, what a handling leads to, who is held back.

use chassis::id::CommentId;
use prost::Message as _;

use super::*;

impl World {
    /// A comment that a person has to look at; once it is at the desk.
    async fn unclear(&self, text: &str) -> wire::DeskItem {
        let event = proto::livestream::v1::ClaimUnclear {
            comment_id: self.clock.id::<CommentId>().to_string(),
            session_id: self.session.to_string(),
            seq: 1,
            account_id: self.clock.id::<AccountId>().to_string(),
            shopper_name: "Lan".into(),
            text: text.into(),
            reason: wire::UnclearReason::UnknownCode.into(),
            lines: vec![],
        };
        let head = self.say(&event).await;
        // Again, as after a lost acknowledgement.
        self.say_as(
            &head,
            proto::livestream::v1::ClaimUnclear::SUBJECT,
            event.encode_to_vec(),
        )
        .await;
        let staff = self.staff();
        eventually("the item is at the desk", PATIENCE, || async {
            let items = self.desk(&staff).await;
            items
                .into_iter()
                .find(|item| item.comment_id == event.comment_id)
        })
        .await
    }

    async fn desk(&self, staff: &Actor) -> Vec<wire::DeskItem> {
        let list = wire::ListDesk {
            page: None,
            session_id: self.session.to_string(),
            state: wire::DeskItemState::Open.into(),
        };
        self.bus.ask(staff, &list).await.unwrap().items
    }

    async fn take(&self, by: &Actor, item: &str) -> Result<Option<wire::DeskItem>, Refusal> {
        let take = wire::TakeDeskItem {
            session_id: self.session.to_string(),
            desk_item_id: item.into(),
        };
        Ok(self.bus.ask(by, &take).await?.item)
    }
}

fn line(offer: OfferId, units: i64) -> wire::ClaimLine {
    wire::ClaimLine {
        offer_id: offer.to_string(),
        units,
        more: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_has_one_worker_at_a_time_and_comes_back_by_itself() {
    let world = World::start().await;
    let offer = world.offer(5, 0).await;
    let item = world.unclear("chốt Z99 x2").await;
    let (hoa, na) = (world.staff(), world.staff());
    assert_eq!(world.desk(&hoa).await.len(), 1, "heard twice, there once");
    let stranger = Actor {
        account_id: world.clock.id::<AccountId>().to_string(),
        ..Actor::default()
    };
    let refused = world.take(&stranger, "").await.unwrap_err();
    assert_eq!(refused.code, "forbidden");

    let taken = world.take(&hoa, "").await.unwrap().unwrap();
    assert_eq!(taken.desk_item_id, item.desk_item_id);
    assert_eq!(taken.taken_by_account_id, hoa.account_id);
    assert_eq!(world.take(&na, "").await.unwrap(), None, "nothing is free");
    let refused = world.take(&na, &item.desk_item_id).await.unwrap_err();
    assert_eq!(refused.code, "item_not_free");
    let seconds = refused.retry_after_seconds;
    assert!((1..=120).contains(&seconds), "{seconds}");
    assert!(refused.en.contains(&seconds.to_string()), "{}", refused.en);

    // Given back, it is free at once.
    let leave = wire::LeaveDeskItem {
        desk_item_id: item.desk_item_id.clone(),
    };
    assert_eq!(world.refused(&na, &leave).await, "not_taken");
    world.bus.ask(&hoa, &leave).await.unwrap();
    assert!(world.take(&na, "").await.unwrap().is_some());

    // Left alone, it is free when the time is over, and whoever left it can do nothing with it.
    world.clock.advance(TimeDelta::seconds(121));
    assert!(world.take(&hoa, "").await.unwrap().is_some());
    let handle = wire::HandleDeskItem {
        desk_item_id: item.desk_item_id.clone(),
        lines: vec![line(offer, 2)],
    };
    assert_eq!(world.refused(&na, &handle).await, "not_taken");
    let handled = world.bus.ask(&hoa, &handle).await.unwrap();
    let hold = handled.kept[0].hold.clone().unwrap();
    assert_eq!((hold.units, hold.account_id), (2, item.account_id));
    assert_eq!(hold.assisted_by_account_id, hoa.account_id);
    let ended = handled.item.unwrap();
    assert_eq!(ended.state(), wire::DeskItemState::Handled);
    assert_eq!(ended.ended_by_account_id, hoa.account_id);

    // Said again it changes nothing; to others it is done, not taken.
    world.bus.ask(&hoa, &handle).await.unwrap();
    assert_eq!(world.units(offer).await.unwrap().held, 2);
    let refused = world.take(&na, &item.desk_item_id).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.retry_after_seconds),
        ("item_not_free", 0)
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_shopper_is_held_back_until_it_is_lifted() {
    let world = World::start().await;
    let offer = world.offer(5, 0).await;
    let staff = world.staff();
    let lan = Actor {
        account_id: world.clock.id::<AccountId>().to_string(),
        ..Actor::default()
    };
    let account: AccountId = lan.account_id.parse().unwrap();
    let restrict = |until_ms: i64, reason: &str| wire::RestrictShopper {
        organiser_id: world.organiser.to_string(),
        account_id: lan.account_id.clone(),
        reason: reason.into(),
        until_ms,
    };
    let in_two_years = (world.clock.now() + TimeDelta::days(730)).timestamp_millis();
    for wrong in [restrict(0, ""), restrict(in_two_years, "không nhận hàng")] {
        assert_eq!(world.refused(&staff, &wrong).await, "invalid_input");
    }
    let right = restrict(0, "ba đơn không nhận hàng");
    assert_eq!(world.refused(&lan, &right).await, "forbidden");
    world.bus.ask(&staff, &right).await.unwrap();

    let claim = |units| wire::ClaimUnits {
        session_id: world.session.to_string(),
        lines: vec![line(offer, units)],
        shopper_name: "Lan".into(),
        ..wire::ClaimUnits::default()
    };
    // The newest wish counts, and nothing is held.
    for units in [1, 3] {
        let kept = world.bus.ask(&lan, &claim(units)).await.unwrap().kept;
        assert_eq!(kept[0].refusal.as_ref().unwrap().code, "restricted");
    }
    let items = world.desk(&staff).await;
    assert_eq!((items.len(), items[0].lines[0].units), (1, 3), "{items:?}");
    let cod = wire::PaymentMethod::Cod;
    let order = world.order(account, "k", offer, 1, cod);
    let refused = world.place(vec![order.clone()]).await;
    assert_eq!(code(&refused[0]), "restricted");
    assert_eq!(world.units(offer).await.unwrap().left, 5);

    // The desk may order for them, and who did is kept.
    let for_lan = wire::PlaceForShopper { order: Some(order) };
    assert_eq!(world.refused(&lan, &for_lan).await, "forbidden");
    let ordered = world.bus.ask(&staff, &for_lan).await.unwrap();
    let shown = world.state(placed(&ordered)).await;
    assert_eq!(shown.assisted_by_account_id, staff.account_id);

    let lift = wire::LiftRestriction {
        organiser_id: world.organiser.to_string(),
        account_id: lan.account_id.clone(),
    };
    let lifted = world.bus.ask(&staff, &lift).await.unwrap();
    assert_eq!(lifted.lifted_by_account_id, staff.account_id);
    let kept = world.bus.ask(&lan, &claim(2)).await.unwrap().kept;
    assert_eq!(kept[0].hold.as_ref().unwrap().units, 2);
    world.finish().await;
}
