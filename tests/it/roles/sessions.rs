//! Steering a session, and working for one.

use chassis::testing::eventually;
use phien_tests::{api::text, market::SOON};
use serde_json::json;

use super::two::{ask, must_refuse, two};

#[tokio::test(flavor = "multi_thread")]
async fn steering_is_for_the_organisers_own_people() {
    let two = two().await;
    for (method, path, body) in two.steering() {
        let what = format!("{method} {path}");
        let nobody = ask(&two.world.api, method, &path, &body).await;
        must_refuse(&nobody, &[401], &format!("nobody: {what}"));
        let shopper = ask(&two.stranger.api, method, &path, &body).await;
        must_refuse(&shopper, &[403, 404], &format!("a shopper: {what}"));
        let buyer = ask(&two.buyer.api, method, &path, &body).await;
        must_refuse(&buyer, &[403, 404], &format!("the buyer: {what}"));
        let producer = ask(&two.other_producer.keeper, method, &path, &body).await;
        must_refuse(&producer, &[403, 404], &format!("another producer: {what}"));
        let foreign = ask(&two.other_organiser, method, &path, &body).await;
        if path.ends_with("/orders") {
            // Everybody may list their own orders of a session: they have none.
            assert_eq!(
                foreign.ok().unwrap()["orders"],
                json!([]),
                "another organiser: {what}"
            );
        } else {
            must_refuse(&foreign, &[403, 404], &format!("another organiser: {what}"));
        }
    }
    two.untouched().await;
    two.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_what_its_work_needs() {
    let two = two().await;
    let (volunteer, moderator) = (
        two.world.staff("volunteer").await,
        two.world.staff("moderator").await,
    );
    let session = &two.stage.session_id;
    let hide = format!("/v1/comments/{}/hide", two.comment_id);
    for (method, path, body) in two.steering() {
        let looks = method == "GET" && !path.ends_with("bank-entries") && !path.contains("feed");
        let packs = path.ends_with("advance");
        let moderates = path == hide || path.ends_with("stop") || path.ends_with("notices");
        // What is theirs is tried below.
        for (who, api, may) in [
            (
                "volunteer",
                &volunteer,
                looks || packs || path.contains("feed"),
            ),
            (
                "moderator",
                &moderator,
                looks || packs || moderates || path.contains("feed"),
            ),
        ] {
            if !may {
                must_refuse(
                    &ask(api, method, &path, &body).await,
                    &[403, 404],
                    &format!("{who}: {method} {path}"),
                );
            }
        }
    }
    two.untouched().await;

    for api in [&volunteer, &moderator] {
        let orders = api
            .list(&format!("/v1/sessions/{session}/orders"), "orders")
            .await
            .unwrap();
        assert_eq!(
            orders[0]["contact"]["phone"], "+84912345678",
            "those who pack call"
        );
        api.get(&format!("/v1/sessions/{session}/figures"))
            .await
            .unwrap()
            .ok()
            .unwrap();
    }
    let hidden = moderator
        .post(&hide, &json!({ "reason": "quảng cáo nơi khác" }))
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!(hidden["hidden"], true);
    let stop = format!("/v1/sessions/{session}/stop");
    let stopped = moderator
        .post(&stop, &json!({ "reason": "hàng không rõ nguồn gốc" }))
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!(
        (
            stopped["state"].as_str(),
            stopped["stopped_reason"].as_str()
        ),
        (Some("ended"), Some("hàng không rõ nguồn gốc"))
    );
    two.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_sent_away_can_do_nothing_more() {
    let two = two().await;
    let me = two
        .other_organiser
        .get("/v1/me")
        .await
        .unwrap()
        .ok()
        .unwrap();
    let organiser = text(&me["memberships"][0], "organiser_id");
    let second = json!({ "username": "phunghia2", "name": "Lê Thị Hai", "password": "mot mat khau that dai", "role": "host" });
    let members = format!("/v1/organisers/{organiser}/members");
    let added = two
        .other_organiser
        .post(&members, &second)
        .await
        .unwrap()
        .ok()
        .unwrap();
    let host = two
        .world
        .api
        .sign_in("phunghia2", "mot mat khau that dai")
        .await
        .unwrap();
    let escalate = json!({ "username": "phunghia3", "name": "Lê Thị Ba", "password": "mot mat khau that dai", "role": "organiser" });
    must_refuse(
        &host.post(&members, &escalate).await.unwrap(),
        &[403, 404],
        "a host takes nobody on",
    );
    must_refuse(
        &two.stage.organiser.post(&members, &escalate).await.unwrap(),
        &[403, 404],
        "nor does another organiser",
    );

    let gone = format!("{members}/{}", text(&added, "account_id"));
    let request = two.other_organiser.request(reqwest::Method::DELETE, &gone);
    assert_eq!(phien_tests::api::read(request).await.unwrap().status, 204);
    eventually("the role is gone", SOON, || async {
        let me = host.get("/v1/me").await.unwrap();
        (me.status == 401 || me.body["memberships"] == json!([])).then_some(())
    })
    .await;
    let out = two
        .other_organiser
        .post("/v1/sign-out", &json!({}))
        .await
        .unwrap();
    assert_eq!(out.status, 204);
    eventually("the token is worth nothing", SOON, || async {
        (two.other_organiser.get("/v1/me").await.unwrap().status == 401).then_some(())
    })
    .await;
    two.world.finish().await;
}
