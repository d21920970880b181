//! A shopper claims: what there is is held for them, for the rest they wait in line.

use chassis::id::{AccountId, HoldId, Id as _, OfferId, SessionId};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Answer, Books, Fact, Once, Supply,
    line::{await_units, serve_line},
    moves::settle,
};
use crate::domain::{
    desk::Restricted,
    hold::{EXTENSION, Hold, HoldState, Wait},
    offer::Offer,
};

/// A claim as it arrives: by a comment, a tap, or somebody at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// By what it has its effect once.
    pub once: Option<Once>,
    /// In which session.
    pub session: SessionId,
    /// Who wants it.
    pub account: AccountId,
    /// Shortened, for the room: "Lan".
    pub shopper_name: String,
    /// Who claims for them, at the desk.
    pub by: Option<AccountId>,
    /// What is wanted.
    pub wishes: Wishes,
}

/// What a claim wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wishes {
    /// Of each offer so much. Each stands for itself.
    Of(Vec<(OfferId, Amount)>),
    /// Nothing any more: everything in the session goes back.
    Nothing,
}

/// How much of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// In all, held and waited for; 0 gives everything back. Saying it again changes nothing.
    Exactly(i64),
    /// On top of what is held and waited for.
    More(i64),
}

/// What a shopper has of an offer without having ordered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Of which offer.
    pub offer: OfferId,
    /// The hold, if there is one.
    pub hold: Option<Hold>,
    /// The place in line, if there is one.
    pub wait: Option<Wait>,
    /// Why the wish was not granted: then the rest is as it was.
    pub refused: Option<ClaimRefused>,
}

/// Why a wish is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefused {
    /// No such offer in this session.
    #[error("no such offer in this session")]
    UnknownOffer,
    /// Not opened yet, or closed.
    #[error("the offer is not open")]
    NotOpen,
    /// Less is held than should go over to somebody else.
    #[error("only {held} held")]
    NotHeld {
        /// So many.
        held: i64,
    },
    /// The organiser restricts the shopper: the wish is at the desk.
    #[error("the organiser restricts the shopper")]
    Restricted,
    /// More than one shopper may have, holds and orders together.
    #[error("at most {limit} for one shopper, {ordered} ordered before")]
    OverLimit {
        /// The limit.
        limit: i64,
        /// What they ordered.
        ordered: i64,
    },
}

pub(super) fn claim(
    books: &mut Books,
    now: DateTime<Utc>,
    claim: &Claim,
    supply: &mut Supply<'_>,
) -> Answer {
    let wishes = match &claim.wishes {
        Wishes::Of(wishes) => wishes.clone(),
        Wishes::Nothing => kept_by(books, claim.account)
            .into_iter()
            .map(|offer| (offer, Amount::Exactly(0)))
            .collect(),
    };
    let mut held_back = Vec::new();
    let kept = wishes
        .into_iter()
        .map(|(offer, amount)| {
            let refused = grant(books, now, claim, offer, amount, supply).err();
            if refused == Some(ClaimRefused::Restricted) {
                held_back.push((offer, amount));
            }
            kept(books, (offer, claim.account), refused)
        })
        .collect();
    if !held_back.is_empty() {
        books.held_back.push(Restricted {
            session: claim.session,
            account: claim.account,
            shopper_name: claim.shopper_name.clone(),
            wishes: held_back,
        });
    }
    Answer::Claimed(kept)
}

/// What a shopper has of an offer now.
pub(super) fn kept(
    books: &Books,
    key: (OfferId, AccountId),
    refused: Option<ClaimRefused>,
) -> Kept {
    Kept {
        offer: key.0,
        hold: books.holds.get(&key).cloned(),
        wait: books.waits.of(key).cloned(),
        refused,
    }
}

