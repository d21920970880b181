//! The public HTTP API as a client uses it: one pool of connections, somebody's token, JSON both ways.

use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::{Client, Method, Url, header};
use serde_json::{Value, json};

/// An answer that takes longer counts as none.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody at the API; clones share the connections.
#[derive(Debug, Clone)]
pub struct Api {
    http: Client,
    url: Url,
    token: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Which path was asked.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The body's type, without its parameters.
    pub content_type: String,
    /// When it makes sense to try again, in seconds; 0: not said.
    pub retry_after: u64,
    /// The key was known: this is the first call's order.
    pub replayed: bool,
    /// The body; null when it is not JSON.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Api {
    /// Nobody yet, at this address.
    ///
    /// # Errors
    /// When it is no address.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        // One TLS library for all; another part of the process may have named it already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            .build()?;
        let url = Url::parse(url).with_context(|| format!("{url} is not an address"))?;
        Ok(Self {
            http,
            url,
            token: None,
        })
    }

    /// The same connections, as somebody else.
    #[must_use]
    pub fn holding(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whose it is.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The connections.
    #[must_use]
    pub fn http(&self) -> &Client {
        &self.http
    }

    /// A request to be filled; the token is in it.
    ///
    /// # Panics
    /// When the path is none.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = self.url.join(path).expect("a path");
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// When nothing was answered.
    pub async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        read(self.request(Method::GET, path)).await
    }

    /// Does something.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Reply> {
        read(self.request(Method::POST, path).json(body)).await
    }

    /// Does something once, however often it is repeated.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Reply> {
        read(
            self.request(Method::POST, path)
                .header("idempotency-key", key)
                .json(body),
        )
        .await
    }

    /// The same until it is taken: told *busy*, again when told to, or by chance up to as much later; thousands who all
    /// came back at once would keep the others out.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn post_patiently(
        &self,
        path: &str,
        key: &str,
        body: &Value,
    ) -> anyhow::Result<Reply> {
        loop {
            let reply = self.post_once(path, key, body).await?;
            if reply.status != 503 {
                return Ok(reply);
            }
            reply.rest().await;
        }
    }

    /// Sets something.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Reply> {
        read(self.request(Method::PUT, path).json(body)).await
    }

    /// Signs in by password.
    ///
    /// # Errors
    /// When the password is not theirs.
    pub async fn sign_in(&self, username: &str, password: &str) -> anyhow::Result<Self> {
        let body = json!({ "username": username, "password": password });
        let signed_in = self.post("/v1/sign-in/password", &body).await?.ok()?;
        let token = signed_in["token"]
            .as_str()
            .context("no token in the answer")?;
        Ok(self.holding(token))
    }

    /// A bank's word that money came in, in the form of `SePay`.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn webhook(&self, sepay_key: &str, body: &Value) -> anyhow::Result<Reply> {
        read(
            self.request(Method::POST, "/v1/webhooks/sepay")
                .header(header::AUTHORIZATION, format!("Apikey {sepay_key}"))
                .json(body),
        )
        .await
    }

    /// All pages of a list, put together.
    ///
    /// # Errors
    /// When a page is refused.
    pub async fn list(&self, path: &str, name: &str) -> anyhow::Result<Vec<Value>> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self
                .get(&format!("{path}{joint}limit=100{cursor}"))
                .await?
                .ok()?;
            let items = page[name]
                .as_array()
                .with_context(|| format!("{path} has no {name}"))?;
            all.extend(items.iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(all),
            }
        }
    }
}

/// Sends a request and reads its answer whole.
///
/// # Errors
/// When nothing was answered, or not whole.
pub async fn read(request: reqwest::RequestBuilder) -> anyhow::Result<Reply> {
    let response = request.timeout(PATIENCE).send().await?;
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let content_type = header("content-type");
    let retry_after = header("retry-after").parse().unwrap_or_default();
    let replayed = header("idempotent-replayed") == "true";
    let status = response.status().as_u16();
    let path = response.url().path().to_owned();
    let text = response.text().await?;
    Ok(Reply {
        path,
        status,
        content_type: content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned(),
        retry_after,
        replayed,
        body: serde_json::from_str(&text).unwrap_or_default(),
        text,
    })
}

impl Reply {
    /// Waits for as long as it says, or by chance up to as much longer.
    pub async fn rest(&self) {
        let told = Duration::from_secs(self.retry_after.max(1));
        tokio::time::sleep(told.mul_f64(rand::random_range(1.0..2.0))).await;
    }

    /// Was it done?
    #[must_use]
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, if it was done.
    ///
    /// # Errors
    /// The refusal in words.
    pub fn ok(self) -> anyhow::Result<Value> {
        if self.is_ok() {
            return Ok(self.body);
        }
        let said = self.body["detail_en"].as_str().unwrap_or(&self.text);
        let fields: Vec<String> = self.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| {
                format!(
                    "{}: {}",
                    error["field"].as_str().unwrap_or_default(),
                    error["message_en"].as_str().unwrap_or_default()
                )
            })
            .collect();
        bail!(
            "{} {}: {said} {}",
            self.status,
            self.code(),
            fields.join("; ")
        )
    }

    /// Why it was refused, for a program; empty when it was not.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The field of the body, as text.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn text_of(&self, field: &str) -> String {
        text(&self.body, field)
    }
}

/// A field that holds text.
///
/// # Panics
/// When it does not.
#[must_use]
pub fn text(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text {field} in {value}"))
        .to_owned()
}

/// A field that holds a whole number.
///
/// # Panics
/// When it does not.
#[must_use]
pub fn number(value: &Value, field: &str) -> i64 {
    value[field]
        .as_i64()
        .unwrap_or_else(|| panic!("no number {field} in {value}"))
}
