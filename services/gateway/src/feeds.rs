//! What people watch: each connection merges a session's room with the person's own feeds.
//!
//! Messages come from one stream ([`follower`]) into a log for each audience ([`room`], kept by [`channel`] and
//! [`incarnation`]). A [`viewer`] is a position in that stream ([`reader`]) that is moved on when its connection can
//! be written to. Who comes in anew gets a [`snapshot`] of the owners' own words. [`seats`] counts who watches.

mod channel;
mod follower;
mod frame;
mod incarnation;
mod reader;
mod room;
mod seats;
mod snapshot;
#[cfg(test)]
mod tests;
mod viewer;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chassis::{
    Core, Refusal,
    actor::{ActorExt as _, STAFF},
    bus::Bus,
    id::{ProducerId, SessionId},
    lifecycle::Lifecycle,
};
use futures_util::task::AtomicWaker;
use proto::{common::v1::Actor, contract::Audience};
use tokio::sync::{Notify, Semaphore, watch};

pub(crate) use viewer::{StillSignedIn, Viewer};

use channel::Channel;
use incarnation::Incarnation;
use reader::{ComingIn, Reader, lock};
use room::Numbers;
use seats::Seats;
use viewer::{Arrival, Place, Who};

/// How long somebody who comes in waits for the stream to be read.
const PATIENCE: Duration = Duration::from_secs(5);
/// Own orders and figures that are asked for at once.
const OWN_PARTS: usize = 32;
/// Snapshots that may be overtaken before somebody who comes in is told *busy*.
const TRIES: usize = 3;

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
    pub(crate) fn start(core: &Core) -> Self {
        Self::open(&core.bus, &core.lifecycle)
    }

    fn open(bus: &Bus, lifecycle: &Lifecycle) -> Self {
        let rooms = Self {
            inner: Arc::new(Inner {
                bus: bus.clone(),
                lifecycle: lifecycle.clone(),
                current: watch::Sender::new(None),
                seats: Arc::default(),
                bells: Bells::default(),
                own_parts: Semaphore::new(OWN_PARTS),
            }),
        };
        lifecycle.spawn(follower::follow(rooms.clone()));
        lifecycle.spawn(rooms.clone().ring());
        Arc::clone(&rooms.seats).report(bus.clone(), lifecycle);
        rooms
    }

    /// Watches a session: its room, the asker's own orders, and with `desk` the desk.
    ///
    /// # Errors
    /// No such session; a desk that is not the asker's; too many viewers; *busy* when the owners do not answer.
    pub(crate) async fn watch_session(&self, session_id: SessionId, desk: bool, watcher: Watcher) -> Result<Viewer, Refusal> {
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
    pub(crate) async fn watch_producer(&self, producer_id: ProducerId, watcher: Watcher) -> Result<Viewer, Refusal> {
        watcher.actor.account()?;
        if !watcher.actor.keeps(producer_id) {
            return Err(Refusal::forbidden());
        }
        self.watch(None, vec![Audience::Producer(producer_id.to_string())], watcher).await
    }

    /// Watches one's own orders and payments.
    ///
    /// # Errors
    /// When nobody is signed in; too many feeds; *busy* when the owners do not answer.
    pub(crate) async fn watch_own(&self, watcher: Watcher) -> Result<Viewer, Refusal> {
        let account = watcher.actor.account()?;
        self.watch(None, vec![Audience::Shopper(account.to_string())], watcher).await
    }

    async fn watch(&self, session_id: Option<String>, audiences: Vec<Audience>, watcher: Watcher) -> Result<Viewer, Refusal> {
        let account = watcher.actor.account().ok().map(|account| account.to_string());
        let seat = self.seats.take(account, session_id.clone())?;
        let who = Arc::new(Who { session_id, audiences, actor: watcher.actor, still_signed_in: watcher.still_signed_in });
        let waker = Arc::new(AtomicWaker::new());
        let arrival = self.come_in(&who, &waker, watcher.last_event_id.as_deref()).await?;
        Ok(Viewer::new(self.clone(), who, waker, arrival, seat))
    }

    /// Goes on after the last event that the client has, or gets a snapshot.
    async fn come_in(&self, who: &Who, waker: &Arc<AtomicWaker>, last_id: Option<&str>) -> Result<Arrival, Refusal> {
        for _ in 0..TRIES {
            let incarnation = self.incarnation().await?;
            let places: Vec<_> = who.audiences.iter().map(|audience| Place::take(&incarnation, audience, waker)).collect();
            if let Some(last_id) = last_id {
                incarnation.catch_up(last_id).await;
            }
            let covered = |position| places.iter().all(|place| lock(&place.channel.room).covers(position));
            let coming = ComingIn::decide(last_id, &incarnation.tag, incarnation.position(), covered);
            if let (ComingIn::Resumes(position, beyond), Some(main)) = (coming, places.first())
                && who.is_known(&main.channel)
            {
                if let (true, Some(session_id)) = (who.wants_desk(), &who.session_id)
                    && main.channel.organiser.get().is_none()
                {
                    // Only to learn whose session it is.
                    snapshot::of_room(&self.bus, &incarnation, &main.channel, session_id).await?;
                }
                who.may_watch(&places)?;
                let reader = Reader::after(position, lock(&main.channel.room).still_to_come(position, beyond));
                return Ok(Arrival { incarnation, places, reader, opening: Vec::new() });
            }
            let (reader, mut opening) = self.snapshot(who, &incarnation, &places).await?;
            if !covered(reader.position()) || incarnation.is_over() {
                continue;
            }
            if coming != ComingIn::Anew {
                opening.insert(0, frame::RESET);
            }
            opening.reverse();
            return Ok(Arrival { incarnation, places, reader, opening });
        }
        Err(Refusal::busy())
    }

    async fn snapshot(&self, who: &Who, incarnation: &Arc<Incarnation>, places: &[Place]) -> Result<(Reader, Vec<bytes::Bytes>), Refusal> {
        let before = incarnation.position();
        let room = match (&who.session_id, places.first()) {
            (Some(session_id), Some(place)) => {
                Some((snapshot::of_room(&self.bus, incarnation, &place.channel, session_id).await?, &place.channel))
            }
            _ => None,
        };
        who.may_watch(places)?;
        let mut own = Vec::new();
        for audience in who.audiences.iter().filter(|audience| !matches!(audience, Audience::Room(_))) {
            own.push(snapshot::own_part(self, &who.actor, audience, who.session_id.as_deref()).await?);
        }
        Ok(match room {
            Some((snapshot, channel)) => {
                let still_to_come = lock(&channel.room).still_to_come(snapshot.position, snapshot.numbers);
                (Reader::after(snapshot.position, still_to_come), snapshot.event(&incarnation.tag, &own))
            }
            None => (Reader::after(before, Numbers::default()), snapshot::pieces(&frame::id(&incarnation.tag, before, &Numbers::default()), &own)),
        })
    }

    /// The incarnation that is read to its end.
    async fn incarnation(&self) -> Result<Arc<Incarnation>, Refusal> {
        let mut current = self.current.subscribe();
        let read = tokio::select! {
            read = tokio::time::timeout(PATIENCE, current.wait_for(Option::is_some)) => read,
            () = self.lifecycle.stopping() => return Err(Refusal::busy()),
        };
        match read {
            Ok(Ok(current)) => current.clone().ok_or_else(Refusal::busy),
            _ => Err(Refusal::busy()),
        }
    }

    /// Lets viewers in: the incarnation is read to its end.
    fn show(&self, incarnation: &Arc<Incarnation>) {
        self.current.send_if_modified(|current| {
            let new = current.as_ref().is_none_or(|current| !Arc::ptr_eq(current, incarnation));
            if new {
                *current = Some(Arc::clone(incarnation));
            }
            new
        });
    }

    /// Rings the bells that are due, until the role stops; then everybody is woken to be sent away.
    async fn ring(self) {
        let mut later = None;
        loop {
            tokio::select! {
                () = self.bells.news.notified() => {}
                () = wait_until(later) => {}
                () = self.lifecycle.stopping() => break,
            }
            later = self.bells.ring(Instant::now());
        }
        let current = self.current.borrow().clone();
        if let Some(incarnation) = current {
            incarnation.wake_all();
        }
    }
}

