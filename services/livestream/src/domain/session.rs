//! A session: planned → live → ended.

use std::ops::RangeInclusive;

use chassis::{
    id::{OfferId, OrganiserId, SessionId},
    money::Vnd,
};
use chrono::{DateTime, Utc};

use super::{bank::BankAccount, offer::Offer, rule::Rule};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum SessionState {
    /// Announced, and can be moved.
    Planned,
    /// On air.
    Live,
    /// Over for good.
    Ended,
}

/// What an order of a session may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// For offers that pay the organiser.
    pub organiser_account: Option<BankAccount>,
    /// Cash on delivery, where the goods allow it.
    pub cod_allowed: bool,
    /// Flat, per order that is shipped.
    pub shipping_fee: Vnd,
    /// An order with goods for so much is shipped free; 0: none is.
    pub free_shipping_from: Vnd,
    /// The flat fee carries so many grams; 0: weight does not matter.
    pub shipping_grams: i32,
    /// For each begun kilogram above that.
    pub shipping_fee_per_kg: Vnd,
    /// Empty: no pickup.
    pub pickup_place: String,
    /// How long an unpaid order waits.
    pub payment_window_seconds: i32,
}

impl Terms {
    /// From a minute to a day.
    pub const PAYMENT_WINDOW: RangeInclusive<i32> = 60..=86_400;
    /// A flat fee above this is a mistake.
    pub const MAX_SHIPPING_FEE: Vnd = Vnd::new(1_000_000);
    /// As much as the dearest unit: free shipping from there is never.
    pub const MAX_FREE_SHIPPING_FROM: Vnd = Vnd::new(1_000_000_000);
    /// A hundred kilograms.
    pub const MAX_SHIPPING_GRAMS: i32 = 100_000;
}

/// A session (phiên).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub organiser_id: OrganiserId,
    /// One line.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// Where it stands.
    pub state: SessionState,
    /// When it is meant to start.
    pub starts_at: DateTime<Utc>,
    /// When it did.
    pub went_live_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// Set when it was stopped at once.
    pub stopped_reason: Option<String>,
    /// What orders may choose.
    pub terms: Terms,
    /// Does an encoder send pictures now?
    pub video: bool,
    /// At most one, of this session, that can still be sold.
    pub pinned_offer_id: Option<OfferId>,
    /// One more with every change.
    pub version: i64,
}

/// Did a step change anything? A repeat does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Something is different now.
    Changed,
    /// It was so already.
    Already,
}

impl Session {
    /// A title is one line on a card.
    pub const MAX_TITLE: usize = 120;
    /// Some paragraphs.
    pub const MAX_DESCRIPTION: usize = 2_000;

