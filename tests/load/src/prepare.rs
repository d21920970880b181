//! A market made over HTTP as people make one: an organiser, a producer's goods, shoppers, sessions on air.

use anyhow::{Context as _, ensure};
use chassis::{
    clock::Clock,
    id::{Id as _, SessionId},
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use phien_tests::{
    api::{Api, text},
    market::{self, Wish},
    wait::until,
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stack::Stack;

/// The most that one request may ask for.
const UNITS_AT_ONCE: i64 = 100_000;
const RECEIVED_AT_ONCE: usize = 1_000_000;
const SHOPPERS_AT_ONCE: u32 = 2_000;
/// Unpaid orders wait as long as they may: none expires while the bench runs.
const PAYMENT_WINDOW: u32 = 86_400;
const SHIPPING_FEE: i64 = 25_000;
const PRICE: i64 = 36_000;
/// Requests under way while a market is made.
const AT_ONCE: usize = 8;
/// Offers that a session may have.
const LINE_UP: usize = 500;

/// Who is there.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    /// Steers everything.
    pub(crate) organiser: Api,
    /// Tokens of shoppers.
    pub(crate) shoppers: Vec<String>,
    organiser_id: String,
    variants: Vec<String>,
}

/// Offers that are open.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stage {
    /// Their sessions, all on air.
    pub(crate) sessions: Vec<String>,
    /// Session and offer.
    pub(crate) offers: Vec<(String, String)>,
}

impl Market {
    /// Makes one, with this many shoppers and variants.
    ///
    /// # Errors
    /// When something is refused.
    pub(crate) async fn make(
        stack: &Stack,
        shoppers: u32,
        variants: usize,
    ) -> anyhow::Result<Self> {
        let nobody = Api::new(&stack.url())?;
        let password = stack.folder.password("organiser");
        let organiser = nobody
            .sign_in("organiser", password.expose_secret())
            .await?;
        let me = organiser.get("/v1/me").await?.ok()?;
        let mut market = Self {
            organiser_id: text(&me["memberships"][0], "organiser_id"),
            organiser,
            shoppers: Vec::new(),
            variants: Vec::new(),
        };
        while market.shoppers.len() < shoppers as usize {
            let missing = shoppers - u32::try_from(market.shoppers.len())?;
            let body = json!({ "count": missing.min(SHOPPERS_AT_ONCE) });
            let made = market
                .organiser
                .post("/v1/demo/shoppers", &body)
                .await?
                .ok()?;
            let made = made["shoppers"].as_array().context("no shoppers")?;
            market
                .shoppers
                .extend(made.iter().map(|shopper| text(shopper, "token")));
        }
        market.list_goods(variants).await?;
        Ok(market)
    }

