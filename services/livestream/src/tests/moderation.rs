//! Mutes, slow mode, banned words, the warning's end: each with its trail.

use chassis::id::AccountId;
use chrono::TimeDelta;
use proto::{
    common::v1::{Actor, RefusalKind, Role},
    livestream::v1::{
        BannedWords, ClaimCommented, LiftMute, ListModeration, ListMutes, MuteAuthor, PostComment,
        SayNotice, Session, SetBannedWords, SetSlowMode, ShowRoom, TakeDownWarning,
    },
};

use super::market::Market;

fn words(session: &Session, text: &str) -> PostComment {
    PostComment {
        session_id: session.session_id.clone(),
        text: text.into(),
        author_name: "Lan".into(),
        ..PostComment::default()
    }
}

async fn acts(market: &Market) -> Vec<(String, String, String)> {
    let listed = market
        .done(ListModeration {
            organiser_id: market.organiser_id.to_string(),
            ..ListModeration::default()
        })
        .await;
    let acts = listed.acts.into_iter().rev();
    acts.map(|act| (act.act, act.reason, act.by_account_id))
        .collect()
}

#[tokio::test]
async fn somebody_muted_writes_no_more_until_it_ends_or_is_lifted() {
    let market = Market::open().await;
    let session = market.live().await;
    market.open_offer(&session, "A05").await;
    let (loud, moderator) = (market.shopper(), market.staff(Role::Moderator));
    let comment = market.ask(&loud, words(&session, "ồn ào")).await.unwrap();
    let mute = |minutes| MuteAuthor {
        comment_id: comment.comment_id.clone(),
        minutes,
        reason: "quấy rối".into(),
    };
    assert_eq!(market.refused(&loud, mute(1)).await, "forbidden");
    assert_eq!(
        market
            .ask(&moderator, mute(1_441))
            .await
            .unwrap_err()
            .fields[0]
            .field,
        "minutes"
    );
    market.ask(&moderator, mute(5)).await.unwrap();
    market.clock.advance(TimeDelta::minutes(2));
    // Not even to claim, and that is said.
    let refusal = market
        .ask(&loud, words(&session, "chốt A05 x1"))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.kind, refusal.code.as_str()),
        (RefusalKind::Conflict, "comment_muted")
    );
    assert!(refusal.vi.contains("chốt đơn"), "{refusal:?}");
    assert_eq!(market.said::<ClaimCommented>().await.len(), 0);
    market.clock.advance(TimeDelta::minutes(4));
    market.ask(&loud, words(&session, "xin lỗi")).await.unwrap();

    market.ask(&moderator, mute(0)).await.unwrap();
    market.clock.advance(TimeDelta::hours(3));
    assert_eq!(
        market.refused(&loud, words(&session, "nữa")).await,
        "comment_muted"
    );
    let list = ListMutes {
        session_id: session.session_id.clone(),
    };
    let muted = market.ask(&moderator, list).await.unwrap().mutes;
    assert_eq!((muted.len(), muted[0].until_ms), (1, 0));
    let lift_mute = |account: &str| LiftMute {
        session_id: session.session_id.clone(),
        account_id: account.into(),
        reason: "đã hứa".into(),
    };
    let stranger = market.clock.id::<AccountId>().to_string();
    assert_eq!(
        market.refused(&moderator, lift_mute(&stranger)).await,
        "not_found"
    );
    market
        .ask(&moderator, lift_mute(&loud.account_id))
        .await
        .unwrap();
    market.ask(&loud, words(&session, "cảm ơn")).await.unwrap();
    let by = &moderator.account_id;
    let act = |act: &str, reason: &str| (act.to_owned(), reason.to_owned(), by.clone());
    assert_eq!(
        acts(&market).await,
        [
            act("mute", "quấy rối"),
            act("mute", "quấy rối"),
            act("lift_mute", "đã hứa")
        ]
    );
    market.audit().await;
}

