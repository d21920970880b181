//! The room: notices, the sale ticker, viewers, and all of it for somebody who comes in.

use std::collections::BTreeMap;

use chassis::{
    id::{EventId, GatewayId, OrderId},
    testing::database,
};
use chrono::TimeDelta;
use proto::{
    common::v1::Actor,
    feed::v1::{Notice, Sale, Viewers, feed::Of},
    livestream::v1::{EndSession, PostComment, ReportViewers, SayNotice, Session, ShowRoom},
    orders::v1::{OrderFact, OrderLine, OrdersPlaced},
};

use super::market::{Market, holds};
use crate::{Config, MIGRATOR};

fn words(session: &Session, text: &str) -> PostComment {
    PostComment {
        session_id: session.session_id.clone(),
        text: text.into(),
        author_name: "Nguyễn Thị Lan".into(),
        ..PostComment::default()
    }
}

async fn room(market: &Market, actor: &Actor, session: &Session) -> proto::livestream::v1::Room {
    market
        .ask(
            actor,
            ShowRoom {
                session_id: session.session_id.clone(),
            },
        )
        .await
        .expect("the room")
}

#[tokio::test]
async fn a_warning_stays_for_those_who_come_later() {
    let market = Market::open().await;
    let session = market.live().await;
    let say = |text: &str, warning| SayNotice {
        session_id: session.session_id.clone(),
        text: text.into(),
        warning,
    };
    assert_eq!(
        market.refused(&market.shopper(), say("tôi", true)).await,
        "forbidden"
    );
    assert_eq!(market.wrong(say("", true)).await, ["text"]);
    for _ in 0..2 {
        market
            .done(say("Hình ảnh chỉ mang tính minh họa", true))
            .await;
    }
    market.done(say("Sắp mở A05", false)).await;
    let shown = room(&market, &Actor::default(), &session).await;
    assert_eq!(shown.last_notice_seq, 2);
    let warning = shown.last_warning.expect("a warning");
    assert_eq!(
        (warning.seq, warning.text.as_str(), warning.warning),
        (1, "Hình ảnh chỉ mang tính minh họa", true)
    );
    let like = Of::Notice(Notice {
        session_id: session.session_id.clone(),
        seq: 2,
        ..Notice::default()
    });
    let notice = market
        .feed(&session, like.clone(), |of| {
            if let Of::Notice(notice) = of {
                Some(notice)
            } else {
                None
            }
        })
        .await;
    assert_eq!(
        (notice.text.as_str(), notice.warning),
        ("Sắp mở A05", false)
    );
    market
        .done(EndSession {
            session_id: session.session_id.clone(),
        })
        .await;
    assert_eq!(
        market
            .refused(&market.organiser(), say("muộn", false))
            .await,
        "session_ended"
    );
    market.audit().await;
}

#[tokio::test]
async fn each_sale_runs_over_the_ticker_once() {
    let market = Market::open().await;
    let session = market.live().await;
    let line = |claim_code: &str, units| OrderLine {
        claim_code: claim_code.into(),
        title: "Chè".into(),
        units,
        ..OrderLine::default()
    };
    let order = |name: &str, lines| OrderFact {
        order_id: market.clock.id::<OrderId>().to_string(),
        account_id: "acc_secret".into(),
        shopper_name: name.into(),
        lines,
        at_ms: 1_790_000_000_000,
        ..OrderFact::default()
    };
    let placed = |orders| OrdersPlaced {
        session_id: session.session_id.clone(),
        orders,
    };
    let id: EventId = market.clock.id();
    let two = placed(vec![
        order(
            "Trần Văn Minh 0912345678",
            vec![line("A1", 1), line("A2", 2)],
        ),
        order("", vec![line("A1", 3)]),
    ]);
    market.hear_as(&two, id).await;
    market.hear_as(&two, id).await;
    market
        .hear(&placed(vec![order("Hoa", vec![line("A3", 1)])]))
        .await;
    market.hear(&placed(vec![])).await;
    let mut sales = Vec::new();
    for seq in 1..=4 {
        let of = Of::Sale(Sale {
            session_id: session.session_id.clone(),
            seq,
            ..Sale::default()
        });
        let sale = market
            .feed(&session, of, |of| {
                if let Of::Sale(sale) = of {
                    Some(sale)
                } else {
                    None
                }
            })
            .await;
        sales.push((sale.shopper_name, sale.claim_code, sale.units));
    }
    let expected = [
        ("Minh", "A1", 1),
        ("Minh", "A2", 2),
        ("Khách", "A1", 3),
        ("Hoa", "A3", 1),
    ];
    assert_eq!(
        sales,
        expected.map(|(name, code, units)| (name.to_owned(), code.to_owned(), units))
    );
    // A rush is told as its newest line.
    let rush = (1..=8).map(|units| order("Lan", vec![line("A4", units)]));
    market.hear(&placed(rush.collect())).await;
    let of = Of::Sale(Sale {
        session_id: session.session_id.clone(),
        seq: 12,
        ..Sale::default()
    });
    let told = market
        .feed(&session, of, |of| match of {
            Of::Sale(sale) => Some((sale.units, sale.more_lines, sale.more_units)),
            _ => None,
        })
        .await;
    assert_eq!(told, (8, 7, 28));
    assert_eq!(
        room(&market, &Actor::default(), &session)
            .await
            .last_sale_seq,
        12
    );
    assert!(!holds(&market.everything_said().await, "acc_secret"));
    market.audit().await;
}

