//! The host's part: one session after the other, each planned, sold from, restocked, ended, whatever breaks meanwhile.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use chassis::clock::Clock;
use phien_tests::{
    api::{Api, text},
    feed_client::FeedClient,
    market::terms,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    history::Watched,
    market::{Live, Market, OnSale},
};

/// What a session is like.
#[derive(Debug, Clone, Copy)]
pub struct Show {
    /// How long it is on air.
    pub long: Duration,
    /// How long an order waits for its money, in seconds.
    pub window: u32,
    /// Watchers at each gateway.
    pub viewers: usize,
}

/// Offers that never run out, and offers that do.
const AMPLE: usize = 4;
const SCARCE: usize = 3;
const AMPLE_UNITS: i64 = 20_000;

/// One session after the other, until it is time to stop.
pub async fn host(market: Arc<Market>, seed: u64, show: Show) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut number = 0;
    while !market.lifecycle.is_stopping() {
        number += 1;
        let title = format!("Phiên {seed:x} {number}");
        if let Err(error) = session(&market, &title, show, &mut rng).await
            && !market.lifecycle.is_stopping()
        {
            market.wrong(format!("the host of {title}: {error:#}"));
        }
    }
}

/// Plans a session, proposes its offers, goes on air and opens them all.
async fn begin(market: &Market, title: &str, show: Show, rng: &mut StdRng) -> anyhow::Result<Live> {
    let plan = json!({
        "organiser_id": market.organiser_id,
        "title": title,
        "description": "Hàng OCOP, bán trực tiếp từ chủ thể.",
        "starts_at": Clock::default().now() + Duration::from_hours(1),
        "terms": terms(show.window),
    });
    let planned = market
        .must("planning a session", |api| {
            post(api, "/v1/sessions".into(), plan.clone())
        })
        .await?;
    let session = text(&planned, "session_id");
    let path = format!("/v1/sessions/{session}/offers");
    for number in 0..AMPLE + SCARCE {
        let units = if number < AMPLE {
            AMPLE_UNITS
        } else {
            rng.random_range(10..60)
        };
        let variant = &market.variants[rng.random_range(0..market.variants.len())];
        let limit = (number == AMPLE).then_some(2);
        let wish = json!({
            "variant_id": variant,
            "claim_code": format!("A{number:02}"),
            "live_price": 36_000,
            "units": units,
            "limit_per_shopper": limit,
            "payee_kind": if number % 2 == 0 { "producer" } else { "organiser" },
        });
        // A repeat of one that was taken is refused for its code: that is as good.
        market
            .must("proposing an offer", |api| {
                post(api, path.clone(), wish.clone())
            })
            .await?;
    }
    let offers = decided(market, &session).await?;
    let go = format!("/v1/sessions/{session}/go-live");
    market
        .must("going on air", |api| post(api, go.clone(), json!({})))
        .await?;
    let mut live = Live {
        session: session.clone(),
        offers: Vec::new(),
        window: show.window,
    };
    for offer in &offers {
        let id = text(offer, "offer_id");
        let open = format!("/v1/offers/{id}/open");
        market
            .must("opening an offer", |api| post(api, open.clone(), json!({})))
            .await?;
        opened(market, &session, &id).await?;
        let code = text(offer, "claim_code");
        let number: usize = code.trim_start_matches('A').parse()?;
        live.offers.push(OnSale {
            id,
            price: 36_000,
            ample: number < AMPLE,
        });
    }
    Ok(live)
}

async fn post(api: Api, path: String, body: Value) -> anyhow::Result<phien_tests::api::Reply> {
    api.post(&path, &body).await
}

/// The offers that catalogue gave units to, once it has answered for every one.
async fn decided(market: &Market, session: &str) -> anyhow::Result<Vec<Value>> {
    let path = format!("/v1/sessions/{session}");
    let until = Instant::now() + Duration::from_mins(3);
    loop {
        let shown = market
            .must("looking at a session", |api| get(api, path.clone()))
            .await?;
        let offers = shown["offers"].as_array().cloned().unwrap_or_default();
        let waits = offers.iter().any(|offer| offer["state"] == "proposed");
        if !waits && offers.len() == AMPLE + SCARCE {
            return Ok(offers);
        }
        anyhow::ensure!(
            Instant::now() < until,
            "catalogue does not answer for the offers of {session}"
        );
        sleep(Duration::from_millis(100)).await;
    }
}

