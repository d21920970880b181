//! One life of the feeds' stream: positions of one say nothing about another.
//!
//! The stream lives in the broker's memory. When it was lost and made anew, or this gateway has missed a part of it,
//! a new incarnation takes the place of the old one, and everybody comes in again.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use proto::{
    contract::Audience,
    feed::v1::{OrdersNews, feed::Of},
};

use super::{channel::Channel, frame::read_id, reader::lock, room::Room};

/// How far back a log reaches.
const KEPT: Duration = Duration::from_mins(15);
/// An audience that nobody watches is forgotten after this long without news…
const IDLE: Duration = Duration::from_mins(10);
/// …or sooner, longest idle first, when there are more than these.
const AUDIENCES: usize = 20_000;

/// How far gateways may be apart: half a second.
const LAG_LOOK: Duration = Duration::from_millis(20);
const LAG_LOOKS: u32 = 25;

/// A life of the stream as this gateway knows it.
#[derive(Debug)]
pub(super) struct Incarnation {
    /// First part of every event's id.
    pub(super) tag: Arc<str>,
    position: AtomicU64,
    began: Instant,
    /// When the last message came, in microseconds since it began.
    last_us: AtomicU64,
    over: AtomicBool,
    audiences: Mutex<Audiences>,
}

#[derive(Debug)]
struct Audiences {
    /// Nothing that came after this position has been forgotten as a whole.
    floor: u64,
    channels: HashMap<Audience, Arc<Channel>>,
}

impl Incarnation {
    /// Starts knowing everything after `floor`.
    pub(super) fn new(tag: &str, floor: u64) -> Self {
        Self {
            tag: tag.into(),
            position: AtomicU64::new(floor),
            began: Instant::now(),
            last_us: AtomicU64::new(0),
            over: AtomicBool::new(false),
            audiences: Mutex::new(Audiences {
                floor,
                channels: HashMap::new(),
            }),
        }
    }

    /// All messages up to here stand in their logs.
    pub(super) fn position(&self) -> u64 {
        self.position.load(Ordering::Acquire)
    }

    /// Notes that all messages up to here stand in their logs.
    pub(super) fn reached(&self, position: u64) {
        let now = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.last_us.store(now, Ordering::Relaxed);
        self.position.fetch_max(position, Ordering::Release);
    }

    /// How long ago the last message came.
    pub(super) fn since_last(&self) -> Duration {
        let last = Duration::from_micros(self.last_us.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(last)
    }

    /// Waits a moment if the id is ahead: a client that was cut off by another gateway may be quicker than the stream.
    pub(super) async fn catch_up(&self, id: &str) {
        let Some((position, _)) = read_id(id, &self.tag) else {
            return;
        };
        for _ in 0..LAG_LOOKS {
            if position <= self.position() || self.is_over() {
                return;
            }
            tokio::time::sleep(LAG_LOOK).await;
        }
    }

    /// True when another has taken its place.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// Sends everybody away, to come in again.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Release);
        self.wake_all();
    }

    /// Wakes every viewer.
    pub(super) fn wake_all(&self) {
        let channels: Vec<_> = lock(&self.audiences).channels.values().cloned().collect();
        for channel in channels {
            channel.wake_all();
        }
    }

    /// The channel of an audience, made if need be.
    pub(super) fn channel(&self, audience: &Audience) -> Arc<Channel> {
        let mut audiences = lock(&self.audiences);
        if let Some(channel) = audiences.channels.get(audience) {
            return Arc::clone(channel);
        }
        let room = Room::new(Arc::clone(&self.tag), audiences.floor, Instant::now());
        let channel = Arc::new(Channel::new(room));
        audiences
            .channels
            .insert(audience.clone(), Arc::clone(&channel));
        channel
    }

