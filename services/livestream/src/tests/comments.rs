//! Comments: masked, numbered, paced, hidden.

use std::time::Duration;

use chassis::{id::CommentId, testing::database};
use chrono::TimeDelta;
use proto::{
    common::v1::{Actor, RefusalKind, Role},
    contract::Request as _,
    feed::v1::{CommentHidden as HiddenNews, feed::Of},
    livestream::v1::{
        ClaimCommented, Comment, CommentHidden, EndSession, GoLive, HideComment, ListComments,
        PostComment, Session, ShowRoom,
    },
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

fn comment_like(session: &Session, seq: u64) -> Of {
    Of::Comment(Comment {
        session_id: session.session_id.clone(),
        seq,
        ..Comment::default()
    })
}

#[tokio::test]
async fn nobody_ever_sees_a_phone_number_or_who_wrote() {
    let market = Market::open().await;
    let session = market.live().await;
    let author = market.shopper();
    let posted = market
        .ask(&author, words(&session, "hàng đẹp quá  0912 345 678 nhé"))
        .await
        .unwrap();
    assert_eq!(
        (
            posted.text.as_str(),
            posted.author_name.as_str(),
            posted.seq
        ),
        ("hàng đẹp quá •••• ••• ••• nhé", "Lan", 1)
    );
    let said = market
        .feed(&session, comment_like(&session, 1), |of| {
            if let Of::Comment(comment) = of {
                Some(comment)
            } else {
                None
            }
        })
        .await;
    assert_eq!(
        (said.text.as_str(), said.account_id.as_str()),
        (posted.text.as_str(), "")
    );

    let kept: String = sqlx::query_scalar("select text from comment")
        .fetch_one(&market.ctx.db)
        .await
        .unwrap();
    assert_eq!(kept, posted.text);
    let everything = market.everything_said().await;
    // Whole, as no id is written: three digits alone stand in many an id.
    for told in ["345 678", "912345678", author.account_id.as_str()] {
        assert!(!holds(&everything, told), "{told}");
    }
    assert_eq!(
        room(&market, &Actor::default(), &session).await.comments,
        [said]
    );
    let own = room(&market, &market.staff(Role::Moderator), &session).await;
    assert_eq!(own.comments[0].account_id, author.account_id);
}

#[tokio::test]
async fn numbers_have_no_gap_however_many_write() {
    let market = Market::open().await;
    let session = market.live().await;
    let authors: Vec<Actor> = (0..40).map(|_| market.shopper()).collect();
    let posts = authors
        .iter()
        .map(|author| market.ask(author, words(&session, "chào")));
    let mut seqs: Vec<u64> = futures_util::future::join_all(posts)
        .await
        .into_iter()
        .map(|posted| posted.unwrap().seq)
        .collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=40).collect::<Vec<u64>>());
    for seq in seqs {
        market
            .feed(&session, comment_like(&session, seq), Some)
            .await;
    }
    let list = |before_seq, limit| ListComments {
        session_id: session.session_id.clone(),
        before_seq,
        limit,
    };
    let page = market
        .ask(&Actor::default(), list(0, 30))
        .await
        .unwrap()
        .comments;
    let rest = market
        .ask(&Actor::default(), list(page.last().unwrap().seq, 30))
        .await
        .unwrap()
        .comments;
    let listed: Vec<u64> = page
        .iter()
        .chain(&rest)
        .map(|comment| comment.seq)
        .collect();
    assert_eq!(listed, (1..=40).rev().collect::<Vec<u64>>());
    assert_eq!(market.wrong(list(0, 101)).await, ["limit"]);
    market.audit().await;
}

