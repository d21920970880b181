//! Every route of the OpenAPI document, as everybody who is somebody else, at objects that are there and not theirs.
//!
//! Words that only their owners may read are planted in the objects; no answer to anybody else may hold one.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use std::time::Duration;

use phien_tests::api::{Api, Reply, read, text};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    bodies::body,
    planted::{Planted, plant},
    two::two,
};

/// A feed that says nothing for so long has said what it has.
const SILENCE: Duration = Duration::from_millis(300);

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    /// Nobody need be signed in.
    is_open: bool,
    /// The name of the body's schema.
    schema: Option<String>,
    /// Names of its query parameters.
    queries: Vec<String>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(gateway::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let named = [&schema["$ref"], &schema["oneOf"][0]["$ref"]];
            let schema = named.iter().find_map(|name| name.as_str());
            let ways = operation["security"].as_array();
            let parameters = operation["parameters"].as_array();
            all.push(Operation {
                method,
                path: path.clone(),
                is_open: ways.is_some_and(|ways| ways.contains(&json!({}))),
                schema: schema
                    .and_then(|name| name.rsplit('/').next())
                    .map(str::to_owned),
                queries: parameters
                    .into_iter()
                    .flatten()
                    .filter(|parameter| parameter["in"] == "query")
                    .map(|parameter| text(parameter, "name"))
                    .collect(),
            });
        }
    }
    all
}

/// One white pixel, so that what refuses it is whose the goods are.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC";

/// What must come back to somebody who does not own the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    /// 401, 403 or 404.
    Refuse,
    /// 401, 403 or 404, or a list without anything in it.
    BeEmpty,
    /// It is for everybody, or it is theirs to do: only nothing of others may be in it.
    SayNothingOfOthers,
    /// It is theirs to do, and would change something.
    NotBeAsked,
}

impl Operation {
    /// The same for each role, of somebody else's house.
    fn must(&self, role: &str) -> Must {
        let (method, path) = (self.method.as_str(), self.path.as_str());
        let takes_part = match (method, path) {
            // Everybody may comment in a room, order there, and have things of their own.
            (
                "POST",
                "/v1/sessions/{id}/comments"
                | "/v1/sessions/{id}/claims"
                | "/v1/sessions/{id}/complaints",
            )
            | ("GET", "/v1/sessions/{id}/holds/own") => role != "nobody",
            // Goods of a producer, a session of an organiser: named in the body.
            ("POST", "/v1/products" | "/v1/sessions") => false,
            _ => !path.contains('{') && role != "nobody",
        };
        // Any organiser checks producers and keeps their goods for them; their orders are their own.
        let of_goods = [
            "/v1/producers",
            "/v1/products",
            "/v1/certificates",
            "/v1/variants",
        ]
        .iter()
        .any(|noun| path.starts_with(noun))
            && !path.ends_with("/orders")
            && !path.ends_with("/feed");
        let works = match role {
            "organiser" => of_goods,
            "operator" => path.starts_with("/v1/organisers/{id}/members"),
            _ => false,
        };
        if self.is_open || takes_part || (works && method == "GET") {
            Must::SayNothingOfOthers
        } else if works {
            Must::NotBeAsked
        } else if path == "/v1/sessions/{id}/orders" && role != "nobody" {
            Must::BeEmpty
        } else {
            Must::Refuse
        }
    }

    /// The addresses to ask: plain, and with each query that names or opens something of the owner's.
    fn urls(&self, planted: &Planted) -> Vec<String> {
        let path = planted.fill(&self.path);
        let mut urls = vec![path.clone()];
        for query in &self.queries {
            let value = match query.as_str() {
                "desk" => "true",
                "producer_id" => &planted.producer_id,
                "organiser_id" => &planted.organiser_id,
                _ => continue,
            };
            urls.push(format!("{path}?{query}={value}"));
        }
        urls
    }

    async fn ask(&self, api: &Api, url: &str, body: &Value) -> Reply {
        let mut request = api.request(self.method.clone(), url);
        if self.method != Method::GET {
            request = request.header("idempotency-key", "of-a-stranger");
        }
        if self.path == "/v1/goods/import" {
            request = request
                .header("content-type", "text/csv")
                .body("a,b\n1,2\n");
        } else if self.path.ends_with("/scan")
            || (self.method == Method::POST && self.path.ends_with("/photos"))
        {
            let picture = BASE64_STANDARD.decode(PICTURE).unwrap();
            request = request.header("content-type", "image/png").body(picture);
        } else if !body.is_null() {
            request = request.json(body);
        }
        if self.path.ends_with("/feed") {
            return watch(request).await;
        }
        read(request).await.unwrap()
    }
}

/// Reads a feed until it has said what it has.
async fn watch(request: reqwest::RequestBuilder) -> Reply {
    let mut response = request.send().await.unwrap();
    let (status, mut bytes) = (response.status().as_u16(), Vec::new());
    let path = response.url().path().to_owned();
    let content_type = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout(SILENCE, response.chunk()).await {
        bytes.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(bytes).unwrap();
    Reply {
        path,
        status,
        content_type,
        retry_after: 0,
        replayed: false,
        body: serde_json::from_str(&text).unwrap_or_default(),
        text,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_as_everybody_else() {
    let two = two().await;
    let planted = plant(&two).await;
    let before = planted.as_owned(&two).await;
    // The words are there for those who may read them: a search that finds nothing anywhere proves nothing.
    let owned = before.to_string();
    for word in &planted.words {
        assert!(owned.contains(&word.text), "{} was not planted", word.text);
    }
    let strangers = planted.strangers(&two).await;
    let (mut asked, mut refused, mut leaks, mut wrong) = (0, 0, 0, Vec::new());
    for operation in operations() {
        let body = operation
            .schema
            .as_deref()
            .map_or(Value::Null, |name| body(name, &planted));
        for (role, api) in &strangers {
            let must = operation.must(role);
            // Signing out would end the part.
            if must == Must::NotBeAsked || (operation.path == "/v1/sign-out" && *role != "nobody") {
                continue;
            }
            for url in operation.urls(&planted) {
                let what = format!("{role}: {} {url}", operation.method);
                // A desk is nobody else's, in whatever room.
                let must = if url.ends_with("desk=true") {
                    Must::Refuse
                } else {
                    must
                };
                let reply = operation.ask(api, &url, &body).await;
                asked += 1;
                let is_refusal = matches!(reply.status, 401 | 403 | 404)
                    && reply.content_type == "application/problem+json";
                refused += usize::from(is_refusal);
                let right = match must {
                    Must::Refuse => is_refusal,
                    Must::BeEmpty => is_refusal || reply.body["orders"] == json!([]),
                    Must::SayNothingOfOthers => reply.status != 500,
                    Must::NotBeAsked => unreachable!(),
                };
                if !right {
                    wrong.push(format!("{what}: {} {must:?} {}", reply.status, reply.text));
                }
                for word in planted
                    .words
                    .iter()
                    .filter(|word| !word.seen_by.contains(role))
                {
                    if reply.text.contains(&word.text) {
                        leaks += 1;
                        wrong.push(format!("{what} tells {}", word.text));
                    }
                }
            }
        }
    }
    println!(
        "routes: {} of the document as {} strangers: {asked} asked, {refused} refused, {leaks} leaks",
        operations().len(),
        strangers.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(
        planted.as_owned(&two).await,
        before,
        "somebody changed what is not theirs"
    );
    assert!(asked > 400 && refused > 250, "{asked} {refused}");
    two.untouched().await;
    two.world.finish().await;
}