    /// Is anybody here for it? Rooms are kept on every gateway; of what concerns single people nothing is kept, not
    /// even read, where none of them is: whoever comes in later starts with a snapshot.
    pub(super) fn is_for_somebody(&self, position: u64, audience: &Audience) -> bool {
        let mut audiences = lock(&self.audiences);
        let watched = match audience {
            Audience::Room(_) => true,
            // News of orders go to the desk's subject, for shoppers and producers too.
            Audience::Desk(_) => audiences
                .channels
                .keys()
                .any(|known| !matches!(known, Audience::Room(_))),
            Audience::Shopper(_) | Audience::Producer(_) => {
                audiences.channels.contains_key(audience)
            }
        };
        if !watched {
            audiences.floor = audiences.floor.max(position);
        }
        watched
    }

    /// News of many orders, for those who watch some of them: the desk gets all, shoppers and producers their own.
    ///
    /// For everybody else nothing is kept: whoever comes in later starts with a snapshot.
    pub(super) fn pick_out(
        &self,
        position: u64,
        desk: &Audience,
        news: OrdersNews,
    ) -> Vec<(Arc<Channel>, Of)> {
        let mut audiences = lock(&self.audiences);
        audiences.floor = audiences.floor.max(position);
        let mut told: Vec<(Arc<Channel>, OrdersNews)> = Vec::new();
        for order in &news.orders {
            let shopper = Audience::Shopper(order.account_id.clone());
            let producers: BTreeSet<&String> =
                order.lines.iter().map(|line| &line.producer_id).collect();
            let producers = producers
                .into_iter()
                .map(|id| Audience::Producer(id.clone()));
            for audience in std::iter::once(shopper).chain(producers) {
                let Some(channel) = audiences.channels.get(&audience) else {
                    continue;
                };
                match told
                    .iter_mut()
                    .find(|(known, _)| Arc::ptr_eq(known, channel))
                {
                    Some((_, news)) => news.orders.push(order.clone()),
                    None => told.push((
                        Arc::clone(channel),
                        OrdersNews {
                            session_id: news.session_id.clone(),
                            orders: vec![order.clone()],
                        },
                    )),
                }
            }
        }
        if let Some(channel) = audiences.channels.get(desk) {
            told.push((Arc::clone(channel), news));
        }
        told.into_iter()
            .map(|(channel, news)| (channel, Of::Orders(news)))
            .collect()
    }

    /// Forgets a room of which nothing was ever heard, if the caller holds it last: anybody may ask for any.
    pub(super) fn release(&self, audience: &Audience, channel: &Arc<Channel>) {
        if !matches!(audience, Audience::Room(_)) {
            return;
        }
        let mut audiences = lock(&self.audiences);
        // One reference is the map's, one the caller's.
        if Arc::strong_count(channel) <= 2
            && audiences
                .channels
                .get(audience)
                .is_some_and(|known| Arc::ptr_eq(known, channel))
            && !lock(&channel.room).has_heard()
        {
            audiences.channels.remove(audience);
        }
    }

