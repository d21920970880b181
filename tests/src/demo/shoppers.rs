//! What a shopper does: looks, writes, orders, taps twice, loses the answer, regrets, pays or does not.

use std::time::Duration;

use chassis::money::Vnd;
use rand::{RngExt as _, rngs::StdRng};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{
    prepare::{Fair, Offer, Part, SHIPPING_FEE},
    tally::Tally,
};
use crate::{
    api::{Api, number, text},
    market::{Cart, transfer},
    shopper::{self, Settled},
};

/// Those who never pay decide so early: their orders expire soon after the session.
const UNPAID_UNTIL: f64 = 0.3;
/// Nobody begins anything new in the last part.
const LAST_ORDERS: f64 = 0.95;

/// One shopper, until the session ends.
pub async fn shop(
    fair: &Fair,
    tally: &Tally,
    number: usize,
    mut rng: StdRng,
    begun: Instant,
    end: Instant,
) {
    let length = (end - begun).as_secs_f64();
    // All at once in the first seconds, as when a session begins.
    sleep(Duration::from_secs_f64(
        rng.random_range(0.0..(length / 6.0)),
    ))
    .await;
    let mut intent = 0;
    loop {
        let passed = begun.elapsed().as_secs_f64() / length;
        if passed > LAST_ORDERS {
            return;
        }
        intent += 1;
        let visit = Visit {
            fair,
            tally,
            shopper: &fair.shoppers[number],
            key: format!("{number}-{intent}-{}", &fair.run),
            may_forget: passed < UNPAID_UNTIL,
        };
        if let Err(error) = visit.one_thing(&mut rng).await {
            tally
                .told()
                .broken
                .push(format!("shopper {number}: {error:#}"));
        }
        sleep(Duration::from_secs_f64(
            rng.random_range(2.0..12.0) * length / 60.0,
        ))
        .await;
    }
}

/// One thing that a shopper does.
struct Visit<'a> {
    fair: &'a Fair,
    tally: &'a Tally,
    shopper: &'a Api,
    key: String,
    /// May leave an order unpaid.
    may_forget: bool,
}

