//! What people watch: each connection merges a session's room with the person's own feeds.
//!
//! Messages come from one stream ([`follower`]) into a log for each audience ([`room`], kept by [`channel`] and
//! [`incarnation`]). A [`viewer`] is a position in that stream ([`reader`]) that is moved on when its connection can
//! be written to, woken by its rooms' [`bells`]. Who comes in ([`coming_in`]) goes on where it was, or gets a [`snapshot`]
//! of the owners' own words. [`seats`] counts who watches.

mod bells;
mod channel;
mod coming_in;
mod delivering;
mod follower;
mod frame;
mod incarnation;
mod message;
mod reader;
mod room;
mod seats;
mod snapshot;
#[cfg(test)]
mod tests;
mod viewer;

use std::sync::Arc;

use chassis::{
    Core, Refusal,
    actor::ActorExt as _,
    bus::Bus,
    id::{ProducerId, SessionId},
    lifecycle::Lifecycle,
};
use futures_util::task::AtomicWaker;
use proto::{common::v1::Actor, contract::Audience};
use tokio::sync::{Semaphore, watch};

pub(crate) use viewer::{StillSignedIn, Viewer};

use crate::meters::Meters;
use bells::Bells;
use coming_in::Who;
use delivering::Delivering;
use incarnation::Incarnation;
use seats::Seats;

/// Own orders and figures that are asked for at once.
const OWN_PARTS: usize = 32;

/// All feeds of this gateway.
#[derive(Debug, Clone)]
pub(crate) struct Rooms {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    bus: Bus,
    lifecycle: Lifecycle,
    /// None while the stream is read from its start.
    current: watch::Sender<Option<Arc<Incarnation>>>,
    seats: Arc<Seats>,
    bells: Bells,
    own_parts: Semaphore,
    meters: Arc<Meters>,
    /// Messages of traces that no viewer has got yet.
    delivering: Delivering,
}

impl std::ops::Deref for Rooms {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

/// Who watches.
#[derive(Clone)]
pub(crate) struct Watcher {
    /// Nobody's, for those who are not signed in.
    pub(crate) actor: Actor,
    /// Id of the last event that the client has, to go on after it.
    pub(crate) last_event_id: Option<String>,
    /// Asked once a minute of those who are signed in.
    pub(crate) still_signed_in: Option<StillSignedIn>,
}

impl Rooms {
    /// Starts following the feeds, and telling livestream how many watch.
    #[must_use]
    pub(crate) fn start(core: &Core, meters: &Arc<Meters>) -> Self {
        Self::open(&core.bus, &core.lifecycle, Arc::clone(meters))
    }

    fn open(bus: &Bus, lifecycle: &Lifecycle, meters: Arc<Meters>) -> Self {
        let rooms = Self {
            inner: Arc::new(Inner {
                bus: bus.clone(),
                lifecycle: lifecycle.clone(),
                current: watch::Sender::new(None),
                seats: Arc::default(),
                bells: Bells::default(),
                own_parts: Semaphore::new(OWN_PARTS),
                meters,
                delivering: Delivering::default(),
            }),
        };
        lifecycle.spawn(follower::follow(rooms.clone()));
        lifecycle.spawn(bells::ring(rooms.clone()));
        Arc::clone(&rooms.seats).report(bus.clone(), lifecycle);
        rooms
    }

    /// Watches a session: its room, the asker's own orders, and with `desk` the desk.
    ///
    /// # Errors
    /// No such session; a desk that is not the asker's; too many viewers; *busy* when the owners do not answer.
    pub(crate) async fn watch_session(
        &self,
        session_id: SessionId,
        desk: bool,
        watcher: Watcher,
    ) -> Result<Viewer, Refusal> {
        let session_id = session_id.to_string();
        let mut audiences = vec![Audience::Room(session_id.clone())];
        if desk {
            watcher.actor.account()?;
            audiences.push(Audience::Desk(session_id.clone()));
        }
        if let Ok(account) = watcher.actor.account() {
            audiences.push(Audience::Shopper(account.to_string()));
        }
        self.watch(Some(session_id), audiences, watcher).await
    }

    /// Watches a producer's feed.
    ///
    /// # Errors
    /// A producer that the asker does not keep; too many feeds; *busy* when the owners do not answer.
    pub(crate) async fn watch_producer(
        &self,
        producer_id: ProducerId,
        watcher: Watcher,
    ) -> Result<Viewer, Refusal> {
        watcher.actor.account()?;
        if !watcher.actor.keeps(producer_id) {
            return Err(Refusal::forbidden());
        }
        self.watch(
            None,
            vec![Audience::Producer(producer_id.to_string())],
            watcher,
        )
        .await
    }

    /// Watches one's own orders and payments.
    ///
    /// # Errors
    /// When nobody is signed in; too many feeds; *busy* when the owners do not answer.
    pub(crate) async fn watch_own(&self, watcher: Watcher) -> Result<Viewer, Refusal> {
        let account = watcher.actor.account()?;
        self.watch(None, vec![Audience::Shopper(account.to_string())], watcher)
            .await
    }

    async fn watch(
        &self,
        session_id: Option<String>,
        audiences: Vec<Audience>,
        watcher: Watcher,
    ) -> Result<Viewer, Refusal> {
        let account = watcher
            .actor
            .account()
            .ok()
            .map(|account| account.to_string());
        let seat = self.seats.take(account, session_id.clone())?;
        let who = Arc::new(Who {
            session_id,
            audiences,
            actor: watcher.actor,
            still_signed_in: watcher.still_signed_in,
        });
        let waker = Arc::new(AtomicWaker::new());
        let arrival = self
            .come_in(&who, &waker, watcher.last_event_id.as_deref(), false)
            .await?;
        Ok(Viewer::new(self.clone(), who, waker, arrival, seat))
    }

    /// Feeds that are open.
    pub(crate) fn viewers(&self) -> usize {
        self.seats.all()
    }

    /// Lets viewers in: the incarnation is read to its end.
    fn show(&self, incarnation: &Arc<Incarnation>) {
        self.current.send_if_modified(|current| {
            let new = current
                .as_ref()
                .is_none_or(|current| !Arc::ptr_eq(current, incarnation));
            if new {
                *current = Some(Arc::clone(incarnation));
            }
            new
        });
    }
}