#[tokio::test]
async fn a_repeat_is_answered_with_the_first_and_haste_is_refused() {
    let config = Config {
        comments_per_minute: 3,
        ..Config::new(database("livestream", &MIGRATOR).await)
    };
    let market = Market::on(config).await;
    let session = market.live().await;
    let author = market.shopper();
    let keyed = |key: &str| PostComment {
        idempotency_key: key.into(),
        ..words(&session, "chốt A05")
    };
    let first = market.ask(&author, keyed("k1")).await.unwrap();
    assert_eq!(market.ask(&author, keyed("k1")).await.unwrap(), first);
    let other = PostComment {
        text: "chốt A06".into(),
        ..keyed("k1")
    };
    assert_eq!(
        market.refused(&author, other).await,
        "idempotency_key_reused"
    );
    // A key is its owner's.
    assert_eq!(
        market
            .ask(&market.shopper(), keyed("k1"))
            .await
            .unwrap()
            .seq,
        2
    );

    let refusal = market.ask(&author, keyed("k2")).await.unwrap_err();
    assert_eq!(
        (
            refusal.kind,
            refusal.code.as_str(),
            refusal.retry_after_seconds
        ),
        (RefusalKind::Busy, "comment_too_fast", 1)
    );
    for key in ["k3", "k4"] {
        market.clock.advance(TimeDelta::seconds(2));
        market.ask(&author, keyed(key)).await.unwrap();
    }
    market.clock.advance(TimeDelta::seconds(2));
    let refusal = market.ask(&author, keyed("k5")).await.unwrap_err();
    assert!(
        (50..=54).contains(&refusal.retry_after_seconds),
        "{refusal:?}"
    );
    market.clock.advance(TimeDelta::minutes(1));
    assert_eq!(market.ask(&author, keyed("k5")).await.unwrap().seq, 5);
    // One account at many doors at once is still one.
    market.clock.advance(TimeDelta::minutes(2));
    let rush = (0..10).map(|number| {
        market.ask(
            &author,
            PostComment {
                text: format!("số {number}"),
                ..words(&session, "")
            },
        )
    });
    let taken = futures_util::future::join_all(rush)
        .await
        .into_iter()
        .flatten()
        .count();
    assert_eq!(taken, 1);
    market.audit().await;
}

#[tokio::test]
async fn of_those_who_write_at_once_each_has_an_answer_of_their_own() {
    let market = Market::open().await;
    let session = market.live().await;
    market.open_offer(&session, "A05").await;
    let [twice, hasty, odd] = [0; 3].map(|_| market.shopper());
    let keyed = |key: &str, text: &str| PostComment {
        idempotency_key: key.into(),
        ..words(&session, text)
    };
    // Postgres keeps no such text: the batch that this one is in is refused whole.
    let poisoned = keyed("a\0", "chốt A05");
    let strangers: Vec<Actor> = (0..30).map(|_| market.shopper()).collect();
    let mut asked = vec![
        (&hasty, keyed("h1", "chốt A05")),
        (&hasty, keyed("h2", "chốt A05 x2")),
        (&twice, keyed("t", "chốt A05")),
        (&twice, keyed("t", "chốt A05")),
        (&twice, keyed("t", "chốt A05 x3")),
    ];
    asked.extend(strangers.iter().map(|who| (who, keyed("s", "chốt A05"))));
    asked.push((&odd, poisoned));
    let asked = asked
        .into_iter()
        .map(|(who, comment)| market.ask(who, comment));
    let told = futures_util::future::join_all(asked).await;

    let codes: Vec<&str> = told
        .iter()
        .map(|told| {
            told.as_ref()
                .map_or_else(|refusal| refusal.code.as_str(), |_| "ok")
        })
        .collect();
    // Which of a person's own comes first is the network's business.
    let count = |of: &[&str], code: &str| of.iter().filter(|told| **told == code).count();
    assert_eq!(count(&codes[..2], "ok"), 1, "{codes:?}");
    assert_eq!(count(&codes[..2], "comment_too_fast"), 1, "{codes:?}");
    let first = told[2..5].iter().flatten().next().expect("one of them");
    assert!(told[2..5].iter().flatten().all(|other| other == first));
    assert!(
        count(&codes[2..5], "idempotency_key_reused") >= 1,
        "{codes:?}"
    );
    assert_eq!(count(&codes[5..35], "ok"), 30, "{codes:?}");
    assert_eq!(codes[35], "internal");

    let mut seqs: Vec<u64> = told.iter().flatten().map(|comment| comment.seq).collect();
    seqs.sort_unstable();
    seqs.dedup();
    assert_eq!(seqs, (1..=32).collect::<Vec<u64>>());
    let claims = market.said::<ClaimCommented>().await;
    let claimed: Vec<u64> = claims.iter().map(|claim| claim.seq).collect();
    assert_eq!(claimed, seqs, "said in the room's order");
    market.audit().await;
}

#[tokio::test]
async fn a_comment_that_was_told_busy_is_not_written_afterwards() {
    let market = Market::open().await;
    let session = market.live().await;
    let mut held = market.ctx.db.begin().await.unwrap();
    sqlx::query("select from room for update")
        .execute(&mut *held)
        .await
        .unwrap();
    let (hurried, claim) = (market.shopper(), words(&session, "chốt A05"));
    let asked = market.gateway.ask_at(
        PostComment::SUBJECT,
        &hurried,
        &claim,
        Duration::from_millis(500),
    );
    assert_eq!(asked.await.unwrap_err().kind, RefusalKind::Busy);
    held.rollback().await.unwrap();
    let patient = market.shopper();
    let next = market.ask(&patient, words(&session, "chào")).await;
    assert_eq!(next.unwrap().seq, 1);
    let listed = room(&market, &Actor::default(), &session).await.comments;
    assert_eq!(listed.len(), 1, "{listed:?}");
}

