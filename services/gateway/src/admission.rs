//! How many requests may be under way: more are told *busy* at once, before anything is done for them.
//!
//! What waits behind too many others is answered when nobody wants it any more. Payment webhooks come in by a lane of
//! their own: they are few, and money that came in is always heard.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chassis::Refusal;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::meters::Class;

/// Webhooks under way: far more than any bank sends at once, far fewer than would hurt.
const WEBHOOKS: usize = 256;

/// Those who come back a second, at most, as far as they can be told when.
const BACK: u64 = 250;
/// Nobody is told to wait for longer, in seconds.
const LONGEST: u64 = 10;

/// How many were refused, second by second: the more, the later they are told to come back.
#[derive(Debug)]
struct Refused {
    began: Instant,
    /// The second that is counted, and how many were refused in it and in the one before.
    second: AtomicU64,
    now: AtomicU64,
    before: AtomicU64,
}

impl Refused {
    /// One more; in how many seconds they may come back. Exact enough: nothing is lost by a race at the turn.
    fn one(&self, at: Instant) -> u32 {
        let second = (at - self.began).as_secs();
        let counted = self.second.swap(second, Ordering::Relaxed);
        if counted != second {
            let now = self.now.swap(0, Ordering::Relaxed);
            let before = if counted + 1 == second { now } else { 0 };
            self.before.store(before, Ordering::Relaxed);
        }
        let now = self.now.fetch_add(1, Ordering::Relaxed);
        let most = now.max(self.before.load(Ordering::Relaxed));
        u32::try_from((most / BACK).clamp(1, LONGEST)).unwrap_or(1)
    }
}

/// The lanes of one gateway.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    refused: Arc<Refused>,
    most: usize,
    everybody: Arc<Semaphore>,
    webhooks: Arc<Semaphore>,
}

impl Admission {
    /// Room for so many at once.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            refused: Arc::new(Refused {
                began: Instant::now(),
                second: AtomicU64::default(),
                now: AtomicU64::default(),
                before: AtomicU64::default(),
            }),
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
        place.ok_or_else(|| Refusal {
            retry_after_seconds: self.refused.one(Instant::now()),
            ..Refusal::busy()
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

    #[tokio::test(start_paused = true)]
    async fn the_more_are_refused_the_later_they_come_back() {
        let refused = Admission::new(0).refused;
        let told = |count: u64| (0..count).fold(None, |_, _| Some(refused.one(Instant::now())));
        assert_eq!(told(100), Some(1));
        assert_eq!(told(1_000), Some(4));
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        assert_eq!(told(1), Some(4), "the second before counts");
        assert_eq!(told(9_000), Some(10), "but never for too long");
        tokio::time::advance(std::time::Duration::from_secs(5)).await;
        assert_eq!(told(1), Some(1), "what is long past does not");
    }
}
