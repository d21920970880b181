//! Units that are held go over from one shopper's open order to another's: all of them, or some.

use chassis::id::{AccountId, HoldId, Id as _, OfferId, SessionId};
use chrono::{DateTime, Utc};

use super::{
    Answer, Books, Once, Supply,
    claim::{ClaimRefused, kept, lapse, shrink, within_limit},
};
use crate::domain::hold::{Hold, HoldState};

/// Somebody at the desk merges two open orders, or splits one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// By what it has its effect once.
    pub once: Option<Once>,
    /// In which session.
    pub session: SessionId,
    /// Who holds the units.
    pub from: AccountId,
    /// Who gets them.
    pub into: AccountId,
    /// Of who gets them; shortened, for the desk: "Lan".
    pub shopper_name: String,
    /// Who does it.
    pub by: AccountId,
    /// How much of which offers, each for itself.
    pub lines: Lines,
}

/// What goes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lines {
    /// Everything that is held in the session: the orders are merged.
    All,
    /// So many units of some offers: the order is split.
    Of(Vec<(OfferId, i64)>),
}

/// Units that went over, for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// In which session.
    pub session: SessionId,
    /// Of which offer.
    pub offer: OfferId,
    /// Who held them.
    pub from: AccountId,
    /// Who holds them now.
    pub into: AccountId,
    /// How many.
    pub units: i64,
    /// Who did it.
    pub by: AccountId,
}

/// Each line goes over whole or not at all. The shelf and the line of those who wait do not notice.
pub(super) fn merge(
    books: &mut Books,
    now: DateTime<Utc>,
    merge: &Merge,
    supply: &mut Supply<'_>,
) -> Answer {
    let lines = match &merge.lines {
        Lines::Of(lines) => lines.clone(),
        Lines::All => books
            .holds
            .values()
            .filter(|hold| hold.account_id == merge.from && hold.session_id == merge.session)
            .filter(|hold| !hold.is_over(now))
            .map(|hold| (hold.offer_id, hold.units))
            .collect(),
    };
    let kept = lines
        .into_iter()
        .map(|(offer, units)| {
            let refused = go_over(books, now, merge, offer, units, supply).err();
            kept(books, (offer, merge.into), refused)
        })
        .collect();
    Answer::Claimed(kept)
}

fn go_over(
    books: &mut Books,
    now: DateTime<Utc>,
    merge: &Merge,
    offer: OfferId,
    units: i64,
    supply: &mut Supply<'_>,
) -> Result<(), ClaimRefused> {
    let (from, into) = ((offer, merge.from), (offer, merge.into));
    lapse(books, now, from, supply);
    lapse(books, now, into, supply);
    books
        .offers
        .get(&offer)
        .filter(|known| known.session_id == merge.session)
        .ok_or(ClaimRefused::UnknownOffer)?;
    let given = books
        .holds
        .get(&from)
        .filter(|hold| hold.units >= units)
        .ok_or_else(|| ClaimRefused::NotHeld {
            held: books.holds.get(&from).map_or(0, |hold| hold.units),
        })?
        .clone();
    // Two orders together may not have what one may not.
    let has = books.holds.get(&into).map_or(0, |hold| hold.units);
    let awaited = books.waits.of(into).map_or(0, |wait| wait.units);
    within_limit(books, into, has + awaited + units)?;
    shrink(books, from, units, HoldState::Released);
    let hold = books.holds.entry(into).or_insert_with(|| Hold {
        id: HoldId::from_uuid((supply.id)()),
        account_id: merge.into,
        shopper_name: merge.shopper_name.clone(),
        units: 0,
        made_at: now,
        assisted_by: Some(merge.by),
        version: 0,
        ..given
    });
    hold.units += units;
    hold.until = hold.until.max(given.until);
    hold.version += 1;
    let hold = hold.clone();
    books.holds_changed.insert(hold.id, hold);
    // Its units stay; what is told of its holds is newer than what was told before.
    books.offer_mut(offer, merge.session);
    books.merged.push(Merged {
        session: merge.session,
        offer,
        from: merge.from,
        into: merge.into,
        units,
        by: merge.by,
    });
    Ok(())
}
