//! Before the session goes on air: goods from the spreadsheet, stock on hand, a session, its offers.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use chassis::{clock::Clock, money::Vnd};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Args, SignIn};
use crate::{
    api::{Api, Reply, number, read, text},
    market::{self, Wish},
    wait::until,
};

/// How long an unpaid order waits for its transfer: the shortest that a session may have.
const PAYMENT_WINDOW: u32 = 60;
/// Of an order that is sent.
pub const SHIPPING_FEE: i64 = 25_000;

/// A session that is on air, and who is there.
pub struct Fair {
    /// Nobody at the API.
    pub nobody: Api,
    /// The organiser.
    pub organiser: Api,
    /// The host.
    pub host: Api,
    /// The session.
    pub session_id: String,
    /// What can be ordered, sooner or later.
    pub offers: Vec<Offer>,
    /// An offer that catalogue has refused units for.
    pub refused_offer: String,
    /// Shoppers with tokens.
    pub shoppers: Vec<Api>,
    /// The key of `SePay`'s webhook.
    pub sepay_key: String,
    /// Sets this run's keys and bank lines apart from those of others.
    pub run: String,
}

/// An offer of the fair.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Which.
    pub id: String,
    /// Said on air.
    pub claim_code: String,
    /// Of what.
    pub title: String,
    /// Đồng.
    pub price: i64,
    /// It is sent, and costs shipping.
    pub shipped: bool,
    /// The part it plays.
    pub part: Part,
}

/// What an offer is there to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Sells on.
    Plenty,
    /// Two units for everybody.
    Rare,
    /// Sells out early; the host adds some at half-time.
    Restocked,
    /// So many for one shopper and no more.
    Limited,
    /// Opens after a quarter of the time.
    Late,
    /// Closes after three quarters of the time.
    ClosesEarly,
}

/// By number of the product in the spreadsheet, from 1.
fn part_of(product: usize) -> Part {
    match product {
        6 => Part::Rare,
        10 => Part::Limited,
        12 => Part::Late,
        16 => Part::Restocked,
        5 => Part::ClosesEarly,
        _ => Part::Plenty,
    }
}

impl Part {
    fn units(self) -> i64 {
        match self {
            Self::Rare => 2,
            Self::Restocked => 25,
            Self::Limited => 80,
            Self::Plenty | Self::Late | Self::ClosesEarly => 300,
        }
    }

    /// Kept on hand for the host to add.
    #[must_use]
    pub fn reserve(self) -> i64 {
        if self == Self::Restocked { 25 } else { 0 }
    }

    fn limit(self) -> u32 {
        if self == Self::Limited { 2 } else { 0 }
    }
}

/// Does everything that comes before *on air*.
///
/// # Errors
/// When a step is refused that must not be.
pub async fn prepare(args: &Args, sign_in: &SignIn) -> anyhow::Result<Fair> {
    let nobody = Api::new(args.url.as_deref().unwrap_or(&sign_in.url))?;
    let up = nobody.get("/v1/sessions?limit=1").await.and_then(Reply::ok);
    up.with_context(|| format!("Phiên does not answer at {}: run `make up` in another terminal first", nobody.url()))?;
    let (organiser, host) = (signed_in(&nobody, sign_in, "organiser").await?, signed_in(&nobody, sign_in, "host").await?);
    let now = Clock::default().now();
    let products = import(&organiser, args).await?;
    receive(&organiser, &products, &now.timestamp_millis().to_string()).await?;
    let me = organiser.get("/v1/me").await?.ok()?;
    let organiser_id = text(&me["memberships"][0], "organiser_id");
    let title = format!("Phiên chợ OCOP {}", now.with_timezone(&chassis::clock::vietnam()).format("%d/%m %H:%M:%S"));
    let mut terms = market::terms(PAYMENT_WINDOW);
    terms["shipping_fee"] = json!(SHIPPING_FEE);
    let session_id = market::plan(&organiser, &organiser_id, &title, terms, now).await?;
    println!("planned       {title} ({session_id})");
    let (offers, refused_offer) = propose(&host, &session_id, &products).await?;
    host.post(&format!("/v1/sessions/{session_id}/go-live"), &json!({})).await?.ok()?;
    for offer in offers.iter().filter(|offer| offer.part != Part::Late) {
        again(async || market::open(&host, &session_id, &offer.id).await.map(|()| done())).await?;
    }
    let made = organiser.post("/v1/demo/shoppers", &json!({ "count": args.shoppers })).await?.ok()?;
    let made = made["shoppers"].as_array().context("no shoppers")?;
    let shoppers = made.iter().map(|shopper| nobody.holding(&text(shopper, "token"))).collect();
    println!("live          {} offers are open, {} shoppers come in", offers.len() - 1, made.len());
    Ok(Fair {
        nobody,
        organiser,
        host,
        run: session_id.clone(),
        session_id,
        offers,
        refused_offer,
        shoppers,
        sepay_key: sign_in.sepay_key.clone(),
    })
}

async fn signed_in(nobody: &Api, sign_in: &SignIn, username: &str) -> anyhow::Result<Api> {
    let password = sign_in.accounts.get(username).with_context(|| format!("no password of {username} in sign-in.json"))?;
    nobody.sign_in(username, password).await.with_context(|| format!("signing in as {username}"))
}

