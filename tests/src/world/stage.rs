//! A live session with one open offer: where most tests begin.

use serde_json::{Value, json};

use super::{Person, Producer, Variant, World};
use crate::{
    api::{Api, text},
    market::{self, Cart, Wish},
    shopper::{self, Settled},
};

/// A live session with one open offer, paid to the producer.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Steers it.
    pub organiser: Api,
    /// Whose goods.
    pub producer: Producer,
    /// Which goods.
    pub variant: Variant,
    /// The session.
    pub session_id: String,
    /// Its offer, A01.
    pub offer_id: String,
    /// Of one unit, đồng.
    pub price: i64,
}

impl World {
    /// Sets a stage: so many units on sale, ten more on hand.
    ///
    /// # Panics
    /// When something is refused.
    pub async fn stage(&self, units: i64, limit: u32) -> Stage {
        let organiser = self.staff("organiser").await;
        let producer = self.producer(&organiser, "Hộ Nguyễn Văn Tài").await;
        let variant = self.variant(&producer, "Chè lam", 40_000, units + 10).await;
        let session_id = self.session(&organiser, "Giờ vàng").await;
        let wish = Wish {
            variant_id: variant.id.clone(),
            claim_code: "A01".into(),
            live_price: 36_000,
            units,
            limit,
            payee: "producer",
        };
        let offer_id = offer(&organiser, &session_id, &wish).await;
        go_live(&organiser, &session_id).await;
        market::open(&organiser, &session_id, &offer_id)
            .await
            .expect("an open offer");
        Stage {
            organiser,
            producer,
            variant,
            session_id,
            offer_id,
            price: wish.live_price,
        }
    }
}

/// Proposes an offer and waits until it has its units.
///
/// # Panics
/// When it is refused.
pub async fn offer(steers: &Api, session_id: &str, wish: &Wish) -> String {
    let proposed = market::propose(steers, session_id, wish)
        .await
        .and_then(crate::api::Reply::ok)
        .expect("a proposed offer");
    let id = text(&proposed, "offer_id");
    let offers = market::decided(steers, session_id)
        .await
        .expect("catalogue's word");
    let decided = offers.iter().find(|offer| offer["offer_id"] == id.as_str());
    assert_eq!(decided.expect("the offer")["state"], "allotted");
    id
}

/// Takes a session on air.
///
/// # Panics
/// When it is refused.
pub async fn go_live(steers: &Api, session_id: &str) {
    let path = format!("/v1/sessions/{session_id}/go-live");
    let reply = steers.post(&path, &json!({})).await.expect("an answer");
    reply.ok().expect("live");
}

/// Ends a session.
///
/// # Panics
/// When it is refused.
pub async fn end(steers: &Api, session_id: &str) {
    let path = format!("/v1/sessions/{session_id}/end");
    let reply = steers.post(&path, &json!({})).await.expect("an answer");
    reply.ok().expect("ended");
}

impl Stage {
    /// An order of so many units, to be fetched at the counter.
    #[must_use]
    pub fn cart(&self, units: i64, method: &'static str) -> Value {
        Cart {
            session_id: &self.session_id,
            lines: &[(&self.offer_id, units)],
            total: self.price * units,
            method,
            pickup: true,
        }
        .body()
    }

    /// Places an order that must not be refused.
    ///
    /// # Panics
    /// When it is.
    pub async fn order(
        &self,
        person: &Person,
        key: &str,
        units: i64,
        method: &'static str,
    ) -> Value {
        let body = self.cart(units, method);
        match shopper::order(&person.api, key, &body)
            .await
            .expect("an answer")
            .0
        {
            Settled::Placed { order, .. } => *order,
            Settled::Refused { code, .. } => panic!("refused: {code}"),
        }
    }

    /// Where the offer's units are.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn units(&self) -> Value {
        let units = market::units(&self.organiser, &self.session_id)
            .await
            .expect("units");
        let mine = units
            .into_iter()
            .find(|units| units["offer_id"] == self.offer_id.as_str());
        mine.expect("the offer's units")
    }
}
