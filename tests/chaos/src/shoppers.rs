//! Shoppers: they buy under a key, repeat when an answer is lost, and sometimes when none was; pay, cancel, comment.

mod pay;

use std::{sync::Arc, time::Duration};

use phien_tests::{api::Api, market::Cart};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Builder;

use crate::{
    history::{Again, Cancel, Intent, Told, content_of},
    market::{Gateway, Live, Market},
};

/// Of every order that is sent.
const SHIPPING_FEE: i64 = 25_000;
/// How long an answer is waited for, longer than the gateway waits itself.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long a wish is repeated while no answer settles it.
const PERSISTENCE: Duration = Duration::from_secs(45);

/// How shoppers shop.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Between two wishes of one shopper, on average.
    pub think: Duration,
    /// Nobody gives up before an answer: while versions are changed, every lost answer is a failure.
    pub patient: bool,
}

/// One shopper, until it is time to stop.
pub async fn shop(market: Arc<Market>, number: usize, seed: u64, habits: Habits) {
    let mut rng = StdRng::seed_from_u64(seed);
    sleep(habits.think.mul_f64(rng.random())).await;
    while !market.lifecycle.is_stopping() {
        let live = market.live();
        if let Some(live) = live.choose(&mut rng) {
            visit(&market, number, live, habits, &mut rng).await;
        }
        let pause = habits.think.mul_f64(rng.random_range(0.5..1.5));
        market.lifecycle.sleep(pause).await;
    }
}

async fn visit(market: &Arc<Market>, number: usize, live: &Live, habits: Habits, rng: &mut StdRng) {
    let token = &market.shoppers[number];
    // Who comments too fast is told 503: no failure of a change of versions.
    if !habits.patient && rng.random_bool(0.02) {
        let path = format!("/v1/sessions/{}/comments", live.session);
        let body = json!({ "text": format!("hàng đẹp quá {}", rng.random::<u16>()) });
        let gateway = market.any_gateway();
        // Said or not, nobody repeats it.
        let _ = market
            .ask(&gateway, token, PATIENCE, |api| {
                let (path, body) = (path.clone(), body.clone());
                async move { api.post(&path, &body).await }
            })
            .await;
    }
    let method = if rng.random_bool(0.6) {
        "vietqr"
    } else {
        "cod"
    };
    let pickup = rng.random_bool(0.5);
    let count = if rng.random_bool(0.15) { 2 } else { 1 };
    let ample = rng.random_bool(0.9);
    let chosen: Vec<_> = live
        .offers
        .iter()
        .filter(|offer| offer.ample == ample)
        .collect();
    let units = [rng.random_range(1..=2), rng.random_range(1..=2)];
    let lines: Vec<(&str, i64)> = chosen
        .sample(rng, count)
        .map(|offer| offer.id.as_str())
        .zip(units)
        .collect();
    if lines.is_empty() {
        return;
    }
    let price = chosen[0].price;
    let fee = if pickup { 0 } else { SHIPPING_FEE };
    let cart = Cart {
        session_id: &live.session,
        lines: &lines,
        total: lines.iter().map(|(_, units)| units * price).sum::<i64>() + fee,
        method,
        pickup,
    };
    let body = cart.body();
    let wish = Wish {
        market,
        token,
        session: &live.session,
        body: &body,
        key: Builder::from_random_bytes(rng.random())
            .into_uuid()
            .to_string(),
    };
    let key = wish.key.clone();
    let (intent, order) = wish.pursue(habits, rng).await;
    // What is not known for certain, and some of what is, is asked again at the end.
    let uncertain = !intent
        .told
        .iter()
        .any(|told| matches!(told, Told::Placed { .. }))
        && intent.told.contains(&Told::Unknown);
    if uncertain || rng.random_bool(0.01) {
        market.history.keep(Again {
            key,
            token: token.clone(),
            session: live.session.clone(),
            body,
        });
    }
    market.history.intent(intent);
    if let Some(order) = order {
        afterwards(market, number, live, &order, rng).await;
    }
}

/// What happens with an order once it is there.
async fn afterwards(
    market: &Arc<Market>,
    number: usize,
    live: &Live,
    order: &Value,
    rng: &mut StdRng,
) {
    if order["payment_method"] == "vietqr" && rng.random_bool(0.3) {
        pay::pay(market, live, order, rng);
    } else if rng.random_bool(0.08) {
        cancel(market, &market.shoppers[number], order).await;
    }
}

