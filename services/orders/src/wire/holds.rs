//! Holds and the waitlist on the wire.

use std::collections::BTreeMap;

use chassis::{
    Refusal,
    clock::to_ms,
    id::{AccountId, OfferId, SessionId},
    refusal::Fields,
};
use chrono::{DateTime, Utc};
use proto::{feed::v1::KeptNews, orders::v1 as wire};

use crate::{
    domain::{
        hold::{Hold, HoldState, Wait, WaitState},
        intake::{Amount, Books, Fact, Kept, Lines, Wishes},
        offer::Offer,
    },
    error::Error,
};

const MAX_LINES: usize = 50;
/// Most units that one line of a claim may name.
pub const MAX_CLAIM: i64 = 99;

/// Reads what a claim wants.
///
/// # Errors
/// Every line that breaks a rule.
pub fn read_wishes(lines: &[wire::ClaimLine], give_all_back: bool) -> Result<Wishes, Refusal> {
    if give_all_back {
        return Ok(Wishes::Nothing);
    }
    let mut fields = Fields::default();
    if lines.is_empty() || lines.len() > MAX_LINES {
        fields.refuse(
            "lines",
            "Cần 1 đến 50 dòng hàng.",
            "1 to 50 lines are needed.",
        );
    }
    let mut wishes = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().take(MAX_LINES).enumerate() {
        let offer = fields.check(
            format_args!("lines[{index}].offer_id"),
            line.offer_id.parse::<OfferId>(),
            |_| ("Mã không hợp lệ.".into(), "Not a valid id.".into()),
        );
        let least = i64::from(line.more);
        if !(least..=MAX_CLAIM).contains(&line.units) {
            fields.refuse(
                format!("lines[{index}].units"),
                "Số lượng từ 1 đến 99; 0 để trả lại.",
                "1 to 99 units; 0 gives them back.",
            );
        } else if let Some(offer) = offer {
            let amount = if line.more {
                Amount::More(line.units)
            } else {
                Amount::Exactly(line.units)
            };
            wishes.push((offer, amount));
        }
    }
    fields.finish()?;
    Ok(Wishes::Of(wishes))
}

/// Reads what goes over from one open order to another; no lines: everything.
///
/// # Errors
/// Every line that breaks a rule.
pub fn read_merge(lines: &[wire::MergeLine]) -> Result<Lines, Refusal> {
    let mut fields = Fields::default();
    if lines.len() > MAX_LINES {
        fields.refuse("lines", "Nhiều nhất 50 dòng hàng.", "At most 50 lines.");
    }
    let mut read = Vec::with_capacity(lines.len().min(MAX_LINES));
    for (index, line) in lines.iter().take(MAX_LINES).enumerate() {
        let offer = fields.check(
            format_args!("lines[{index}].offer_id"),
            line.offer_id.parse::<OfferId>(),
            |_| ("Mã không hợp lệ.".into(), "Not a valid id.".into()),
        );
        if !(1..=MAX_CLAIM).contains(&line.units) {
            fields.refuse(
                format!("lines[{index}].units"),
                "Số lượng từ 1 đến 99.",
                "1 to 99 units.",
            );
        } else if let Some(offer) = offer {
            read.push((offer, line.units));
        }
    }
    fields.finish()?;
    Ok(if read.is_empty() {
        Lines::All
    } else {
        Lines::Of(read)
    })
}

/// A hold.
#[must_use]
pub fn hold(hold: &Hold) -> wire::Hold {
    wire::Hold {
        hold_id: hold.id.to_string(),
        session_id: hold.session_id.to_string(),
        offer_id: hold.offer_id.to_string(),
        account_id: hold.account_id.to_string(),
        shopper_name: hold.shopper_name.clone(),
        units: hold.units,
        until_ms: to_ms(hold.until),
        extended: hold.extended,
        assisted_by_account_id: hold
            .assisted_by
            .map(|by| by.to_string())
            .unwrap_or_default(),
        version: hold.version.unsigned_abs(),
    }
}

/// A place in line, with how many are before it.
#[must_use]
pub fn waiting(wait: &Wait, before: i64) -> wire::Waiting {
    wire::Waiting {
        wait_id: wait.id.to_string(),
        session_id: wait.session_id.to_string(),
        offer_id: wait.offer_id.to_string(),
        account_id: wait.account_id.to_string(),
        shopper_name: wait.shopper_name.clone(),
        units: wait.units,
        before,
        version: wait.version.unsigned_abs(),
    }
}

