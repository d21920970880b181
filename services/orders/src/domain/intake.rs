//! The intake's decision: a batch of requests in order of arrival, against what the database holds.
//!
//! Pure. The caller locks and loads the [`Books`], [`decide`] changes them and answers each request, the caller
//! writes what changed. First come, first served; an order takes all of its lines or none.

mod ask;
mod claim;
mod line;
mod merge;
mod moves;
mod parcels;
mod place;
#[cfg(test)]
pub(crate) mod tests;
mod waits;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chassis::{
    id::{AccountId, BankEntryId, HoldId, OfferId, OrderId, PaymentId, ProducerId, SessionId},
    money::Vnd,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use self::{
    ask::{Ask, Once},
    claim::{Amount, Claim, ClaimRefused, Kept, Wishes},
    merge::{Lines, Merge, Merged},
    place::{Place, PlaceRefused},
    waits::Waits,
};
use crate::domain::{
    bank_feed::Outcome,
    desk::{Restricted, Restrictions},
    hold::{Hold, Wait},
    offer::{Offer, Units},
    order::{Order, OrderState},
    payment_code::PaymentCode,
};

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A new order.
    Placed(OrderId),
    /// The key was known: the order of the first call.
    Replayed(OrderId),
    /// Refused; nothing of it was done.
    PlaceRefused(PlaceRefused),
    /// What the shopper holds and waits for now, wish by wish.
    Claimed(Vec<Kept>),
    /// Done, or already so.
    Done,
    /// The machine has no such move.
    IllegalMove(OrderState),
    /// A return has to wait until the session's offers are settled.
    NotSettled,
    /// How the transfer was judged.
    Judged(Outcome),
    /// There is no such order or payment.
    Unknown,
}

impl Answer {
    /// Was every line of a claim refused, and did none go to the desk? Then it had no effect.
    #[must_use]
    pub fn refuses_all(&self) -> bool {
        let Self::Claimed(kept) = self else {
            return false;
        };
        let for_good = |why| why != ClaimRefused::Restricted;
        !kept.is_empty() && kept.iter().all(|kept| kept.refused.is_some_and(for_good))
    }
}

/// What a shopper's key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownKey {
    /// Of what was asked then.
    pub fingerprint: i64,
    /// What it led to.
    pub order: OrderId,
}

/// A shopper's idempotency key, within a session.
pub type Key = (SessionId, AccountId, String);

/// A fact to be said once the batch is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the events'")]
pub enum Fact {
    Placed {
        order: OrderId,
    },
    Paid {
        order: OrderId,
        was: OrderState,
    },
    Cancelled {
        order: OrderId,
        was: OrderState,
    },
    Expired {
        order: OrderId,
        was: OrderState,
    },
    /// What came back: of these producers.
    Returned {
        order: OrderId,
        was: OrderState,
        producers: Vec<ProducerId>,
    },
    Received {
        order: OrderId,
        payment: PaymentId,
        amount: Vnd,
    },
    SoldOut {
        offer: OfferId,
    },
    /// Units are held for a shopper: claimed, or promoted from the waitlist.
    Held {
        hold: Hold,
        waiting: i64,
        promoted: bool,
    },
    /// Nothing was left: the shopper waits in line.
    Waits {
        wait: Wait,
    },
    Lapsed {
        hold: Hold,
    },
    Settled {
        offer: OfferId,
        sold: i64,
        given_back: i64,
    },
    UnitsReturned {
        offer: OfferId,
        order: OrderId,
        units: i64,
        restock: bool,
    },
}

/// Money that moved, for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The line of the bank feed.
    pub entry: BankEntryId,
    /// For which payment.
    pub payment: PaymentId,
    /// Of which order.
    pub order: OrderId,
    /// How much.
    pub amount: Vnd,
    /// How it was judged.
    pub outcome: Outcome,
}

/// What the database holds of all that a batch touches, locked; and what the batch makes of it.
#[derive(Debug, Default)]
pub struct Books {
    /// Offers, by id.
    pub offers: BTreeMap<OfferId, Offer>,
    /// Orders, by id: those asked about, those of known keys, and new ones.
    pub orders: BTreeMap<OrderId, Order>,
    /// Active holds; a shopper has at most one of an offer.
    pub holds: BTreeMap<(OfferId, AccountId), Hold>,
    /// Holds that were made or changed.
    pub holds_changed: BTreeMap<HoldId, Hold>,
    /// Who waits.
    pub waits: Waits,
    /// Units of an offer that a shopper has ordered.
    pub taken: HashMap<(OfferId, AccountId), i64>,
    /// Keys that are known: those of the batch itself, and those of the database if they were looked up.
    pub keys: HashMap<Key, KnownKey>,
    /// New orders, in order of arrival.
    pub placed: Vec<(OrderId, Key, i64)>,
    /// Stored orders that changed.
    pub changed: BTreeSet<OrderId>,
    /// Stored payments that changed.
    pub paid: BTreeSet<(OrderId, PaymentId)>,
    /// Orders whose units went back.
    pub released: BTreeSet<OrderId>,
    /// Parcels that moved.
    pub parcels: BTreeSet<(OrderId, ProducerId)>,
    /// Money that moved.
    pub received: Vec<Received>,
    /// Whose claims and orders go through the desk.
    pub restrictions: Arc<Restrictions>,
    /// Wishes of theirs, for the desk.
    pub held_back: Vec<Restricted>,
    /// Held units that went over to another shopper.
    pub merged: Vec<Merged>,
    /// New orders that somebody placed for their shopper.
    pub assisted: Vec<(OrderId, AccountId)>,
    /// What is to be said.
    pub facts: Vec<Fact>,
    before: BTreeMap<OfferId, Units>,
    touched: BTreeSet<OfferId>,
}