async fn wait_until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time.into()).await,
        None => std::future::pending().await,
    }
}

impl Who {
    fn wants_desk(&self) -> bool {
        self.audiences.iter().any(|audience| matches!(audience, Audience::Desk(_)))
    }

    /// A session of which nothing was ever heard may not be one: its owner has to be asked.
    fn is_known(&self, main: &Channel) -> bool {
        self.session_id.is_none() || main.organiser.get().is_some() || lock(&main.room).has_heard()
    }

    /// The desk is for the organiser's people.
    fn may_watch(&self, places: &[Place]) -> Result<(), Refusal> {
        if !self.wants_desk() {
            return Ok(());
        }
        match places.first().and_then(|room| room.channel.organiser.get()) {
            Some(&organiser) => self.actor.must_work_for(organiser, STAFF),
            None => Err(Refusal::forbidden()),
        }
    }
}

/// The bells that somebody has promised to ring.
#[derive(Debug, Default)]
struct Bells {
    due: Mutex<Vec<Arc<Channel>>>,
    news: Notify,
}

impl Bells {
    fn due(&self, channel: Arc<Channel>) {
        lock(&self.due).push(channel);
        self.news.notify_one();
    }

    /// Rings those that it is time for; says when the next is.
    fn ring(&self, now: Instant) -> Option<Instant> {
        let due = std::mem::take(&mut *lock(&self.due));
        let mut later = Vec::new();
        let mut next: Option<Instant> = None;
        for channel in due {
            if let Err(time) = channel.ring(now) {
                next = Some(next.map_or(time, |next| next.min(time)));
                later.push(channel);
            }
        }
        lock(&self.due).extend(later);
        next
    }
}