    /// Forgets what is old, and the audiences that nobody watches.
    pub(super) fn sweep(&self, now: Instant) {
        let mut guard = lock(&self.audiences);
        let audiences = &mut *guard;
        let mut unwatched = Vec::new();
        for (audience, channel) in &audiences.channels {
            let mut room = lock(&channel.room);
            if let Some(before) = now.checked_sub(KEPT) {
                room.forget(before);
            }
            if Arc::strong_count(channel) == 1 {
                unwatched.push((room.touched(), room.newest(), audience.clone()));
            }
        }
        unwatched.sort_unstable_by_key(|(touched, ..)| *touched);
        let too_many = unwatched.len().saturating_sub(AUDIENCES);
        for (index, (touched, newest, audience)) in unwatched.into_iter().enumerate() {
            if index < too_many || now.duration_since(touched) > IDLE {
                audiences.channels.remove(&audience);
                audiences.floor = audiences.floor.max(newest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Wake;

    use futures_util::task::AtomicWaker;

    use super::*;
    use crate::feeds::{frame::Frame, message::What, room::Lost};

    fn shopper(name: &str) -> Audience {
        Audience::Shopper(name.into())
    }

    fn say(incarnation: &Incarnation, audience: &Audience, position: u64, at: Instant) {
        let what = What::State {
            of: ("orders", "ord_1-1".into()),
            version: position,
        };
        lock(&incarnation.channel(audience).room).tell(
            position,
            what,
            Frame::Turned("x".into()),
            1,
            at,
        );
        incarnation.reached(position);
    }

    #[test]
    fn what_nobody_watches_is_forgotten_and_nobody_goes_on_from_before() {
        let start = Instant::now();
        let incarnation = Incarnation::new("a", 0);
        say(&incarnation, &shopper("gone"), 5, start);
        let watched = incarnation.channel(&shopper("here"));
        say(&incarnation, &shopper("here"), 6, start);
        incarnation.sweep(start + IDLE + Duration::from_secs(1));
        assert!(lock(&watched.room).covers(0), "somebody watches it");
        let again = incarnation.channel(&shopper("gone"));
        assert_eq!(lock(&again.room).is_due(4, 6), Err(Lost));
        assert_eq!(lock(&again.room).is_due(5, 6), Ok(false));
        incarnation.sweep(start + KEPT + Duration::from_secs(1));
        assert_eq!(lock(&watched.room).is_due(5, 6), Err(Lost), "too long ago");
        assert_eq!(lock(&watched.room).is_due(6, 6), Ok(false));
    }

    #[test]
    fn audiences_made_by_asking_alone_leave_no_trace() {
        let incarnation = Incarnation::new("a", 0);
        let made_up = Audience::Room("ses_made_up".into());
        let channel = incarnation.channel(&made_up);
        incarnation.release(&made_up, &channel);
        assert!(lock(&incarnation.audiences).channels.is_empty());
        say(&incarnation, &made_up, 1, Instant::now());
        let channel = incarnation.channel(&made_up);
        incarnation.release(&made_up, &channel);
        assert_eq!(lock(&incarnation.audiences).channels.len(), 1);
    }

    struct Count(AtomicU64);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn the_bell_rings_at_once_when_quiet_and_in_turn_when_not() {
        let now = Instant::now();
        let channel = Channel::new(Room::new("a".into(), 0, now));
        assert!(!channel.has_news(), "nobody to wake");
        let count = Arc::new(Count(AtomicU64::new(0)));
        let woken = || count.0.load(Ordering::Relaxed);
        let viewers: Vec<_> = (0..4_000).map(|_| Arc::new(AtomicWaker::new())).collect();
        let seats: Vec<_> = viewers
            .iter()
            .map(|viewer| channel.join(Arc::clone(viewer)))
            .collect();
        let listen = || {
            for viewer in &viewers {
                viewer.register(&Arc::clone(&count).into());
            }
        };
        let ms = Duration::from_millis;
        listen();
        assert!(channel.has_news());
        assert!(!channel.has_news(), "promised already");
        assert_eq!(channel.ring(now), Ok(()));
        assert_eq!(woken(), 4_000, "it was quiet");
        listen();
        assert!(channel.has_news());
        // 4,000 viewers take 96 ms, a group of them 12.
        assert_eq!(channel.ring(now + ms(11)), Err(now + ms(12)));
        assert_eq!(woken(), 4_000);
        assert_eq!(channel.ring(now + ms(25)), Err(now + ms(36)));
        assert_eq!(woken(), 5_000, "two groups");
        assert!(!channel.has_news(), "promised already");
        listen();
        assert_eq!(channel.ring(now + ms(83)), Err(now + ms(84)));
        assert_eq!(woken(), 7_000, "the others first");
        assert_eq!(channel.ring(now + ms(121)), Ok(()));
        assert_eq!(
            woken(),
            9_000,
            "and everybody again for the news of meanwhile"
        );
        for seat in seats {
            channel.leave(seat);
        }
        assert!(!channel.has_news());
    }
}
