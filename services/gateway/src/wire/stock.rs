//! Variants and their stock over HTTP.

use chrono::{DateTime, Utc};
use proto::catalogue::v1 as catalogue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{at, some};

/// One way in which a product is packed: what is counted, priced and sold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Variant {
    variant_id: String,
    product_id: String,
    sku: String,
    #[schema(example = "hộp 500 g")]
    pack: String,
    /// Đồng.
    list_price: i64,
    weight_grams: u32,
    stock: Option<Stock>,
}

impl From<catalogue::Variant> for Variant {
    fn from(variant: catalogue::Variant) -> Self {
        Self {
            variant_id: variant.variant_id,
            product_id: variant.product_id,
            sku: variant.sku,
            pack: variant.pack,
            list_price: variant.list_price,
            weight_grams: variant.weight_grams,
            stock: variant.stock.map(Into::into),
        }
    }
}

/// Units, each in exactly one place: `received = on_hand + allotted + sold + written_off`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stock {
    received: i64,
    on_hand: i64,
    allotted: i64,
    sold: i64,
    written_off: i64,
}

impl From<catalogue::Stock> for Stock {
    fn from(stock: catalogue::Stock) -> Self {
        Self {
            received: stock.received,
            on_hand: stock.on_hand,
            allotted: stock.allotted,
            sold: stock.sold,
            written_off: stock.written_off,
        }
    }
}

/// A variant's stock with the newest entries of its ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StockAccount {
    variant: Option<Variant>,
    entries: Vec<StockEntry>,
    next_cursor: Option<String>,
}

impl From<catalogue::StockAccount> for StockAccount {
    fn from(account: catalogue::StockAccount) -> Self {
        Self {
            variant: account.variant.map(Into::into),
            entries: account.entries.into_iter().map(Into::into).collect(),
            next_cursor: some(account.next_cursor),
        }
    }
}

/// One line of the stock ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StockEntry {
    entry: i64,
    reason: String,
    change: Option<Stock>,
    offer_id: Option<String>,
    note: Option<String>,
    at: DateTime<Utc>,
}

impl From<catalogue::StockEntry> for StockEntry {
    fn from(entry: catalogue::StockEntry) -> Self {
        Self {
            entry: entry.entry,
            reason: entry.reason,
            change: entry.change.map(Into::into),
            offer_id: some(entry.offer_id),
            note: some(entry.note),
            at: at(entry.at_ms),
        }
    }
}

/// Units that come in or are written off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StockBody {
    #[schema(minimum = 1)]
    pub(crate) units: i64,
    #[serde(default)]
    pub(crate) note: Option<String>,
}
