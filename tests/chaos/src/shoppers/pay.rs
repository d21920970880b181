//! Money as banks tell of it: once or several times, in time or late, the right amount or another.

use std::{sync::Arc, time::Duration};

use phien_tests::market::transfer;
use rand::{RngExt as _, rngs::StdRng};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    history::Transfer,
    market::{Live, Market},
    stack::SEPAY_KEY,
};

/// How long the bank repeats what was not stored.
const BANK_REPEATS: Duration = Duration::from_mins(1);

/// Pays each payment of an order.
pub(super) fn pay(market: &Arc<Market>, live: &Live, order: &Value, rng: &mut StdRng) {
    for payment in order["payments"].as_array().into_iter().flatten() {
        let due = payment["amount_due"].as_i64().unwrap_or_default();
        let account = payment["payee"]["account_no"].as_str().unwrap_or_default();
        let code = payment["payment_code"].as_str().unwrap_or_default();
        let amount = match rng.random_range(0..10) {
            0 => due - 1_000,
            1 => due + 5_000,
            _ => due,
        };
        let memo = if rng.random_bool(0.03) {
            "chuyen tien".to_owned()
        } else {
            format!("MBVCB.{}.{code}.CT tu 0011", rng.random::<u16>())
        };
        let id = format!("FT{:016x}", rng.random::<u64>());
        let body = transfer(&id, account, amount, &memo);
        let times = if rng.random_bool(0.2) { 2 } else { 1 };
        let late = live.window < 120 && rng.random_bool(0.2);
        let wait = if late {
            Duration::from_secs(u64::from(live.window) + rng.random_range(0..10))
        } else {
            Duration::ZERO
        };
        let bank = tell(Arc::clone(market), id, amount, body, times, wait);
        // The shopper goes on; the bank takes its time.
        market.lifecycle.spawn(bank);
    }
}

/// The bank tells of it until it hears that it is stored, and then perhaps once more.
async fn tell(
    market: Arc<Market>,
    id: String,
    amount: i64,
    body: Value,
    times: u32,
    wait: Duration,
) {
    if !wait.is_zero() && !market.lifecycle.sleep(wait).await {
        return;
    }
    let mut stored = false;
    for _ in 0..times {
        let until = Instant::now() + BANK_REPEATS;
        loop {
            let gateway = market.any_gateway();
            let reply = market
                .ask(&gateway, "", Duration::from_secs(8), |api| {
                    let body = body.clone();
                    async move { api.webhook(SEPAY_KEY, &body).await }
                })
                .await;
            if matches!(&reply, Ok(reply) if reply.is_ok()) {
                stored = true;
                break;
            }
            if Instant::now() > until || market.lifecycle.is_stopping() {
                break;
            }
            sleep(Duration::from_millis(500)).await;
        }
    }
    market.history.transfer(Transfer { id, amount, stored });
}
