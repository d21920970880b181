//! Sessions: planned, live, ended, moved, stopped; who may, and what the public does not see.

use proto::{
    common::v1::{Actor, Role},
    feed::v1::feed::Of,
    livestream::v1::{
        EndSession, GoLive, ListSessions, RescheduleSession, Session, SessionEnded, SessionPlanned,
        SessionState, ShowSession, StopSession,
    },
};

use super::market::{Market, holds};

#[tokio::test]
async fn a_session_is_planned_goes_live_and_ends_and_repeats_change_nothing() {
    let market = Market::open().await;
    let planned = market.planned().await;
    assert_eq!(
        (planned.state(), planned.version),
        (SessionState::Planned, 1)
    );
    let session_id = planned.session_id.clone();
    assert_eq!(
        market
            .refused(
                &market.organiser(),
                EndSession {
                    session_id: session_id.clone()
                }
            )
            .await,
        "session_not_live"
    );

    for _ in 0..2 {
        let live = market
            .done(GoLive {
                session_id: session_id.clone(),
            })
            .await;
        assert_eq!((live.state(), live.version), (SessionState::Live, 2));
    }
    for _ in 0..2 {
        let ended = market
            .done(EndSession {
                session_id: session_id.clone(),
            })
            .await;
        assert_eq!((ended.state(), ended.version), (SessionState::Ended, 3));
    }
    assert_eq!(
        market
            .refused(&market.organiser(), GoLive { session_id })
            .await,
        "session_not_planned"
    );
    assert_eq!(
        market.said_of(&planned).await,
        ["SessionPlanned", "SessionWentLive", "SessionEnded"]
    );

    let shown = market.feed(&planned, Of::Session(planned.clone()), |of| match of {
        Of::Session(session) if session.version == 3 => Some(session),
        _ => None,
    });
    assert_eq!(shown.await.state(), SessionState::Ended);
    market.audit().await;
}

#[tokio::test]
async fn only_its_own_people_steer_a_session() {
    let market = Market::open().await;
    assert_eq!(
        market
            .refused(&market.staff(Role::Host), market.plan())
            .await,
        "forbidden"
    );
    assert_eq!(
        market.refused(&Actor::default(), market.plan()).await,
        "sign_in_first"
    );
    let session = market.planned().await;
    let session_id = session.session_id.clone();
    for actor in [
        market.shopper(),
        market.staff(Role::Volunteer),
        market.staff(Role::Moderator),
    ] {
        assert_eq!(
            market
                .refused(
                    &actor,
                    GoLive {
                        session_id: session_id.clone()
                    }
                )
                .await,
            "forbidden"
        );
        let starts_at_ms = session.starts_at_ms + 1;
        assert_eq!(
            market
                .refused(
                    &actor,
                    RescheduleSession {
                        session_id: session_id.clone(),
                        starts_at_ms
                    }
                )
                .await,
            "forbidden"
        );
    }
    let stop = StopSession {
        session_id: session_id.clone(),
        reason: "không được phép".into(),
    };
    assert_eq!(
        market.refused(&market.staff(Role::Volunteer), stop).await,
        "forbidden"
    );
    market
        .ask(&market.staff(Role::Host), GoLive { session_id })
        .await
        .expect("a host may");
    let unknown = GoLive {
        session_id: "ses_00000000000070008000000000000000".into(),
    };
    assert_eq!(
        market.refused(&market.organiser(), unknown).await,
        "not_found"
    );
}

#[tokio::test]
async fn the_kill_switch_wants_a_reason_and_keeps_it() {
    let market = Market::open().await;
    let session = market.live().await;
    let stop = |reason: &str| StopSession {
        session_id: session.session_id.clone(),
        reason: reason.into(),
    };
    let moderator = market.staff(Role::Moderator);
    for reason in ["", "abcd", &"x".repeat(501)] {
        let refusal = market
            .ask(&moderator, stop(reason))
            .await
            .expect_err("no reason");
        assert_eq!(refusal.fields[0].field, "reason");
    }
    let stopped = market
        .ask(&moderator, stop("Quảng cáo sai công dụng"))
        .await
        .expect("stopped");
    assert_eq!(
        (stopped.state(), stopped.stopped_reason.as_str()),
        (SessionState::Ended, "Quảng cáo sai công dụng")
    );
    let again = market
        .ask(&moderator, stop("lý do khác"))
        .await
        .expect("no-op");
    assert_eq!(again.stopped_reason, stopped.stopped_reason);
    let ended = market.said::<SessionEnded>().await;
    assert_eq!(
        (ended.len(), ended[0].stopped_reason.as_str()),
        (1, "Quảng cáo sai công dụng")
    );
    let by: Option<chassis::id::AccountId> = sqlx::query_scalar("select stopped_by from session")
        .fetch_one(&market.ctx.db)
        .await
        .unwrap();
    assert_eq!(by.map(|by| by.to_string()), Some(moderator.account_id));
}

#[tokio::test]
async fn the_public_does_not_see_the_organisers_account() {
    let market = Market::open().await;
    let session = market.planned().await;
    let account = |session: &Session| session.terms.clone().unwrap_or_default().organiser_account;
    assert!(account(&session).is_some());
    let show = ShowSession {
        session_id: session.session_id.clone(),
    };
    assert!(
        account(
            &market
                .ask(&market.staff(Role::Volunteer), show.clone())
                .await
                .unwrap()
        )
        .is_some()
    );
    for stranger in [Actor::default(), market.shopper()] {
        let shown = market.ask(&stranger, show.clone()).await.unwrap();
        assert_eq!(account(&shown), None);
        assert_eq!(shown.terms.unwrap_or_default().shipping_fee, 25_000);
        let listed = market
            .ask(&stranger, ListSessions::default())
            .await
            .unwrap();
        assert!(
            listed
                .sessions
                .iter()
                .all(|session| account(session).is_none())
        );
    }
    assert_eq!(
        account(
            market.said::<SessionPlanned>().await[0]
                .session
                .as_ref()
                .unwrap()
        ),
        None
    );
    let of = Of::Session(session.clone());
    let shown = market
        .feed(&session, of, |of| {
            if let Of::Session(session) = of {
                Some(session)
            } else {
                None
            }
        })
        .await;
    assert_eq!(account(&shown), None);
    assert!(!holds(&market.everything_said().await, "99887766"));
}
