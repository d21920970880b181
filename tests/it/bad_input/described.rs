//! The routes as the OpenAPI document describes them, so that none can be forgotten.

use reqwest::Method;
use serde_json::Value;

/// A route as the document describes it.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// It takes a JSON body.
    pub(crate) takes_json: bool,
}

/// All routes, with ids that belong to nothing.
pub(crate) fn routes() -> Vec<Route> {
    let document = serde_json::to_value(gateway::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            // Signing out would end the part of whoever asks.
            if !matches!(method.as_str(), "GET" | "POST" | "PUT" | "DELETE")
                || path == "/v1/sign-out"
            {
                continue;
            }
            let takes_json = operation["requestBody"]["content"]["application/json"].is_object();
            routes.push(Route {
                method,
                path: filled(path),
                takes_json,
            });
        }
    }
    assert!(
        routes.len() > 40,
        "the document describes {} routes",
        routes.len()
    );
    routes
}

/// Puts a well-made id into each place of the path.
fn filled(path: &str) -> String {
    let noun = path.split('/').nth(2).unwrap_or_default();
    let prefix = match noun {
        "sessions" => "ses",
        "offers" => "off",
        "orders" => "ord",
        "payments" => "pay",
        "producers" => "prd",
        "products" => "prod",
        "variants" => "var",
        "certificates" => "crt",
        "comments" => "cmt",
        "organisers" => "org",
        _ => "01",
    };
    let id = if prefix == "01" {
        "01".to_owned()
    } else {
        format!("{prefix}_0192f0c1d2e37a4b8c5d6e7f80910203")
    };
    path.replace("{account_id}", "acc_0192f0c1d2e37a4b8c5d6e7f80910203")
        .replace("{id}", &id)
        .replace("{producer_id}", "prd_0192f0c1d2e37a4b8c5d6e7f80910203")
        .replace("{photo_id}", &"0".repeat(64))
        .replace("{side}", "320")
        .replace("{code}", "01")
}

#[test]
fn the_document_names_the_routes_that_matter() {
    let all = routes();
    let document: Vec<String> = all
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    for wanted in [
        "POST /v1/orders",
        "POST /v1/webhooks/sepay",
        "POST /v1/goods/import",
        "POST /v1/demo/shoppers",
    ] {
        assert!(
            document.iter().any(|route| route == wanted),
            "{wanted} is not in {document:?}"
        );
    }
    assert_eq!(
        Value::Null,
        serde_json::to_value(gateway::openapi()).unwrap()["servers"]
    );
}
