//! Who is there: gateways as clients reach them, an organiser, shoppers, goods; and what is on sale now.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, ensure};
use chassis::lifecycle::Lifecycle;
use phien_tests::api::{Api, Reply, text};
use rand::RngExt as _;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    history::History,
    stack::{Stack, process::Process},
};

/// Of every variant, several times over.
const RECEIVED: i64 = 1_000_000;
const SHOPPERS_AT_ONCE: usize = 2_000;
/// How long a step that everything stands on is tried again.
const PERSISTENCE: Duration = Duration::from_mins(3);

/// An offer as shoppers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnSale {
    /// Which.
    pub id: String,
    /// Of one unit, đồng.
    pub price: i64,
    /// There is more than can be sold.
    pub ample: bool,
}

/// A session on air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// Which.
    pub session: String,
    /// What is open.
    pub offers: Vec<OnSale>,
    /// How long an order waits for its money, in seconds.
    pub window: u32,
}

/// A gateway as clients know it.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Like no other of the run.
    pub number: usize,
    /// Nobody there yet.
    pub api: Api,
}

/// All of it.
#[derive(Debug)]
pub struct Market {
    /// What was told.
    pub history: History,
    /// Tokens of shoppers.
    pub shoppers: Vec<String>,
    /// The token of who steers.
    pub organiser: String,
    /// Its organisation.
    pub organiser_id: String,
    /// What can be offered.
    pub variants: Vec<String>,
    /// Steps that were given up, and answers that must never come.
    pub wrong: Mutex<Vec<String>>,
    /// Requests that failed, as a load balancer would count them; watched while versions are changed.
    pub failed: Mutex<Vec<String>>,
    /// A lost connection is tried at another gateway at once, as a load balancer does.
    pub balanced: bool,
    /// Shoppers and hosts.
    pub lifecycle: Lifecycle,
    /// Requests so far.
    pub requests: AtomicU64,
    live: Mutex<Vec<Arc<Live>>>,
    gateways: Mutex<Vec<Gateway>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The gateway of a process, by the way that clients take.
///
/// # Errors
/// When it has no address.
pub fn gateway(number: usize, process: &Process) -> anyhow::Result<Gateway> {
    Ok(Gateway {
        number,
        api: Api::new(&format!("http://{}", process.front.address()))?,
    })
}

impl Market {
    /// Makes one over HTTP.
    ///
    /// # Errors
    /// When something is refused.
    pub async fn make(stack: &Stack, shoppers: usize, balanced: bool) -> anyhow::Result<Self> {
        let gateways = stack
            .parts
            .iter()
            .filter(|part| part.role == "gateway")
            .enumerate()
            .map(|(number, part)| gateway(number, part))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let nobody = gateways.first().context("no gateway")?.api.clone();
        let password = stack.folder.password("organiser");
        let organiser = nobody
            .sign_in("organiser", password.expose_secret())
            .await?;
        let me = organiser.get("/v1/me").await?.ok()?;
        let mut tokens = Vec::new();
        while tokens.len() < shoppers {
            let count = (shoppers - tokens.len()).min(SHOPPERS_AT_ONCE);
            let made = organiser
                .post("/v1/demo/shoppers", &json!({ "count": count }))
                .await?
                .ok()?;
            let made = made["shoppers"].as_array().context("no shoppers")?;
            tokens.extend(made.iter().map(|shopper| text(shopper, "token")));
        }
        Ok(Self {
            history: History::default(),
            shoppers: tokens,
            organiser: organiser.token().context("no token")?.to_owned(),
            organiser_id: text(&me["memberships"][0], "organiser_id"),
            variants: list_goods(&organiser).await?,
            wrong: Mutex::default(),
            failed: Mutex::default(),
            balanced,
            lifecycle: Lifecycle::default(),
            requests: AtomicU64::new(0),
            live: Mutex::default(),
            gateways: Mutex::new(gateways),
        })
    }

    /// The gateways that take requests.
    #[must_use]
    pub fn gateways(&self) -> Vec<Gateway> {
        locked(&self.gateways).clone()
    }

    /// Lets clients know of other gateways.
    pub fn set_gateways(&self, gateways: Vec<Gateway>) {
        *locked(&self.gateways) = gateways;
    }

    /// Any of them.
    #[must_use]
    pub fn any_gateway(&self) -> Gateway {
        let gateways = locked(&self.gateways);
        gateways[rand::rng().random_range(0..gateways.len())].clone()
    }

    /// What is on air.
    #[must_use]
    pub fn live(&self) -> Vec<Arc<Live>> {
        locked(&self.live).clone()
    }

    /// A session is on air, or what is open in it changed.
    pub fn show(&self, live: Live) {
        let mut all = locked(&self.live);
        all.retain(|known| known.session != live.session);
        all.push(Arc::new(live));
    }