#[tokio::test]
async fn viewers_are_a_gauge_of_what_gateways_say_now() {
    let market = Market::open().await;
    let session = market.live().await;
    let gateways: [String; 2] = std::array::from_fn(|_| market.clock.id::<GatewayId>().to_string());
    let report = |gateway: usize, viewers: Option<u32>| {
        let mut by_session = BTreeMap::from([
            ("nonsense".to_owned(), 7),
            ("ses_00000000000070008000000000000000".to_owned(), 7),
        ]);
        by_session.extend(viewers.map(|viewers| (session.session_id.clone(), viewers)));
        let report = ReportViewers {
            gateway_id: gateways[gateway].clone(),
            viewers_by_session: by_session,
        };
        async { market.ask(&Actor::default(), report).await }
    };
    let watching = || async { room(&market, &Actor::default(), &session).await.viewers };
    // The same report twice counts once.
    for _ in 0..2 {
        report(0, Some(100)).await.unwrap();
    }
    report(1, Some(20)).await.unwrap();
    assert_eq!(watching().await, 120);
    let like = Of::Viewers(Viewers {
        session_id: session.session_id.clone(),
        ..Viewers::default()
    });
    market
        .feed(&session, like.clone(), |of| {
            matches!(of, Of::Viewers(Viewers { viewers: 120, .. })).then_some(())
        })
        .await;
    report(0, Some(90)).await.unwrap();
    assert_eq!(watching().await, 110);
    // A gateway that no longer names the session has nobody there.
    report(1, None).await.unwrap();
    assert_eq!(watching().await, 90);
    // One that has died is forgotten.
    market.clock.advance(TimeDelta::seconds(16));
    assert_eq!(watching().await, 0);
    market
        .feed(&session, like.clone(), |of| {
            matches!(of, Of::Viewers(Viewers { viewers: 0, .. })).then_some(())
        })
        .await;
    assert_eq!(
        market
            .wrong(ReportViewers {
                gateway_id: "x".into(),
                ..ReportViewers::default()
            })
            .await,
        ["gateway_id"]
    );
}

#[tokio::test]
async fn a_new_broker_is_told_all_states() {
    let config = Config::new(database("livestream", &MIGRATOR).await);
    let market = Market::on(config.clone()).await;
    let session = market.live().await;
    let market = market.on_a_new_broker(config).await;
    let like = Of::Session(session.clone());
    market
        .feed(&session, like.clone(), |of| {
            matches!(of, Of::Session(session) if session.version == 2).then_some(())
        })
        .await;
}

#[tokio::test]
async fn the_audit_finds_what_is_wrong() {
    let market = Market::open().await;
    let session = market.live().await;
    market.open_offer(&session, "A1").await;
    market
        .ask(&market.shopper(), words(&session, "chào"))
        .await
        .unwrap();
    market.audit().await;
    for spoil in [
        "update room set last_comment_seq = 2, last_sale_seq = 1",
        "update session set pinned_offer_id = (select id from offer), state = 'live'",
        "update offer set state = 'closed', allotted_units = 9",
    ] {
        sqlx::query(spoil).execute(&market.ctx.db).await.unwrap();
    }
    let mut conn = market.ctx.db.acquire().await.unwrap();
    let checks = crate::audit::audit(&mut conn).await.unwrap();
    let wrong: Vec<&str> = checks
        .iter()
        .filter(|check| !check.mismatches.is_empty())
        .map(|check| check.name)
        .collect();
    assert_eq!(
        wrong,
        [
            "room_counters",
            "sale_ticker",
            "pins_can_be_sold",
            "offer_units_are_of_proposals"
        ]
    );
    sqlx::query("update session set state = 'ended', ended_at = now(), pinned_offer_id = null")
        .execute(&mut *conn)
        .await
        .unwrap();
    sqlx::query("update offer set state = 'open'")
        .execute(&mut *conn)
        .await
        .unwrap();
    let checks = crate::audit::audit(&mut conn).await.unwrap();
    assert_eq!(checks[3].mismatches.len(), 1);
    sqlx::query("update offer set state = 'settled'")
        .execute(&mut *conn)
        .await
        .unwrap();
    let checks = crate::audit::audit(&mut conn).await.unwrap();
    assert_eq!((checks[5].checked, checks[5].mismatches.len()), (1, 1));
}
