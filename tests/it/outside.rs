//! Comments from another platform: replayed, reordered, forged, with a gap; and who their authors are.

use std::time::Duration;

use chassis::testing::eventually;
use hmac::{Hmac, KeyInit as _, Mac as _};
use phien_tests::{
    api::{Api, Reply, number, read, text},
    collector::hex,
    world::{META_SECRET, META_TOKEN, World},
};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

const PATIENCE: Duration = Duration::from_secs(15);
const POST: &str = "1001_77";

fn comment(id: &str, author: &str, text: &str, time: i64) -> Value {
    json!({
        "object": "page",
        "entry": [{ "id": "1001", "time": time, "changes": [{ "field": "feed", "value": {
            "item": "comment", "verb": "add", "comment_id": id, "post_id": POST,
            "from": { "id": author, "name": format!("Trần Thị {author}") },
            "message": text, "created_time": time,
        }}]}],
    })
}

/// Delivers exactly these bytes, signed with a secret.
async fn deliver(world: &World, secret: &str, body: &Value) -> Reply {
    let body = body.to_string();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .unwrap()
        .chain_update(&body)
        .finalize()
        .into_bytes();
    let request = world
        .api
        .request(Method::POST, "/v1/webhooks/meta")
        .header("x-hub-signature-256", format!("sha256={}", hex(&mac)))
        .header("content-type", "application/json")
        .body(body);
    read(request).await.unwrap()
}

async fn taken(world: &World, body: &Value) {
    assert_eq!(deliver(world, META_SECRET, body).await.status, 200);
}

async fn ok(api: &Api, path: &str) -> Value {
    api.get(path).await.unwrap().ok().unwrap()
}

/// Ids in the room's order, with their sources and what the source says of the time.
async fn room(api: &Api, session: &str) -> Vec<(String, Option<String>)> {
    let listed = ok(api, &format!("/v1/sessions/{session}/comments")).await;
    let mut all: Vec<(String, Option<String>)> = listed["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let source = one["source"].as_str().map(str::to_owned);
            (text(one, "text"), source)
        })
        .collect();
    all.reverse();
    all
}

async fn held(api: &Api, session: &str) -> i64 {
    let kept = ok(api, &format!("/v1/sessions/{session}/holds/own")).await;
    let holds = kept["holds"].as_array().unwrap();
    holds.iter().map(|one| number(one, "units")).sum()
}

#[tokio::test]
async fn replayed_reordered_forged_and_with_a_gap() {
    let world = World::start().await;
    let stage = world.stage(5, 0).await;
    let (session, organiser) = (stage.session_id.as_str(), &stage.organiser);
    let channels = format!("/v1/sessions/{session}/channels");

    // Meta asks whether this is the place.
    let handshake = |token: &str| {
        format!(
            "/v1/webhooks/meta?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444"
        )
    };
    let answer = world.api.request(Method::GET, &handshake(META_TOKEN));
    assert_eq!(
        answer.send().await.unwrap().text().await.unwrap(),
        "1158201444"
    );
    let refused = world.api.get(&handshake("wrong")).await.unwrap();
    assert_eq!((refused.status, refused.code()), (403, "wrong_token"));

    // A comment that comes before anybody says where the session also is waits, and is not lost.
    taken(&world, &comment("c1", "Mai", "chào cả nhà", 1_790_000_100)).await;
    assert_eq!(room(&world.api, session).await, []);
    let tie = json!({ "source": "facebook", "post_id": POST });
    organiser.put(&channels, &tie).await.unwrap().ok().unwrap();
    eventually("it enters the room", PATIENCE, || async {
        (room(&world.api, session).await.len() == 1).then_some(())
    })
    .await;

    // Replayed: answered, shown once. Reordered: the room's order is the order of arrival.
    for _ in 0..3 {
        taken(
            &world,
            &comment("c3", "Mai", "ba 0912 345 678", 1_790_000_300),
        )
        .await;
    }
    taken(&world, &comment("c2", "Mai", "hai", 1_790_000_200)).await;
    let facebook = Some("facebook".to_owned());
    assert_eq!(
        room(&world.api, session).await,
        [
            ("chào cả nhà".to_owned(), facebook.clone()),
            ("ba •••• ••• •••".to_owned(), facebook.clone()),
            ("hai".to_owned(), facebook),
        ]
    );

    // Forged: by another secret, or another body under a right signature's shape.
    let forged = comment("c9", "Kẻ gian", "chốt a01 x5", 1_790_000_400);
    assert_eq!(
        deliver(&world, "not-the-secret", &forged).await.code(),
        "wrong_key"
    );
    let unsigned = world
        .api
        .request(Method::POST, "/v1/webhooks/meta")
        .body(forged.to_string());
    assert_eq!(read(unsigned).await.unwrap().status, 401);
    assert_eq!(room(&world.api, session).await.len(), 3);

    // A gap: the platform's own list has one that never came, and not one that did.
    let list = json!({ "external_ids": ["c1", "c2", "c4"] });
    let found = organiser
        .post(&format!("{channels}/facebook/reconcile"), &list)
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!(found, json!({ "missing": ["c4"], "unknown": ["c3"] }));
    world.clock.advance(chrono::TimeDelta::minutes(2));
    let report = ok(organiser, &channels).await["channels"][0].clone();
    for (field, count) in [
        ("received", 3),
        ("duplicates", 2),
        ("shown", 3),
        ("waiting", 0),
        ("forged", 2),
        ("missing", 1),
    ] {
        assert_eq!(number(&report, field), count, "{field} in {report}");
    }
    assert!(number(&report, "silent_seconds") >= 120, "{report}");
    world.finish().await;
}

#[tokio::test]
async fn a_claim_from_elsewhere_waits_for_its_author() {
    let world = World::start().await;
    let stage = world.stage(5, 0).await;
    let (session, organiser) = (stage.session_id.as_str(), &stage.organiser);
    let tie = json!({ "source": "facebook", "post_id": POST });
    let channels = format!("/v1/sessions/{session}/channels");
    organiser.put(&channels, &tie).await.unwrap().ok().unwrap();
    taken(&world, &comment("c1", "Mai", "chốt a01 x1", 1_790_000_100)).await;
    taken(&world, &comment("c2", "Mai", "chốt a01 x2", 1_790_000_200)).await;

    let unlinked = format!("/v1/sessions/{session}/claims/unlinked");
    let claims = ok(organiser, &unlinked).await["claims"].clone();
    assert_eq!(claims.as_array().unwrap().len(), 2, "{claims}");
    let [mai, other] = &world.people(2).await[..] else {
        unreachable!()
    };
    let link = json!({ "token": text(&claims[0], "link_token") });
    let linked = mai.api.post("/v1/me/links", &link).await.unwrap();
    assert_eq!(linked.ok().unwrap(), json!({ "authors": 1, "claims": 2 }));
    // In the order in which they came: the last word is two.
    eventually("the claims hold", PATIENCE, || async {
        (held(&mai.api, session).await == 2).then_some(())
    })
    .await;
    assert_eq!(ok(organiser, &unlinked).await["claims"], json!([]));
    // Once, and for nobody else.
    let again = other.api.post("/v1/me/links", &link).await.unwrap();
    assert_eq!(again.status, 404);

    // From now on a comment there is a claim at once.
    taken(&world, &comment("c3", "Mai", "chốt a01 x3", 1_790_000_300)).await;
    eventually("the new claim holds", PATIENCE, || async {
        (held(&mai.api, session).await == 3).then_some(())
    })
    .await;
    world.finish().await;
}
