//! People instead of machines: they think, come back when they are told to, and hang up when it takes too long.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::Poll;

use super::{Connection, Work};

/// How often it is looked who has waited for too long.
const LOOK_EVERY: Duration = Duration::from_millis(100);

const AFTER_HANGING_UP: Duration = Duration::from_secs(1);

/// How people behave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manners {
    /// Between an answer and the next request.
    pub(crate) think: Duration,
    /// Who has waited for so long hangs up, and comes back after a second or two. Who is told when to come back does,
    /// or by chance up to as much later.
    pub(crate) patience: Duration,
}

impl Manners {
    /// How long somebody rests who was told to come back after so long; `None`: was not told.
    fn rest(&self, retry_after: Option<Duration>) -> Duration {
        match retry_after {
            Some(after) => after.mul_f64(rand::random_range(1.0..2.0)),
            None => self.think.mul_f64(rand::random_range(0.5..1.5)),
        }
    }
}

/// Those who do not ask at the moment.
pub(super) struct Resting {
    manners: Manners,
    until: BinaryHeap<Reverse<(Instant, usize)>>,
    looked: Instant,
    /// How many had waited for too long.
    pub(super) hung_up: u64,
}

impl Resting {
    pub(super) fn new(manners: Manners, now: Instant) -> Self {
        Self {
            manners,
            until: BinaryHeap::new(),
            looked: now,
            hung_up: 0,
        }
    }

    /// Somebody was answered.
    pub(super) fn rest(&mut self, number: usize, retry_after: Option<Duration>, now: Instant) {
        let until = now + self.manners.rest(retry_after);
        self.until.push(Reverse((until, number)));
    }

    /// Who has rested asks; who has waited for too long hangs up.
    pub(super) fn turn(
        &mut self,
        connections: &mut [Connection],
        work: &mut impl Work,
        (address, poll): (SocketAddr, &Poll),
        now: Instant,
    ) -> anyhow::Result<()> {
        while let Some(Reverse((until, number))) = self.until.peek().copied()
            && until <= now
        {
            self.until.pop();
            if connections[number].is_there() {
                connections[number].ask(work, now)?;
            } else {
                self.until.push(Reverse((now + LOOK_EVERY, number)));
            }
        }
        if now < self.looked + LOOK_EVERY {
            return Ok(());
        }
        self.looked = now;
        for (number, connection) in connections.iter_mut().enumerate() {
            if connection.waits && now > connection.sent + self.manners.patience {
                *connection = Connection::again(address, number, poll)?;
                self.hung_up += 1;
                self.rest(number, Some(AFTER_HANGING_UP), now);
            }
        }
        Ok(())
    }
}
