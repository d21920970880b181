//! What shoppers ask: nothing, an echo, orders.

use chassis::id::OrderId;
use phien_tests::market;
use uuid::Builder;

use crate::{
    client::Work,
    http::{KEY, Template, get},
    prepare::{Market, Stage},
    stack::SEPAY_KEY,
};

/// Every how many orders' ids are kept, to be looked up in the database.
const SAMPLE: u64 = 16;

/// The plainest answer.
pub(crate) struct Hello(Vec<u8>);

impl Default for Hello {
    fn default() -> Self {
        Self(get("/bench/hello"))
    }
}

impl Work for Hello {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        request.clone_from(&self.0);
        true
    }

    fn answered(&mut self, _: &[u8], _: u16, _: &[u8]) {}

    fn is_good(&self, status: u16) -> bool {
        status == 200
    }
}

/// Orders: shoppers in turn, offers in turn, every one under a new key.
pub(crate) struct Orders {
    templates: Vec<Template>,
    shoppers: Vec<String>,
    keys: Keys,
    asked: usize,
    good: fn(u16) -> bool,
    placed: u64,
    /// Ids of some of the orders that were placed.
    pub(crate) sample: Vec<OrderId>,
    /// Of every order that was placed its request and id, if they are asked for.
    pub(crate) winners: Option<Vec<(Vec<u8>, OrderId)>>,
}

impl Orders {
    /// For the offers of a stage, sent to `path`.
    ///
    /// # Errors
    /// When there are no offers.
    pub(crate) fn new(path: &str, market: &Market, stage: &Stage) -> anyhow::Result<Self> {
        let bodies = stage.bodies()?;
        Ok(Self {
            templates: bodies
                .iter()
                .map(|body| Template::new(path, body))
                .collect(),
            shoppers: market.shoppers.clone(),
            keys: Keys::default(),
            asked: 0,
            good: |status| status == 201,
            placed: 0,
            sample: Vec::new(),
            winners: None,
        })
    }

    /// A refusal is as good: nearly everybody comes too late.
    #[must_use]
    pub(crate) fn for_losers(mut self) -> Self {
        self.good = |status| matches!(status, 201 | 409);
        self.winners = Some(Vec::new());
        self
    }

    /// An echo answers 200.
    #[must_use]
    pub(crate) fn for_echo(mut self) -> Self {
        self.good = |status| status == 200;
        self
    }
}

impl Work for Orders {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        let shopper = &self.shoppers[self.asked % self.shoppers.len()];
        let template = &self.templates[self.asked % self.templates.len()];
        template.fill(shopper, &self.keys.next(), request);
        self.asked += 1;
        true
    }

    fn answered(&mut self, request: &[u8], status: u16, body: &[u8]) {
        if status != 201 {
            return;
        }
        self.placed += 1;
        if self.winners.is_none() && !self.placed.is_multiple_of(SAMPLE) {
            return;
        }
        let Some(id) = order_id(body) else { return };
        self.sample.push(id);
        if let Some(winners) = &mut self.winners {
            winners.push((request.to_vec(), id));
        }
    }

    fn is_good(&self, status: u16) -> bool {
        (self.good)(status)
    }
}

/// A bank's webhooks: lines of a statement that nobody owes, each under an id of its own.
pub(crate) struct Webhooks {
    number: u64,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            number: rand::random::<u64>() >> 12,
        }
    }
}

impl Work for Webhooks {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        self.number += 1;
        let entry = market::transfer(&self.number.to_string(), "770000123456", 1_000, "qua tang")
            .to_string();
        *request = format!(
            "POST /v1/webhooks/sepay HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Apikey {SEPAY_KEY}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{entry}",
            entry.len()
        )
        .into_bytes();
        true
    }

    fn answered(&mut self, _: &[u8], _: u16, _: &[u8]) {}

    fn is_good(&self, status: u16) -> bool {
        status == 200
    }
}

/// The id in an order's JSON, which begins with it.
#[must_use]
pub(crate) fn order_id(body: &[u8]) -> Option<OrderId> {
    let rest = body.strip_prefix(b"{\"order_id\":\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

/// New keys, ordered by time as the client libraries make them. Random enough for a bench, and cheap.
struct Keys(u64);

impl Default for Keys {
    fn default() -> Self {
        Self(rand::random())
    }
}

impl Keys {
    fn next(&mut self) -> [u8; KEY] {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.word().to_be_bytes());
        random[8..].copy_from_slice(&self.word().to_be_bytes()[..2]);
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let key = Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let mut text = [0; KEY];
        key.hyphenated().encode_lower(&mut text);
        text
    }

    /// SplitMix64.
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
