//! Organisers, members, consents, and what a new installation starts with.

use chassis::testing::eventually;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sqlx::Connection as _;

use super::world::{SOON, World, json_of, password, refused};
use crate::{
    Role, bootstrap,
    domain::token::{TokenHash, token},
    issue_tokens,
};

fn new_member(username: &str, role: &str) -> Value {
    json!({ "username": username, "name": "Ngọc Thị Hoa", "password": "con trâu đi trước", "role": role })
}

async fn add(world: &World, token: &str, organiser: &str, member: Value) -> Value {
    let answer = world
        .post(
            &format!("/v1/organisers/{organiser}/members"),
            token,
            member,
        )
        .send()
        .await
        .unwrap();
    json_of(answer, StatusCode::CREATED).await
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told from the first sign-in to the last"
)]
async fn an_organiser_takes_people_on_and_lets_them_go_at_once() {
    let world = World::start(&[]).await;
    let elsewhere = world.second().await;
    world.bootstrap().await;
    let operator = world.token_of("operator").await;
    let created = world
        .post(
            "/v1/organisers",
            &operator,
            json!({ "name": "Đoàn phường Bát Tràng" }),
        )
        .send()
        .await
        .unwrap();
    let organiser = json_of(created, StatusCode::CREATED).await["organiser_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let again = world.post(
        "/v1/organisers",
        &operator,
        json!({ "name": " Đoàn  phường Bát Tràng" }),
    );
    assert_eq!(refused(again, 409).await, "organiser_name_taken");

    let chief = add(
        &world,
        &operator,
        &organiser,
        new_member("hoa.ngoc", "organiser"),
    )
    .await;
    let sign_in = |username: &str| {
        let body = json!({ "username": username, "password": "con trâu đi trước" });
        world
            .ask(Method::POST, "/v1/sign-in/password")
            .json(&body)
            .send()
    };
    let chief_token = json_of(sign_in("hoa.ngoc").await.unwrap(), StatusCode::OK).await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let host = add(&world, &chief_token, &organiser, new_member("lan", "host")).await;
    let host_token = json_of(sign_in("lan").await.unwrap(), StatusCode::OK).await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let at_second = || {
        reqwest::Client::new()
            .get(format!("{elsewhere}/v1/me"))
            .bearer_auth(&host_token)
            .send()
    };
    assert_eq!(at_second().await.unwrap().status(), 200);

    let members = format!("/v1/organisers/{organiser}/members");
    assert_eq!(
        refused(
            world.post(&members, &chief_token, new_member("lan", "host")),
            409
        )
        .await,
        "username_taken"
    );
    assert_eq!(
        refused(
            world.post(&members, &chief_token, new_member("a b", "host")),
            422
        )
        .await,
        "invalid_input"
    );
    let weak = json!({ "username": "mai", "name": "Mai", "password": "short", "role": "host" });
    assert_eq!(
        refused(world.post(&members, &chief_token, weak), 422).await,
        "invalid_input"
    );
    assert_eq!(
        refused(
            world.post(&members, &host_token, new_member("mai", "host")),
            403
        )
        .await,
        "forbidden"
    );
    // Organiser of another organiser: there is no such thing for them.
    let stranger = world.token_of("organiser").await;
    assert_eq!(
        refused(world.get(&members, &stranger), 404).await,
        "not_found"
    );
    assert_eq!(
        refused(
            world.post(&members, &stranger, new_member("mai", "host")),
            404
        )
        .await,
        "not_found"
    );

    let listed = json_of(
        world.get(&members, &chief_token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    let roles: Vec<_> = listed["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["organiser", "host"]);

    let leave = |member: &Value| {
        let path = format!("{members}/{}", member["account_id"].as_str().unwrap());
        world.ask(Method::DELETE, &path).bearer_auth(&chief_token)
    };
    json_of(leave(&host).send().await.unwrap(), StatusCode::NO_CONTENT).await;
    assert_eq!(
        refused(world.get("/v1/me", &host_token), 401).await,
        "sign_in_first"
    );
    eventually("the other gateway forgets too", SOON, || async {
        (at_second().await.unwrap().status() == 401).then_some(())
    })
    .await;
    json_of(leave(&host).send().await.unwrap(), StatusCode::NO_CONTENT).await;
    assert_eq!(refused(leave(&chief), 409).await, "last_organiser");
    assert_eq!(
        world
            .get("/v1/me", &chief_token)
            .send()
            .await
            .unwrap()
            .status(),
        200,
        "nothing was half done"
    );
}

#[tokio::test]
async fn bootstrapping_again_changes_only_what_differs() {
    let world = World::start(&[]).await;
    let first = world.bootstrap().await;
    let token = world.token_of("host").await;
    let second = world.bootstrap().await;
    assert_eq!(first.organiser_id, second.organiser_id);
    assert_eq!(first.accounts, second.accounts);
    let expected = [
        "organiser",
        "host",
        "moderator",
        "volunteer",
        "producer",
        "operator",
    ];
    assert_eq!(
        first
            .accounts
            .iter()
            .map(|(username, _)| username.as_str())
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(
        world.get("/v1/me", &token).send().await.unwrap().status(),
        200,
        "the password was right: still signed in"
    );

    bootstrap(&world.ctx, &|username| {
        if username == "host" {
            "một mật khẩu khác".into()
        } else {
            password(username)
        }
    })
    .await
    .unwrap();
    assert_eq!(
        refused(world.get("/v1/me", &token), 401).await,
        "sign_in_first"
    );
    let old = json!({ "username": "host", "password": password("host").expose_secret() });
    assert_eq!(
        refused(
            world.ask(Method::POST, "/v1/sign-in/password").json(&old),
            401
        )
        .await,
        "wrong_password"
    );
    let organisers = json_of(
        world
            .get("/v1/organisers", &world.token_of("volunteer").await)
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        organisers["organisers"][0]["name"],
        "Ban tổ chức Phiên (bản chạy thử)"
    );
    assert!(Role::ALL.iter().all(|role| expected.contains(&role.word())));
}

#[tokio::test]
async fn consents_are_written_down_for_ever() {
    let world = World::start(&[]).await;
    let token = world.shopper().await;
    let say = |given: bool| {
        let body = json!({ "purpose": "delivery", "text_version": "2026-07-01", "given": given });
        world.post("/v1/me/consents", &token, body).send()
    };
    for given in [true, true, false, true] {
        json_of(say(given).await.unwrap(), StatusCode::CREATED).await;
    }
    let ledger = json_of(
        world.get("/v1/me/consents", &token).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    let given: Vec<_> = ledger["consents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["given"].as_bool().unwrap())
        .collect();
    assert_eq!(
        given,
        [true, false, true],
        "newest first; the same word twice is one line"
    );
    let wrong = json!({ "purpose": "Delivery!", "text_version": "", "given": true });
    let problem = json_of(
        world
            .post("/v1/me/consents", &token, wrong)
            .send()
            .await
            .unwrap(),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);

    let mut conn = sqlx::PgConnection::connect(world.database.expose_secret())
        .await
        .unwrap();
    for change in [
        "update consent set given = false",
        "delete from consent",
        "truncate consent",
    ] {
        assert!(
            sqlx::query(change).execute(&mut conn).await.is_err(),
            "{change}"
        );
    }
}

#[tokio::test]
async fn shoppers_are_made_only_for_a_demonstration() {
    let off = World::start(&[]).await;
    off.bootstrap().await;
    let organiser = off.token_of("organiser").await;
    assert_eq!(
        refused(
            off.post("/v1/demo/shoppers", &organiser, json!({ "count": 1 })),
            404
        )
        .await,
        "not_found"
    );

    let on = World::start(&["--demo"]).await;
    on.bootstrap().await;
    let organiser = on.token_of("organiser").await;
    for count in [0, 5001] {
        assert_eq!(
            refused(
                on.post("/v1/demo/shoppers", &organiser, json!({ "count": count })),
                422
            )
            .await,
            "invalid_input"
        );
    }
    let made = on
        .post("/v1/demo/shoppers", &organiser, json!({ "count": 3 }))
        .send()
        .await
        .unwrap();
    let made = json_of(made, StatusCode::CREATED).await;
    let shoppers = made["shoppers"].as_array().unwrap();
    assert_eq!(shoppers.len(), 3);
    let me = json_of(
        on.get("/v1/me", shoppers[2]["token"].as_str().unwrap())
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(me["account_id"], shoppers[2]["account_id"]);
    assert_eq!(issue_tokens(&on.ctx, 5000).await.unwrap().len(), 5000);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_come_at_once_are_each_known_as_themselves() {
    let world = World::start(&[]).await;
    let made = issue_tokens(&world.ctx, 1_500).await.unwrap();
    let stranger = token(rand::random()).1;
    let of = |token: TokenHash| world.ctx.identities.of(&world.ctx.core, token);
    let all = join_all(
        made.iter()
            .map(|(_, token)| of(TokenHash::of(token).unwrap())),
    );
    let (all, twice, nobody) =
        tokio::join!(all, of(TokenHash::of(&made[0].1).unwrap()), of(stranger));
    for ((account, _), known) in made.iter().zip(all) {
        assert_eq!(known.unwrap().unwrap().identity.account_id, *account);
    }
    assert_eq!(twice.unwrap().unwrap().identity.account_id, made[0].0);
    assert!(nobody.unwrap().is_none());
}
