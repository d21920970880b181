//! A gateway of one's own with everything real around it, and a phone that receives codes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use chassis::{
    bus::Bus, clock::Clock, config::Settings, lifecycle::Lifecycle, local::LocalNats, rpc::Answers,
    testing,
};
use clap::Parser as _;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::{Bootstrapped, Config, Ctx, MIGRATOR, Running, bootstrap, issue_tokens, start};

#[derive(clap::Parser)]
struct Flags {
    #[command(flatten)]
    config: Config,
}

/// A started gateway.
pub(super) struct World {
    pub(super) ctx: Ctx,
    pub(super) url: String,
    pub(super) clock: Clock,
    pub(super) lifecycle: Lifecycle,
    /// Lives as long as the world.
    _nats: LocalNats,
    pub(super) settings: Settings,
    pub(super) phones: Phones,
    pub(super) database: SecretString,
    client: reqwest::Client,
}

/// Messages that came to phones, newest last.
#[derive(Clone, Default)]
pub(super) struct Phones(Arc<Mutex<HashMap<String, Vec<String>>>>);

impl Phones {
    /// The digits of the newest code sent to a phone.
    pub(super) fn code(&self, e164: &str) -> String {
        let phones = self.0.lock().unwrap();
        phones[e164].last().unwrap()[..6].to_owned()
    }

    pub(super) fn count(&self, e164: &str) -> usize {
        self.0.lock().unwrap().get(e164).map_or(0, Vec::len)
    }
}

async fn receive(State(phones): State<Phones>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(headers["authorization"], "Bearer sms key");
    let message: Value = serde_json::from_slice(&body).unwrap();
    let to = message["to"].as_str().unwrap().to_owned();
    if to.ends_with("000") {
        return StatusCode::BAD_GATEWAY;
    }
    phones
        .0
        .lock()
        .unwrap()
        .entry(to)
        .or_default()
        .push(message["text"].as_str().unwrap().to_owned());
    StatusCode::OK
}

impl World {
    pub(super) async fn start(flags: &[&str]) -> Self {
        let nats = testing::nats().await;
        let database = testing::database("gateway", &MIGRATOR).await;
        let (clock, lifecycle, phones) =
            (Clock::default(), Lifecycle::default(), Phones::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sms = format!("http://{}/send", listener.local_addr().unwrap());
        let provider = Router::new()
            .route("/send", post(receive))
            .with_state(phones.clone());
        lifecycle.spawn(std::future::IntoFuture::into_future(
            axum::serve(listener, provider).with_graceful_shutdown({
                let lifecycle = lifecycle.clone();
                async move { lifecycle.stopping().await }
            }),
        ));
        let settings = testing::settings(&nats);
        let mut all = vec!["--sms-url", &sms, "--sms-key", "sms key"];
        all.extend(flags);
        let config = config(&database, &all);
        let Running { ctx, address } = start(&settings, config, clock.clone(), lifecycle.clone())
            .await
            .unwrap();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            ctx,
            url: format!("http://{address}"),
            clock,
            lifecycle,
            _nats: nats,
            settings,
            phones,
            database,
            client,
        }
    }

    /// Another gateway of the same installation.
    pub(super) async fn second(&self) -> String {
        let config = config(&self.database, &["--dev-print-codes"]);
        let running = start(
            &self.settings,
            config,
            self.clock.clone(),
            self.lifecycle.clone(),
        )
        .await
        .unwrap();
        format!("http://{}", running.address)
    }

    pub(super) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub(super) fn get(&self, path: &str, token: &str) -> RequestBuilder {
        self.ask(Method::GET, path).bearer_auth(token)
    }

    pub(super) fn post(&self, path: &str, token: &str, body: impl Into<Value>) -> RequestBuilder {
        self.ask(Method::POST, path)
            .bearer_auth(token)
            .json(&body.into())
    }

    /// A shopper made for a demonstration.
    pub(super) async fn shopper(&self) -> String {
        issue_tokens(&self.ctx, 1).await.unwrap().remove(0).1
    }

    pub(super) async fn bootstrap(&self) -> Bootstrapped {
        bootstrap(&self.ctx, &password).await.unwrap()
    }

    /// Signs in one of the accounts of [`World::bootstrap`].
    pub(super) async fn token_of(&self, username: &str) -> String {
        let body = json!({ "username": username, "password": password(username).expose_secret() });
        let answer = self
            .ask(Method::POST, "/v1/sign-in/password")
            .json(&body)
            .send()
            .await
            .unwrap();
        json_of(answer, StatusCode::OK).await["token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A service's end of the bus.
    pub(super) async fn answers(&self, service: &'static str) -> Answers<()> {
        let bus = Bus::connect(&self.settings, service, self.clock.clone())
            .await
            .unwrap();
        Answers::start((), &bus, &self.lifecycle).await.unwrap()
    }
}

fn config(database: &SecretString, flags: &[&str]) -> Config {
    let usual = [
        "gateway",
        "--listen",
        "127.0.0.1:0",
        "--gateway-database-url",
        database.expose_secret(),
    ];
    Flags::parse_from(usual.iter().chain(flags)).config
}

pub(super) fn password(username: &str) -> SecretString {
    format!("con trâu đi trước {}", username.len()).into()
}

/// The body of an answer that has this status.
pub(super) async fn json_of(answer: Response, status: StatusCode) -> Value {
    let got = answer.status();
    let body = answer.text().await.unwrap();
    assert_eq!(got, status, "{body}");
    if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&body).unwrap()
    }
}

/// The code of a refusal, which must be a whole problem document.
pub(super) async fn refused(request: RequestBuilder, status: u16) -> String {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let body = json_of(answer, StatusCode::from_u16(status).unwrap()).await;
    assert_eq!(body["status"], status);
    assert!(
        body["title"].is_string() && body["detail_vi"].is_string() && body["detail_en"].is_string()
    );
    let code = body["code"].as_str().unwrap().to_owned();
    assert_eq!(body["type"], format!("/problems/{code}"));
    code
}

pub(super) const SOON: Duration = Duration::from_secs(10);
