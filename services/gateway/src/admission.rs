//! How many requests may be under way: more are told *busy* at once, before anything is done for them.
//!
//! What waits behind too many others is answered when nobody wants it any more. Payment webhooks come in by a lane of
//! their own: they are few, and money that came in is always heard.

use std::sync::{Arc, Mutex, PoisonError};

use chassis::Refusal;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::meters::Class;

/// Webhooks under way: far more than any bank sends at once, far fewer than would hurt.
const WEBHOOKS: usize = 256;

/// Those who are told to come back in one second, as far as they can be told when: few beside those who are served.
const BACK: u32 = 500;
/// Nobody is told to wait for longer, in seconds.
const LONGEST: u64 = 15;

/// The second that is given to whoever is refused next, and how many have it already. Earlier ones are taken or past.
#[derive(Debug, Default)]
struct Turn {
    /// Since the gateway began.
    second: u64,
    given: u32,
}

impl Turn {
    /// Gives one more a second to come back in; how far that is.
    fn give(&mut self, now: u64) -> u32 {
        if self.second <= now {
            *self = Self {
                second: now + 1,
                given: 0,
            };
        } else if self.given >= BACK && self.second < now + LONGEST {
            *self = Self {
                second: self.second + 1,
                given: 0,
            };
        }
        self.given = self.given.saturating_add(1);
        u32::try_from(self.second - now).unwrap_or(u32::MAX)
    }
}

/// The lanes of one gateway.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    began: Instant,
    turn: Arc<Mutex<Turn>>,
    most: usize,
    everybody: Arc<Semaphore>,
    webhooks: Arc<Semaphore>,
}

impl Admission {
    /// Room for so many at once.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            began: Instant::now(),
            turn: Arc::default(),
            most,
            everybody: Arc::new(Semaphore::new(most)),
            webhooks: Arc::new(Semaphore::new(WEBHOOKS)),
        }
    }

    /// A place for a request until it is answered. A webhook waits for its own.
    ///
    /// # Errors
    /// *busy*, with the time to come back, when there is none.
    pub(crate) async fn enter(&self, class: Class) -> Result<OwnedSemaphorePermit, Refusal> {
        let place = if class == Class::Webhooks {
            Arc::clone(&self.webhooks).acquire_owned().await.ok()
        } else {
            Arc::clone(&self.everybody).try_acquire_owned().ok()
        };
        place.ok_or_else(|| {
            let now = self.began.elapsed().as_secs();
            let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            Refusal {
                retry_after_seconds: turn.give(now),
                ..Refusal::busy()
            }
        })
    }

    /// Requests under way, webhooks among them.
    pub(crate) fn in_flight(&self) -> usize {
        let free = |lane: &Semaphore| lane.available_permits();
        (self.most + WEBHOOKS).saturating_sub(free(&self.everybody) + free(&self.webhooks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_gateway_still_takes_webhooks() {
        let admission = Admission::new(2);
        let held = [
            admission.enter(Class::Orders).await.unwrap(),
            admission.enter(Class::Reads).await.unwrap(),
        ];
        let refusal = admission.enter(Class::Orders).await.unwrap_err();
        assert_eq!(
            (refusal.code.as_str(), refusal.retry_after_seconds),
            ("busy", 1)
        );
        let webhook = admission.enter(Class::Webhooks).await;
        assert!(webhook.is_ok());
        assert_eq!(admission.in_flight(), 3);
        drop((held, webhook));
        assert_eq!(admission.in_flight(), 0);
        assert!(admission.enter(Class::Orders).await.is_ok());
    }

    #[test]
    fn those_who_are_refused_come_back_one_after_the_other() {
        let mut turn = Turn::default();
        let mut told = |now, count: u32| (0..count).fold(0, |_, _| turn.give(now));
        assert_eq!(told(7, BACK), 1);
        assert_eq!(told(7, 1), 2);
        assert_eq!(told(7, 2 * BACK), 4);
        assert_eq!(told(8, 1), 3, "who was told before has the earlier seconds");
        assert_eq!(told(8, 100 * BACK), 15, "but never for too long");
        assert_eq!(told(9, 1), 15);
        assert_eq!(told(60, 1), 1, "what is long past does not count");
    }
}
