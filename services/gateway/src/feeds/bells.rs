//! The bells that are due: each rung as soon as its room can be written to again.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use tokio::sync::Notify;

use super::{Rooms, channel::Channel, reader::lock};

/// The bells that somebody has promised to ring.
#[derive(Debug, Default)]
pub(super) struct Bells {
    due: Mutex<Vec<Arc<Channel>>>,
    news: Notify,
}

impl Bells {
    pub(super) fn due(&self, channel: Arc<Channel>) {
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

/// Rings the bells until the role stops; then everybody is woken to be sent away.
pub(super) async fn ring(rooms: Rooms) {
    let mut later = None;
    loop {
        tokio::select! {
            () = rooms.bells.news.notified() => {}
            () = wait_until(later) => {}
            () = rooms.lifecycle.stopping() => break,
        }
        later = rooms.bells.ring(Instant::now());
    }
    let current = rooms.current.borrow().clone();
    if let Some(incarnation) = current {
        incarnation.wake_all();
    }
}

async fn wait_until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time.into()).await,
        None => std::future::pending().await,
    }
}
