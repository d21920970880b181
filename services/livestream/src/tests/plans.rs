//! Plans: what is wrong with one, the same one twice, all of them in a list.

use chassis::clock::to_ms;
use chrono::TimeDelta;
use proto::{
    common::v1::{Actor, BankAccount, PageRequest, Role},
    feed::v1::feed::Of,
    livestream::v1::{
        EndSession, GoLive, ListSessions, PlanSession, RenameSession, RescheduleSession,
        SessionState, SessionTerms,
    },
};

use super::market::Market;

#[tokio::test]
async fn a_plan_that_is_wrong_is_told_every_field() {
    let market = Market::open().await;
    let plan = PlanSession {
        title: " ".into(),
        description: "x".repeat(2_001),
        starts_at_ms: 0,
        terms: Some(SessionTerms {
            organiser_account: Some(BankAccount {
                bin: "97".into(),
                account_no: "1 2".into(),
                account_name: String::new(),
            }),
            shipping_fee: 1_000_001,
            payment_window_seconds: 59,
            pickup_place: "x".repeat(301),
            cod_allowed: false,
            free_shipping_from: -1,
            ..Default::default()
        }),
        ..market.plan()
    };
    let account = |field: &str| format!("terms.organiser_account.{field}");
    assert_eq!(
        market.wrong(plan).await,
        [
            "title".to_owned(),
            "description".to_owned(),
            account("account_name"),
            account("bin"),
            account("account_no"),
            "terms.payment_window_seconds".to_owned(),
            "terms.shipping_fee".to_owned(),
            "terms.free_shipping_from".to_owned(),
            "terms.pickup_place".to_owned(),
            "starts_at_ms".to_owned(),
        ]
    );
    let past = to_ms(market.clock.now() - TimeDelta::seconds(1));
    assert_eq!(
        market
            .wrong(PlanSession {
                starts_at_ms: past,
                ..market.plan()
            })
            .await,
        ["starts_at_ms"]
    );
    assert_eq!(
        market
            .wrong(PlanSession {
                terms: None,
                ..market.plan()
            })
            .await,
        ["terms"]
    );
    assert_eq!(
        market
            .wrong(PlanSession {
                starts_at_ms: i64::MAX,
                ..market.plan()
            })
            .await,
        ["starts_at_ms"]
    );
    assert_eq!(
        market
            .wrong(PlanSession {
                organiser_id: "ses_1".into(),
                ..market.plan()
            })
            .await,
        ["organiser_id"]
    );
}

#[tokio::test]
async fn the_same_plan_again_finds_the_first() {
    let market = Market::open().await;
    let plan = market.plan();
    let first = market.done(plan.clone()).await;
    assert_eq!(market.done(plan.clone()).await, first);
    let other = PlanSession {
        description: "khác".into(),
        ..plan.clone()
    };
    assert_eq!(
        market.refused(&market.organiser(), other).await,
        "session_planned_already"
    );
    let later = market
        .done(PlanSession {
            starts_at_ms: plan.starts_at_ms + 60_000,
            ..plan.clone()
        })
        .await;
    assert_ne!(later.session_id, first.session_id);

    let onto_the_first = RescheduleSession {
        session_id: later.session_id.clone(),
        starts_at_ms: plan.starts_at_ms,
    };
    assert_eq!(
        market.refused(&market.organiser(), onto_the_first).await,
        "session_planned_already"
    );
    let moved = RescheduleSession {
        session_id: later.session_id.clone(),
        starts_at_ms: plan.starts_at_ms + 120_000,
    };
    for _ in 0..2 {
        assert_eq!(market.done(moved.clone()).await.version, 2);
    }
    assert_eq!(
        market.said_of(&later).await,
        ["SessionPlanned", "SessionRescheduled"]
    );
    assert_eq!(
        market
            .wrong(RescheduleSession {
                starts_at_ms: 1,
                ..moved.clone()
            })
            .await,
        ["starts_at_ms"]
    );
    market
        .done(GoLive {
            session_id: later.session_id,
        })
        .await;
    assert_eq!(
        market
            .refused(
                &market.organiser(),
                RescheduleSession {
                    starts_at_ms: i64::from(u32::MAX) * 1_000,
                    ..moved
                }
            )
            .await,
        "session_not_planned"
    );
}

#[tokio::test]
async fn a_title_is_corrected_until_the_session_is_over() {
    let market = Market::open().await;
    let plan = market.plan();
    let session = market.done(plan.clone()).await;
    let rename = |title: &str, description: &str| RenameSession {
        session_id: session.session_id.clone(),
        title: title.into(),
        description: description.into(),
    };
    assert_eq!(
        market.wrong(rename(" ", &"x".repeat(2_001))).await,
        ["title", "description"]
    );
    assert_eq!(
        market
            .refused(&market.staff(Role::Moderator), rename("Phiên khác", ""))
            .await,
        "forbidden"
    );

    let other = PlanSession {
        title: "Phiên đã có".into(),
        ..plan
    };
    market.done(other).await;
    assert_eq!(
        market
            .refused(&market.organiser(), rename("Phiên đã có", ""))
            .await,
        "session_planned_already"
    );

    for _ in 0..2 {
        let renamed = market.done(rename("Phiên chợ Tết", "Bánh chưng")).await;
        assert_eq!(
            (
                renamed.title.as_str(),
                renamed.description.as_str(),
                renamed.version
            ),
            ("Phiên chợ Tết", "Bánh chưng", 2)
        );
    }
    let session_id = session.session_id.clone();
    market.done(GoLive { session_id }).await;
    market
        .ask(&market.staff(Role::Host), rename("Phiên chợ xuân", ""))
        .await
        .expect("a host may, on air");
    let shown = market.feed(&session, Of::Session(session.clone()), |of| match of {
        Of::Session(session) if session.version == 4 => Some(session),
        _ => None,
    });
    let shown = shown.await;
    assert_eq!(
        (shown.title.as_str(), shown.description.as_str()),
        ("Phiên chợ xuân", "")
    );

    let session_id = session.session_id.clone();
    market.done(EndSession { session_id }).await;
    assert_eq!(
        market
            .refused(&market.organiser(), rename("Phiên chợ hè", ""))
            .await,
        "session_ended"
    );
    assert_eq!(
        market.said_of(&session).await,
        ["SessionPlanned", "SessionWentLive", "SessionEnded"]
    );
}

#[tokio::test]
async fn sessions_are_listed_newest_first_page_by_page() {
    let market = Market::open().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(
            market
                .done(PlanSession {
                    title: format!("Phiên {number}"),
                    ..market.plan()
                })
                .await
                .session_id,
        );
    }
    ids.reverse();
    market
        .done(GoLive {
            session_id: ids[0].clone(),
        })
        .await;

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = ListSessions {
            page: Some(PageRequest { limit: 2, cursor }),
            ..ListSessions::default()
        };
        let sessions = market.ask(&Actor::default(), page).await.unwrap();
        seen.extend(
            sessions
                .sessions
                .into_iter()
                .map(|session| session.session_id),
        );
        cursor = sessions.next_cursor;
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ids);
    let live = ListSessions {
        state: SessionState::Live.into(),
        organiser_id: market.organiser_id.to_string(),
        ..ListSessions::default()
    };
    assert_eq!(
        market
            .ask(&Actor::default(), live.clone())
            .await
            .unwrap()
            .sessions
            .len(),
        1
    );
    let of_another = ListSessions {
        organiser_id: "org_00000000000070008000000000000000".into(),
        ..live
    };
    assert!(
        market
            .ask(&Actor::default(), of_another)
            .await
            .unwrap()
            .sessions
            .is_empty()
    );
}