    async fn list_goods(&mut self, variants: usize) -> anyhow::Result<()> {
        let producer = json!({
            "kind": "household",
            "name": "Hộ Nguyễn Văn Tài",
            "tax_code": "001099012345",
            "address": { "line": "Thôn 3", "ward_code": "00070" },
            "bank_account": { "bin": "970436", "account_no": "770000123456", "account_name": "HO KINH DOANH" },
            "phone": "0987654321",
        });
        let producer = self
            .organiser
            .post("/v1/producers", &producer)
            .await?
            .ok()?;
        let producer_id = text(&producer, "producer_id");
        let verified = json!({ "state": "verified" });
        self.organiser
            .post(&format!("/v1/producers/{producer_id}/state"), &verified)
            .await?
            .ok()?;
        let packs: Vec<Value> = (0..variants)
            .map(|number| json!({ "sku": format!("SP-{number}"), "pack": format!("hộp {} g", 100 + number), "list_price": 40_000, "weight_grams": 320 }))
            .collect();
        let product = json!({
            "producer_id": producer_id,
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
        let product = self.organiser.post("/v1/products", &product).await?.ok()?;
        let variants = product["variants"].as_array().context("no variants")?;
        self.variants = variants
            .iter()
            .map(|variant| text(variant, "variant_id"))
            .collect();
        Ok(())
    }

    /// Sessions on air with so many open offers of so many units each; a session has no more offers than it may.
    ///
    /// # Errors
    /// When something is refused.
    pub(crate) async fn stage(
        &self,
        title: &str,
        offers: usize,
        units: i64,
    ) -> anyhow::Result<Stage> {
        let mut stage = Stage::default();
        for begin in (0..offers).step_by(LINE_UP) {
            let count = LINE_UP.min(offers - begin);
            let now = Clock::default().now();
            let mut terms = market::terms(PAYMENT_WINDOW);
            terms["shipping_fee"] = json!(SHIPPING_FEE);
            let session = market::plan(
                &self.organiser,
                &self.organiser_id,
                &format!("{title} {begin}"),
                terms,
                now,
            )
            .await?;
            let ids: Vec<String> = stream::iter(0..count)
                .map(|number| self.propose(&session, number, units))
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
            market::decided(&self.organiser, &session).await?;
            let path = format!("/v1/sessions/{session}/go-live");
            self.organiser.post(&path, &json!({})).await?.ok()?;
            stream::iter(&ids)
                .map(|id| async move {
                    self.organiser
                        .post(&format!("/v1/offers/{id}/open"), &json!({}))
                        .await?
                        .ok()
                })
                .buffer_unordered(AT_ONCE)
                .try_collect::<Vec<_>>()
                .await?;
            self.all_on_sale(&session, count, units).await?;
            stage
                .offers
                .extend(ids.into_iter().map(|id| (session.clone(), id)));
            stage.sessions.push(session);
        }
        Ok(stage)
    }

    /// Brings the units on hand, then proposes and restocks an offer until it has them.
    async fn propose(&self, session: &str, number: usize, units: i64) -> anyhow::Result<String> {
        let variant = &self.variants[number % self.variants.len()];
        let receive = format!("/v1/variants/{variant}/stock/receive");
        for from in (0..units).step_by(RECEIVED_AT_ONCE) {
            let some = (units - from).min(i64::try_from(RECEIVED_AT_ONCE)?);
            let body = json!({ "units": some, "note": "nhập kho" });
            self.organiser
                .post_once(&receive, &format!("{session}-{number}-{from}"), &body)
                .await?
                .ok()?;
        }
        let wish = Wish {
            variant_id: variant.clone(),
            claim_code: format!("A{number:03}"),
            live_price: PRICE,
            units: units.min(UNITS_AT_ONCE),
            limit: 0,
            payee: "producer",
        };
        let proposed = market::propose(&self.organiser, session, &wish)
            .await?
            .ok()?;
        let id = text(&proposed, "offer_id");
        let mut left = units - wish.units;
        while left > 0 {
            let some = left.min(UNITS_AT_ONCE);
            let path = format!("/v1/offers/{id}/restock");
            let key = format!("{id}-{left}");
            let body = json!({ "units": some });
            until("the offer takes more units", market::SOON, || async {
                let reply = self.organiser.post_once(&path, &key, &body).await?;
                // Catalogue has not answered for the units before.
                if reply.status == 409 {
                    Ok(None)
                } else {
                    reply.ok().map(Some)
                }
            })
            .await?;
            left -= some;
        }
        Ok(id)
    }

    async fn all_on_sale(&self, session: &str, count: usize, units: i64) -> anyhow::Result<()> {
        let what = format!("{count} offers of {units} units are on sale");
        until(&what, market::SOON, || async {
            let offers = market::units(&self.organiser, session).await?;
            let on_sale = offers
                .iter()
                .filter(|offer| offer["open"] == true && offer["left"] == units)
                .count();
            Ok((on_sale == count).then_some(()))
        })
        .await
    }
}

impl Stage {
    /// Its sessions as the databases know them.
    ///
    /// # Errors
    /// When one is no id.
    pub(crate) fn session_uuids(&self) -> anyhow::Result<Vec<Uuid>> {
        self.sessions
            .iter()
            .map(|id| Ok(id.parse::<SessionId>()?.uuid()))
            .collect()
    }

    /// The body of an order of one unit of each offer: paid on delivery, and by transfer.
    ///
    /// # Errors
    /// When there are no offers.
    pub(crate) fn bodies(&self) -> anyhow::Result<Vec<String>> {
        ensure!(!self.offers.is_empty(), "no offers");
        let body = |(session, offer): &(String, String), method| {
            market::Cart {
                session_id: session,
                lines: &[(offer, 1)],
                total: PRICE + SHIPPING_FEE,
                method,
                pickup: false,
            }
            .body()
            .to_string()
        };
        Ok(self
            .offers
            .iter()
            .flat_map(|offer| [body(offer, "cod"), body(offer, "vietqr")])
            .collect())
    }
}