/// Brings in the goods, and returns them in the order of the spreadsheet.
async fn import(organiser: &Api, args: &Args) -> anyhow::Result<Vec<Value>> {
    let csv = std::fs::read(&args.goods).with_context(|| format!("reading {}", args.goods.display()))?;
    let send = async |dry_run: bool| {
        let path = format!("/v1/goods/import?dry_run={dry_run}");
        let request = organiser.request(Method::POST, &path).header("content-type", "text/csv").body(csv.clone());
        let report = read(request).await?.ok()?;
        if let Some(errors) = report["errors"].as_array().filter(|errors| !errors.is_empty()) {
            for error in errors {
                println!("  row {}, {}: {}", error["row"], error["field"], error["message_en"]);
            }
            bail!("{} has {} errors; nothing was imported", args.goods.display(), errors.len());
        }
        Ok(report)
    };
    send(true).await.context("trying the import")?;
    let report = send(false).await.context("importing")?;
    let count = |field: &str| number(&report, field);
    println!(
        "imported      {} rows: {} producers, {} products, {} variants, {} certificates are new",
        count("rows"),
        count("producers_created"),
        count("products_created"),
        count("variants_created"),
        count("certificates_recorded"),
    );
    let ids = report["product_ids"].as_array().context("no product_ids")?;
    ensure!(ids.len() == 20, "{} goods, not 20", ids.len());
    let mut products = Vec::new();
    for id in ids {
        let id = id.as_str().context("a product id")?;
        products.push(organiser.get(&format!("/v1/products/{id}")).await?.ok()?);
    }
    for product in products.iter().filter(|product| product["certificate"].is_object() && product["stars_shown"] == 0) {
        let status = product["certificate"]["status"].as_str().unwrap_or_default();
        println!("  no stars    {}: its certificate is {status}", text(product, "name"));
    }
    Ok(products)
}

fn variants(product: &Value) -> &[Value] {
    product["variants"].as_array().map_or(&[], Vec::as_slice)
}

fn on_air(product: &Value) -> bool {
    product["rules"]["live_allowed"] == true
}

/// Takes in what is missing for this session.
async fn receive(organiser: &Api, products: &[Value], run: &str) -> anyhow::Result<()> {
    let mut received = 0;
    for (index, product) in products.iter().enumerate().filter(|(_, product)| on_air(product)) {
        let part = part_of(index + 1);
        for variant in variants(product) {
            let short = part.units() + part.reserve() - number(&variant["stock"], "on_hand");
            if short > 0 {
                let id = text(variant, "variant_id");
                let path = format!("/v1/variants/{id}/stock/receive");
                let body = json!({ "units": short, "note": "nhập cho phiên chợ" });
                again(async || organiser.post_once(&path, &format!("demo-{run}-{id}"), &body).await).await?;
                received += short;
            }
        }
    }
    println!("received      {received} units that were missing on hand");
    Ok(())
}

/// Proposes an offer for each variant; catalogue allots what is on hand, the law bars what may not be on air.
async fn propose(host: &Api, session_id: &str, products: &[Value]) -> anyhow::Result<(Vec<Offer>, String)> {
    let mut offers = Vec::new();
    let mut rare = None;
    for (index, product) in products.iter().enumerate() {
        for (letter, variant) in ('A'..='Z').zip(variants(product)) {
            let part = part_of(index + 1);
            // A tenth off, in whole thousands.
            let list_price = number(variant, "list_price");
            let wish = Wish {
                variant_id: text(variant, "variant_id"),
                claim_code: format!("{letter}{:02}", index + 1),
                live_price: list_price * 9 / 10 / 1_000 * 1_000,
                units: part.units(),
                limit: part.limit(),
                payee: if index % 3 == 0 { "organiser" } else { "producer" },
            };
            if !on_air(product) {
                let reply = market::propose(host, session_id, &wish).await?;
                ensure!(reply.code() == "not_on_air", "{} must not go on air: {}", text(product, "name"), reply.text);
                println!("  barred      {}: {}", text(product, "name"), text(&reply.body, "detail_en"));
                continue;
            }
            let offer = again(async || market::propose(host, session_id, &wish).await).await?;
            if part == Part::Rare {
                rare = Some(wish.clone());
            }
            offers.push(Offer {
                id: text(&offer, "offer_id"),
                claim_code: wish.claim_code.clone(),
                title: format!("{}, {}", text(product, "name"), text(variant, "pack")),
                price: wish.live_price,
                shipped: product["rules"]["shipped"] == true,
                part,
            });
        }
    }
    market::decided(host, session_id).await?;
    // More than there are: catalogue says so.
    let too_many = Wish { claim_code: "Z99".into(), units: 1_000, ..rare.context("product 6 is rare")? };
    let refused = again(async || market::propose(host, session_id, &too_many).await).await?;
    let refused = text(&refused, "offer_id");
    for decided in market::decided(host, session_id).await? {
        let is_refused = decided["offer_id"] == refused.as_str();
        let wanted = if is_refused { "refused" } else { "allotted" };
        ensure!(decided["state"] == wanted, "{} is {}, not {wanted}: {}", decided["claim_code"], decided["state"], decided["refused_reason_en"]);
        if is_refused {
            println!("  refused     1000 × {}: {}", text(&decided, "title"), text(&decided, "refused_reason_en"));
        }
    }
    let worth: i64 = offers.iter().map(|offer| offer.price * offer.part.units()).sum();
    println!("allotted      {} offers worth {}", offers.len(), Vnd::new(worth));
    Ok((offers, refused))
}

/// Does it again as long as it is *too often*: a person's rate limits hold for the demo too.
async fn again(what: impl AsyncFn() -> anyhow::Result<Reply>) -> anyhow::Result<Value> {
    until("the rate limit lets it through", Duration::from_secs(60), || async {
        let reply = what().await?;
        if reply.status == 429 {
            tokio::time::sleep(Duration::from_secs(reply.retry_after)).await;
            return Ok(None);
        }
        reply.ok().map(Some)
    })
    .await
}

fn done() -> Reply {
    Reply {
        status: 204,
        content_type: String::new(),
        retry_after: 0,
        replayed: false,
        body: Value::Null,
        text: String::new(),
    }
}
