//! The steps of a session that the demo and the tests share, each as its person does it over HTTP.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    api::{Api, Reply, text},
    wait::until,
};

/// How long other services may take to hear of something.
pub const SOON: Duration = Duration::from_secs(20);

/// An offer to propose.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Of what.
    pub variant_id: String,
    /// Said on air.
    pub claim_code: String,
    /// Đồng.
    pub live_price: i64,
    /// Asked of catalogue.
    pub units: i64,
    /// Most units one shopper may have; 0: no limit.
    pub limit: u32,
    /// `organiser` or `producer`.
    pub payee: &'static str,
}

impl Wish {
    fn body(&self) -> Value {
        json!({
            "variant_id": self.variant_id,
            "claim_code": self.claim_code,
            "live_price": self.live_price,
            "units": self.units,
            "limit_per_shopper": (self.limit > 0).then_some(self.limit),
            "payee_kind": self.payee,
        })
    }
}

/// What orders of a session may choose, unless a test wants it otherwise.
#[must_use]
pub fn terms(payment_window_seconds: u32) -> Value {
    json!({
        "organiser_account": { "bin": "970436", "account_no": "1029384756", "account_name": "BAN TO CHUC PHIEN" },
        "cod_allowed": true,
        "shipping_fee": 25_000,
        "pickup_place": "Nhà văn hoá phường Hoàn Kiếm, Hà Nội",
        "payment_window_seconds": payment_window_seconds,
    })
}

/// Plans a session that starts in an hour.
///
/// # Errors
/// When it is refused.
pub async fn plan(
    organiser: &Api,
    organiser_id: &str,
    title: &str,
    terms: Value,
    now: DateTime<Utc>,
) -> anyhow::Result<String> {
    let body = json!({
        "organiser_id": organiser_id,
        "title": title,
        "description": "Hàng OCOP, bán trực tiếp từ chủ thể.",
        "starts_at": now + TimeDelta::hours(1),
        "terms": terms,
    });
    let session = organiser.post("/v1/sessions", &body).await?.ok()?;
    Ok(text(&session, "session_id"))
}

/// Proposes an offer. The variant may have been listed a moment ago: then livestream has not heard of it yet.
///
/// # Errors
/// When nothing was answered.
pub async fn propose(steers: &Api, session_id: &str, wish: &Wish) -> anyhow::Result<Reply> {
    let path = format!("/v1/sessions/{session_id}/offers");
    let body = wish.body();
    until("livestream has heard of the variant", SOON, || async {
        let reply = steers.post(&path, &body).await?;
        let unheard = reply.status == 422 && reply.body["errors"][0]["field"] == "variant_id";
        Ok((!unheard).then_some(reply))
    })
    .await
}

/// The offers of a session, by position, once catalogue has answered for every one.
///
/// # Errors
/// When it does not.
pub async fn decided(api: &Api, session_id: &str) -> anyhow::Result<Vec<Value>> {
    until("catalogue has answered every proposal", SOON, || async {
        let session = api.get(&format!("/v1/sessions/{session_id}")).await?.ok()?;
        let offers = session["offers"].as_array().cloned().unwrap_or_default();
        let waits = offers.iter().any(|offer| offer["state"] == "proposed");
        Ok((!waits).then_some(offers))
    })
    .await
}

/// The units of an offer, once they are as they should be.
///
/// # Errors
/// When they do not become so.
pub async fn units_when(
    api: &Api,
    session_id: &str,
    offer_id: &str,
    what: &str,
    is: impl Fn(&Value) -> bool,
) -> anyhow::Result<Value> {
    until(what, SOON, || async {
        let found = units(api, session_id).await?;
        let offer = found
            .into_iter()
            .find(|units| units["offer_id"] == offer_id);
        Ok(offer.filter(&is))
    })
    .await
}

/// The units of all offers of a session.
///
/// # Errors
/// When it is refused.
pub async fn units(api: &Api, session_id: &str) -> anyhow::Result<Vec<Value>> {
    let units = api
        .get(&format!("/v1/sessions/{session_id}/units"))
        .await?
        .ok()?;
    Ok(units["offers"].as_array().cloned().unwrap_or_default())
}

/// Opens an offer, and waits until orders sells it.
///
/// # Errors
/// When it is refused.
pub async fn open(steers: &Api, session_id: &str, offer_id: &str) -> anyhow::Result<()> {
    let path = format!("/v1/offers/{offer_id}/open");
    steers.post(&path, &json!({})).await?.ok()?;
    opened(steers, session_id, offer_id).await
}

/// Waits until orders sells an offer.
///
/// # Errors
/// When it does not.
pub async fn opened(api: &Api, session_id: &str, offer_id: &str) -> anyhow::Result<()> {
    let is_open = |units: &Value| units["open"] == true;
    units_when(api, session_id, offer_id, "the offer is open", is_open).await?;
    Ok(())
}

/// How an order travels, and what a shopper wants in it.
#[derive(Debug, Clone)]
pub struct Cart<'a> {
    /// In which session.
    pub session_id: &'a str,
    /// Offers and units.
    pub lines: &'a [(&'a str, i64)],
    /// What the screen shows.
    pub total: i64,
    /// `cod` or `vietqr`.
    pub method: &'static str,
    /// Fetched at the counter; else sent.
    pub pickup: bool,
}

impl Cart<'_> {
    /// As the body of a request.
    #[must_use]
    pub fn body(&self) -> Value {
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|(offer, units)| json!({ "offer_id": offer, "units": units }))
            .collect();
        let delivery = if self.pickup {
            json!({ "pickup": true })
        } else {
            json!({ "address": { "line": "12 ngõ 4, phố Hàng Trống", "ward_code": "00070" } })
        };
        json!({
            "session_id": self.session_id,
            "lines": lines,
            "expected_total": self.total,
            "payment_method": self.method,
            "contact": { "name": "Nguyễn Thị Lan", "phone": "0912345678" },
            "delivery": delivery,
            "of_age": true,
        })
    }

    /// Orders it.
    ///
    /// # Errors
    /// When nothing was answered.
    pub async fn order(&self, shopper: &Api, key: &str) -> anyhow::Result<Reply> {
        shopper.post_once("/v1/orders", key, &self.body()).await
    }
}

/// One line of a bank's statement, as `SePay` tells it.
#[must_use]
pub fn transfer(id: &str, account_no: &str, amount: i64, memo: &str) -> Value {
    json!({
        "id": id,
        "gateway": "Vietcombank",
        "transactionDate": "2026-11-24 14:02:37",
        "accountNumber": account_no,
        "content": memo,
        "transferType": "in",
        "transferAmount": amount,
        "referenceCode": format!("FT{id}"),
        "description": "",
    })
}