impl Books {
    /// Offers that changed, each with the change of its units.
    pub fn changed_offers(&self) -> impl Iterator<Item = (&Offer, Units)> {
        self.touched.iter().filter_map(|id| {
            let offer = self.offers.get(id)?;
            Some((
                offer,
                offer
                    .units
                    .since(&self.before.get(id).copied().unwrap_or_default()),
            ))
        })
    }

    /// The version of an offer before this batch.
    #[must_use]
    pub fn version_before(&self, offer: &Offer) -> i64 {
        offer.version - i64::from(self.touched.contains(&offer.id))
    }

    /// An offer to be changed; made when it is not known yet.
    fn offer_mut(&mut self, id: OfferId, session: SessionId) -> &mut Offer {
        let offer = self
            .offers
            .entry(id)
            .or_insert_with(|| Offer::unknown(id, session));
        self.before.entry(id).or_insert(offer.units);
        if self.touched.insert(id) {
            offer.version += 1;
        }
        offer
    }
}

/// What is new in every batch.
pub struct Supply<'a> {
    /// Payment ids and codes for new orders.
    pub payment: &'a mut (dyn FnMut() -> (PaymentId, PaymentCode) + Send),
    /// Ids for holds and places in line.
    pub id: &'a mut (dyn FnMut() -> Uuid + Send),
}

/// The answer to a request that an earlier batch has decided: what of it stands now.
#[must_use]
pub fn decided_before(books: &Books, ask: &Ask) -> Answer {
    let (offers, account): (Vec<OfferId>, _) = match ask {
        Ask::Claim(claim) => match &claim.wishes {
            Wishes::Of(wishes) => (wishes.iter().map(|(id, _)| *id).collect(), claim.account),
            Wishes::Nothing => (Vec::new(), claim.account),
        },
        Ask::Merge(merge) => match &merge.lines {
            Lines::Of(lines) => (lines.iter().map(|(id, _)| *id).collect(), merge.into),
            Lines::All => (claim::kept_by(books, merge.into), merge.into),
        },
        _ => return Answer::Done,
    };
    let kept = |offer| claim::kept(books, (offer, account), None);
    Answer::Claimed(offers.into_iter().map(kept).collect())
}

/// Decides a batch in order of arrival; one answer a request. Every offer stays conserved.
pub fn decide(
    books: &mut Books,
    now: DateTime<Utc>,
    asks: &[Ask],
    supply: &mut Supply<'_>,
) -> Vec<Answer> {
    asks.iter()
        .map(|ask| match ask {
            Ask::Place(place) => place::place(books, now, place, supply),
            Ask::Claim(claim) => claim::claim(books, now, claim, supply),
            Ask::Merge(merge) => merge::merge(books, now, merge, supply),
            Ask::Extend { offer, account } => claim::extend(books, now, (*offer, *account)),
            Ask::Lapse { offer, account } => claim::lapse(books, now, (*offer, *account), supply),
            Ask::ServeLine { offer } => {
                line::serve_line(books, now, *offer, supply);
                Answer::Done
            }
            Ask::Cancel { order, by, reason } => {
                moves::cancel(books, now, *order, *by, reason, supply)
            }
            Ask::Advance {
                order,
                parcel,
                to,
                restock,
                by,
                reason,
            } => {
                let step = parcels::Advance {
                    order: *order,
                    to: *to,
                    restock: *restock,
                    by: *by,
                    reason,
                };
                match parcel {
                    None => parcels::advance(books, now, &step, supply),
                    Some(producer) => parcels::advance_one(books, now, &step, *producer, supply),
                }
            }
            Ask::Expire { order } => moves::expire(books, now, *order, supply),
            Ask::Pay {
                entry,
                payment,
                order,
                amount,
            } => moves::pay(books, now, *entry, *payment, *order, *amount, supply),
            Ask::Allot {
                offer,
                session,
                variant,
                units,
                ..
            } => moves::allot(books, now, (*offer, *session, *variant), *units, supply),
            Ask::Open {
                offer,
                session,
                variant,
                terms,
                ..
            } => moves::open(books, now, *offer, *session, *variant, terms),
            Ask::Close { offer, session, .. } => moves::close(books, now, *offer, *session),
            Ask::EndSession { session, .. } => moves::end_session(books, now, *session),
        })
        .collect()
}