    /// A session is no longer on air.
    pub fn hide(&self, session: &str) {
        locked(&self.live).retain(|known| known.session != session);
    }

    /// Notes what must never happen.
    pub fn wrong(&self, what: String) {
        locked(&self.wrong).push(what);
    }

    /// Asks one gateway as somebody, or as nobody without a token, or, if balanced, others too when the connection was lost.
    ///
    /// # Errors
    /// When nobody answered in time.
    pub async fn ask<F>(
        &self,
        gateway: &Gateway,
        token: &str,
        patience: Duration,
        request: impl Fn(Api) -> F,
    ) -> anyhow::Result<Reply>
    where
        F: Future<Output = anyhow::Result<Reply>>,
    {
        let mut tries = 0;
        let mut at = gateway.clone();
        loop {
            tries += 1;
            self.requests.fetch_add(1, Ordering::Relaxed);
            let api = if token.is_empty() {
                at.api.clone()
            } else {
                at.api.holding(token)
            };
            let began = Instant::now();
            let asked = timeout(patience, request(api)).await;
            let reply = asked
                .map_err(anyhow::Error::from)
                .and_then(std::convert::identity);
            if !self.balanced {
                return reply;
            }
            match &reply {
                Err(_) if tries < 4 => at = self.any_gateway(),
                Err(error) => {
                    locked(&self.failed).push(format!("{error:#}"));
                    return reply;
                }
                Ok(answer) => {
                    if answer.status >= 500 {
                        let took = began.elapsed().as_secs_f64();
                        let (status, code, path) = (answer.status, answer.code(), &answer.path);
                        let what = format!("{status} {code} after {took:.1} s from {path}");
                        locked(&self.failed).push(what);
                    }
                    return reply;
                }
            }
        }
    }

    /// Does a step that must be done, however often it takes. A refusal that says that it is done already ends it.
    ///
    /// # Errors
    /// When it does not work for minutes, or it is time to stop.
    pub async fn must<F>(&self, what: &str, request: impl Fn(Api) -> F) -> anyhow::Result<Value>
    where
        F: Future<Output = anyhow::Result<Reply>>,
    {
        let until = Instant::now() + PERSISTENCE;
        let mut last = String::new();
        loop {
            let gateway = self.any_gateway();
            match self
                .ask(&gateway, &self.organiser, Duration::from_secs(8), &request)
                .await
            {
                Ok(reply) if reply.is_ok() => return Ok(reply.body),
                // It was done by a request whose answer was lost.
                Ok(reply) if reply.status == 409 => return Ok(Value::Null),
                Ok(reply) => last = format!("{} {}", reply.status, reply.text),
                Err(error) => last = format!("{error:#} after {last}"),
            }
            last.truncate(last.floor_char_boundary(400));
            ensure!(Instant::now() < until, "{what} does not work: {last}");
            ensure!(!self.lifecycle.is_stopping(), "{what}: told to stop");
            sleep(Duration::from_millis(200)).await;
        }
    }
}

async fn list_goods(organiser: &Api) -> anyhow::Result<Vec<String>> {
    let producer = json!({
        "kind": "household",
        "name": "Hộ Nguyễn Văn Tài",
        "tax_code": "001099012345",
        "address": { "line": "Thôn 3", "ward_code": "00070" },
        "bank_account": { "bin": "970436", "account_no": "770000123456", "account_name": "HO KINH DOANH" },
        "phone": "0987654321",
    });
    let producer = organiser.post("/v1/producers", &producer).await?.ok()?;
    let id = text(&producer, "producer_id");
    let state = json!({ "state": "verified" });
    let path = format!("/v1/producers/{id}/state");
    organiser.post(&path, &state).await?.ok()?;
    let packs: Vec<Value> = (0..20)
        .map(|number| json!({ "sku": format!("SP-{number}"), "pack": format!("hộp {} g", 100 + number), "list_price": 40_000, "weight_grams": 320 }))
        .collect();
    let product = json!({
        "producer_id": id,
        "name": "Chè lam",
        "product_set": 6,
        "description": "Làm tại làng nghề.",
        "ingredients": "Gạo nếp, đường",
        "allergens": "Không",
        "storage": "Nơi khô ráo",
        "shelf_life_days": 90,
        "origin": { "line": "Thôn 3", "ward_code": "00070" },
        "variants": packs,
    });
    let product = organiser.post("/v1/products", &product).await?.ok()?;
    let variants: Vec<String> = product["variants"]
        .as_array()
        .context("no variants")?
        .iter()
        .map(|variant| text(variant, "variant_id"))
        .collect();
    for variant in &variants {
        let path = format!("/v1/variants/{variant}/stock/receive");
        let body = json!({ "units": RECEIVED, "note": "nhập kho" });
        organiser
            .post_once(&path, &format!("receive-{variant}"), &body)
            .await?
            .ok()?;
    }
    Ok(variants)
}
