//! Live video: who may send pictures, and what the room learns of it.

use phien_tests::{
    api::{Reply, text},
    world::{Stage, World},
};
use reqwest::{Method, header};
use serde_json::Value;

/// As nginx's RTMP module says it.
async fn say(world: &World, call: &str, stream: &str, key: &str) -> Reply {
    let body = format!("app=live&call={call}&name={stream}&type=live&key={key}");
    let request = world
        .api
        .request(Method::POST, "/v1/webhooks/video")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body);
    phien_tests::api::read(request).await.unwrap()
}

#[tokio::test]
async fn who_has_the_sessions_key_sends_its_pictures() {
    let world = World::start().await;
    let Stage {
        organiser,
        session_id: session,
        ..
    } = world.stage(1, 0).await;
    let path = format!("/v1/sessions/{session}");
    let shown = async || organiser.get(&path).await.unwrap().ok().unwrap()["video"].clone();
    assert_eq!(shown().await, false);

    let source = format!("{path}/video");
    let refused = world.staff("volunteer").await.get(&source).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.text);
    let source: Value = organiser.get(&source).await.unwrap().ok().unwrap();
    let stream_key = text(&source, "stream_key");
    let (stream, key) = stream_key.split_once("?key=").unwrap();
    assert_eq!(stream, session);

    let another = "ses_00000000000000000000000000000009";
    for (stream, key) in [
        (stream, ""),
        (stream, "0123456789abcdef0123456789abcdef"),
        (another, key),
        ("../../etc", key),
    ] {
        let refused = say(&world, "publish", stream, key).await;
        assert_eq!(refused.status, 401, "{stream} {key}: {}", refused.text);
    }
    let unknown = say(&world, "play", stream, key).await;
    assert_eq!(unknown.status, 401, "{}", unknown.text);
    assert_eq!(shown().await, false);
    for _ in 0..2 {
        assert!(say(&world, "publish", stream, key).await.is_ok());
        assert_eq!(shown().await, true);
    }
    assert!(say(&world, "publish_done", stream, key).await.is_ok());
    assert_eq!(shown().await, false);

    assert!(say(&world, "publish", stream, key).await.is_ok());
    let end = format!("{path}/end");
    assert!(
        organiser
            .post(&end, &serde_json::json!({}))
            .await
            .unwrap()
            .is_ok()
    );
    assert_eq!(shown().await, false, "over is over");
    assert!(say(&world, "publish_done", stream, key).await.is_ok());
    let late = say(&world, "publish", stream, key).await;
    assert_eq!(late.status, 409, "{}", late.text);
    world.finish().await;
}

#[tokio::test]
async fn playlists_and_pieces_are_served_and_nothing_else() {
    let world = World::start().await;
    let stage = world.stage(1, 0).await;
    let folder = std::env::temp_dir()
        .join("phien-test-video")
        .join(&stage.session_id);
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["index.m3u8", "0.ts", "secret"] {
        std::fs::write(folder.join(name), name).unwrap();
    }
    let get = async |path: String| {
        let request = world.api.request(Method::GET, &path);
        let answer = request.send().await.unwrap();
        let kept = answer.headers().get(header::CACHE_CONTROL).cloned();
        let kept = kept.map(|kept| kept.to_str().unwrap().to_owned());
        (answer.status().as_u16(), kept, answer.text().await.unwrap())
    };
    let session = &stage.session_id;
    let (status, kept, body) = get(format!("/video/{session}/index.m3u8")).await;
    assert_eq!(
        (status, kept.as_deref(), &*body),
        (200, Some("no-cache"), "index.m3u8")
    );
    let (status, kept, body) = get(format!("/video/{session}/0.ts")).await;
    assert_eq!(
        (status, kept.as_deref(), &*body),
        (200, Some("public, max-age=60"), "0.ts")
    );
    for path in [
        format!("/video/{session}/secret"),
        format!("/video/{session}"),
        format!("/video/{session}/none.ts"),
        "/video/%2e%2e/%2e%2e/etc/passwd".to_owned(),
        "/video/..%2f..%2fetc%2fhosts.ts".to_owned(),
    ] {
        assert_eq!(get(path.clone()).await.0, 404, "{path}");
    }
    std::fs::remove_dir_all(folder).unwrap();
    world.finish().await;
}