#[tokio::test]
async fn a_room_is_open_while_its_session_is_live() {
    let market = Market::open().await;
    let session = market.planned().await;
    assert_eq!(
        market
            .refused(&market.shopper(), words(&session, "sớm"))
            .await,
        "session_not_live"
    );
    market
        .done(GoLive {
            session_id: session.session_id.clone(),
        })
        .await;
    assert_eq!(
        market
            .refused(&Actor::default(), words(&session, "ai đó"))
            .await,
        "sign_in_first"
    );
    for text in ["", "  ", &"x".repeat(501), "a\u{202E}b"] {
        let refusal = market
            .ask(&market.shopper(), words(&session, text))
            .await
            .unwrap_err();
        assert_eq!(refusal.fields[0].field, "text", "{text}");
    }
    let author = market.shopper();
    let keyed = PostComment {
        idempotency_key: "k".into(),
        ..words(&session, "kịp")
    };
    let first = market.ask(&author, keyed.clone()).await.unwrap();
    market
        .done(EndSession {
            session_id: session.session_id.clone(),
        })
        .await;
    assert_eq!(
        market
            .refused(&market.shopper(), words(&session, "muộn"))
            .await,
        "session_ended"
    );
    assert_eq!(market.ask(&author, keyed).await.unwrap(), first);
}

#[tokio::test]
async fn a_hidden_comment_keeps_its_place_but_not_its_words() {
    let market = Market::open().await;
    let session = market.live().await;
    for text in ["một", "xấu", "ba"] {
        market
            .ask(&market.shopper(), words(&session, text))
            .await
            .unwrap();
    }
    let bad = room(&market, &Actor::default(), &session).await.comments[1].clone();
    let hide = |reason: &str| HideComment {
        comment_id: bad.comment_id.clone(),
        reason: reason.into(),
    };
    assert_eq!(
        market
            .refused(&market.shopper(), hide("tôi không thích"))
            .await,
        "forbidden"
    );
    assert_eq!(
        market
            .refused(&market.staff(Role::Volunteer), hide("x"))
            .await,
        "forbidden"
    );
    let moderator = market.staff(Role::Moderator);
    assert_eq!(
        market.ask(&moderator, hide(" ")).await.unwrap_err().fields[0].field,
        "reason"
    );
    for reason in ["tục tĩu", "lần nữa"] {
        assert!(market.ask(&moderator, hide(reason)).await.unwrap().hidden);
    }
    assert_eq!(market.said::<CommentHidden>().await.len(), 1);
    let like = Of::Hidden(HiddenNews {
        session_id: session.session_id.clone(),
        seq: 1,
        ..HiddenNews::default()
    });
    let news = market
        .feed(&session, like.clone(), |of| {
            if let Of::Hidden(hidden) = of {
                Some(hidden)
            } else {
                None
            }
        })
        .await;
    assert_eq!(news.comment_seq, 2);

    let shown = room(&market, &Actor::default(), &session).await;
    let texts: Vec<&str> = shown
        .comments
        .iter()
        .map(|comment| comment.text.as_str())
        .collect();
    assert_eq!(texts, ["một", "", "ba"]);
    assert!(shown.comments[1].hidden && shown.comments[1].author_name.is_empty());
    assert_eq!((shown.last_comment_seq, shown.last_hidden_seq), (3, 1));
    let seen = market
        .ask(
            &moderator,
            ListComments {
                session_id: session.session_id.clone(),
                ..ListComments::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(seen.comments[1].text, "xấu");
    let (by, reason): (chassis::id::AccountId, String) =
        sqlx::query_as("select hidden_by, hidden_reason from comment where hidden_seq = 1")
            .fetch_one(&market.ctx.db)
            .await
            .unwrap();
    assert_eq!(
        (by.to_string(), reason.as_str()),
        (moderator.account_id, "tục tĩu")
    );
    let unknown = HideComment {
        comment_id: market.clock.id::<CommentId>().to_string(),
        reason: "x".into(),
    };
    assert_eq!(
        market.refused(&market.organiser(), unknown).await,
        "not_found"
    );
    market.audit().await;
}
