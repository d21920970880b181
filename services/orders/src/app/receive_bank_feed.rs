//! `bank.receive`: a bank feed's webhook, stored raw before it is answered.

use chassis::{
    Refusal,
    id::{BankEntryId, Id as _},
    rpc::Asked,
};
use proto::orders::v1::{BankFeedReceived, ReceiveBankFeed};
use sha2::{Digest as _, Sha256};

use crate::{
    Ctx,
    domain::bank_feed::BankEntry,
    error::Error,
    store::{self, bank::BankEntryRow},
};

const MAX_BODY: usize = 64 * 1024;

/// Stores a feed line once; the gateway has checked who sends it. One that cannot be read is kept too, for a person.
///
/// # Errors
/// When it could not be stored: the sender must repeat it.
pub async fn receive_bank_feed(
    ctx: Ctx,
    asked: Asked<ReceiveBankFeed>,
) -> Result<BankFeedReceived, Error> {
    let ReceiveBankFeed { provider, body } = asked.request;
    if provider != "sepay" || body.len() > MAX_BODY {
        return Err(Refusal::invalid(
            "bank_feed",
            "Không nhận được dữ liệu này.",
            "This feed is not taken.",
        )
        .into());
    }
    let mut tx = ctx.money.begin().await?;
    let received_at = ctx.clock.db_now(&mut tx).await?;
    let id: BankEntryId = ctx.clock.id();
    let row = BankEntryRow {
        id: id.uuid(),
        provider,
        received_at,
        payment_id: None,
        order_id: None,
        ..read(&body)
    };
    let stored = store::bank::insert(&mut tx, &row, &body).await?;
    ctx.commit(tx).await?;
    ctx.bank_feed.notify_one();
    Ok(BankFeedReceived { duplicate: !stored })
}

fn read(body: &[u8]) -> BankEntryRow {
    let entry = BankEntry::from_sepay(body);
    let outcome = match &entry {
        Ok(entry) if entry.incoming => "pending",
        Ok(_) => "outgoing",
        Err(_) => "malformed",
    };
    let blank = BankEntryRow {
        id: uuid::Uuid::nil(),
        provider: String::new(),
        provider_txn_id: String::new(),
        account_no: String::new(),
        amount: 0,
        memo: String::new(),
        received_at: chrono::DateTime::UNIX_EPOCH,
        outcome: outcome.to_owned(),
        payment_id: None,
        order_id: None,
    };
    match entry {
        Ok(entry) => BankEntryRow {
            provider_txn_id: entry.provider_txn_id,
            account_no: entry.account_no,
            amount: entry.amount.get(),
            memo: entry.memo,
            ..blank
        },
        Err(error) => {
            tracing::warn!("unreadable bank feed kept: {error}");
            // The same unreadable body again is the same line.
            let digest = Sha256::digest(body);
            let name = digest
                .iter()
                .take(16)
                .fold(String::from("malformed:"), |name, byte| {
                    format!("{name}{byte:02x}")
                });
            BankEntryRow {
                provider_txn_id: name,
                ..blank
            }
        }
    }
}