    /// Moves the start of a planned session.
    ///
    /// # Errors
    /// Not planned any more; a start that is not in the future.
    pub fn reschedule(
        &mut self,
        starts_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Step, Rule> {
        if self.state != SessionState::Planned {
            return Err(Rule::NotPlanned);
        }
        if self.starts_at == starts_at {
            return Ok(Step::Already);
        }
        if starts_at <= now {
            return Err(Rule::StartsInThePast);
        }
        self.starts_at = starts_at;
        Ok(self.changed())
    }

    /// Corrects the title and the description.
    ///
    /// # Errors
    /// When it is over: what orders were placed under stays as it was.
    pub fn rename(&mut self, title: String, description: String) -> Result<Step, Rule> {
        if self.state == SessionState::Ended {
            return Err(Rule::SessionEnded);
        }
        if self.title == title && self.description == description {
            return Ok(Step::Already);
        }
        self.title = title;
        self.description = description;
        Ok(self.changed())
    }

    /// Goes on air.
    ///
    /// # Errors
    /// When it is over.
    pub fn go_live(&mut self, now: DateTime<Utc>) -> Result<Step, Rule> {
        match self.state {
            SessionState::Planned => {
                self.state = SessionState::Live;
                self.went_live_at = Some(now);
                Ok(self.changed())
            }
            SessionState::Live => Ok(Step::Already),
            SessionState::Ended => Err(Rule::NotPlanned),
        }
    }

    /// Ends as planned.
    ///
    /// # Errors
    /// When it has not been on air: a planned session is called off by [`Session::stop`], with a reason.
    pub fn end(&mut self, now: DateTime<Utc>) -> Result<Step, Rule> {
        match self.state {
            SessionState::Planned => Err(Rule::NotLive),
            SessionState::Live => Ok(self.over(now)),
            SessionState::Ended => Ok(Step::Already),
        }
    }

    /// Stops at once, whatever was under way; the first reason is kept.
    pub fn stop(&mut self, reason: String, now: DateTime<Utc>) -> Step {
        if self.state == SessionState::Ended {
            return Step::Already;
        }
        self.stopped_reason = Some(reason);
        self.over(now)
    }

    /// Pins an offer, or nothing.
    ///
    /// # Errors
    /// When the session is over, or the offer can no longer be sold.
    pub fn pin(&mut self, offer: Option<&Offer>) -> Result<Step, Rule> {
        let pinned = offer.map(|offer| offer.id);
        if self.pinned_offer_id == pinned {
            return Ok(Step::Already);
        }
        if self.state == SessionState::Ended {
            return Err(Rule::SessionEnded);
        }
        if let Some(offer) = offer {
            offer.must_be_unclosed()?;
        }
        self.pinned_offer_id = pinned;
        Ok(self.changed())
    }

    /// Pictures begin or stop to come.
    ///
    /// # Errors
    /// When pictures begin after the end; that they stop is no news then.
    pub fn set_video(&mut self, on: bool) -> Result<Step, Rule> {
        if self.video == on {
            return Ok(Step::Already);
        }
        if self.state == SessionState::Ended {
            return Err(Rule::SessionEnded);
        }
        self.video = on;
        Ok(self.changed())
    }

    /// What is closed is not pinned.
    pub fn unpin(&mut self, offer: OfferId) -> Step {
        if self.pinned_offer_id == Some(offer) {
            self.pinned_offer_id = None;
            self.changed()
        } else {
            Step::Already
        }
    }

    fn over(&mut self, now: DateTime<Utc>) -> Step {
        self.state = SessionState::Ended;
        self.ended_at = Some(now);
        self.pinned_offer_id = None;
        self.video = false;
        self.changed()
    }

    fn changed(&mut self) -> Step {
        self.version += 1;
        Step::Changed
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chassis::id::Id as _;
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    pub(crate) fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    pub(crate) fn planned() -> Session {
        Session {
            id: SessionId::from_uuid(Uuid::from_u128(1)),
            organiser_id: OrganiserId::from_uuid(Uuid::from_u128(2)),
            title: "Phiên chợ".into(),
            description: String::new(),
            state: SessionState::Planned,
            starts_at: noon() + TimeDelta::hours(1),
            went_live_at: None,
            ended_at: None,
            stopped_reason: None,
            terms: Terms {
                organiser_account: None,
                cod_allowed: true,
                shipping_fee: Vnd::new(20_000),
                free_shipping_from: Vnd::ZERO,
                shipping_grams: 0,
                shipping_fee_per_kg: Vnd::ZERO,
                pickup_place: String::new(),
                payment_window_seconds: 900,
            },
            video: false,
            pinned_offer_id: None,
            version: 1,
        }
    }

    #[test]
    fn a_session_is_planned_live_ended() {
        let mut session = planned();
        assert_eq!(session.end(noon()), Err(Rule::NotLive));
        assert_eq!(session.go_live(noon()), Ok(Step::Changed));
        assert_eq!(session.go_live(noon()), Ok(Step::Already));
        assert_eq!(
            session.reschedule(noon() + TimeDelta::hours(2), noon()),
            Err(Rule::NotPlanned)
        );
        assert_eq!(session.end(noon()), Ok(Step::Changed));
        assert_eq!(session.end(noon()), Ok(Step::Already));
        assert_eq!(session.go_live(noon()), Err(Rule::NotPlanned));
        assert_eq!(
            (session.version, session.went_live_at, session.ended_at),
            (3, Some(noon()), Some(noon()))
        );
    }

    #[test]
    fn a_start_is_in_the_future() {
        let mut session = planned();
        assert_eq!(
            session.reschedule(noon(), noon()),
            Err(Rule::StartsInThePast)
        );
        assert_eq!(
            session.reschedule(noon() + TimeDelta::seconds(1), noon()),
            Ok(Step::Changed)
        );
        // A repeat that comes late is still a repeat.
        assert_eq!(
            session.reschedule(noon() + TimeDelta::seconds(1), noon() + TimeDelta::hours(1)),
            Ok(Step::Already)
        );
    }

    #[test]
    fn a_title_is_corrected_until_the_end() {
        let mut session = planned();
        let rename =
            |session: &mut Session, title: &str| session.rename(title.into(), "Mới".into());
        assert_eq!(rename(&mut session, "Phiên chợ Tết"), Ok(Step::Changed));
        assert_eq!(rename(&mut session, "Phiên chợ Tết"), Ok(Step::Already));
        assert_eq!(session.go_live(noon()), Ok(Step::Changed));
        assert_eq!(rename(&mut session, "Phiên chợ xuân"), Ok(Step::Changed));
        assert_eq!(session.end(noon()), Ok(Step::Changed));
        assert_eq!(
            rename(&mut session, "Phiên chợ hè"),
            Err(Rule::SessionEnded)
        );
        assert_eq!(
            (session.title.as_str(), session.description.as_str()),
            ("Phiên chợ xuân", "Mới")
        );
    }

    #[test]
    fn the_kill_switch_keeps_the_first_reason() {
        let mut session = planned();
        assert_eq!(session.stop("mất điện".into(), noon()), Step::Changed);
        assert_eq!(session.stop("khác".into(), noon()), Step::Already);
        assert_eq!(session.stopped_reason.as_deref(), Some("mất điện"));
        assert_eq!(session.went_live_at, None);
    }

    proptest! {
        #[test]
        fn no_walk_leaves_the_machine(steps in prop::collection::vec(0_u8..7, 0..12)) {
            let mut session = planned();
            for step in steps {
                let before = session.clone();
                let outcome = match step {
                    0 => session.go_live(noon()),
                    1 => session.end(noon()),
                    2 => Ok(session.stop("lý do".into(), noon())),
                    3 => session.rename("Phiên khác".into(), String::new()),
                    4 => session.set_video(true),
                    5 => session.set_video(false),
                    _ => session.reschedule(noon() + TimeDelta::days(1), noon()),
                };
                prop_assert_eq!(session.version, before.version + i64::from(outcome == Ok(Step::Changed)));
                prop_assert_eq!(session.ended_at.is_some(), session.state == SessionState::Ended);
                prop_assert!(!session.video || session.state != SessionState::Ended);
                prop_assert!(session.state != SessionState::Live || session.went_live_at.is_some());
                // Over is over.
                prop_assert!(before.state != SessionState::Ended || session == before);
            }
        }
    }
}
