//! What the bank says: reading a webhook of `SePay`, and judging a payment by it.
//!
//! The body is read leniently where it only describes (unknown, missing or null fields) and
//! strictly where money depends on it: id, account, direction, amount. Whether the sender is who
//! it claims to be is settled before, from the header; nothing here trusts the memo to be ours.

use chassis::money::Vnd;
use chrono::NaiveDateTime;
use serde::Deserialize;
use serde_json::Value;

/// One line of a bank account's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankEntry {
    /// The provider's own number of this entry. The same entry is sent again until it is answered,
    /// so (provider, this) is unique.
    pub provider_txn_id: String,
    /// The account that the entry stands on.
    pub account_no: String,
    /// How much, always positive.
    pub amount: Vnd,
    /// Money that came in; otherwise it went out.
    pub incoming: bool,
    /// The memo as the bank shows it.
    pub memo: String,
    /// When, as the bank prints it: `Asia/Ho_Chi_Minh`. `None` if missing or not readable: the time
    /// of arrival then counts.
    pub happened_at: Option<NaiveDateTime>,
    /// The bank's own reference; may be empty.
    pub reference: String,
}

/// Why a body is not a bank entry.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// Not a JSON object, or a field of it twice.
    #[error("the body is not one JSON object with each field once")]
    NotJson(#[source] serde_json::Error),
    /// A field that money depends on is missing.
    #[error("field {0} is missing")]
    Missing(&'static str),
    /// A field that money depends on has a value that cannot be right.
    #[error("field {field} must be {rule}")]
    Wrong {
        /// Its name in the body.
        field: &'static str,
        /// What it must be.
        rule: &'static str,
    },
}

/// Each field once: a body with two amounts is refused, not guessed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    id: Option<Value>,
    transaction_date: Option<Value>,
    account_number: Option<Value>,
    content: Option<Value>,
    transfer_type: Option<Value>,
    transfer_amount: Option<Value>,
    reference_code: Option<Value>,
    description: Option<Value>,
}

/// Longest id or account number that is believed, in characters.
const MAX_ID: usize = 64;

impl BankEntry {
    /// Reads the body of a `SePay` webhook (`{id, gateway, transactionDate, accountNumber, code,
    /// content, transferType, transferAmount, accumulated, subAccount, referenceCode,
    /// description}`). The memo is `content`, or `description` where that is empty.
    ///
    /// # Errors
    /// [`FeedError`], naming the field.
    pub fn from_sepay(body: &[u8]) -> Result<BankEntry, FeedError> {
        let body: Body = serde_json::from_slice(body).map_err(FeedError::NotJson)?;
        let memo = lenient(body.content);
        Ok(BankEntry {
            provider_txn_id: txn_id(body.id)?,
            account_no: account_no(body.account_number)?,
            amount: amount(body.transfer_amount)?,
            incoming: incoming(body.transfer_type)?,
            memo: if memo.is_empty() {
                lenient(body.description)
            } else {
                memo
            },
            happened_at: NaiveDateTime::parse_from_str(
                &lenient(body.transaction_date),
                "%Y-%m-%d %H:%M:%S",
            )
            .ok(),
            reference: lenient(body.reference_code),
        })
    }
}

/// What only describes: a text, trimmed; anything else counts as none.
fn lenient(value: Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        _ => String::new(),
    }
}