/// The offers of which an account holds or awaits something.
pub(super) fn kept_by(books: &Books, account: AccountId) -> Vec<OfferId> {
    let held = books.holds.keys();
    let awaited = books.waits.keys();
    let mut offers: Vec<OfferId> = held
        .chain(awaited)
        .filter(|(_, whose)| *whose == account)
        .map(|(offer, _)| *offer)
        .collect();
    offers.sort_unstable();
    offers.dedup();
    offers
}

fn grant(
    books: &mut Books,
    now: DateTime<Utc>,
    claim: &Claim,
    id: OfferId,
    amount: Amount,
    supply: &mut Supply<'_>,
) -> Result<(), ClaimRefused> {
    let key = (id, claim.account);
    if books.holds.get(&key).is_some_and(|hold| hold.is_over(now)) {
        end(books, now, key, HoldState::Lapsed, supply);
    }
    let held = books.holds.get(&key).map_or(0, |hold| hold.units);
    let awaited = books.waits.of(key).map_or(0, |wait| wait.units);
    let offer = books
        .offers
        .get(&id)
        .filter(|offer| offer.session_id == claim.session)
        .ok_or(ClaimRefused::UnknownOffer)?;
    let wanted = match amount {
        Amount::Exactly(units) => units,
        Amount::More(units) => held + awaited + units,
    };
    if wanted == held + awaited {
        return Ok(());
    }
    if wanted < held + awaited {
        await_units(
            books,
            now,
            claim,
            id,
            awaited.min((wanted - held).max(0)),
            supply,
        );
        if wanted < held {
            give_back(books, now, key, held - wanted, HoldState::Released, supply);
        }
        return Ok(());
    }
    let limit = may_claim(books, offer, claim, wanted, now)?;
    let more = wanted - held - awaited;
    let at_once = offer.free().min(more);
    if at_once > 0 {
        hold(
            books,
            now,
            claim.session,
            id,
            claim.account,
            (&claim.shopper_name, claim.by),
            at_once,
            limit,
            supply,
        );
    }
    if more > at_once {
        await_units(books, now, claim, id, awaited + more - at_once, supply);
    }
    let waiting = books.waits.of(key).map_or(0, |wait| wait.units);
    if let Some(hold) = books.holds.get(&key).filter(|_| at_once > 0) {
        books.facts.push(Fact::Held {
            hold: hold.clone(),
            waiting,
            promoted: false,
        });
    } else if let Some(wait) = books.waits.of(key) {
        books.facts.push(Fact::Waits { wait: wait.clone() });
    }
    Ok(())
}

/// How long a hold of the offer lasts.
fn may_claim(
    books: &Books,
    offer: &Offer,
    claim: &Claim,
    wanted: i64,
    now: DateTime<Utc>,
) -> Result<TimeDelta, ClaimRefused> {
    let terms = offer
        .terms
        .as_ref()
        .filter(|_| offer.is_open())
        .ok_or(ClaimRefused::NotOpen)?;
    if claim.by.is_none()
        && books
            .restrictions
            .hold_back(terms.organiser_id, claim.account, now)
    {
        return Err(ClaimRefused::Restricted);
    }
    within_limit(books, (offer.id, claim.account), wanted)?;
    Ok(TimeDelta::seconds(terms.payment_window_seconds.into()))
}

/// May the shopper have so many of the offer, held, awaited and ordered together?
pub(super) fn within_limit(
    books: &Books,
    key: (OfferId, AccountId),
    wanted: i64,
) -> Result<(), ClaimRefused> {
    let terms = books
        .offers
        .get(&key.0)
        .and_then(|offer| offer.terms.as_ref());
    let limit = terms.map_or(0, |terms| terms.limit_per_shopper);
    let ordered = books.taken.get(&key).copied().unwrap_or_default();
    if limit > 0 && ordered + wanted > limit {
        return Err(ClaimRefused::OverLimit { limit, ordered });
    }
    Ok(())
}

