//! Before the session goes on air: goods from the spreadsheet, stock on hand, a session, its offers.

mod goods;
mod offers;

use std::time::Duration;

use anyhow::Context as _;
use chassis::clock::Clock;
use serde_json::{Value, json};

use super::{Args, SignIn};
use crate::{
    api::{Api, Reply, text},
    market,
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
    up.with_context(|| {
        format!(
            "Phiên does not answer at {}: run `make up` in another terminal first",
            nobody.url()
        )
    })?;
    let (organiser, host) = (
        signed_in(&nobody, sign_in, "organiser").await?,
        signed_in(&nobody, sign_in, "host").await?,
    );
    let now = Clock::default().now();
    let checkout = || concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/demo/ocop-goods.csv").into();
    let file = args.goods.clone().unwrap_or_else(checkout);
    let products = goods::import(&organiser, &file).await?;
    goods::receive(&organiser, &products, &now.timestamp_millis().to_string()).await?;
    let me = organiser.get("/v1/me").await?.ok()?;
    let organiser_id = text(&me["memberships"][0], "organiser_id");
    let title = format!(
        "Phiên chợ OCOP {}",
        now.with_timezone(&chassis::clock::vietnam())
            .format("%d/%m %H:%M:%S")
    );
    let mut terms = market::terms(PAYMENT_WINDOW);
    terms["shipping_fee"] = json!(SHIPPING_FEE);
    let session_id = market::plan(&organiser, &organiser_id, &title, terms, now).await?;
    println!("planned       {title} ({session_id})");
    let (offers, refused_offer) = offers::propose(&host, &session_id, &products).await?;
    host.post(&format!("/v1/sessions/{session_id}/go-live"), &json!({}))
        .await?
        .ok()?;
    for offer in offers.iter().filter(|offer| offer.part != Part::Late) {
        let path = format!("/v1/offers/{}/open", offer.id);
        again(async || host.post(&path, &json!({})).await).await?;
        market::opened(&host, &session_id, &offer.id).await?;
    }
    let made = organiser
        .post("/v1/demo/shoppers", &json!({ "count": args.shoppers }))
        .await?
        .ok()?;
    let made = made["shoppers"].as_array().context("no shoppers")?;
    let shoppers = made
        .iter()
        .map(|shopper| nobody.holding(&text(shopper, "token")))
        .collect();
    println!(
        "live          {} offers are open, {} shoppers come in",
        offers.len() - 1,
        made.len()
    );
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
    let password = sign_in
        .accounts
        .get(username)
        .with_context(|| format!("no password of {username} in sign-in.json"))?;
    nobody
        .sign_in(username, password)
        .await
        .with_context(|| format!("signing in as {username}"))
}

/// Does it again as long as it is *too often*: a person's rate limits hold for the demo too.
async fn again(what: impl AsyncFn() -> anyhow::Result<Reply>) -> anyhow::Result<Value> {
    until(
        "the rate limit lets it through",
        Duration::from_mins(1),
        || async {
            let reply = what().await?;
            if reply.status == 429 {
                tokio::time::sleep(Duration::from_secs(reply.retry_after)).await;
                return Ok(None);
            }
            reply.ok().map(Some)
        },
    )
    .await
}