#[tokio::test]
async fn slow_mode_slows_chatter_but_loses_no_claim() {
    let market = Market::open().await;
    let session = market.live().await;
    market.open_offer(&session, "A05").await;
    let shopper = market.shopper();
    market.ask(&shopper, words(&session, "chào")).await.unwrap();
    let slow = |seconds| SetSlowMode {
        session_id: session.session_id.clone(),
        seconds,
    };
    assert_eq!(market.refused(&shopper, slow(5)).await, "forbidden");
    assert_eq!(market.wrong(slow(601)).await, ["seconds"]);
    market.done(slow(120)).await;
    market.clock.advance(TimeDelta::seconds(30));
    let refusal = market
        .ask(&shopper, words(&session, "đẹp quá"))
        .await
        .unwrap_err();
    assert_eq!(refusal.code, "comment_slow_mode");
    assert!(
        (85..=90).contains(&refusal.retry_after_seconds),
        "{refusal:?}"
    );
    market
        .ask(&shopper, words(&session, "chốt A05 x1"))
        .await
        .unwrap();
    assert_eq!(market.said::<ClaimCommented>().await.len(), 1);
    // The pace of an account counts claims too.
    assert_eq!(
        market
            .refused(&shopper, words(&session, "chốt A05 x2"))
            .await,
        "comment_too_fast"
    );
    market.clock.advance(TimeDelta::seconds(121));
    market
        .ask(&shopper, words(&session, "đẹp quá"))
        .await
        .unwrap();
    market.done(slow(0)).await;
    market.clock.advance(TimeDelta::seconds(2));
    market.ask(&shopper, words(&session, "thật")).await.unwrap();
}

#[tokio::test]
async fn a_banned_word_is_refused_so_that_it_can_be_rephrased() {
    let market = Market::open().await;
    let session = market.live().await;
    let set = |words: Vec<&str>| SetBannedWords {
        organiser_id: market.organiser_id.to_string(),
        words: words.into_iter().map(str::to_owned).collect(),
    };
    assert_eq!(
        market.refused(&market.shopper(), set(vec!["a"])).await,
        "forbidden"
    );
    assert_eq!(market.wrong(set(vec!["lừa đảo", " "])).await, ["words[1]"]);
    let kept: BannedWords = market.done(set(vec!["lừa đảo"])).await;
    assert_eq!(kept.words, ["lừa đảo"]);
    let refusal = market
        .ask(&market.shopper(), words(&session, "toàn LUA DAO thôi"))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.fields[0].field.as_str()),
        ("comment_banned_word", "text")
    );
    market
        .ask(&market.shopper(), words(&session, "không lừa ai, đảo xinh"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_warning_comes_off_the_screen_once() {
    let market = Market::open().await;
    let session = market.live().await;
    let down = || TakeDownWarning {
        session_id: session.session_id.clone(),
        reason: String::new(),
    };
    assert_eq!(
        market.refused(&market.organiser(), down()).await,
        "no_warning"
    );
    market
        .done(SayNotice {
            session_id: session.session_id.clone(),
            text: "Cẩn thận lừa đảo".into(),
            warning: true,
        })
        .await;
    let room = || ShowRoom {
        session_id: session.session_id.clone(),
    };
    let nobody = Actor::default();
    let shown = market.ask(&nobody, room()).await.unwrap();
    assert!(shown.last_warning.is_some());
    assert_eq!(market.refused(&market.shopper(), down()).await, "forbidden");
    market.done(down()).await;
    let shown = market.ask(&nobody, room()).await.unwrap();
    assert!(shown.last_warning.is_none());
    assert_eq!(shown.last_notice_seq, 1);
    assert_eq!(
        market.refused(&market.organiser(), down()).await,
        "no_warning"
    );
    assert_eq!(acts(&market).await[0].0, "take_down_warning");
    market.audit().await;
}