/// Units go from the shelf into a hold; one that is there already keeps its deadline.
#[expect(clippy::too_many_arguments, reason = "a hold is all of these")]
pub(super) fn hold(
    books: &mut Books,
    now: DateTime<Utc>,
    session: SessionId,
    offer: OfferId,
    account: AccountId,
    (shopper_name, by): (&str, Option<AccountId>),
    units: i64,
    window: TimeDelta,
    supply: &mut Supply<'_>,
) {
    let shelf = books.offer_mut(offer, session);
    shelf.hold(units);
    if shelf.units.left == 0 {
        books.facts.push(Fact::SoldOut { offer });
    }
    let hold = books.holds.entry((offer, account)).or_insert_with(|| Hold {
        id: HoldId::from_uuid((supply.id)()),
        session_id: session,
        offer_id: offer,
        account_id: account,
        shopper_name: shopper_name.to_owned(),
        units: 0,
        state: HoldState::Active,
        until: now + window,
        extended: false,
        made_at: now,
        assisted_by: by,
        version: 0,
    });
    hold.units += units;
    hold.version += 1;
    let hold = hold.clone();
    books.holds_changed.insert(hold.id, hold);
}

/// The deadline of a hold has passed: its units go to whoever waits, or back on the shelf.
pub(super) fn lapse(
    books: &mut Books,
    now: DateTime<Utc>,
    key: (OfferId, AccountId),
    supply: &mut Supply<'_>,
) -> Answer {
    if books.holds.get(&key).is_some_and(|hold| hold.is_over(now)) {
        end(books, now, key, HoldState::Lapsed, supply);
    }
    Answer::Done
}

/// The shopper is at the checkout: once, the hold lasts a little longer.
pub(super) fn extend(books: &mut Books, now: DateTime<Utc>, key: (OfferId, AccountId)) -> Answer {
    let Some(hold) = books.holds.get_mut(&key).filter(|hold| !hold.is_over(now)) else {
        return Answer::Unknown;
    };
    if !hold.extended {
        hold.extended = true;
        hold.until += EXTENSION;
        hold.version += 1;
        let hold = hold.clone();
        books.holds_changed.insert(hold.id, hold);
    }
    Answer::Claimed(vec![Kept {
        offer: key.0,
        hold: books.holds.get(&key).cloned(),
        wait: books.waits.of(key).cloned(),
        refused: None,
    }])
}

/// Ends a hold without an order.
fn end(
    books: &mut Books,
    now: DateTime<Utc>,
    key: (OfferId, AccountId),
    state: HoldState,
    supply: &mut Supply<'_>,
) {
    if let Some(units) = books.holds.get(&key).map(|hold| hold.units) {
        give_back(books, now, key, units, state, supply);
    }
}

/// Units of a hold go back; `state` is that of a hold of which nothing is left.
fn give_back(
    books: &mut Books,
    now: DateTime<Utc>,
    key: (OfferId, AccountId),
    units: i64,
    state: HoldState,
    supply: &mut Supply<'_>,
) {
    let Some(hold) = shrink(books, key, units, state) else {
        return;
    };
    books.offer_mut(key.0, hold.session_id).release_held(units);
    if state == HoldState::Lapsed {
        books.facts.push(Fact::Lapsed { hold });
    }
    serve_line(books, now, key.0, supply);
    settle(books, now, key.0);
}

/// Takes units out of a hold, which is over when none is left. Where they go is the caller's business.
pub(super) fn shrink(
    books: &mut Books,
    key: (OfferId, AccountId),
    units: i64,
    state: HoldState,
) -> Option<Hold> {
    let hold = books.holds.get_mut(&key)?;
    hold.units -= units;
    hold.version += 1;
    if hold.units == 0 {
        hold.state = state;
    }
    let hold = hold.clone();
    if hold.units == 0 {
        books.holds.remove(&key);
    }
    books.holds_changed.insert(hold.id, hold.clone());
    Some(hold)
}