async fn cancel(market: &Market, token: &str, order: &Value) {
    let Some((id, _)) = content_of(order) else {
        return;
    };
    let path = format!(
        "/v1/orders/{}/cancel",
        order["order_id"].as_str().unwrap_or_default()
    );
    let body = json!({ "reason": "đổi ý" });
    let gateway = market.any_gateway();
    let reply = market
        .ask(&gateway, token, PATIENCE, |api| {
            let (path, body) = (path.clone(), body.clone());
            async move { api.post(&path, &body).await }
        })
        .await;
    let done = match reply {
        Ok(reply) if reply.is_ok() => Some(true),
        Ok(reply) if reply.status == 409 => Some(false),
        _ => None,
    };
    market.history.cancel(Cancel { order: id, done });
}

/// One wish to buy.
pub struct Wish<'a> {
    /// Where.
    pub market: &'a Market,
    /// Whose.
    pub token: &'a str,
    /// In which session.
    pub session: &'a str,
    /// What.
    pub body: &'a Value,
    /// Under which key.
    pub key: String,
}

impl Wish<'_> {
    /// Sends it once.
    pub async fn send(&self, gateway: &Gateway, patience: Duration) -> (Told, Option<Value>) {
        let sent = std::time::Instant::now();
        let request = |api: Api| {
            let (key, body) = (self.key.clone(), self.body.clone());
            async move { api.post_once("/v1/orders", &key, &body).await }
        };
        let reply = self
            .market
            .ask(gateway, self.token, patience, request)
            .await;
        let status = reply.as_ref().map_or(0, |reply| reply.status);
        let mut figures = self.market.history.figures();
        *figures.answers.entry(status).or_default() += 1;
        let Ok(reply) = reply else {
            return (Told::Unknown, None);
        };
        match status {
            200 | 201 => {
                let Some((order, content)) = content_of(&reply.body) else {
                    self.market
                        .wrong(format!("an order that is none: {}", reply.text));
                    return (Told::Unknown, None);
                };
                let at = (self.session.to_owned(), gateway.number);
                let newest = figures.newest.entry(at).or_insert(sent);
                *newest = sent.max(*newest);
                let told = Told::Placed {
                    order,
                    content,
                    replayed: reply.replayed,
                };
                (told, Some(reply.body))
            }
            400..=499 if status != 429 && status != 408 => {
                let code = reply.code().to_owned();
                *figures.refusals.entry((status, code.clone())).or_default() += 1;
                (Told::Refused { status, code }, None)
            }
            _ => (Told::Unknown, None),
        }
    }

    /// Sends it until it is settled or given up, and sometimes again when it is.
    async fn pursue(self, habits: Habits, rng: &mut StdRng) -> (Intent, Option<Value>) {
        let mut intent = Intent {
            key: self.key.clone(),
            told: Vec::new(),
        };
        let until = Instant::now() + PERSISTENCE;
        // Somebody who taps twice: the same at both gateways at the same moment.
        if rng.random_bool(0.03) {
            let (first, second) = (self.market.any_gateway(), self.market.any_gateway());
            let (first, second) =
                tokio::join!(self.send(&first, PATIENCE), self.send(&second, PATIENCE));
            intent.told.extend([first.0, second.0]);
            // Nobody knows which was first: one may have come before the offer had a unit.
            intent
                .told
                .sort_by_key(|told| matches!(told, Told::Placed { .. }));
        }
        let mut order = None;
        loop {
            // A phone that loses its network.
            let patience = if !habits.patient && rng.random_bool(0.04) {
                Duration::from_millis(rng.random_range(1..40))
            } else {
                PATIENCE
            };
            let (told, found) = self.send(&self.market.any_gateway(), patience).await;
            let unknown = told == Told::Unknown;
            intent.told.push(told);
            order = found.or(order);
            let gives_up = !habits.patient && rng.random_bool(0.05);
            if !unknown || gives_up || Instant::now() > until || self.market.lifecycle.is_stopping()
            {
                break;
            }
            sleep(Duration::from_millis(rng.random_range(50..600))).await;
        }
        if order.is_some() && rng.random_bool(0.05) {
            let (told, _) = self.send(&self.market.any_gateway(), PATIENCE).await;
            intent.told.push(told);
        }
        (intent, order)
    }
}

/// Tries one small order of an ample offer, to see whether orders are accepted again.
pub async fn probe(market: &Market, live: &Live, gateway: &Gateway, patience: Duration) {
    let Some(offer) = live.offers.iter().find(|offer| offer.ample) else {
        return;
    };
    let cart = Cart {
        session_id: &live.session,
        lines: &[(&offer.id, 1)],
        total: offer.price,
        method: "cod",
        pickup: true,
    };
    let (body, random) = (cart.body(), rand::rng().random());
    let wish = Wish {
        market,
        token: &market.shoppers[rand::rng().random_range(0..market.shoppers.len())],
        session: &live.session,
        body: &body,
        key: Builder::from_random_bytes(random).into_uuid().to_string(),
    };
    let (told, _) = wish.send(gateway, patience).await;
    market.history.intent(Intent {
        key: wish.key,
        told: vec![told],
    });
}
