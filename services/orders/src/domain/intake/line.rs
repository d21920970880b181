//! The line of those who wait: who joins it, who is served, when it closes.

use chassis::id::{Id as _, OfferId, SessionId, WaitId};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Books, Fact, Supply,
    claim::{Claim, hold},
};
use crate::domain::hold::{Wait, WaitState};

/// So many units are waited for from now on. Who wants more than before goes to the end of the line.
pub(super) fn await_units(
    books: &mut Books,
    now: DateTime<Utc>,
    claim: &Claim,
    offer: OfferId,
    units: i64,
    supply: &mut Supply<'_>,
) {
    let key = (offer, claim.account);
    let before = books.waits.take(key);
    let shelf = books.offer_mut(offer, claim.session);
    let mut wait = match before {
        None if units == 0 => return,
        None => {
            shelf.waiting += 1;
            shelf.last_place += 1;
            Wait {
                id: WaitId::from_uuid((supply.id)()),
                session_id: claim.session,
                offer_id: offer,
                account_id: claim.account,
                shopper_name: claim.shopper_name.clone(),
                units,
                place: shelf.last_place,
                state: WaitState::Waiting,
                made_at: now,
                version: 0,
            }
        }
        Some(mut wait) => {
            if units > wait.units {
                shelf.last_place += 1;
                wait.place = shelf.last_place;
            }
            wait.units = units;
            wait
        }
    };
    wait.version += 1;
    if units == 0 {
        wait.state = WaitState::Left;
        shelf.waiting -= 1;
    }
    books.waits.keep(wait);
}

/// Units on the shelf go to those who wait, first come first served; each has a deadline of their own.
pub(super) fn serve_line(
    books: &mut Books,
    now: DateTime<Utc>,
    id: OfferId,
    supply: &mut Supply<'_>,
) {
    while let Some(offer) = books.offers.get(&id)
        && offer.is_open()
        && offer.units.left > 0
        && offer.waiting > 0
        && let Some(mut wait) = books.waits.first(id)
    {
        let units = offer.units.left.min(wait.units);
        let seconds = offer
            .terms
            .as_ref()
            .map_or(0, |terms| terms.payment_window_seconds);
        let window = TimeDelta::seconds(seconds.into());
        wait.units -= units;
        wait.version += 1;
        if wait.units == 0 {
            wait.state = WaitState::Served;
            books.offer_mut(id, wait.session_id).waiting -= 1;
        }
        let (session, account, waiting) = (wait.session_id, wait.account_id, wait.units);
        hold(
            books,
            now,
            session,
            id,
            account,
            (&wait.shopper_name, None),
            units,
            window,
            supply,
        );
        books.waits.keep(wait);
        if let Some(hold) = books.holds.get_mut(&(id, account)) {
            // Whoever waited learns of it now: the time to pay begins now.
            hold.until = hold.until.max(now + window);
            let hold = hold.clone();
            books.holds_changed.insert(hold.id, hold.clone());
            books.facts.push(Fact::Held {
                hold,
                waiting,
                promoted: true,
            });
        }
    }
}

/// The offer is closed: nobody waits for it any more.
pub(super) fn close_line(books: &mut Books, id: OfferId, session: SessionId) {
    let offer = books.offer_mut(id, session);
    if offer.waiting > 0 {
        offer.waiting = 0;
        books.waits.close(id);
    }
}