async fn get(api: Api, path: String) -> anyhow::Result<phien_tests::api::Reply> {
    api.get(&path).await
}

/// Waits until orders sells an offer.
async fn opened(market: &Market, session: &str, offer: &str) -> anyhow::Result<()> {
    let path = format!("/v1/sessions/{session}/units");
    let until = Instant::now() + Duration::from_mins(3);
    loop {
        let units = market
            .must("looking at units", |api| get(api, path.clone()))
            .await?;
        let mut offers = units["offers"].as_array().into_iter().flatten();
        if offers.any(|units| units["offer_id"] == offer && units["open"] == true) {
            return Ok(());
        }
        anyhow::ensure!(
            Instant::now() < until,
            "orders does not sell {offer}, which was opened"
        );
        sleep(Duration::from_millis(100)).await;
    }
}

async fn session(market: &Market, title: &str, show: Show, rng: &mut StdRng) -> anyhow::Result<()> {
    let live = begin(market, title, show, rng)
        .await
        .context("the beginning")?;
    let session = live.session.clone();
    let viewers = watch(market, &live, show.viewers);
    market.show(live.clone());
    let end = Instant::now() + show.long;
    let outcome = on_air(market, &live, end, rng).await;
    market.hide(&session);
    if market.lifecycle.is_stopping() {
        // It stays on air: others look at it, and the books are compared with it open.
        market.lifecycle.stopping().await;
        leave(market, viewers).await;
        return Ok(());
    }
    let path = format!("/v1/sessions/{session}/end");
    market
        .must("ending a session", |api| post(api, path.clone(), json!({})))
        .await?;
    leave(market, viewers).await;
    outcome
}

async fn on_air(
    market: &Market,
    live: &Live,
    end: Instant,
    rng: &mut StdRng,
) -> anyhow::Result<()> {
    let session = &live.session;
    let notices = format!("/v1/sessions/{session}/notices");
    let step = (end - Instant::now()) / 8;
    for number in 0..8 {
        if !market.lifecycle.sleep(step).await {
            return Ok(());
        }
        let scarce = &live.offers[AMPLE + number % SCARCE];
        match number {
            1 | 4 | 6 => {
                let units = rng.random_range(5..40);
                let (path, key) = (
                    format!("/v1/offers/{}/restock", scarce.id),
                    format!("{}-{number}", scarce.id),
                );
                let body = json!({ "units": units });
                market
                    .must("restocking", |api| {
                        let (path, key, body) = (path.clone(), key.clone(), body.clone());
                        async move { api.post_once(&path, &key, &body).await }
                    })
                    .await?;
            }
            5 => {
                let path = format!("/v1/offers/{}/close", scarce.id);
                market
                    .must("closing an offer", |api| post(api, path.clone(), json!({})))
                    .await?;
            }
            _ => {
                let body = json!({ "text": format!("Bước {number}"), "warning": false });
                market
                    .must("saying a notice", |api| {
                        post(api, notices.clone(), body.clone())
                    })
                    .await?;
            }
        }
    }
    Ok(())
}

type Viewer = (String, FeedClient);

/// Watchers at every gateway, each staying with its own.
fn watch(market: &Market, live: &Live, each: usize) -> Vec<Viewer> {
    let path = format!("/v1/sessions/{}/feed", live.session);
    let mut viewers = Vec::new();
    for gateway in market.gateways() {
        for number in 0..each {
            let shopper =
                &market.shoppers[(gateway.number * each + number) % market.shoppers.len()];
            let name = format!("{} at gateway {}", live.session, gateway.number);
            let client = FeedClient::watch(&gateway.api.holding(shopper), &path);
            viewers.push((name, client));
        }
    }
    viewers
}

/// Notes what they saw once they agree; that they do not is noted too.
async fn leave(market: &Market, viewers: Vec<Viewer>) {
    let last = |viewer: &Viewer| viewer.1.look(|view| view.last_seq.clone());
    let until = Instant::now() + Duration::from_secs(40);
    while viewers.windows(2).any(|two| last(&two[0]) != last(&two[1])) {
        if Instant::now() > until {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    for (name, client) in viewers {
        let watched = client.look(|view| Watched {
            name: name.clone(),
            faults: view.faults.clone(),
            last: view
                .last_seq
                .iter()
                .map(|(kind, seq)| ((*kind).to_owned(), *seq))
                .collect(),
            resets: view.resets,
            messages: view.messages,
        });
        market.history.watched(watched);
    }
}
