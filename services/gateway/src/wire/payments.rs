//! Payments and the money that came in, over HTTP.

use chrono::{DateTime, Utc};
use proto::orders::v1 as orders;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BankAccount, at, some, words};

words! {
    /// How much of a payment has come.
    PaymentState of orders::PaymentState { None, Partial, Exact, Over, Late, RefundDue, Refunded, }
    /// What became of one line of a bank feed.
    BankEntryOutcome of orders::BankEntryOutcome {
        Pending, Exact, Under, Over, Late, Unmatched, Outgoing, Malformed,
    }
}

/// What one order owes one payee.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Payment {
    payment_id: String,
    order_id: String,
    payee_id: String,
    payee: Option<BankAccount>,
    /// Đồng.
    amount_due: i64,
    /// Đồng.
    amount_received: i64,
    /// To be written in the transfer's memo.
    payment_code: String,
    state: PaymentState,
    /// The VietQR payload; none for cash on delivery. As an image: `/v1/payments/{id}/qr.svg`.
    vietqr: Option<String>,
}

impl From<orders::Payment> for Payment {
    fn from(payment: orders::Payment) -> Self {
        Self {
            payment_id: payment.payment_id,
            order_id: payment.order_id,
            payee_id: payment.payee_id,
            payee: payment.payee.map(Into::into),
            amount_due: payment.amount_due,
            amount_received: payment.amount_received,
            payment_code: payment.payment_code,
            state: payment.state.into(),
            vietqr: some(payment.vietqr),
        }
    }
}

/// The organiser has sent money back by bank.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundBody {
    /// The bank's number of that transfer.
    pub(crate) reference: String,
}

/// One line of a bank feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BankEntry {
    bank_entry_id: String,
    provider: String,
    provider_txn_id: Option<String>,
    /// Đồng.
    amount: i64,
    memo: String,
    outcome: BankEntryOutcome,
    payment_id: Option<String>,
    order_id: Option<String>,
    received_at: DateTime<Utc>,
}

impl From<orders::BankEntry> for BankEntry {
    fn from(entry: orders::BankEntry) -> Self {
        Self {
            bank_entry_id: entry.bank_entry_id,
            provider: entry.provider,
            provider_txn_id: some(entry.provider_txn_id),
            amount: entry.amount,
            memo: entry.memo,
            outcome: entry.outcome.into(),
            payment_id: some(entry.payment_id),
            order_id: some(entry.order_id),
            received_at: at(entry.received_at_ms),
        }
    }
}

/// A page of a bank feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BankEntries {
    entries: Vec<BankEntry>,
    next_cursor: Option<String>,
}

impl From<orders::BankEntries> for BankEntries {
    fn from(page: orders::BankEntries) -> Self {
        Self {
            entries: page.entries.into_iter().map(Into::into).collect(),
            next_cursor: some(page.next_cursor),
        }
    }
}

/// Which lines of the bank feed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BankEntriesQuery {
    /// Only those with this outcome.
    pub(crate) outcome: Option<BankEntryOutcome>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// What a bank's webhook is told, so that it does not send the same again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Received {
    /// Always true.
    pub(crate) success: bool,
}
