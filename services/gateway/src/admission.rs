//! How many requests may be under way: more are told *busy* at once, before anything is done for them.
//!
//! What waits behind too many others is answered when nobody wants it any more. Payment webhooks come in by a lane of
//! their own: they are few, and money that came in is always heard.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::meters::Class;

/// Webhooks under way: far more than any bank sends at once, far fewer than would hurt.
const WEBHOOKS: usize = 256;

/// The lanes of one gateway.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    most: usize,
    everybody: Arc<Semaphore>,
    webhooks: Arc<Semaphore>,
}

impl Admission {
    /// Room for so many at once.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            everybody: Arc::new(Semaphore::new(most)),
            webhooks: Arc::new(Semaphore::new(WEBHOOKS)),
        }
    }

    /// A place for a request until it is answered; `None`: there is none now. A webhook waits for its own.
    pub(crate) async fn enter(&self, class: Class) -> Option<OwnedSemaphorePermit> {
        if class == Class::Webhooks {
            return Arc::clone(&self.webhooks).acquire_owned().await.ok();
        }
        Arc::clone(&self.everybody).try_acquire_owned().ok()
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
        assert!(admission.enter(Class::Orders).await.is_none());
        let webhook = admission.enter(Class::Webhooks).await;
        assert!(webhook.is_some());
        assert_eq!(admission.in_flight(), 3);
        drop((held, webhook));
        assert_eq!(admission.in_flight(), 0);
        assert!(admission.enter(Class::Orders).await.is_some());
    }
}
