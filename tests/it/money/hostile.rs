//! Words that are not a bank's, or of which nobody can make anything.

use phien_tests::{api, market::transfer, world::SEPAY_KEY};
use reqwest::Method;
use serde_json::json;

use super::owing::{DUE, Owing};

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_waits_for_a_person() {
    let owing = Owing::start().await;
    owing
        .comes("no-code", DUE, "chuyen tien mua hang")
        .await
        .ok()
        .unwrap();
    owing.judged("no-code", "unmatched").await;
    // One letter off: the check digit tells.
    let mut wrong = owing.code();
    let last = if wrong.ends_with('2') { '3' } else { '2' };
    wrong.pop();
    wrong.push(last);
    owing.comes("typo", DUE, &wrong).await.ok().unwrap();
    owing.judged("typo", "unmatched").await;
    // The right code on somebody else's account.
    let body = transfer("elsewhere", "9999999999", DUE, &owing.code());
    owing
        .world
        .api
        .webhook(SEPAY_KEY, &body)
        .await
        .unwrap()
        .ok()
        .unwrap();
    owing.judged("elsewhere", "unmatched").await;
    let mut body = transfer("out", &owing.stage.producer.account_no, DUE, &owing.code());
    body["transferType"] = json!("out");
    owing
        .world
        .api
        .webhook(SEPAY_KEY, &body)
        .await
        .unwrap()
        .ok()
        .unwrap();
    owing.judged("out", "outgoing").await;
    owing.becomes("awaiting_payment", "none", 0).await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_word_is_not_even_kept() {
    let owing = Owing::start().await;
    let body = transfer("FT1", &owing.stage.producer.account_no, DUE, &owing.code());
    for key in [
        "",
        "wrong",
        &SEPAY_KEY[1..],
        &format!("{SEPAY_KEY} "),
        &SEPAY_KEY.to_uppercase(),
    ] {
        let reply = owing.world.api.webhook(key, &body).await.unwrap();
        // Blanks around a header's value belong to nobody.
        if key.trim() != SEPAY_KEY {
            assert_eq!((reply.status, reply.code()), (401, "wrong_key"), "{key:?}");
        }
    }
    let bare = owing
        .world
        .api
        .post("/v1/webhooks/sepay", &body)
        .await
        .unwrap();
    assert_eq!(bare.status, 401);
    let bearer = owing
        .stage
        .organiser
        .post("/v1/webhooks/sepay", &body)
        .await
        .unwrap();
    assert_eq!(bearer.status, 401);
    let known: i64 = 1;
    assert_eq!(
        owing.stored().await,
        known,
        "only the one with the right key"
    );
    // The key before the last one is still believed while it is being replaced.
    let body = transfer(
        "FT2",
        &owing.stage.producer.account_no,
        1_000,
        &owing.code(),
    );
    owing
        .world
        .api
        .webhook("the-key-before", &body)
        .await
        .unwrap()
        .ok()
        .unwrap();
    owing.judged("FT2", "over").await;
    owing.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_body_is_kept_and_does_no_harm() {
    let owing = Owing::start().await;
    let send = async |body: &[u8]| {
        let request = owing
            .world
            .api
            .request(Method::POST, "/v1/webhooks/sepay")
            .header("authorization", format!("Apikey {SEPAY_KEY}"))
            .header("content-type", "application/json")
            .body(body.to_vec());
        api::read(request).await
    };
    let twice = format!(
        r#"{{"id":"x","accountNumber":"1","transferType":"in","transferAmount":1,"transferAmount":{DUE},"content":"{}"}}"#,
        owing.code()
    );
    let bodies: [&[u8]; 6] = [
        b"",
        b"{",
        b"null",
        b"\xff\xfe\x00",
        twice.as_bytes(),
        br#"{"id":"y","transferAmount":-5}"#,
    ];
    for body in bodies {
        let reply = send(body).await.unwrap();
        assert!(reply.status < 500, "{body:?}: {}", reply.text);
    }
    owing.judged("malformed:%", "malformed").await;
    let kept = owing.stored().await;
    // The gateway may hang up before all has been sent.
    if let Ok(large) = send(&vec![b' '; 10 << 20]).await {
        assert_eq!(large.status, 413);
    }
    assert_eq!(owing.stored().await, kept, "what is too large is not kept");
    owing.comes("FT1", DUE, &owing.code()).await.ok().unwrap();
    owing.becomes("confirmed", "exact", DUE).await;
    owing.world.finish().await;
}