/// What a claim led to.
#[must_use]
pub fn kept_units(all: &[Kept]) -> wire::KeptUnits {
    let kept = all
        .iter()
        .map(|kept| wire::Kept {
            offer_id: kept.offer.to_string(),
            hold: kept.hold.as_ref().map(hold),
            waiting: kept.wait.as_ref().map(|wait| waiting(wait, 0)),
            refusal: kept
                .refused
                .map(|refused| Refusal::from(Error::Claim(refused)).into()),
        })
        .collect();
    wire::KeptUnits { kept }
}

/// A fact of holds as an event tells it; none for other facts.
#[must_use]
pub fn fact(fact: &Fact, offer: Option<&Offer>, now: DateTime<Utc>) -> Option<wire::HoldFact> {
    let terms = offer.and_then(|offer| offer.terms.as_ref());
    let claim_code = terms.map_or_else(String::new, |terms| terms.claim_code.clone());
    let of_hold = |hold: &Hold, waiting, promoted| wire::HoldFact {
        hold_id: hold.id.to_string(),
        offer_id: hold.offer_id.to_string(),
        claim_code: claim_code.clone(),
        account_id: hold.account_id.to_string(),
        shopper_name: hold.shopper_name.clone(),
        units: hold.units,
        waiting,
        until_ms: to_ms(hold.until),
        promoted,
        at_ms: to_ms(now),
    };
    match fact {
        Fact::Held {
            hold,
            waiting,
            promoted,
        } => Some(of_hold(hold, *waiting, *promoted)),
        Fact::Lapsed { hold } => Some(of_hold(hold, 0, false)),
        Fact::Waits { wait } => Some(wire::HoldFact {
            offer_id: wait.offer_id.to_string(),
            claim_code: claim_code.clone(),
            account_id: wait.account_id.to_string(),
            shopper_name: wait.shopper_name.clone(),
            waiting: wait.units,
            at_ms: to_ms(now),
            ..wire::HoldFact::default()
        }),
        _ => None,
    }
}

/// What a batch made of what shoppers hold and wait for: session, account, news.
#[must_use]
pub fn news(books: &Books) -> Vec<(String, String, KeptNews)> {
    let mut all: BTreeMap<(OfferId, AccountId), KeptNews> = BTreeMap::new();
    let mut about = |session: SessionId, offer: OfferId, account: AccountId, name: &str| {
        let known = books.offers.get(&offer);
        let terms = known.and_then(|offer| offer.terms.as_ref());
        let news = all.entry((offer, account)).or_insert_with(|| KeptNews {
            session_id: session.to_string(),
            offer_id: offer.to_string(),
            account_id: account.to_string(),
            shopper_name: name.to_owned(),
            claim_code: terms.map_or_else(String::new, |terms| terms.claim_code.clone()),
            version: known.map_or(0, |offer| offer.version.unsigned_abs()),
            ..KeptNews::default()
        });
        if let Some(hold) = books.holds.get(&(offer, account)) {
            (news.units, news.until_ms) = (hold.units, to_ms(hold.until));
        }
        if let Some(wait) = books.waits.of((offer, account)) {
            news.waiting = wait.units;
        }
    };
    for hold in books.holds_changed.values() {
        about(
            hold.session_id,
            hold.offer_id,
            hold.account_id,
            &hold.shopper_name,
        );
    }
    for wait in books.waits.changed() {
        about(
            wait.session_id,
            wait.offer_id,
            wait.account_id,
            &wait.shopper_name,
        );
    }
    for hold in books.holds_changed.values() {
        if let Some(news) = all.get_mut(&(hold.offer_id, hold.account_id)) {
            news.lapsed |= hold.state == HoldState::Lapsed;
        }
    }
    for wait in books.waits.changed() {
        if let Some(news) = all.get_mut(&(wait.offer_id, wait.account_id)) {
            news.promoted |= wait.state == WaitState::Served;
        }
    }
    all.into_values()
        .map(|news| (news.session_id.clone(), news.account_id.clone(), news))
        .collect()
}