impl Visit<'_> {
    async fn one_thing(&self, rng: &mut StdRng) -> anyhow::Result<()> {
        if rng.random_bool(0.1) {
            return self.comment(rng).await;
        }
        let (body, method) = self.fill_a_cart(rng);
        let answers = self.send(rng, &body).await?;
        let Some(Settled::Placed { order, .. }) = answers.into_iter().next() else {
            return Ok(());
        };
        if rng.random_bool(0.05) {
            return self.cancel(&order).await;
        }
        if method == "vietqr" {
            self.pay(rng, &order).await
        } else {
            Ok(())
        }
    }

    /// What the shopper wants; now and then something that cannot be.
    fn fill_a_cart(&self, rng: &mut StdRng) -> (Value, &'static str) {
        let method = if rng.random_bool(0.6) {
            "vietqr"
        } else {
            "cod"
        };
        let mut lines: Vec<(&str, i64)> = Vec::new();
        let (mut goods, mut shipped) = (0, false);
        for _ in 0..rng.random_range(1..=3) {
            let offer = self.choose(rng);
            if lines.iter().any(|(id, _)| *id == offer.id) {
                continue;
            }
            let units = rng.random_range(1..=3);
            lines.push((&offer.id, units));
            goods += offer.price * units;
            shipped |= offer.shipped;
        }
        let pickup = rng.random_bool(0.3);
        let mut total = goods + if shipped && !pickup { SHIPPING_FEE } else { 0 };
        match rng.random_range(0..100) {
            // The screen is old.
            0 => total += 1_000,
            // Taps on what was never on sale.
            1 => lines = vec![(&self.fair.refused_offer, 1)],
            _ => {}
        }
        let cart = Cart {
            session_id: &self.fair.session_id,
            lines: &lines,
            total,
            method,
            pickup,
        };
        (cart.body(), method)
    }

    /// The rare ones draw many.
    fn choose(&self, rng: &mut StdRng) -> &Offer {
        let offers = &self.fair.offers;
        if rng.random_bool(0.15) {
            let wanted =
                |offer: &&Offer| matches!(offer.part, Part::Rare | Part::Restocked | Part::Limited);
            let few: Vec<&Offer> = offers.iter().filter(wanted).collect();
            if !few.is_empty() {
                return few[rng.random_range(0..few.len())];
            }
        }
        &offers[rng.random_range(0..offers.len())]
    }

    /// Sends an order as people and phones do; all answers are of one key.
    async fn send(&self, rng: &mut StdRng, body: &Value) -> anyhow::Result<Vec<Settled>> {
        let order = async || shopper::order(self.shopper, &self.key, body).await;
        let (answers, sent) = match rng.random_range(0..100) {
            // Taps twice.
            0..8 => {
                let ((first, one), (second, two)) = tokio::try_join!(order(), order())?;
                (vec![first, second], one + two)
            }
            // Loses the network before the answer.
            8..14 => {
                let soon = Duration::from_millis(rng.random_range(0..15));
                shopper::order_and_lose_the_answer(self.shopper, &self.key, body, soon).await;
                let (answer, sent) = order().await?;
                (vec![answer], sent + 1)
            }
            // Comes back to the page, which sends it again.
            14..24 => {
                let (first, one) = order().await?;
                let (second, two) = order().await?;
                (vec![first, second], one + two)
            }
            _ => {
                let (answer, sent) = order().await?;
                (vec![answer], sent)
            }
        };
        self.tally.note(&answers, sent);
        Ok(answers)
    }

    async fn comment(&self, rng: &mut StdRng) -> anyhow::Result<()> {
        let words = [
            "còn hàng không ạ",
            "giao ra ngoại thành mấy ngày vậy shop",
            "gọi em 0912 345 678 nhé",
            "đẹp quá",
            "ngon lắm mọi người ơi",
        ];
        // Nothing that claims: the shoppers of the demo order by themselves.
        let said = words[rng.random_range(0..words.len())];
        let path = format!("/v1/sessions/{}/comments", self.fair.session_id);
        let reply = self
            .shopper
            .post_once(&path, &self.key, &json!({ "text": said }))
            .await?;
        // Too fast for the room is no fault.
        if reply.status != 503 && reply.status != 429 {
            reply.ok()?;
            self.tally.told().comments += 1;
        }
        Ok(())
    }

    async fn cancel(&self, order: &Value) -> anyhow::Result<()> {
        let id = text(order, "order_id");
        let path = format!("/v1/orders/{id}/cancel");
        self.shopper
            .post(&path, &json!({ "reason": "đổi ý" }))
            .await?
            .ok()?;
        if let Some(order) = self.tally.told().orders.get_mut(&id) {
            order.cancelled = true;
        }
        Ok(())
    }

    /// Scans the code and sends the money: exactly, in two parts, or too much; the bank tells it, sometimes twice.
    async fn pay(&self, rng: &mut StdRng, order: &Value) -> anyhow::Result<()> {
        if self.may_forget && rng.random_bool(0.2) {
            return Ok(());
        }
        sleep(Duration::from_millis(rng.random_range(300..4_000))).await;
        let id = text(order, "order_id");
        for payment in order["payments"].as_array().into_iter().flatten() {
            let payment_id = text(payment, "payment_id");
            if rng.random_bool(0.2) {
                let qr = self
                    .shopper
                    .get(&format!("/v1/payments/{payment_id}/qr.svg"))
                    .await?;
                anyhow::ensure!(
                    qr.status == 200 && qr.content_type == "image/svg+xml",
                    "no QR code: {}",
                    qr.status
                );
                self.tally.told().scanned += 1;
            }
            let due = number(payment, "amount_due");
            let parts = match rng.random_range(0..100) {
                0..6 => vec![due / 2, due - due / 2],
                6..8 => vec![due + 10_000],
                _ => vec![due],
            };
            for (part, amount) in parts.into_iter().enumerate() {
                let account = text(&payment["payee"], "account_no");
                let memo = format!(
                    "CHUYEN KHOAN {} {}",
                    text(payment, "payment_code"),
                    Vnd::new(amount).get()
                );
                let body = transfer(&format!("{payment_id}-{part}"), &account, amount, &memo);
                let again = rng.random_bool(0.1);
                for _ in 0..=usize::from(again) {
                    self.told_by_the_bank(&body).await?;
                }
                let mut told = self.tally.told();
                told.transfers += 1;
                told.transferred += amount;
                told.told_again += u64::from(again);
                if let Some(order) = told.orders.get_mut(&id) {
                    order.sent += amount;
                }
            }
        }
        Ok(())
    }

    /// A bank repeats what was not taken.
    async fn told_by_the_bank(&self, body: &Value) -> anyhow::Result<()> {
        for _ in 0..20 {
            let reply = self.fair.nobody.webhook(&self.fair.sepay_key, body).await?;
            if reply.is_ok() {
                return Ok(());
            }
            anyhow::ensure!(
                matches!(reply.status, 429 | 503),
                "the webhook answers {}: {}",
                reply.status,
                reply.text
            );
            sleep(Duration::from_millis(200)).await;
        }
        anyhow::bail!("the webhook is busy for seconds")
    }
}
