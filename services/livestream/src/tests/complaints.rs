//! Viewers' complaints: numbered, tied to the second and the pin, answered, closed.

use chrono::TimeDelta;
use proto::{
    common::v1::Role,
    livestream::v1::{
        AnswerComplaint, CloseComplaint, ComplaintCategory, ComplaintState, EndSession,
        FileComplaint, ListComplaints, ListOwnComplaints, PinOffer, Session,
    },
};

use super::market::Market;

fn complaint(session: &Session, text: &str) -> FileComplaint {
    FileComplaint {
        session_id: session.session_id.clone(),
        category: ComplaintCategory::Price.into(),
        text: text.into(),
        author_name: "Nguyễn Thị Lan".into(),
        idempotency_key: text.into(),
        ..FileComplaint::default()
    }
}

#[tokio::test]
async fn a_complaint_goes_from_open_to_answered_to_closed() {
    let market = Market::open().await;
    let planned = market.planned().await;
    let viewer = market.shopper();
    assert_eq!(
        market.refused(&viewer, complaint(&planned, "x")).await,
        "session_not_live"
    );
    let session = market.live().await;
    let offer = market.open_offer(&session, "A05").await;
    market
        .done(PinOffer {
            session_id: session.session_id.clone(),
            offer_id: offer.offer_id.clone(),
        })
        .await;
    market.clock.advance(TimeDelta::seconds(90));
    let filed = market
        .ask(&viewer, complaint(&session, "giá sai"))
        .await
        .unwrap();
    assert!(filed.number.starts_with("KN-"), "{filed:?}");
    assert_eq!(
        (filed.state(), filed.pinned_offer_id.as_str()),
        (ComplaintState::Open, offer.offer_id.as_str())
    );
    assert!((90..=100).contains(&filed.second), "{filed:?}");
    // A repeat is the first one.
    let again = market
        .ask(&viewer, complaint(&session, "giá sai"))
        .await
        .unwrap();
    assert_eq!(again, filed);
    let unsorted = FileComplaint {
        category: 0,
        ..complaint(&session, "y")
    };
    assert_eq!(
        market.ask(&viewer, unsorted).await.unwrap_err().fields[0].field,
        "category"
    );

    let list = || ListComplaints {
        session_id: session.session_id.clone(),
        ..ListComplaints::default()
    };
    assert_eq!(market.refused(&viewer, list()).await, "forbidden");
    let volunteer = market.staff(Role::Volunteer);
    assert_eq!(
        market.ask(&volunteer, list()).await.unwrap().complaints,
        std::slice::from_ref(&filed)
    );
    let close = || CloseComplaint {
        complaint_id: filed.complaint_id.clone(),
    };
    let answer = |answer: &str| AnswerComplaint {
        complaint_id: filed.complaint_id.clone(),
        answer: answer.into(),
    };
    let moderator = market.staff(Role::Moderator);
    assert_eq!(market.refused(&moderator, close()).await, "complaint_open");
    assert_eq!(market.refused(&viewer, answer("tôi")).await, "forbidden");
    for _ in 0..2 {
        let answered = market.ask(&moderator, answer("đã sửa")).await.unwrap();
        assert_eq!(answered.state(), ComplaintState::Answered);
    }
    assert_eq!(
        market.refused(&moderator, answer("khác")).await,
        "complaint_answered"
    );
    let own = market
        .ask(&viewer, ListOwnComplaints::default())
        .await
        .unwrap();
    assert_eq!(own.complaints[0].answer, "đã sửa");
    for _ in 0..2 {
        let closed = market.ask(&moderator, close()).await.unwrap();
        assert_eq!(closed.state(), ComplaintState::Closed);
    }
    let others = market
        .ask(&market.shopper(), ListOwnComplaints::default())
        .await
        .unwrap();
    assert_eq!(others.complaints, []);

    // What somebody saw does not end with the session; but nobody floods it.
    market
        .done(EndSession {
            session_id: session.session_id.clone(),
        })
        .await;
    for number in 1..10 {
        market
            .ask(&viewer, complaint(&session, &format!("lần {number}")))
            .await
            .unwrap();
    }
    assert_eq!(
        market.refused(&viewer, complaint(&session, "nữa")).await,
        "too_many_complaints"
    );
}