fn txn_id(value: Option<Value>) -> Result<String, FeedError> {
    let id = match value.ok_or(FeedError::Missing("id"))? {
        Value::Number(number) if number.is_u64() => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    plain(
        id,
        "id",
        "a whole number or a text of 1 to 64 letters and digits",
    )
}

fn account_no(value: Option<Value>) -> Result<String, FeedError> {
    // A number would have lost the zeros in front.
    let number = match value.ok_or(FeedError::Missing("accountNumber"))? {
        Value::String(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    plain(
        number,
        "accountNumber",
        "a text of 1 to 64 letters and digits",
    )
}

fn plain(text: String, field: &'static str, rule: &'static str) -> Result<String, FeedError> {
    let sound = (1..=MAX_ID).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if sound {
        Ok(text)
    } else {
        Err(FeedError::Wrong { field, rule })
    }
}

fn amount(value: Option<Value>) -> Result<Vnd, FeedError> {
    let value = value.ok_or(FeedError::Missing("transferAmount"))?;
    let wrong = FeedError::Wrong {
        field: "transferAmount",
        rule: "a whole number of đồng above 0",
    };
    value
        .as_i64()
        .filter(|dong| *dong > 0)
        .map(Vnd::new)
        .ok_or(wrong)
}

fn incoming(value: Option<Value>) -> Result<bool, FeedError> {
    match value.ok_or(FeedError::Missing("transferType"))?.as_str() {
        Some("in") => Ok(true),
        Some("out") => Ok(false),
        _ => Err(FeedError::Wrong {
            field: "transferType",
            rule: "\"in\" or \"out\"",
        }),
    }
}

/// What a payment has come to with one more incoming transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it, to the đồng.
    Exact,
    /// Less than due so far; the rest may still come.
    Under,
    /// More than due; the difference is to be given back.
    Over,
    /// After its time: the goods may be gone, so a person decides or it is given back.
    Late,
}

/// Judges a transfer of `incoming` on top of `received_before`, against `amount_due`. A transfer
/// that is not `in_time` is late whatever its amount.
#[must_use]
pub fn judge(received_before: Vnd, amount_due: Vnd, incoming: Vnd, in_time: bool) -> Outcome {
    if !in_time {
        return Outcome::Late;
    }
    match received_before.checked_add(incoming) {
        Some(total) if total < amount_due => Outcome::Under,
        Some(total) if total == amount_due => Outcome::Exact,
        // A sum that does not fit is more than any amount due.
        Some(_) | None => Outcome::Over,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn body() -> Value {
        json!({
            "id": 92704, "gateway": "Vietcombank", "transactionDate": "2026-11-24 14:02:37",
            "accountNumber": "0123499999", "code": null, "content": " chuyen tien PHAB12CD3X ",
            "transferType": "in", "transferAmount": 2_277_000, "accumulated": 19_077_000, "subAccount": null,
            "referenceCode": "MBVCB.3278907687", "description": "", "something": {"new": [1]},
        })
    }

    fn with(field: &str, value: Value) -> Result<BankEntry, FeedError> {
        let mut body = body();
        body[field] = value;
        BankEntry::from_sepay(body.to_string().as_bytes())
    }

    #[test]
    fn a_webhook_is_read() {
        let entry = BankEntry::from_sepay(body().to_string().as_bytes()).unwrap();
        let expected = BankEntry {
            provider_txn_id: "92704".to_owned(),
            account_no: "0123499999".to_owned(),
            amount: Vnd::new(2_277_000),
            incoming: true,
            memo: "chuyen tien PHAB12CD3X".to_owned(),
            happened_at: Some("2026-11-24T14:02:37".parse().unwrap()),
            reference: "MBVCB.3278907687".to_owned(),
        };
        assert_eq!(entry, expected);
    }

    #[test]
    fn what_only_describes_may_be_missing() {
        let bare =
            json!({"id": "FT-1", "accountNumber": "1", "transferType": "out", "transferAmount": 1});
        let entry = BankEntry::from_sepay(bare.to_string().as_bytes()).unwrap();
        assert_eq!(
            (
                entry.memo.as_str(),
                entry.reference.as_str(),
                entry.happened_at
            ),
            ("", "", None)
        );
        assert!(!entry.incoming);
        for (field, value) in [
            ("content", Value::Null),
            ("content", json!(7)),
            ("transactionDate", json!("soon")),
        ] {
            assert!(with(field, value).is_ok());
        }
        let mut described = body();
        described["content"] = Value::Null;
        described["description"] = json!("BankAPI PHAB12CD3X");
        assert_eq!(
            BankEntry::from_sepay(described.to_string().as_bytes())
                .unwrap()
                .memo,
            "BankAPI PHAB12CD3X"
        );
    }

    #[test]
    fn what_money_depends_on_is_strict() {
        for field in ["id", "accountNumber", "transferType", "transferAmount"] {
            let error = with(field, Value::Null).unwrap_err().to_string();
            assert_eq!(error, format!("field {field} is missing"));
        }
        for (field, wrong) in [
            ("id", json!("")),
            ("id", json!(-1)),
            ("id", json!(1.5)),
            ("id", json!({})),
            ("id", json!("a b")),
            ("accountNumber", json!(123)),
            ("accountNumber", json!(" ")),
            ("accountNumber", json!("1".repeat(65))),
            ("transferType", json!("IN")),
            ("transferType", json!(true)),
            ("transferType", json!("")),
            ("transferAmount", json!(0)),
            ("transferAmount", json!(-5)),
            ("transferAmount", json!(1.5)),
            ("transferAmount", json!("5")),
            ("transferAmount", json!(u64::MAX)),
        ] {
            let error = with(field, wrong).unwrap_err();
            assert!(
                matches!(error, FeedError::Wrong { field: named, .. } if named == field),
                "{error}"
            );
        }
    }

    #[test]
    fn one_object_with_each_field_once() {
        let twice = br#"{"id":1,"accountNumber":"1","transferType":"in","transferAmount":1,"transferAmount":9}"#;
        for body in [
            &twice[..],
            b"",
            b"[]",
            b"null",
            b"\"x\"",
            b"{",
            b"\xff\xfe",
            b"{} {}",
        ] {
            assert!(matches!(
                BankEntry::from_sepay(body),
                Err(FeedError::NotJson(_))
            ));
        }
        assert!(matches!(
            BankEntry::from_sepay(b"{}"),
            Err(FeedError::Missing("id"))
        ));
    }

    #[test]
    fn a_payment_is_judged_by_its_sum_and_its_time() {
        let judged = |before, due, incoming, in_time| {
            judge(Vnd::new(before), Vnd::new(due), Vnd::new(incoming), in_time)
        };
        assert_eq!(judged(0, 100, 100, true), Outcome::Exact);
        assert_eq!(judged(0, 100, 99, true), Outcome::Under);
        assert_eq!(judged(0, 100, 101, true), Outcome::Over);
        assert_eq!(judged(40, 100, 60, true), Outcome::Exact);
        assert_eq!(judged(40, 100, 59, true), Outcome::Under);
        assert_eq!(judged(100, 100, 100, true), Outcome::Over);
        assert_eq!(judged(i64::MAX, 100, i64::MAX, true), Outcome::Over);
        assert_eq!(judged(0, 100, 100, false), Outcome::Late);
    }

    proptest! {
        #[test]
        fn never_panics(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = BankEntry::from_sepay(&body);
        }
    }
}
