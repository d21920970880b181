//! What the gateway says of itself, and how it protects whoever reads it.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::world::{World, json_of, refused};
use crate::{PublicUrl, openapi};

#[tokio::test]
async fn the_description_is_served_and_can_be_browsed() {
    let world = World::start(&[]).await;
    let served = json_of(
        world
            .ask(Method::GET, "/openapi.json")
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(served, serde_json::to_value(openapi()).unwrap());
    assert_eq!(served["openapi"], "3.1.0");
    assert_eq!(served["info"]["title"], "Phiên");

    let to_page = world.ask(Method::GET, "/docs").send().await.unwrap();
    assert!(to_page.status().is_redirection());
    let page = world.ask(Method::GET, "/docs/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
    let html = page.text().await.unwrap();
    assert!(
        html.contains("swagger-ui") && !html.contains("<script>"),
        "no script of the page's own that the policy would stop"
    );
    let script = world
        .ask(Method::GET, "/docs/swagger-initializer.js")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(script.contains("/openapi.json"));

    let welcome = world.ask(Method::GET, "/").send().await.unwrap();
    assert_eq!(
        welcome.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    assert!(welcome.text().await.unwrap().contains("/docs/"));
}

#[tokio::test]
async fn pages_are_served_by_their_addresses_and_kept_as_long_as_they_may_be() {
    let folder = std::env::temp_dir().join(format!("phien-pages-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    std::fs::write(folder.join("index.html"), "<!doctype html>a page").unwrap();
    std::fs::write(folder.join("assets/a-1.js"), "plain").unwrap();
    std::fs::write(folder.join("assets/a-1.js.br"), "small").unwrap();
    let world = World::start(&["--pages", folder.to_str().unwrap()]).await;
    let get = |path: &str| world.ask(Method::GET, path).header("accept", "text/html");

    for path in ["/", "/s/ses_1", "/me"] {
        let page = get(path).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert_eq!(page.headers()["cache-control"], "no-cache");
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self';") && !policy.contains("unsafe"));
        assert_eq!(page.text().await.unwrap(), "<!doctype html>a page");
    }
    let script = get("/assets/a-1.js")
        .header("accept-encoding", "br")
        .send()
        .await
        .unwrap();
    assert_eq!(script.headers()["content-encoding"], "br");
    assert_eq!(
        script.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(script.text().await.unwrap(), "small");
    for nothing in ["/v1/nothing", "/assets/none.js", "/none.txt", "/metrics"] {
        assert_eq!(refused(get(nothing), 404).await, "not_found", "{nothing}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{method} {path} has a name of its own"
            );
            assert!(
                operation["summary"].is_string(),
                "{method} {path} says what it does"
            );
            assert!(
                operation["responses"]["default"].is_object(),
                "{method} {path} says how it refuses"
            );
        }
    }
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(reference) if name == "$ref" => into.push(reference.clone()),
                    _ => collect(value, into),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
        _ => {}
    }
}

#[tokio::test]
async fn every_answer_protects_its_reader() {
    let world = World::start(&[]).await;
    let mut ids = Vec::new();
    for path in [
        "/",
        "/healthz",
        "/v1/provinces",
        "/v1/me",
        "/nowhere",
        "/docs/",
    ] {
        let answer = world.ask(Method::GET, path).send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert!(
            !headers.contains_key("strict-transport-security"),
            "{path}: plain http"
        );
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{path}"
        );
        ids.push(headers["x-request-id"].clone());
        let kept = if path == "/v1/provinces" {
            "public, max-age=86400"
        } else {
            "no-store"
        };
        assert_eq!(headers["cache-control"], kept, "{path}");
    }
    ids.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    ids.dedup();
    assert_eq!(ids.len(), 6, "each request has an id of its own");
}

#[tokio::test]
async fn places_are_public() {
    let world = World::start(&[]).await;
    let provinces = json_of(
        world
            .ask(Method::GET, "/v1/provinces")
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(provinces["provinces"].as_array().unwrap().len(), 34);
    let wards = json_of(
        world
            .ask(Method::GET, "/v1/provinces/01/wards")
            .send()
            .await
            .unwrap(),
        StatusCode::OK,
    )
    .await;
    assert!(
        wards["wards"]
            .as_array()
            .unwrap()
            .iter()
            .any(|ward| ward["full_name"] == "phường Hoàn Kiếm")
    );
    let nowhere = world
        .ask(Method::GET, "/v1/provinces/99/wards")
        .send()
        .await
        .unwrap();
    json_of(nowhere, StatusCode::NOT_FOUND).await;
}

#[test]
fn plain_http_is_for_this_machine() {
    let plain: PublicUrl = "http://phien.example".parse().unwrap();
    assert!(
        !plain.secure && !plain.loopback,
        "start refuses it unless told otherwise"
    );
}
