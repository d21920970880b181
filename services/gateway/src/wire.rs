//! Protobuf ⇄ JSON: what people and programs see over HTTP, split by noun.
//!
//! Nothing of the bus reaches HTTP but through here, so that both can evolve, and so that a field is public only
//! because somebody wrote it down here.
#![expect(
    clippy::struct_field_names,
    reason = "fields are named as in the contract"
)]

pub(crate) mod certificates;
pub(crate) mod comments;
pub(crate) mod complaints;
pub(crate) mod desk;
pub(crate) mod feed;
pub(crate) mod figures;
pub(crate) mod holds;
pub(crate) mod moderation;
pub(crate) mod offers;
pub(crate) mod orders;
pub(crate) mod outside;
pub(crate) mod parcels;
pub(crate) mod payments;
pub(crate) mod people;
pub(crate) mod photos;
pub(crate) mod producers;
pub(crate) mod products;
pub(crate) mod reports;
pub(crate) mod sessions;
pub(crate) mod settlements;
pub(crate) mod stock;

use chassis::clock::from_ms;
use chrono::{DateTime, Utc};
use proto::common::v1 as common;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Enums of the contract as the snake_case words of HTTP. `unknown` is only ever said, never taken: a value that
/// is newer than this gateway.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident of $wire:ty { $($variant:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name {
            $($variant,)+
            /// Newer than this version knows.
            #[serde(skip_deserializing)]
            Unknown,
        }

        impl From<i32> for $name {
            fn from(number: i32) -> Self {
                match <$wire>::try_from(number) {
                    $(Ok(<$wire>::$variant) => Self::$variant,)+
                    _ => Self::Unknown,
                }
            }
        }

        impl From<$name> for i32 {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$variant => <$wire>::$variant.into(),)+
                    $name::Unknown => 0,
                }
            }
        }
    )+};
}
pub(crate) use words;

/// A time that is always set.
pub(crate) fn at(ms: i64) -> DateTime<Utc> {
    from_ms(ms).unwrap_or(DateTime::UNIX_EPOCH)
}

/// An empty text of the bus means "none".
pub(crate) fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// A word given or not: 0 of the bus means "not given".
pub(crate) fn number<W: Into<i32>>(word: Option<W>) -> i32 {
    word.map_or(0, Into::into)
}

/// A number of the bus where 0 means "none".
pub(crate) fn nonzero<N: Default + PartialEq>(number: N) -> Option<N> {
    Some(number).filter(|number| *number != N::default())
}

/// An address since 2025-07-01: province and commune, no district.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    /// House number, street, hamlet.
    #[schema(example = "12 ngõ 4, thôn Bát Tràng")]
    pub(crate) line: String,
    /// Official statistics code of the commune, five digits; see `/v1/provinces/{code}/wards`.
    #[schema(example = "00562")]
    pub(crate) ward_code: String,
    /// The address before the merger, as its owner wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) legacy_address: Option<String>,
}

impl From<common::Address> for Address {
    fn from(address: common::Address) -> Self {
        Self {
            line: address.line,
            ward_code: address.ward_code,
            legacy_address: some(address.legacy_address),
        }
    }
}

impl From<Address> for common::Address {
    fn from(address: Address) -> Self {
        Self {
            line: address.line,
            ward_code: address.ward_code,
            legacy_address: address.legacy_address.unwrap_or_default(),
        }
    }
}

/// An account that receives money; Phiên only names it, never holds it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankAccount {
    /// NAPAS BIN, six digits.
    #[schema(example = "970436")]
    pub(crate) bin: String,
    /// Account number.
    pub(crate) account_no: String,
    /// Account holder, as the bank writes it.
    pub(crate) account_name: String,
}

impl From<common::BankAccount> for BankAccount {
    fn from(account: common::BankAccount) -> Self {
        Self {
            bin: account.bin,
            account_no: account.account_no,
            account_name: account.account_name,
        }
    }
}

impl From<BankAccount> for common::BankAccount {
    fn from(account: BankAccount) -> Self {
        Self {
            bin: account.bin,
            account_no: account.account_no,
            account_name: account.account_name,
        }
    }
}

/// One page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// `next_cursor` of the page before; none for the first page.
    pub(crate) cursor: Option<String>,
    /// 1 to 100; 50 when not given.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// The page of the bus for a cursor and a limit; 0 stays wrong.
pub(crate) fn page(cursor: Option<String>, limit: Option<u32>) -> common::PageRequest {
    let limit = match limit {
        None => 0,
        // On the bus 0 means "not given"; over HTTP it was given, and is refused as any other limit out of range.
        Some(0) => u32::MAX,
        Some(limit) => limit,
    };
    common::PageRequest {
        limit,
        cursor: cursor.unwrap_or_default(),
    }
}

impl From<PageQuery> for common::PageRequest {
    fn from(query: PageQuery) -> Self {
        page(query.cursor, query.limit)
    }
}
